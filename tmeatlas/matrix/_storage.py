"""Rows of a matrix in whatever storage it lies, as canonical CSR."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp


def is_in_memory(source: Any) -> bool:
    return isinstance(source, np.ndarray) or sp.issparse(source)


def rows_of(source: Any, start: int, stop: int) -> Any:
    if sp.issparse(source) and source.format == "csr":
        return _csr_view(source, start, stop)
    rows = source[start:stop]
    return rows.compute() if hasattr(rows, "compute") else rows


def _csr_view(source: Any, start: int, stop: int) -> sp.csr_matrix:
    """Rows of a CSR matrix in memory, sharing its values and indices."""
    first, last = source.indptr[start], source.indptr[stop]
    rows = sp.csr_matrix((stop - start, source.shape[1]), dtype=source.dtype)
    rows.data = source.data[first:last]
    rows.indices = source.indices[first:last]
    rows.indptr = source.indptr[start : stop + 1] - first
    # scipy checks the whole matrix once and remembers; slices would each be checked again.
    rows.has_canonical_format = source.has_canonical_format
    return rows


def as_csr(rows: Any) -> sp.csr_matrix:
    """A block as CSR float32, sorted and without duplicates; the input is never changed."""
    # scipy's constructor copies slices of a larger array; a block that fits is taken as it is.
    fits = isinstance(rows, sp.csr_matrix) and rows.dtype == np.float32
    matrix = rows if fits else sp.csr_matrix(rows, dtype=np.float32)
    shares_memory = matrix is rows or (sp.issparse(rows) and rows.format == "csr")
    if not matrix.has_canonical_format:
        matrix = matrix.copy() if shares_memory else matrix
        matrix.sum_duplicates()
    return matrix
