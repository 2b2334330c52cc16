"""How many cells of a group it would take to show what is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

POWER = 0.8
MOST_SHOWING = 400
"""Counts up to which the answer is looked for; more would need a smaller effect than counts."""

Floats = NDArray[np.float64]


def cells_needed(
    share: Floats, others_share: Floats, *, group_part: Floats, fold: float, threshold: float
) -> Floats:
    """Cells of a group with which it would pass `threshold` in 80 of 100 cases.

    The group is taken to show the gene in the share of cells seen in it, or in
    twice the least share that counts, whichever is higher; `group_part` is its
    part of all cells compared. The counts are taken as Poisson: the smallest
    number `k` of cells for which chance reaches `k` with a probability of
    `threshold` at most while the group reaches it with 0.8; infinite where even
    all cells of the group would not do.
    """
    from scipy.special import gammaincinv

    others = np.maximum(others_share, 1e-4)
    effect = np.minimum(np.maximum(share, 2.0 * fold * others), 1.0)
    # What a group of this part would show, if all cells had what the null allows it.
    in_all = effect * group_part + others * (1.0 - group_part)
    chance = fold * in_all / (fold * group_part + 1.0 - group_part)
    counts = np.arange(1, MOST_SHOWING + 1)
    by_chance, wanted = gammaincinv(counts, threshold), gammaincinv(counts, POWER)
    # The ratio falls as counts grow, so the first count that will do is found by bisection.
    at = np.searchsorted(-wanted / by_chance, -effect / chance)
    reachable = at < MOST_SHOWING
    needed = np.ceil(wanted[np.minimum(at, MOST_SHOWING - 1)] / effect)
    return np.where(reachable, needed, np.inf)
