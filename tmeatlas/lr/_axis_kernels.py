"""Compiled loops over axes: serial and without the GIL, for a pool of threads."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def axis_scores(starts: Ints, ligand: Ints, receptor: Ints, roots: Floats, scores: Floats) -> None:
    """Score of each axis between groups: ``scores[axis, source, target]``.

    The mean over its interactions of the geometric mean of both sides;
    ``roots[partner, group]`` are the square roots of the group means.
    """
    n_groups = roots.shape[1]
    for axis in range(len(starts) - 1):
        for i in range(starts[axis], starts[axis + 1]):
            for source in range(n_groups):
                sent = roots[ligand[i], source]
                if sent > 0.0:
                    for target in range(n_groups):
                        scores[axis, source, target] += sent * roots[receptor[i], target]
        scores[axis] /= starts[axis + 1] - starts[axis]


@njit(cache=True, nogil=True)
def count_axes_at_least(
    starts: Ints,
    ligand: Ints,
    receptor: Ints,
    roots: Floats,
    threshold: Floats,
    counts: Ints,
) -> None:
    """Count, per axis, source and target, the shuffles whose score reaches the threshold.

    ``roots[partner, group, shuffle]``; a threshold of infinity is never reached.
    """
    n_groups, n_shuffles = roots.shape[1], roots.shape[2]
    scores = np.empty((n_groups, n_shuffles))
    for axis in range(len(starts) - 1):
        n = starts[axis + 1] - starts[axis]
        for source in range(n_groups):
            scores[:] = 0.0
            for i in range(starts[axis], starts[axis + 1]):
                sent = roots[ligand[i], source]
                for target in range(n_groups):
                    received = roots[receptor[i], target]
                    for b in range(n_shuffles):
                        scores[target, b] += sent[b] * received[b]
            for target in range(n_groups):
                limit = threshold[axis, source, target] * n
                reached = 0
                for b in range(n_shuffles):
                    reached += scores[target, b] >= limit
                counts[axis, source, target] += reached


@njit(cache=True, nogil=True)
def count_sides_at_least(
    starts: Ints, members: Ints, means: Floats, threshold: Floats, counts: Ints
) -> None:
    """Count, per axis and group, the shuffles in which the sum over one side reaches its limit."""
    n_groups, n_shuffles = means.shape[1], means.shape[2]
    sums = np.empty(n_shuffles)
    for axis in range(len(starts) - 1):
        for group in range(n_groups):
            sums[:] = 0.0
            for i in range(starts[axis], starts[axis + 1]):
                sums += means[members[i], group]
            reached = 0
            for b in range(n_shuffles):
                reached += sums[b] >= threshold[axis, group]
            counts[axis, group] += reached


@njit(cache=True, nogil=True)
def cells_with_any(
    indptr: Ints,
    rows: NDArray[np.int32],
    complex_starts: Ints,
    complex_members: Ints,
    partners: Ints,
    codes: NDArray[np.int32],
    counts: Ints,
) -> None:
    """Count, per group, the cells that show any of `partners`, all subunits of a complex."""
    n_genes = len(indptr) - 1
    shows = np.zeros(len(codes), dtype=np.bool_)
    n_subunits = np.zeros(len(codes), dtype=np.int16)
    for partner in partners:
        if partner < n_genes:
            for at in range(indptr[partner], indptr[partner + 1]):
                shows[rows[at]] = True
            continue
        first = complex_starts[partner - n_genes]
        last = complex_starts[partner - n_genes + 1]
        n_subunits[:] = 0
        for member in range(first, last):
            gene = complex_members[member]
            for at in range(indptr[gene], indptr[gene + 1]):
                n_subunits[rows[at]] += 1
        for cell in range(len(codes)):
            if n_subunits[cell] == last - first:
                shows[cell] = True
    for cell in range(len(codes)):
        if shows[cell]:
            counts[codes[cell]] += 1
