"""Compiled loops of the engine: serial and without the GIL, for a pool of threads.

Sums are float64 sums of float32 values, always in the order of the cells, so
no thread count and no batch size changes a bit of them.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.uint8] | NDArray[np.uint16]

# splitmix64 (Steele, Lea and Flood, 2014): its increment and its two multipliers.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
LOW_32_BITS = np.uint64(0xFFFFFFFF)
S27, S30, S31, S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)


@njit(cache=True, nogil=True)
def sum_groups(
    indptr: Ints,
    rows: NDArray[np.int32],
    values: NDArray[np.float32],
    codes: NDArray[np.int32],
    sums: Floats,
    n_seen: Ints,
) -> None:
    """Sum the values, and count those above 0, of each column (gene) in each group."""
    for gene in range(len(indptr) - 1):
        for at in range(indptr[gene], indptr[gene + 1]):
            group = codes[rows[at]]
            sums[gene, group] += np.float64(values[at])
            if values[at] > 0:
                n_seen[gene, group] += 1


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
    for b in range(shuffled.shape[1]):
        labels = ordered_labels.copy()
        state = _mixed(_mixed(seed) + np.uint64(first + b) * GOLDEN)
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
        for at in range(len(order)):
            shuffled[order[at], b] = labels[at]


@njit(cache=True, nogil=True)
def permuted_gene_means(
    indptr: Ints,
    rows: NDArray[np.int32],
    values: NDArray[np.float32],
    needed: NDArray[np.bool_],
    shuffled: Labels,
    sizes: Floats,
    means: Floats,
) -> None:
    """Group means of each needed gene under every shuffle: ``means[gene, group, shuffle]``."""
    n_shuffles = shuffled.shape[1]
    n_groups = len(sizes)
    # One flat array that stays in the fastest cache, whatever the number of cells.
    sums = np.empty(n_shuffles * n_groups, dtype=np.float64)
    for gene in range(len(indptr) - 1):
        if not needed[gene]:
            continue
        sums[:] = 0.0
        for at in range(indptr[gene], indptr[gene + 1]):
            value = np.float64(values[at])
            row = rows[at]
            for b in range(n_shuffles):
                sums[b * n_groups + shuffled[row, b]] += value
        for group in range(n_groups):
            for b in range(n_shuffles):
                means[gene, group, b] = sums[b * n_groups + group] / sizes[group]


@njit(cache=True, nogil=True)
def permuted_complex_means(
    starts: Ints, members: Ints, needed: NDArray[np.bool_], means: Floats
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
def count_at_least(
    ligand: Ints,
    receptor: Ints,
    source: Ints,
    target: Ints,
    threshold: Floats,
    means: Floats,
    counts: Ints,
) -> None:
    """Count, per row, the shuffles whose score reaches the threshold (which is above 0)."""
    for row in range(len(threshold)):
        sent = means[ligand[row], source[row]]
        received = means[receptor[row], target[row]]
        limit = threshold[row]
        reached = 0
        for b in range(len(sent)):
            both = (sent[b] > 0.0) & (received[b] > 0.0)
            reached += both & ((sent[b] + received[b]) / 2.0 >= limit)
        counts[row] += reached
