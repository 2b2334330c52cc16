"""Scores of axes between groups and their permutation null, on bare arrays."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._progress import track
from tmeatlas._threads import n_threads as available_threads
from tmeatlas.lr import _axis_kernels as kernels
from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._engine import TIE_TOLERANCE, GroupStatistics, group_sums
from tmeatlas.lr._kernel_inputs import as_labels, stored
from tmeatlas.lr._kernels import permuted_complex_means, permuted_gene_means, shuffle_labels
from tmeatlas.lr._null import Null
from tmeatlas.lr._partners import Partners

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BATCH_SIZE = 64
BATCH_BYTES = 64 * 2**20


@dataclass(frozen=True, eq=False)
class AxisScores:
    """What the labels of the cells give."""

    pair: Floats
    """Axes × sources × targets: mean over the interactions of the geometric mean of both sides."""
    ligand: Floats
    """Axes × groups: sum of the means of the ligands."""
    receptor: Floats
    response: Floats
    """Response signatures × groups: mean."""


@dataclass(frozen=True, eq=False)
class AxisCounts:
    """Per entry of `AxisScores`, the shuffles of the labels that reach it."""

    pair: Ints
    ligand: Ints
    receptor: Ints
    response: Ints


def standardised(values: sp.csc_matrix) -> sp.csc_matrix:
    """Each gene in units of its own standard deviation, so that rare genes weigh as much."""
    n = values.shape[0]
    exact = values.astype(np.float64)
    mean = np.asarray(exact.mean(axis=0)).ravel()
    squares = np.asarray(exact.multiply(exact).mean(axis=0)).ravel()
    spread = np.sqrt(np.maximum(squares - mean**2, 0.0) * n / max(1, n - 1))
    spread[spread == 0] = 1.0
    scaled = exact.copy()
    scaled.data /= np.repeat(spread, np.diff(exact.indptr))
    return scaled.astype(np.float32)


def axis_scores(statistics: GroupStatistics, pool: AxisPool, response: Floats) -> AxisScores:
    """Scores from the group means of standardised genes; `response` are those of signatures."""
    means = statistics.means
    n_groups = means.shape[1]
    pair = np.zeros((len(pool), n_groups, n_groups))
    kernels.axis_scores(pool.starts, pool.ligand, pool.receptor, np.sqrt(means), pair)
    of_side = {
        side: np.array([means[members].sum(axis=0) for members in of_axis])
        for side, of_axis in pool.sides().items()
    }
    return AxisScores(pair=pair, response=response, **of_side)


def response_means(scores: Floats, codes: NDArray[np.int32], sizes: Ints) -> Floats:
    """Signatures × groups: mean of the scores (cells × signatures)."""
    sums = np.zeros((scores.shape[1], len(sizes)))
    np.add.at(sums.T, codes, scores)
    return sums / sizes


def seen_by_group(
    values: sp.csc_matrix,
    codes: NDArray[np.int32],
    n_groups: int,
    partners: Partners,
    members: Sequence[Ints],
) -> Ints:
    """Per entry of `members` and group, the cells that show any of its partners."""
    indptr, rows = values.indptr.astype(np.int64), values.indices.astype(np.int32)
    counts = np.zeros((len(members), n_groups), dtype=np.int64)
    for row, found in zip(counts, members, strict=True):
        kernels.cells_with_any(indptr, rows, partners.starts, partners.members, found, codes, row)
    return counts


def molecules_by_group(
    counts: sp.csc_matrix | None,
    codes: NDArray[np.int32],
    n_groups: int,
    partners: Partners,
    members: Sequence[Ints],
) -> Floats:
    """Per entry of `members` and group, the molecules of all its genes; NaN without counts."""
    total = np.full((len(members), n_groups), np.nan)
    if counts is None:
        return total
    of_gene = group_sums(counts, codes, n_groups, partners)[0][: partners.n_genes]
    genes_of = partners.genes()
    for row, found in zip(total, members, strict=True):
        row[:] = of_gene[np.unique(np.concatenate([genes_of[p] for p in found]))].sum(axis=0)
    return total


def count_axes(
    values: sp.csc_matrix,
    codes: NDArray[np.int32],
    sizes: Ints,
    partners: Partners,
    pool: AxisPool,
    observed: AxisScores,
    null: Null,
    *,
    response: Floats,
    n_threads: int | None = None,
    batch_size: int | None = None,
) -> AxisCounts:
    """Count the shuffles that reach each score: genes, axes and responses by the same shuffles.

    `values` are those of standardised genes, `response` the scores of the
    response signatures (cells × signatures). Shuffle `i` is drawn from the seed
    and from `i` alone, and counts are whole numbers: threads and batches change
    nothing.
    """
    total = AxisCounts(*(np.zeros(np.shape(part), dtype=np.int64) for part in _parts(observed)))
    ligands, receptors = (_flat(of_axis) for of_axis in pool.sides().values())
    order, starts = null.cells_by_block(len(codes))
    labels = as_labels(codes[order], len(sizes))
    needed = partners.needed(np.union1d(pool.ligand, pool.receptor))
    limits = AxisScores(*(_limit(part) for part in _parts(observed)))
    contents, scored = stored(values), stored(sp.csc_matrix(response))
    float_sizes = sizes.astype(np.float64)
    every = np.ones(response.shape[1], dtype=np.bool_)

    def count_batch(batch: range) -> AxisCounts:
        shuffled = np.empty((len(codes), len(batch)), dtype=labels.dtype)
        shuffle_labels(labels, order, starts, np.uint64(null.seed), batch.start, shuffled)
        means = np.zeros((len(partners), len(sizes), len(batch)))
        permuted_gene_means(*contents, needed, shuffled, float_sizes, means)
        permuted_complex_means(partners.starts, partners.members, needed, means)
        of_response = np.zeros((response.shape[1], len(sizes), len(batch)))
        permuted_gene_means(*scored, every, shuffled, float_sizes, of_response)
        counts = AxisCounts(*(np.zeros_like(part) for part in _parts(total)))
        kernels.count_sides_at_least(*ligands, means, limits.ligand, counts.ligand)
        kernels.count_sides_at_least(*receptors, means, limits.receptor, counts.receptor)
        np.sqrt(means, out=means)
        kernels.count_axes_at_least(
            pool.starts, pool.ligand, pool.receptor, means, limits.pair, counts.pair
        )
        counts.response[:] = (of_response >= limits.response[:, :, None]).sum(axis=2)
        return counts

    if batch_size is None:
        fitting = BATCH_BYTES // (8 * len(partners) * len(sizes))
        batch_size = int(np.clip(fitting, 1, BATCH_SIZE))
    batches = [
        range(start, min(start + batch_size, null.n_perms))
        for start in range(0, null.n_perms, batch_size)
    ]
    with ThreadPoolExecutor(n_threads or available_threads()) as threads:
        results = threads.map(count_batch, batches)
        for counts in track(results, total=len(batches), label="shuffling cells within depths"):
            for sum_of, part in zip(_parts(total), _parts(counts), strict=True):
                sum_of += part
    return total


def _parts(of: AxisScores | AxisCounts) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    return of.pair, of.ligand, of.receptor, of.response


def _limit(score: Floats) -> Floats:
    """What a shuffle must reach: the score but for rounding. Nothing exceeds a score of 0."""
    return score - np.abs(score) * TIE_TOLERANCE


def _flat(members: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Lists of partners as one array and where each list starts in it."""
    starts = np.concatenate([[0], np.cumsum([len(found) for found in members])]).astype(np.int64)
    return starts, np.concatenate(members).astype(np.int64)
