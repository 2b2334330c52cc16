"""Each partner in each group against other cells of like depth, as compiled loops.

Serial and without the GIL, for a pool of threads that share out the partners.
"""

from __future__ import annotations

from math import log, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tmeatlas.lr._tail_kernels import FAILED, count_tail, expected_count, mean_tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEVELS = 255
"""Values are rounded to this many steps of the highest one, so that a gene has few different."""
Z90 = 1.6448536269514722
"""One end of a 90 % interval of a normal distribution."""


class Values(NamedTuple):
    """Columns of a sparse matrix (genes), all values above 0."""

    indptr: Ints
    rows: NDArray[np.int32]
    data: NDArray[np.float32]


class Layout(NamedTuple):
    """Which cells are compared with which."""

    strata: NDArray[np.int32]
    groups: NDArray[np.int32]
    sizes: Ints
    """Strata × groups: cells."""
    log_factorial: Floats


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


class Table(NamedTuple):
    """Subunits × strata × groups of one partner: cells that show it, sums and squares of values."""

    shown: Ints
    total: Floats
    square: Floats
    highest: Floats
    """Per subunit, the value of the highest step."""


@njit(cache=True, nogil=True, error_model="numpy")
def _level(value: float, highest: float) -> int:
    return max(1, int(value / highest * LEVELS + 0.5))


@njit(cache=True, nogil=True, error_model="numpy")
def _tabulate(values: Values, genes: Ints, layout: Layout) -> Table:
    n_strata, n_groups = layout.sizes.shape
    shape = (len(genes), n_strata, n_groups)
    table = Table(np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape), np.ones(len(genes)))
    for j in range(len(genes)):
        start, stop = values.indptr[genes[j]], values.indptr[genes[j] + 1]
        if start == stop:
            continue
        table.highest[j] = values.data[start:stop].max()
        for i in range(start, stop):
            b, g = layout.strata[values.rows[i]], layout.groups[values.rows[i]]
            x = _level(values.data[i], table.highest[j]) / LEVELS
            table.shown[j, b, g] += 1
            table.total[j, b, g] += x
            table.square[j, b, g] += x * x
    return table


@njit(cache=True, nogil=True, error_model="numpy")
def _points(
    values: Values, gene: int, highest: float, layout: Layout, kept: Bools
) -> tuple[Floats, Floats, Ints]:
    """The values above 0 in the groups kept, how often each is there, and its stratum."""
    n_strata = layout.sizes.shape[0]
    start, stop = values.indptr[gene], values.indptr[gene + 1]
    if stop - start <= n_strata * LEVELS // 2:
        x, stratum, n = np.empty(stop - start), np.empty(stop - start, np.int64), 0
        for i in range(start, stop):
            if kept[layout.groups[values.rows[i]]]:
                x[n] = _level(values.data[i], highest) / LEVELS
                stratum[n] = layout.strata[values.rows[i]]
                n += 1
        return x[:n], np.ones(n), stratum[:n]
    often = np.zeros((n_strata, LEVELS + 1))
    for i in range(start, stop):
        if kept[layout.groups[values.rows[i]]]:
            often[layout.strata[values.rows[i]], _level(values.data[i], highest)] += 1.0
    stratum, level = np.nonzero(often)
    weight = np.empty(len(level))
    for i in range(len(level)):
        weight[i] = often[stratum[i], level[i]]
    return level / LEVELS, weight, stratum


@njit(cache=True, nogil=True, error_model="numpy")
def _comparable(layout: Layout, kept: Bools, group: int) -> int:
    """How many cells of other groups that are kept share a stratum with the group."""
    n = 0
    for b in range(layout.sizes.shape[0]):
        if layout.sizes[b, group] > 0:
            for h in range(len(kept)):
                if kept[h] and h != group:
                    n += layout.sizes[b, h]
    return n


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


@njit(cache=True, nogil=True, error_model="numpy")
def _strengths(table: Table, layout: Layout, few_expected: float) -> tuple[Floats, Ints, Bools]:
    """Mean of the weakest subunit in each group, cells of the least seen; whether to count them.

    Cells are counted where few are expected to show a subunit, which does not
    depend on who they are.
    """
    n_subunits, _, n_groups = table.total.shape
    means, counts = np.full(n_groups, np.inf), np.full(n_groups, 2**62, np.int64)
    sparse = np.zeros(n_groups, np.bool_)
    cells = layout.sizes.sum(axis=1)
    for j in range(n_subunits):
        shown = table.shown[j].sum(axis=1)
        for g in range(n_groups):
            n = layout.sizes[:, g].sum()
            means[g] = min(means[g], table.total[j, :, g].sum() * table.highest[j] / n)
            counts[g] = min(counts[g], table.shown[j, :, g].sum())
            expected = expected_count(shown, cells, layout.sizes[:, g], 1.0)
            sparse[g] = sparse[g] or expected < few_expected
    return means, counts, sparse


@njit(cache=True, nogil=True, error_model="numpy")
def _assess_groups(
    values: Values,
    genes: Ints,
    table: Table,
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
        for g in range(n_groups):
            if kept[g]:
                cells[b] += layout.sizes[b, g]
    means, counts, sparse = _strengths(table, layout, limits.few_expected)
    found = np.ones(n_groups)
    for j in range(len(genes)):
        points = _points(values, genes[j], table.highest[j], layout, kept)
        shown, zeros = np.zeros(n_strata, np.int64), cells.astype(np.float64)
        for b in range(n_strata):
            for g in range(n_groups):
                if kept[g]:
                    shown[b] += table.shown[j, b, g]
            zeros[b] -= shown[b]
        for g in range(n_groups):
            if not (asked[g] and counts[g] > 0 and _comparable(layout, kept, g) > 0):
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
        if asked[g] and _comparable(layout, kept, g) > 0:
            pval[g] = found[g]


@njit(cache=True, nogil=True, error_model="numpy")
def _set_aside(kept: Bools, pval: Floats, limits: Limits) -> bool:
    """Take the groups that stand out from those kept, the clearest first, while half remain."""
    any_new = False
    while (~kept).sum() < limits.most_aside:
        best = -1
        for g in range(len(kept)):
            if kept[g] and pval[g] <= limits.stands_out and (best < 0 or pval[g] < pval[best]):
                best = g
        if best < 0:
            break
        kept[best], any_new = False, True
    return any_new


@njit(cache=True, nogil=True, error_model="numpy")
def _specificity(
    table: Table, layout: Layout, kept: Bools, group: int
) -> tuple[float, float, float, int]:
    """Log of the mean in a group over that of the others; its error, their share, their number.

    Mantel-Haenszel over the strata in which both are; half a cell of the usual
    value is shared out, so that nothing is divided by 0. Of a complex, its
    weakest subunit within over its weakest one outside.
    """
    n_subunits, n_strata, n_groups = table.total.shape
    own_n, other_n = 0, 0
    others = np.zeros(n_strata, np.int64)
    for b in range(n_strata):
        for h in range(n_groups):
            if kept[h] and h != group:
                others[b] += layout.sizes[b, h]
        if layout.sizes[b, group] > 0 and others[b] > 0:
            own_n += layout.sizes[b, group]
            other_n += others[b]
    if other_n == 0 or table.shown.sum() == 0:
        return np.nan, np.nan, np.nan, other_n
    inside, outside, share = np.inf, np.inf, np.inf
    error_in, error_out = 0.0, 0.0
    for j in range(n_subunits):
        mean_in, mean_out, s_in, q_in, s_out, q_out, seen = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0
        for b in range(n_strata):
            n = layout.sizes[b, group]
            if n == 0 or others[b] == 0:
                continue
            s_b = 0.0
            for h in range(n_groups):
                if kept[h] and h != group:
                    s_b += table.total[j, b, h]
                    q_out += table.square[j, b, h]
                    seen += table.shown[j, b, h]
            s_in += table.total[j, b, group]
            q_in += table.square[j, b, group]
            s_out += s_b
            mean_in += table.total[j, b, group] * others[b] / (n + others[b])
            mean_out += s_b * n / (n + others[b])
        usual = table.total[j].sum() / max(1, table.shown[j].sum()) * table.highest[j]
        mean_in = mean_in * table.highest[j] + 0.5 * usual * other_n / (own_n + other_n)
        mean_out = mean_out * table.highest[j] + 0.5 * usual * own_n / (own_n + other_n)
        if mean_in < inside:
            inside = mean_in
            error_in = 1.0 / (_rests_on(s_in, q_in) + 0.5) - 1.0 / (own_n + 0.5)
        if mean_out < outside:
            outside = mean_out
            error_out = 1.0 / (_rests_on(s_out, q_out) + 0.5) - 1.0 / (other_n + 0.5)
        share = min(share, seen / other_n)
    return log(inside / outside), sqrt(max(0.0, error_in + error_out)), share, other_n


@njit(cache=True, nogil=True, error_model="numpy")
def _rests_on(total: float, squares: float) -> float:
    """How many cells of equal value would carry as much."""
    return total * total / squares if squares > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _kept_at_most(table: Table, layout: Layout, limits: Limits, kept: Bools) -> Bools:
    """The groups that remain if all do stand out whose upper limit is above the factor."""
    least, n_groups = kept.copy(), len(kept)
    while True:
        ratio = np.full(n_groups, -np.inf)
        for g in range(n_groups):
            if least[g]:
                middle, error, _, n = _specificity(table, layout, least, g)
                if n > 0 and middle + Z90 * error >= log(limits.min_fold):
                    ratio[g] = middle
        any_new = False
        while (~least).sum() < limits.most_aside and ratio.max() > -np.inf:
            best = int(np.argmax(ratio))
            least[best], ratio[best], any_new = False, -np.inf, True
        if not any_new:
            return least


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
        table = _tabulate(values, genes, layout)
        kept, pval = np.ones(n_groups, np.bool_), found.pval[partner]
        asked = np.ones(n_groups, np.bool_)
        while True:
            _assess_groups(values, genes, table, layout, limits, kept, asked, pval)
            if not _set_aside(kept, pval, limits):
                break
            asked = kept.copy()
        for g in np.flatnonzero(~kept):
            asked[:] = False
            asked[g], kept[g] = True, True
            _assess_groups(values, genes, table, layout, limits, kept, asked, pval)
            kept[g] = False
        least = _kept_at_most(table, layout, limits, kept)
        everyone = np.ones(n_groups, np.bool_)
        for g in range(n_groups):
            found.seen[partner, g] = table.shown[:, :, g].sum(axis=1).min()
            among = kept if _comparable(layout, kept, g) > 0 else everyone
            middle, error, share, n = _specificity(table, layout, among, g)
            found.specificity[partner, g] = np.exp(middle)
            found.low[partner, g] = np.exp(middle - Z90 * error)
            found.others_share[partner, g], found.others[partner, g] = share, n
            among = least if _comparable(layout, least, g) > 0 else among
            widest, error, _, _ = _specificity(table, layout, among, g)
            found.high[partner, g] = np.exp(max(widest, middle) + Z90 * error)
