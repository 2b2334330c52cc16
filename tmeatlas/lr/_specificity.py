"""How many times a group exceeds the others, and how sure that is, as compiled loops."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tmeatlas.lr._side_tables import Layout, Table, n_aside

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Z90 = 1.6448536269514722
"""One end of a 90 % interval of a normal distribution."""


@njit(cache=True, nogil=True, error_model="numpy")
def _rests_on(total: float, squares: float) -> float:
    """How many cells of equal value would carry as much."""
    return total * total / squares if squares > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def specificity(
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
def kept_at_most(
    table: Table, layout: Layout, kept: Bools, min_fold: float, most_aside: int
) -> Bools:
    """The groups that remain if all do stand out whose upper limit is above the factor."""
    least, n_groups = kept.copy(), len(kept)
    while True:
        ratio = np.full(n_groups, -np.inf)
        for g in range(n_groups):
            if least[g]:
                middle, error, _, n = specificity(table, layout, least, g)
                if n > 0 and middle + Z90 * error >= log(min_fold):
                    ratio[g] = middle
        any_new = False
        for _ in range(most_aside - n_aside(least)):
            best = 0
            for g in range(n_groups):
                best = g if ratio[g] > ratio[best] else best
            if ratio[best] == -np.inf:
                break
            least[best], ratio[best], any_new = False, -np.inf, True
        if not any_new:
            return least
