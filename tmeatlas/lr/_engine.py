"""Group statistics, interaction scores and their permutation null, on bare arrays."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._progress import track
from tmeatlas._threads import n_threads as available_threads
from tmeatlas.lr import _kernels as kernels
from tmeatlas.lr._kernel_inputs import as_labels, stored
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._null import Null
from tmeatlas.lr._partners import Partners

BATCH_SIZE = 64
"""Permutations in one pass over the values: a cache line of labels per cell."""
BATCH_BYTES = 64 * 2**20
"""Limit of the permuted means that one thread holds."""
TIE_TOLERANCE = 1e-9
"""Scores that differ by less than this share of themselves count as equal. Rounding in sums of
the same values in another order stays far below it; a tie counts against the observed score."""


@dataclass(frozen=True, eq=False)
class GroupStatistics:
    """Every partner in every group (partners × groups)."""

    means: NDArray[np.float64]
    n_seen: NDArray[np.int64]
    """Cells with a value above 0; of a complex, of its least seen subunit."""
    sizes: NDArray[np.int64]
    molecules: NDArray[np.float64]
    """Molecules counted; of a complex, of the subunit with the fewest. NaN without counts."""

    @property
    def fractions(self) -> NDArray[np.float64]:
        """Share of the cells with a value above 0."""
        return self.n_seen / self.sizes


@dataclass(frozen=True, eq=False)
class Rows:
    """What is listed: one interaction from one group to another, both sides seen."""

    interaction: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    score: NDArray[np.float64]
    testable: NDArray[np.bool_]
    """Whether shuffling can move the labels of either side; without it, p says nothing."""
    n_possible: int
    """All rows of the interactions that the data show at all, with scores of 0 among them."""
    n_not_testable: int
    """Rows among those between groups that shuffling cannot move."""
    n_not_detected: int
    """Interactions whose ligand or receptor no cell at all shows; they cannot be tested."""
    n_below_fraction: int
    """Rows with both sides seen, left out because a fraction is below the limit."""

    def __len__(self) -> int:
        return len(self.score)

    def chosen(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Rows:
        """Some of the rows, or all in another order; the numbers of those not listed stay."""
        parts = ("interaction", "source", "target", "score", "testable")
        return replace(self, **{name: getattr(self, name)[keep] for name in parts})

    @property
    def n_tests(self) -> int:
        """The tests made.

        A row with a score of 0 is one, with p = 1, and counts when p-values are corrected: the
        rows that are kept were chosen by the very labels that are tested.
        """
        return self.n_possible - self.n_not_testable

    @property
    def n_not_seen(self) -> int:
        """Rows whose ligand or receptor no cell of the group shows: their score is 0."""
        return self.n_possible - self.n_below_fraction - len(self)


def group_statistics(
    values: sp.csc_matrix,
    codes: NDArray[np.int32],
    sizes: NDArray[np.int64],
    partners: Partners,
    counts: sp.csc_matrix | None = None,
) -> GroupStatistics:
    """Means, seen cells and, given counts, molecules of genes and complexes, in one pass over each.

    `counts` are the molecules behind the `values`.
    """
    sums, n_seen = group_sums(values, codes, len(sizes), partners)
    molecules = np.full(sums.shape, np.nan)
    if counts is not None:
        molecules = group_sums(counts, codes, len(sizes), partners)[0]
    return GroupStatistics(means=sums / sizes, n_seen=n_seen, sizes=sizes, molecules=molecules)


def group_sums(
    values: sp.csc_matrix, codes: NDArray[np.int32], n_groups: int, partners: Partners
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sums, and cells above 0, of partners in groups; of a complex, of its weakest subunit."""
    shape = (partners.n_genes, n_groups)
    sums, n_seen = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    kernels.sum_groups(*stored(values), codes, sums, n_seen)
    return partners.weakest(sums), partners.weakest(n_seen)


def rows_seen(
    matched: MatchedInteractions,
    statistics: GroupStatistics,
    *,
    min_fraction: float = 0.0,
    fixed: NDArray[np.bool_] | None = None,
) -> Rows:
    """All rows with a score above 0 and both fractions at `min_fraction` or above.

    The score is the mean of the ligand's mean in the source and the receptor's
    mean in the target, and 0 where either is 0. An interaction in cis goes from
    each group to itself only. Rows between groups that are `fixed`, whose labels
    no shuffle moves, are not tests.
    """
    if fixed is None:
        fixed = np.zeros(len(statistics.sizes), dtype=np.bool_)
    seen = statistics.means > 0
    detected = detected_partners(statistics, matched.partners)
    kept = seen & (statistics.fractions >= min_fraction)
    sources, targets, lengths = [], [], []
    n_possible = n_not_testable = n_seen = n_not_detected = 0
    sides = zip(matched.interactions, matched.ligand, matched.receptor, strict=True)
    for interaction, ligand, receptor in sides:
        if not (detected[ligand] and detected[receptor]):
            n_not_detected += 1
        else:
            n_sides = 1 if interaction.in_cis else 2
            n_possible += len(fixed) ** n_sides
            n_not_testable += int(fixed.sum()) ** n_sides
        n_seen += len(_pairs(seen[ligand], seen[receptor], interaction.in_cis)[0])
        source, target = _pairs(kept[ligand], kept[receptor], interaction.in_cis)
        sources.append(source)
        targets.append(target)
        lengths.append(len(source))
    of_interaction = np.repeat(np.arange(len(matched.interactions)), lengths)
    source, target = np.concatenate(sources), np.concatenate(targets)
    ligand_mean = statistics.means[matched.ligand[of_interaction], source]
    receptor_mean = statistics.means[matched.receptor[of_interaction], target]
    return Rows(
        interaction=of_interaction,
        source=source,
        target=target,
        score=(ligand_mean + receptor_mean) / 2.0,
        testable=~(fixed[source] & fixed[target]),
        n_possible=n_possible,
        n_not_testable=n_not_testable,
        n_not_detected=n_not_detected,
        n_below_fraction=n_seen - len(source),
    )


def detected_partners(statistics: GroupStatistics, partners: Partners) -> NDArray[np.bool_]:
    """Partners with every subunit in some cell: a matter of the data, not of their labels."""
    seen = statistics.means > 0
    return partners.weakest(np.any(seen[: partners.n_genes], axis=1))


def _pairs(
    sends: NDArray[np.bool_], receives: NDArray[np.bool_], in_cis: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every sending group with every receiving one, or each with itself."""
    if in_cis:
        both = np.flatnonzero(sends & receives)
        return both, both
    source, target = np.nonzero(np.logical_and.outer(sends, receives))
    return source, target


def count_exceeding(
    values: sp.csc_matrix,
    codes: NDArray[np.int32],
    sizes: NDArray[np.int64],
    matched: MatchedInteractions,
    rows: Rows,
    null: Null,
    *,
    n_threads: int | None = None,
    batch_size: int | None = None,
) -> NDArray[np.int64]:
    """Count, per row, the permutations of the labels with a score of at least the observed one.

    Permutation `i` is drawn from the seed and from `i` alone and counts are
    whole numbers, so threads and batches change nothing.
    """
    total = np.zeros(len(rows), dtype=np.int64)
    if len(rows) == 0:
        return total
    partners = matched.partners
    ligand, receptor = matched.ligand[rows.interaction], matched.receptor[rows.interaction]
    needed = partners.needed(np.union1d(ligand, receptor))
    order, starts = null.cells_by_block(len(codes))
    labels = as_labels(codes[order], len(sizes))
    threshold = rows.score * (1.0 - TIE_TOLERANCE)
    float_sizes, contents = sizes.astype(np.float64), stored(values)

    def count_batch(batch: range) -> NDArray[np.int64]:
        shuffled = np.empty((len(codes), len(batch)), dtype=labels.dtype)
        kernels.shuffle_labels(labels, order, starts, np.uint64(null.seed), batch.start, shuffled)
        means = np.empty((len(partners), len(sizes), len(batch)))
        kernels.permuted_gene_means(*contents, needed, shuffled, float_sizes, means)
        kernels.permuted_complex_means(partners.starts, partners.members, needed, means)
        kernels.bar_zeros(needed, means)
        counts = np.zeros(len(rows), dtype=np.int64)
        kernels.count_at_least(ligand, receptor, rows.source, rows.target, threshold, means, counts)
        return counts

    if batch_size is None:
        batch_size = _fitting_batch_size(len(partners) * len(sizes))
    batches = list(_batches(null.n_perms, batch_size))
    with ThreadPoolExecutor(n_threads or available_threads()) as pool:
        results = pool.map(count_batch, batches)
        for counts in track(results, total=len(batches), label="shuffling cell labels"):
            total += counts
    return total


def _fitting_batch_size(n_means: int) -> int:
    return int(np.clip(BATCH_BYTES // (8 * n_means), 1, BATCH_SIZE))


def _batches(n_perms: int, size: int) -> Iterator[range]:
    for start in range(0, n_perms, size):
        yield range(start, min(start + size, n_perms))
