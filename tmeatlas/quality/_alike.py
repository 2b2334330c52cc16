"""Molecules over those expected: without the few cells that exceed, and what is alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas.quality._cells import Codes, Floats

MOST_ERRORS = 2.33
"""Standard errors of a count above what is expected, beyond which it is cut: 1 % by chance."""
STEPS = 30
"""Rounds of cutting; the ratio moves by less than a thousandth long before."""
NEARLY = 1e-3
SLACK = 1.5
"""Ratios are alike that are below so many times the lower quartile, or differ by chance."""
LOWER = 0.25


def capped_ratios(counts: Floats, alone: Floats, keys: Codes, expected: Floats) -> Floats:
    """For each key, molecules over those expected, where no cell counts for much more than it may.

    `counts` are the counts that are not 0, `alone` what each would be if all the
    molecules of its cell were ambient, `keys` the place in `expected` that it adds to,
    and `expected` the sum of `alone` over all cells of a key, those with 0 too. Ambient
    RNA is in all cells alike; a doublet has much in one cell. So a count is cut where it
    exceeds what the ratio, which is then computed again, lets it have by chance.
    """
    n = len(expected)
    positive = np.maximum(expected, np.finfo(np.float64).tiny)
    ratios = np.bincount(keys, weights=counts, minlength=n) / positive
    for _ in range(STEPS):
        mean = ratios[keys] * alone
        most = 1.0 + mean + MOST_ERRORS * np.sqrt(mean)
        after = np.bincount(keys, weights=np.minimum(counts, most), minlength=n) / positive
        moved = np.zeros(n, dtype=bool)
        moved[keys] = (ratios - after)[keys] > NEARLY * ratios[keys]
        ratios = np.where(moved, after, ratios)
        some = moved[keys]
        if not some.any():
            break
        counts, alone, keys = counts[some], alone[some], keys[some]
    return np.asarray(np.where(expected > 0, ratios, 0.0))


def alike(ratios: Floats, expected: Floats) -> NDArray[np.bool_]:
    """Which of several ratios are no higher than the lower ones, but by chance.

    Molecules that come from elsewhere are everywhere; those that are made add to them.
    So the lower quartile, each weighing by the root of what is expected of it, is what
    all have.
    """
    if not len(ratios):
        return np.zeros(0, dtype=bool)
    mean = SLACK * lower(ratios, expected) * expected
    return np.asarray(ratios * expected <= 1.0 + mean + MOST_ERRORS * np.sqrt(mean))


def lower(ratios: Floats, expected: Floats, quantile: float = LOWER) -> float:
    """The weighted quantile of ratios: the lower of two."""
    order = np.argsort(ratios, kind="stable")
    weights = np.cumsum(np.sqrt(expected[order]))
    return float(ratios[order][np.searchsorted(weights, weights[-1] * quantile)])
