"""Compiled sums behind the analytic null: powers of genes, and products of pairs of genes."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.int32]
Values = NDArray[np.float32]


@njit(cache=True, nogil=True)
def sum_powers(
    indptr: Ints,
    rows: Cells,
    values: Values,
    blocks: Cells,
    first: int,
    last: int,
    sums: Floats,
) -> None:
    """Sums of x, x² and x³, and cells above 0, of genes `first` to `last`: block × gene × 4."""
    for gene in range(first, last):
        for at in range(indptr[gene], indptr[gene + 1]):
            x = np.float64(values[at])
            into = sums[blocks[rows[at]], gene]
            into[0] += x
            into[1] += x * x
            into[2] += x * x * x
            into[3] += x > 0


@njit(cache=True, nogil=True)
def sum_products(
    indptr: Ints,
    rows: Cells,
    values: Values,
    blocks: Cells,
    left: Ints,
    right: Ints,
    first: int,
    last: int,
    sums: Floats,
) -> None:
    """Sums of x y, x² y and x y² over cells, of pairs `first` to `last`: block × pair × 3."""
    for pair in range(first, last):
        a, a_stop = indptr[left[pair]], indptr[left[pair] + 1]
        b, b_stop = indptr[right[pair]], indptr[right[pair] + 1]
        while a < a_stop and b < b_stop:
            if rows[a] == rows[b]:
                x, y = np.float64(values[a]), np.float64(values[b])
                into = sums[blocks[rows[a]], pair]
                into[0] += x * y
                into[1] += x * x * y
                into[2] += x * y * y
            step = np.int64(rows[a]) - np.int64(rows[b])
            a += step <= 0
            b += step >= 0


@njit(cache=True, nogil=True)
def reach_sum(
    ligand: Ints,
    receptor: Ints,
    limit: Floats,
    survival: Floats,
    low: Floats,
    step: Floats,
    first: int,
    last: int,
    pval: Floats,
) -> None:
    """P(X + Y ≥ limit) of independent X and Y, given their survival functions on even grids.

    Variable `v` survives ``low[v] + k × step[v]`` with ``survival[v, k]``, and
    falls short of the first of them only by being 0, which reaches nothing.
    Rows `first` to `last` have X = `ligand` and Y = `receptor`.
    """
    n_nodes = survival.shape[1]
    for row in range(first, last):
        x, y = ligand[row], receptor[row]
        total = 0.0
        for k in range(n_nodes):
            # The mass of X between this node and the next lies halfway; behind the last, there.
            is_last = k == n_nodes - 1
            mass = survival[x, k] - (0.0 if is_last else survival[x, k + 1])
            at = low[x] + (k + (0.0 if is_last else 0.5)) * step[x]
            wanted = (limit[row] - at - low[y]) / step[y]
            if wanted <= 0:
                total += mass * survival[y, 0]
            elif wanted < n_nodes - 1:
                node = int(wanted)
                share = wanted - node
                total += mass * ((1 - share) * survival[y, node] + share * survival[y, node + 1])
        pval[row] = total
