"""Rows of what is no array in memory: sparse matrices in files, and task graphs of dask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp

from tmeatlas._errors import InputError, TMEError
from tmeatlas._text import counted
from tmeatlas.matrix._missing import check_graph, check_stored
from tmeatlas.matrix._structure import as_csr, checked_csr, damaged

T = TypeVar("T")
HELD_BYTES = 2**28
"""Of computed chunks beyond those that are being read."""


def reading(read: Callable[[], T], name: str) -> T:
    """What `read` gives; whatever a file or a task graph raises on the way is said."""
    try:
        return read()
    except (TMEError, MemoryError):
        raise
    except Exception as error:
        raise InputError(
            f"{name} cannot be read: {type(error).__name__}: {error}. The file may be damaged, "
            "gone or open elsewhere; try to load it first: adata = adata.to_memory()."
        ) from error


class StoredRows:
    """Rows of a CSR matrix in a file: its three arrays are read by their own indices."""

    def __init__(self, source: Any, name: str) -> None:
        self.shape: tuple[int, int] = tuple(source.shape)
        self._name = name
        self._group = source.group
        check_stored(self._group, name)
        self._indptr = np.asarray(reading(lambda: self._group["indptr"][:], name))
        if len(self._indptr) != self.shape[0] + 1:
            entries = counted(len(self._indptr), "entry", "entries")
            found = f"an indptr of {entries} for {counted(self.shape[0], 'row')}"
            raise damaged(name, found)
        if self._indptr[0] != 0:
            raise damaged(name, f"an indptr that begins at {int(self._indptr[0]):,}, not at 0")

    def rows(self, start: int, stop: int) -> sp.csr_matrix:
        """The rows from `start` to before `stop`."""
        first, last = int(self._indptr[start]), int(self._indptr[stop])
        if not 0 <= first <= last:
            raise damaged(self._name, f"an indptr that falls in its rows {start} to {stop}")
        data, indices = reading(
            lambda: [np.asarray(self._group[part][first:last]) for part in ("data", "indices")],
            self._name,
        )
        shape = (stop - start, self.shape[1])
        indptr = self._indptr[start : stop + 1] - first
        return checked_csr(data, indices, indptr, shape, self._name)


class TaskRows:
    """Rows of a dask array, whose chunks of cells are each computed once if read in order."""

    def __init__(self, source: Any, name: str) -> None:
        self.shape: tuple[int, int] = tuple(source.shape)
        check_graph(source, name)
        self._source = source
        self._name = name
        self._edges = np.concatenate([[0], np.cumsum(source.chunks[0])])
        self._held: dict[int, sp.csr_matrix] = {}
        self._last: range = range(0)

    def rows(self, start: int, stop: int) -> sp.csr_matrix:
        """The rows from `start` to before `stop`."""
        first = int(np.searchsorted(self._edges, start, side="right")) - 1
        wanted = range(first, max(int(np.searchsorted(self._edges, stop)), first + 1))
        missing = [chunk for chunk in wanted if chunk not in self._held]
        # Threads ask for blocks nearly in order: what the last one needed may be needed again.
        needed = {*wanted, *self._last}
        self._held |= zip(missing, self._computed(missing), strict=True)
        self._let_go(needed)
        self._last = wanted
        parts = [self._held[chunk] for chunk in wanted]
        rows = parts[0] if len(parts) == 1 else sp.vstack(parts, format="csr")
        offset = int(self._edges[first])
        found: sp.csr_matrix = rows[start - offset : stop - offset]
        found.has_canonical_format = True
        return found

    def _let_go(self, needed: set[int]) -> None:
        """Forget chunks, the oldest first, until those that are held are small enough."""
        sizes = {
            chunk: rows.data.nbytes + rows.indices.nbytes for chunk, rows in self._held.items()
        }
        for chunk in [chunk for chunk in self._held if chunk not in needed]:
            if sum(sizes.values()) <= HELD_BYTES:
                return
            del self._held[chunk], sizes[chunk]

    def _computed(self, chunks: list[int]) -> list[sp.csr_matrix]:
        if not chunks:
            return []
        import dask

        parts = reading(
            lambda: dask.compute(*(self._source.blocks[chunk] for chunk in chunks)), self._name
        )
        return [as_csr(part, self._name) for part in parts]
