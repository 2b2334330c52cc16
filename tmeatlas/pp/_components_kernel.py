"""Sums over cells, added up cell after cell, so that blocks and threads cannot change them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit


@njit(nogil=True, cache=True)
def add_moments(
    values: NDArray[np.float32],
    indices: NDArray[np.integer[Any]],
    sums: NDArray[np.float64],
    squares: NDArray[np.float64],
    stored: NDArray[np.int64],
) -> None:
    """Of each gene, the sum of the values, that of their squares, and how many there are."""
    for k in range(len(values)):
        value, gene = np.float64(values[k]), indices[k]
        sums[gene] += value
        squares[gene] += value * value
        stored[gene] += 1


@njit(nogil=True, cache=True)
def add_values(
    values: NDArray[np.float32], indices: NDArray[np.integer[Any]], sums: NDArray[np.float64]
) -> None:
    """Of each gene, the sum of the values."""
    for k in range(len(values)):
        sums[indices[k]] += values[k]


@njit(nogil=True, cache=True)
def add_products(
    values: NDArray[np.float32],
    indices: NDArray[np.integer[Any]],
    indptr: NDArray[np.int64],
    first: int,
    last: int,
    products: NDArray[np.float64],
) -> None:
    """Of each of the genes from `first` to before `last`, with itself and those after it."""
    for row in range(len(indptr) - 1):
        for k in range(indptr[row], indptr[row + 1]):
            gene = indices[k]
            if first <= gene < last:
                value = np.float64(values[k])
                for other in range(k, indptr[row + 1]):
                    products[gene, indices[other]] += value * values[other]
