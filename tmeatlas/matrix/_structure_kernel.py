"""A look at the indices of a sparse matrix, as fast as memory can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

CANONICAL, UNTIDY, OUTSIDE = 0, 1, 2
"""Indices rise within each row; they are unsorted or repeated; one is of no column."""


@njit(nogil=True, cache=True)
def judge_indices(
    indices: NDArray[np.integer[Any]], indptr: NDArray[np.integer[Any]], n_columns: int
) -> int:
    """Whether the indices of each row are columns, and in which order.

    Where those of a row rise, its first and last one tell whether all are
    columns. `indptr` must rise from 0 to the number of indices.
    """
    # One sweep that the processor does many at a time, where rows have no part in it.
    n_falls = 0
    for k in range(1, indices.size):
        n_falls += indices[k] <= indices[k - 1]
    n_allowed = 0
    outside = False
    for row in range(indptr.size - 1):
        first, last = indptr[row], indptr[row + 1]
        if first == last:
            continue
        n_allowed += first > 0 and indices[first] <= indices[first - 1]
        outside |= indices[first] < 0 or indices[last - 1] >= n_columns
    if n_falls == n_allowed:
        return OUTSIDE if outside else CANONICAL
    for k in range(indices.size):
        if indices[k] < 0 or indices[k] >= n_columns:
            return OUTSIDE
    return UNTIDY
