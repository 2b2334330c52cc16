"""Rows of a matrix in whatever storage it lies, as canonical CSR."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from anndata.abc import CSCDataset, CSRDataset

from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.matrix._chunks import ArrayRows, ChunkRows, StoredRows, TaskRows, reading
from tmeatlas.matrix._missing import check_stored
from tmeatlas.matrix._scratch import rows_of_columns
from tmeatlas.matrix._structure import as_csr, checked_csr, damaged

COMPARED_ROWS = 1024


def is_in_memory(source: Any) -> bool:
    return isinstance(source, np.ndarray) or sp.issparse(source)


def is_graph(source: Any) -> bool:
    """Whether it is a dask array."""
    return hasattr(source, "dask") and hasattr(source, "map_blocks")


def by_rows(source: Any, name: str) -> Any:
    """`source` in a form of which rows can be read one block after the other.

    Rows of CSC cost a full pass per block: it is turned into CSR once, in a scratch file
    where it is large and lies in one.
    """
    if isinstance(source, np.ma.MaskedArray):
        if np.ma.is_masked(source):
            raise InputError(
                f"{name} is a masked array with values missing; expected a number for every gene "
                "of every cell. Fill them first, such as by .filled(0)."
            )
        source = source.data
    if isinstance(source, np.ndarray):
        return np.asarray(source)
    if isinstance(source, CSRDataset):
        check_stored(source.group, name)
        return StoredRows(source.group, tuple(source.shape), name)
    if isinstance(source, CSCDataset):
        source = rows_of_columns(source, name)
    if sp.issparse(source):
        return source if source.format == "csr" else as_csr(source, name)
    if hasattr(source, "nchunks_initialized"):
        check_stored(source, name)
    if is_graph(source):
        return TaskRows(source, name)
    return ArrayRows(source, name) if hasattr(source, "chunks") else source


def rows_of(source: Any, start: int, stop: int, name: str) -> sp.csr_matrix:
    """Rows as CSR float32, sorted and without duplicates; `source` is never changed."""
    if sp.issparse(source):
        return _csr_view(source, start, stop, name)
    if isinstance(source, np.ndarray):
        return as_csr(source[start:stop], name)
    if isinstance(source, (StoredRows, ChunkRows)):
        return source.rows(start, stop)
    return as_csr(reading(lambda: source[start:stop], name), name)


def _csr_view(source: Any, start: int, stop: int, name: str) -> sp.csr_matrix:
    """Rows of a CSR matrix in memory, sharing its values and indices."""
    indptr = source.indptr
    if len(indptr) != source.shape[0] + 1:
        raise damaged(
            name,
            f"an indptr of {counted(len(indptr), 'entry', 'entries')} for "
            f"{counted(source.shape[0], 'row')}",
        )
    first, last = int(indptr[start]), int(indptr[stop])
    if start == 0 and first != 0:
        raise damaged(name, f"an indptr that begins at {first:,}, not at 0")
    if not 0 <= first <= last <= min(len(source.data), len(source.indices)):
        raise damaged(name, f"an indptr from {first:,} to {last:,} in its rows {start} to {stop}")
    return checked_csr(
        source.data[first:last],
        source.indices[first:last],
        indptr[start : stop + 1] - first,
        (stop - start, source.shape[1]),
        name,
    )


def same_values(first: Any, second: Any) -> bool:
    """Whether two matrices hold the same, compared in blocks."""
    if first is second:
        return True
    if first.shape != second.shape:
        return False
    by = [by_rows(each, "X") for each in (first, second)]
    for start in range(0, first.shape[0], COMPARED_ROWS):
        stop = min(start + COMPARED_ROWS, first.shape[0])
        one, other = (rows_of(each, start, stop, "X") for each in by)
        if (one != other).nnz:
            return False
    return True
