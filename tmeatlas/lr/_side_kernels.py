"""Each partner in each group against other cells of like depth, as compiled loops.

Serial and without the GIL, for a pool of threads that share out the partners.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.lr._count_tail import count_tail, expected_count
from tmeatlas.lr._mean_tail import FAILED, mean_tail
from tmeatlas.lr._side_tables import (
    Layout,
    Table,
    Values,
    comparable,
    n_aside,
    points_of,
    sum_of_kept,
    tabulate,
)
from tmeatlas.lr._specificity import kept_at_most, specificity

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Limits(NamedTuple):
    """What the test is set to; :class:`tmeatlas.lr._sides.SideTest` says what each means."""

    min_fold: float
    min_shift: float
    few_expected: float
    stands_out: float
    most_aside: int


class Found(NamedTuple):
    """What is written, partners × groups each."""

    pval: Floats
    specificity: Floats
    low: Floats
    high: Floats
    others_share: Floats
    others: Ints
    seen: Ints


@njit(cache=True, nogil=True, error_model="numpy")
def _expected_sum(
    points: tuple[Floats, Floats, Ints], cells: Ints, drawn: Ints, fold: float, shift: float
) -> float:
    """The sum of the group whose mean, in each stratum, is just so far above that of the others."""
    x, weight, stratum = points
    in_stratum = np.zeros(len(cells))
    for i in range(len(x)):
        in_stratum[stratum[i]] += weight[i] * x[i]
    expected = 0.0
    for b in range(len(cells)):
        if drawn[b] > 0:
            others = cells[b] - drawn[b]
            lifted = fold * in_stratum[b] + shift * others
            expected += drawn[b] * lifted / (fold * drawn[b] + others)
    return expected


class Strengths(NamedTuple):
    """Of one partner, per group."""

    means: Floats
    """Of its weakest subunit."""
    counts: Ints
    """Cells that show its least seen subunit."""
    sparse: Bools
    """Whether cells are counted: few are expected to show a subunit, whoever they are."""


@njit(cache=True, nogil=True, error_model="numpy")
def _strengths(table: Table, layout: Layout, few_expected: float) -> Strengths:
    """How strong the partner is in each group, whatever it is compared with."""
    n_subunits, n_strata, n_groups = table.total.shape
    means, counts = np.full(n_groups, np.inf), np.full(n_groups, 2**62, np.int64)
    sparse = np.zeros(n_groups, np.bool_)
    cells, everyone = np.zeros(n_strata, np.int64), np.ones(n_groups, np.bool_)
    for b in range(n_strata):
        cells[b] = sum_of_kept(layout.sizes[b], everyone)
    for j in range(n_subunits):
        shown = np.zeros(n_strata, np.int64)
        for b in range(n_strata):
            shown[b] = sum_of_kept(table.shown[j, b], everyone)
        for g in range(n_groups):
            n, count, total = 0, 0, 0.0
            for b in range(n_strata):
                n += layout.sizes[b, g]
                count += table.shown[j, b, g]
                total += table.total[j, b, g]
            means[g] = min(means[g], total * table.highest[j] / n)
            counts[g] = min(counts[g], count)
            expected = expected_count(shown, cells, layout.sizes[:, g], 1.0)
            sparse[g] = sparse[g] or expected < few_expected
    return Strengths(means, counts, sparse)


@njit(cache=True, nogil=True, error_model="numpy")
def _assess_groups(
    values: Values,
    genes: Ints,
    table: Table,
    strengths: Strengths,
    layout: Layout,
    limits: Limits,
    kept: Bools,
    asked: Bools,
    pval: Floats,
) -> None:
    """P-values of the groups asked for, among the groups kept: of the strictest of the subunits.

    A complex is as strong as its weakest subunit; that all subunits reach this
    is no likelier than that any one of them does.
    """
    n_strata, n_groups = layout.sizes.shape
    cells = np.zeros(n_strata, np.int64)
    for b in range(n_strata):
        cells[b] = sum_of_kept(layout.sizes[b], kept)
    means, counts, sparse = strengths
    found = np.ones(n_groups)
    for j in range(len(genes)):
        points = points_of(values, genes[j], table.highest[j], layout, kept)
        shown, zeros = np.zeros(n_strata, np.int64), cells.astype(np.float64)
        for b in range(n_strata):
            shown[b] = sum_of_kept(table.shown[j, b], kept)
            zeros[b] -= shown[b]
        for g in range(n_groups):
            if not (asked[g] and counts[g] > 0 and comparable(layout, kept, g) > 0):
                continue
            drawn, fold, p = layout.sizes[:, g].copy(), limits.min_fold, FAILED
            if not sparse[g]:
                reached = means[g] * drawn.sum() / table.highest[j] * (1.0 - 1e-9)
                shift = limits.min_shift / table.highest[j]
                expected = _expected_sum(points, cells, drawn, fold, shift)
                p = mean_tail(points, zeros, cells, drawn, reached, expected)
            if p == FAILED:
                p = count_tail(shown, cells, drawn, fold, counts[g], layout.log_factorial)
            found[g] = min(found[g], p)
    for g in range(n_groups):
        if asked[g] and comparable(layout, kept, g) > 0:
            pval[g] = found[g]


@njit(cache=True, nogil=True, error_model="numpy")
def _set_aside(kept: Bools, pval: Floats, limits: Limits) -> bool:
    """Take the groups that stand out from those kept, the clearest first, while half remain."""
    any_new = False
    for _ in range(limits.most_aside - n_aside(kept)):
        best = -1
        for g in range(len(kept)):
            if kept[g] and pval[g] <= limits.stands_out and (best < 0 or pval[g] < pval[best]):
                best = g
        if best < 0:
            break
        kept[best], any_new = False, True
    return any_new


@njit(cache=True, nogil=True, error_model="numpy")
def assess_partners(
    first: int,
    last: int,
    starts: Ints,
    members: Ints,
    values: Values,
    layout: Layout,
    limits: Limits,
    found: Found,
) -> None:
    """Test the partners from `first` to `last`: genes ``members[starts[i]:starts[i + 1]]``.

    A group that stands out is set aside, so that it cannot hide the next one;
    in the end each group is compared with those that remain.
    """
    n_groups = layout.sizes.shape[1]
    for partner in range(first, last):
        genes = members[starts[partner] : starts[partner + 1]]
        table = tabulate(values, genes, layout)
        strengths = _strengths(table, layout, limits.few_expected)
        kept, pval = np.ones(n_groups, np.bool_), found.pval[partner]
        asked = np.ones(n_groups, np.bool_)
        while True:
            _assess_groups(values, genes, table, strengths, layout, limits, kept, asked, pval)
            if not _set_aside(kept, pval, limits):
                break
            asked = kept.copy()
        for g in range(n_groups):
            if kept[g]:
                continue
            asked[:] = False
            asked[g], kept[g] = True, True
            _assess_groups(values, genes, table, strengths, layout, limits, kept, asked, pval)
            kept[g] = False
        least = kept_at_most(table, layout, kept, limits.min_fold, limits.most_aside)
        everyone = np.ones(n_groups, np.bool_)
        for g in range(n_groups):
            found.seen[partner, g] = strengths.counts[g]
            among = kept if comparable(layout, kept, g) > 0 else everyone
            middle, below, above, share, n = specificity(table, layout, among, g)
            # Half a cell was added to both sides: of none that show it, nothing is left.
            shown = 1.0 if strengths.counts[g] > 0 else 0.0
            found.specificity[partner, g] = np.exp(middle) * shown
            found.low[partner, g] = np.exp(middle - below) * shown
            found.others_share[partner, g], found.others[partner, g] = share, n
            among = least if comparable(layout, least, g) > 0 else among
            widest, _, widest_above, _, _ = specificity(table, layout, among, g)
            found.high[partner, g] = np.exp(max(widest + widest_above, middle + above))
