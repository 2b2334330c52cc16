"""Rows of what is no array in memory: files, and task graphs of dask.

Both come in chunks. A chunk is read once where blocks are asked for in order, and those that were
read last are held, since threads ask for blocks nearly in order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._cluster import cluster_of
from tmeatlas._errors import InputError, TMEError, in_one_line
from tmeatlas._settings import settings
from tmeatlas._text import counted
from tmeatlas.matrix._missing import check_graph
from tmeatlas.matrix._structure import as_csr, checked_csr, damaged

T = TypeVar("T")
FEWEST_ROWS = 1024
"""Rows of a dense file that are read together, though its chunks have fewer."""


def reading(read: Callable[[], T], name: str) -> T:
    """What `read` gives; whatever a file or a task graph raises on the way is said."""
    try:
        return read()
    except (TMEError, MemoryError):
        raise
    except Exception as error:
        raise unread(name, error) from error


def unread(name: str, error: Exception) -> InputError:
    """The error for a matrix in a file or task graph that raises this."""
    return InputError(
        f"{name} cannot be read: {type(error).__name__}: {in_one_line(error)}. The file may be "
        "damaged, gone or open elsewhere; try to load it first: adata = adata.to_memory()."
    )


class StoredRows:
    """Rows of a CSR matrix in a file: its three arrays are read by their own indices."""

    def __init__(self, group: Any, shape: tuple[int, int], name: str) -> None:
        self.shape = shape
        self._name = name
        self._group = group
        self._indptr = np.asarray(reading(lambda: self._group["indptr"][:], name))
        if len(self._indptr) != self.shape[0] + 1:
            entries = counted(len(self._indptr), "entry", "entries")
            found = f"an indptr of {entries} for {counted(self.shape[0], 'row')}"
            raise damaged(name, found)
        if self._indptr[0] != 0:
            raise damaged(name, f"an indptr that begins at {int(self._indptr[0]):,}, not at 0")
        self._parts = [_in_chunks(self._group[part]) for part in ("data", "indices")]

    def rows(self, start: int, stop: int) -> sp.csr_matrix:
        """The rows from `start` to before `stop`."""
        first, last = int(self._indptr[start]), int(self._indptr[stop])
        if not 0 <= first <= last:
            raise damaged(self._name, f"an indptr that falls in its rows {start} to {stop}")
        data, indices = reading(
            lambda: [np.asarray(part[first:last]) for part in self._parts], self._name
        )
        shape = (stop - start, self.shape[1])
        indptr = self._indptr[start : stop + 1] - first
        return checked_csr(data, indices, indptr, shape, self._name)


def _in_chunks(array: Any) -> Any:
    """An array that is decompressed chunk by chunk; HDF5 holds small chunks itself."""
    return _ChunkedValues(array) if hasattr(array, "nchunks_initialized") else array


class _ChunkedValues:
    """A one-dimensional zarr array, of which the last chunks that were read are held."""

    def __init__(self, array: Any) -> None:
        self._array = array
        self._step = int(array.chunks[0])
        self._held: dict[int, NDArray[Any]] = {}

    def __getitem__(self, wanted: slice) -> NDArray[Any]:
        first, last = wanted.start, min(wanted.stop, self._array.shape[0])
        if first >= last:
            return np.asarray(self._array[first:first])
        chunks = range(first // self._step, (last - 1) // self._step + 1)
        missing = [chunk for chunk in chunks if chunk not in self._held]
        if missing:
            # Those that are missing lie next to each other: they are read at once.
            begin = missing[0] * self._step
            read = np.asarray(self._array[begin : (missing[-1] + 1) * self._step])
            for chunk in missing:
                place = chunk * self._step - begin
                self._held[chunk] = read[place : place + self._step]
        parts = [self._held[chunk] for chunk in chunks]
        offset = chunks[0] * self._step
        # The one before may be asked for by the thread that comes last.
        for chunk in [each for each in self._held if each < chunks[0] - 1 or each > chunks[-1]]:
            del self._held[chunk]
        values = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return values[first - offset : last - offset]


class ChunkRows(ABC):
    """Rows that come in chunks of rows, each read once if blocks are asked for in order."""

    def __init__(self, shape: Sequence[int], edges: NDArray[np.int64], name: str) -> None:
        self.shape: tuple[int, int] = (int(shape[0]), int(shape[1]))
        self._name = name
        self._edges = edges
        self._held: dict[int, sp.csr_matrix] = {}
        self._last: range = range(0)

    @abstractmethod
    def _read(self, chunks: list[int]) -> list[sp.csr_matrix]:
        """These chunks."""

    def rows(self, start: int, stop: int) -> sp.csr_matrix:
        """The rows from `start` to before `stop`."""
        first = int(np.searchsorted(self._edges, start, side="right")) - 1
        wanted = range(first, max(int(np.searchsorted(self._edges, stop)), first + 1))
        self._hold(wanted)
        self._last = wanted
        parts = [self._held[chunk] for chunk in wanted]
        rows = parts[0] if len(parts) == 1 else sp.vstack(parts, format="csr")
        offset = int(self._edges[first])
        found: sp.csr_matrix = rows[start - offset : stop - offset]
        found.has_canonical_format = True
        return found

    def _hold(self, wanted: range) -> None:
        """Read what is missing of `wanted`, and forget what is not needed."""
        missing = [chunk for chunk in wanted if chunk not in self._held]
        if missing:
            self._keep(dict(zip(missing, self._read(missing), strict=True)), wanted)

    def _keep(self, chunks: dict[int, sp.csr_matrix], wanted: range) -> None:
        """Hold chunks that were read, those of `wanted` and of the request before at least."""
        self._held |= chunks
        self._let_go({*wanted, *self._last})

    def _let_go(self, needed: set[int]) -> None:
        """Forget chunks, the oldest first, until those that are held are small enough."""
        sizes = {
            chunk: rows.data.nbytes + rows.indices.nbytes for chunk, rows in self._held.items()
        }
        for chunk in [chunk for chunk in self._held if chunk not in needed]:
            if sum(sizes.values()) <= settings.block_bytes:
                return
            del self._held[chunk], sizes[chunk]


class TaskRows(ChunkRows):
    """Rows of a dask array."""

    def __init__(self, source: Any, name: str) -> None:
        check_graph(source, name)
        edges = np.concatenate([[0], np.cumsum(source.chunks[0])]).astype(np.int64)
        super().__init__(source.shape, edges, name)
        self._source = source
        self._beside: TaskRows | None = None
        self._looked_at: dict[tuple[int, int], sp.csr_matrix] = {}

    def look_at(self, ranges: list[tuple[int, int]]) -> None:
        """Prepare for these rows to be asked for: from a cluster they come without their chunks."""
        if cluster_of(self._source) is None:
            return
        import dask

        some = [self._source[start:stop] for start, stop in ranges]
        found = reading(lambda: dask.compute(*some), self._name)
        self._looked_at = {of: as_csr(r, self._name) for of, r in zip(ranges, found, strict=True)}

    def rows(self, start: int, stop: int) -> sp.csr_matrix:
        """The rows from `start` to before `stop`."""
        found = self._looked_at.pop((start, stop), None)
        return super().rows(start, stop) if found is None else found

    def computed_with(self, other: Any) -> None:
        """Have the chunks of `other` computed in the same graph: both may come from one file.

        No more where it is None.
        """
        is_alike = isinstance(other, TaskRows) and np.array_equal(self._edges, other._edges)
        self._beside = other if is_alike else None

    def _hold(self, wanted: range) -> None:
        """As of any; and what is missing of these chunks beside."""
        missing = [chunk for chunk in wanted if chunk not in self._held]
        beside = self._beside
        if not missing or beside is None:
            super()._hold(wanted)
            return
        both = reading(lambda: _compute(missing, self._source, beside._source), self._name)
        for rows, found in zip((self, beside), both, strict=True):
            parts = [as_csr(part, rows._name) for part in found]
            rows._keep(dict(zip(missing, parts, strict=True)), wanted)

    def _read(self, chunks: list[int]) -> list[sp.csr_matrix]:
        (parts,) = reading(lambda: _compute(chunks, self._source), self._name)
        return [as_csr(part, self._name) for part in parts]


@contextmanager
def read_together(rows: Any, other: Any) -> Iterator[None]:
    """A block in which the same rows of both are asked for, one after the other."""
    if not isinstance(rows, TaskRows):
        yield
        return
    rows.computed_with(other)
    try:
        yield
    finally:
        rows.computed_with(None)


def _compute(chunks: list[int], *sources: Any) -> list[Any]:
    """Chunks of several dask arrays in one graph."""
    import dask

    return list(dask.compute(*([source.blocks[chunk] for chunk in chunks] for source in sources)))


class ArrayRows(ChunkRows):
    """Rows of a dense array of HDF5 or zarr."""

    def __init__(self, source: Any, name: str) -> None:
        step = int((source.chunks or (FEWEST_ROWS,))[0])
        # Small chunks are read several at a time, and large ones as they are.
        step *= max(1, FEWEST_ROWS // step)
        most = max(1, int(settings.block_bytes // (12 * max(1, source.shape[1]))))
        edges = np.arange(0, source.shape[0], min(step, most))
        super().__init__(source.shape, np.append(edges, source.shape[0]).astype(np.int64), name)
        self._source = source

    def _read(self, chunks: list[int]) -> list[sp.csr_matrix]:
        ranges = [slice(*self._edges[chunk : chunk + 2].tolist()) for chunk in chunks]
        return [
            as_csr(reading(lambda rows=rows: self._source[rows], self._name), self._name)  # type: ignore[misc]
            for rows in ranges
        ]
