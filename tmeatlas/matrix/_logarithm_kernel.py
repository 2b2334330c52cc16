"""Cells of a sparse matrix brought to one total, in place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit


@njit(nogil=True, cache=True)
def divide_rows(
    values: NDArray[np.float32],
    indices: NDArray[np.integer[Any]],
    indptr: NDArray[np.integer[Any]],
    is_gene: NDArray[np.bool_],
    target: np.float32,
) -> None:
    """Of CSR: the genes of each row add up to `target`; others stay."""
    for row in range(len(indptr) - 1):
        total = 0.0
        for k in range(indptr[row], indptr[row + 1]):
            if is_gene[indices[k]]:
                total += values[k]
        scale = np.float32(total) / target
        if scale != 0:
            for k in range(indptr[row], indptr[row + 1]):
                if is_gene[indices[k]]:
                    values[k] /= scale


@njit(nogil=True, cache=True)
def divide_columns(
    values: NDArray[np.float32],
    indices: NDArray[np.integer[Any]],
    indptr: NDArray[np.integer[Any]],
    is_gene: NDArray[np.bool_],
    target: np.float32,
    totals: NDArray[np.float64],
) -> None:
    """The same of CSC, whose columns are genes; `totals` are zeros, one of each cell."""
    for column in range(len(indptr) - 1):
        if is_gene[column]:
            for k in range(indptr[column], indptr[column + 1]):
                totals[indices[k]] += values[k]
    for column in range(len(indptr) - 1):
        if is_gene[column]:
            for k in range(indptr[column], indptr[column + 1]):
                scale = np.float32(totals[indices[k]]) / target
                if scale != 0:
                    values[k] /= scale
