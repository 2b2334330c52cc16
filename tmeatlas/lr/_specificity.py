"""How many times a group exceeds the others, and how sure that is, as compiled loops."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.lr._side_tables import Layout, Table, n_aside

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Z90 = 1.6448536269514722
"""One end of a 90 % interval of a normal distribution."""
LEAST_COUNT = 0.01
"""No lower limit of a count is below this, so that its logarithm is finite."""


@njit(cache=True, nogil=True, error_model="numpy")
def _rests_on(total: float, squares: float) -> float:
    """How many cells of equal value would carry as much."""
    return total * total / squares if squares > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _poisson_limit(k: float, z: float) -> float:
    return k * (1.0 - 1.0 / (9.0 * k) + z / (3.0 * sqrt(k))) ** 3


@njit(cache=True, nogil=True, error_model="numpy")
def _limits(k: float, n: int) -> tuple[float, float]:
    """How far, on the log scale, a mean that rests on `k` of `n` cells may be too high, too low.

    Limits of a Poisson count by the cube-root transformation; narrower where most
    of the cells carry the mean.
    """
    low = max(LEAST_COUNT, _poisson_limit(max(k, 0.1), -Z90))
    high = _poisson_limit(k + 1.0, Z90)
    free = sqrt(max(0.0, 1.0 - k / n))
    return log((k + 0.5) / low) * free, log(high / (k + 0.5)) * free


@njit(cache=True, nogil=True, error_model="numpy")
def specificity(
    table: Table, layout: Layout, kept: Bools, group: int
) -> tuple[float, float, float, float, int]:
    """Log of the mean in a group over that of the others, and how far it may be off.

    Mantel-Haenszel over the strata in which both are; half a cell of the usual
    value is shared out, so that nothing is divided by 0. Of a complex, its
    weakest subunit within over its weakest one outside. Returns also how far
    below and above the truth may be (90 % interval), the share of the others
    that show it, and their number.
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
        return np.nan, np.nan, np.nan, np.nan, other_n
    inside, outside, share = np.inf, np.inf, np.inf
    rests_in, rests_out = 0.0, 0.0
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
            rests_in = _rests_on(s_in, q_in)
        if mean_out < outside:
            outside = mean_out
            rests_out = _rests_on(s_out, q_out)
        share = min(share, seen / other_n)
    in_low, in_high = _limits(rests_in, own_n)
    out_low, out_high = _limits(rests_out, other_n)
    below, above = sqrt(in_low**2 + out_high**2), sqrt(in_high**2 + out_low**2)
    return log(inside / outside), below, above, share, other_n


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
                middle, _, above, _, n = specificity(table, layout, least, g)
                if n > 0 and middle + above >= log(min_fold):
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
