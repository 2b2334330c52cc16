"""Compiled loops in CellPhoneDB's arithmetic: float32 sums, in the order of the cells.

Its p-values hang on ties, and ties on the last bit of a sum. So these loops do
what the float64 ones of :mod:`tmeatlas.lr._kernels` do, in float32. They run
without the GIL, for a pool of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tmeatlas.lr._kernels import CHUNK_CELLS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Labels = NDArray[np.uint8] | NDArray[np.uint16]
HALF = np.float32(0.5)


@njit(cache=True, nogil=True)
def sum_groups(
    indptr: Ints,
    rows: NDArray[np.int32],
    values: Floats,
    labels: Labels,
    sums: Floats,
    n_seen: Ints,
) -> None:
    """Sum the values, and count those above 0, of each protein in each group."""
    for protein in range(len(indptr) - 1):
        for at in range(indptr[protein], indptr[protein + 1]):
            group = labels[rows[at]]
            sums[protein, group] += values[at]
            if values[at] > 0:
                n_seen[protein, group] += 1


@njit(cache=True, nogil=True)
def add_values(
    rows: NDArray[np.int32],
    values: NDArray[np.float32],
    shuffled: Labels,
    n_groups: int,
    sums: Floats,
) -> None:
    """Add each value to the sum of the group that its cell has, in every shuffle."""
    for k in range(len(rows)):
        value = values[k]
        row = rows[k]
        for b in range(shuffled.shape[1]):
            sums[b * n_groups + shuffled[row, b]] += value


@njit(cache=True, nogil=True)
def permuted_means(
    indptr: Ints,
    rows: NDArray[np.int32],
    values: Floats,
    needed: NDArray[np.bool_],
    shuffled: Labels,
    sizes: Floats,
    means: Floats,
) -> None:
    """Group means of each needed protein under every shuffle: ``means[protein, group, shuffle]``.

    `shuffled` holds one shuffle of the labels per column. The cells are worked
    through in chunks, as in :func:`tmeatlas.lr._kernels.permuted_gene_means`.
    """
    n_cells, n_shuffles = shuffled.shape
    n_groups = len(sizes)
    sums = np.empty(n_shuffles * n_groups, dtype=np.float32)
    next_at = indptr[:-1].copy()
    for chunk_stop in range(CHUNK_CELLS, n_cells + CHUNK_CELLS, CHUNK_CELLS):
        is_first = chunk_stop == CHUNK_CELLS
        is_last = chunk_stop >= n_cells
        for protein in range(len(indptr) - 1):
            if not needed[protein]:
                continue
            for group in range(n_groups):
                for b in range(n_shuffles):
                    sums[b * n_groups + group] = (
                        np.float32(0.0) if is_first else means[protein, group, b]
                    )
            first = last = next_at[protein]
            while last < indptr[protein + 1] and rows[last] < chunk_stop:
                last += 1
            next_at[protein] = last
            add_values(rows[first:last], values[first:last], shuffled, n_groups, sums)
            for group in range(n_groups):
                divisor = sizes[group] if is_last else np.float32(1.0)
                for b in range(n_shuffles):
                    means[protein, group, b] = sums[b * n_groups + group] / divisor


@njit(cache=True, nogil=True)
def permuted_complex_means(
    starts: Ints, members: Ints, needed: NDArray[np.bool_], means: Floats
) -> None:
    """Mean of each needed complex: that of its weakest subunit, anew in every shuffle."""
    n_proteins = means.shape[0] - (len(starts) - 1)
    for c in range(len(starts) - 1):
        if not needed[n_proteins + c]:
            continue
        means[n_proteins + c] = means[members[starts[c]]]
        for at in range(starts[c] + 1, starts[c + 1]):
            for group in range(means.shape[1]):
                for b in range(means.shape[2]):
                    if means[members[at], group, b] < means[n_proteins + c, group, b]:
                        means[n_proteins + c, group, b] = means[members[at], group, b]


@njit(cache=True, nogil=True)
def count_above(
    first: Ints,
    second: Ints,
    source: Ints,
    target: Ints,
    observed: Floats,
    means: Floats,
    counts: Ints,
) -> None:
    """Count, per row, the shuffles whose mean is above the observed one (which is above 0)."""
    for row in range(len(observed)):
        sent = means[first[row], source[row]]
        received = means[second[row], target[row]]
        limit = observed[row]
        above = 0
        for b in range(len(sent)):
            both = (sent[b] > 0.0) & (received[b] > 0.0)
            above += both & ((sent[b] + received[b]) * HALF > limit)
        counts[row] += above
