"""Compiled loops over shuffled labels: serial and without the GIL, for a pool of threads.

Sums are those of float32 values, always in the order of the cells, so no thread
count and no batch size changes a bit of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.lr import Labels

Floats = NDArray[np.float64]
AnyFloats = NDArray[np.float64] | NDArray[np.float32]
Ints = NDArray[np.int64]

# splitmix64 (Steele, Lea and Flood, 2014): its increment and its two multipliers.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
CHUNK_CELLS = 16_384
"""Cells whose labels, a cache line each, stay in the cache of a core."""
SIDE_BY_SIDE = 8
LOW_32_BITS = np.uint64(0xFFFFFFFF)
ONE = np.uint64(1)
S27, S30, S31, S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)


@njit(cache=True, nogil=True)
def _mixed(state: np.uint64) -> np.uint64:
    """64 random bits for a counter."""
    state = (state ^ (state >> S30)) * MIX_1
    state = (state ^ (state >> S27)) * MIX_2
    return state ^ (state >> S31)


@njit(cache=True, nogil=True)
def shuffle_labels(
    ordered_labels: Labels,
    order: Ints,
    starts: Ints,
    seed: np.uint64,
    first: int,
    shuffled: Labels,
) -> None:
    """Write one shuffle of the labels into each column of `shuffled` (cells × permutations).

    `ordered_labels` are the labels of the cells `order`, and labels move within
    ``starts[i]:starts[i + 1]`` of it only. Column `b` is permutation
    ``first + b``: it depends on the seed and on this number, on nothing else.
    """
    # Some shuffles side by side: each cell's line of `shuffled` is written to in one go.
    drawn = np.empty((SIDE_BY_SIDE, len(order)), ordered_labels.dtype)
    for begin in range(0, shuffled.shape[1], SIDE_BY_SIDE):
        n = min(SIDE_BY_SIDE, shuffled.shape[1] - begin)
        for b in range(n):
            _shuffle_once(ordered_labels, starts, seed, first + begin + b, drawn[b])
        for at in range(len(order)):
            line = shuffled[order[at]]
            for b in range(n):
                line[begin + b] = drawn[b, at]


@njit(cache=True, nogil=True)
def _shuffle_once(
    ordered_labels: Labels, starts: Ints, seed: np.uint64, number: int, labels: Labels
) -> None:
    """One shuffle of the labels within each block, by its number."""
    labels[:] = ordered_labels
    state = _mixed(_mixed(seed) + np.uint64(number) * GOLDEN)
    for block in range(len(starts) - 1):
        start = starts[block]
        for last in range(starts[block + 1] - start - 1, 0, -1):
            # A number from 0 to last: multiply and take the high bits; the few draws that
            # would make some numbers likelier than others are drawn again (Lemire, 2019).
            bound = np.uint64(last + 1)
            refused = ((LOW_32_BITS - bound) + np.uint64(1)) % bound
            while True:
                state = state + GOLDEN
                product = (_mixed(state) >> S32) * bound
                if (product & LOW_32_BITS) >= refused:
                    break
            other = start + np.int64(product >> S32)
            kept = labels[start + last]
            labels[start + last] = labels[other]
            labels[other] = kept


@njit(cache=True, nogil=True)
def permuted_gene_means(
    indptr: Ints,
    rows: NDArray[np.int32],
    values: NDArray[np.float32],
    needed: NDArray[np.bool_],
    shuffled: Labels,
    sizes: AnyFloats,
    means: AnyFloats,
) -> None:
    """Group means of each needed gene under every shuffle: ``means[gene, group, shuffle]``.

    The cells are worked through in chunks whose labels stay in the cache, one
    chunk after the other for all genes: each sum still adds the values in the
    order of the cells. Between chunks, `means` keeps the sums as they are worked
    with, shuffles × groups.
    """
    n_cells, n_shuffles = shuffled.shape[0], np.uint64(shuffled.shape[1])
    n_groups = np.uint64(len(sizes))
    # One flat array that stays in the fastest cache, whatever the number of cells.
    sums = np.empty(n_shuffles * n_groups, dtype=means.dtype)
    next_at = indptr[:-1].copy()
    for chunk_stop in range(CHUNK_CELLS, n_cells + CHUNK_CELLS, CHUNK_CELLS):
        for gene in range(len(indptr) - 1):
            if not needed[gene]:
                continue
            kept = means[gene].reshape(-1)
            if chunk_stop == CHUNK_CELLS:
                sums[:] = 0.0
            else:
                sums[:] = kept
            k = np.uint64(next_at[gene])
            while k < np.uint64(indptr[gene + 1]) and rows[k] < chunk_stop:
                value = values[k]
                labels = shuffled[np.uint64(rows[k])]
                first = np.uint64(0)
                for b in range(n_shuffles):
                    sums[first + np.uint64(labels[b])] += value
                    first += n_groups
                k += ONE
            next_at[gene] = k
            if chunk_stop < n_cells:
                kept[:] = sums
                continue
            for group in range(n_groups):
                for b in range(n_shuffles):
                    means[gene, group, b] = sums[b * n_groups + group] / sizes[group]


@njit(cache=True, nogil=True)
def permuted_complex_means(
    starts: Ints, members: Ints, needed: NDArray[np.bool_], means: AnyFloats
) -> None:
    """Mean of each needed complex: that of its weakest subunit, anew in every shuffle."""
    n_genes = means.shape[0] - (len(starts) - 1)
    for c in range(len(starts) - 1):
        if not needed[n_genes + c]:
            continue
        means[n_genes + c] = means[members[starts[c]]]
        for at in range(starts[c] + 1, starts[c + 1]):
            for group in range(means.shape[1]):
                for b in range(means.shape[2]):
                    if means[members[at], group, b] < means[n_genes + c, group, b]:
                        means[n_genes + c, group, b] = means[members[at], group, b]


@njit(cache=True, nogil=True)
def bar_zeros(needed: NDArray[np.bool_], means: AnyFloats) -> None:
    """Make means of 0 so low that no score with them reaches a threshold: such a score is 0."""
    for partner in range(len(needed)):
        if needed[partner]:
            flat = means[partner].reshape(-1)
            for k in range(flat.size):
                flat[k] = flat[k] if flat[k] > 0.0 else -np.inf
