"""How many cells of a group it would take to show what is there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

POWER = 0.8
MOST_SHOWING = 400
"""Counts up to which the answer is looked for; more would need a smaller effect than counts."""

Floats = NDArray[np.float64]


class Seen(NamedTuple):
    """What was seen of sides that did not pass: one entry each."""

    share: Floats
    """Of the cells of the group, those that show it."""
    others_share: Floats
    pval: Floats
    cells: NDArray[np.integer]
    others: NDArray[np.integer]
    """Cells compared with."""

    def chosen(self, at: NDArray[np.intp]) -> Seen:
        """Some of the entries."""
        share, others_share, pval = self.share[at], self.others_share[at], self.pval[at]
        return Seen(share, others_share, pval, self.cells[at], self.others[at])


def cells_needed(seen: Seen, *, fold: float, threshold: Floats) -> Floats:
    """Cells of a group with which it would pass `threshold` in 80 of 100 cases.

    The group is taken to show the gene in the share of cells seen in it, or in
    twice the least share that counts, whichever is higher, and counts are taken
    as Poisson. Where counts would never do, as nearly all cells show it, or would
    have done with the cells that there are, so that it is no such effect, the
    p-value is taken to fall as a normal one would, with the effect that was
    seen. Infinite where there was none.
    """
    needed = np.full(len(seen.share), np.inf)
    for limit in np.unique(threshold):
        at = np.flatnonzero(threshold == limit)
        part = seen.chosen(at)
        counted = _by_counts(part, fold, float(limit))
        more = np.isfinite(counted) & (counted > part.cells)
        needed[at] = np.where(more, counted, _by_effect(part, float(limit)))
    return needed


def _by_counts(seen: Seen, fold: float, threshold: float) -> Floats:
    """The cells in which enough show it.

    That is the smallest number of showing cells that chance reaches with a
    probability of `threshold` at most while the group reaches it with 0.8.
    """
    from scipy.special import gammaincinv

    part = seen.cells / np.maximum(seen.cells + seen.others, 1)
    others = np.maximum(np.nan_to_num(seen.others_share), 1e-4)
    effect = np.minimum(np.maximum(seen.share, 2.0 * fold * others), 1.0)
    # What a group of this part would show, if all cells had what the null allows it.
    in_all = effect * part + others * (1.0 - part)
    chance = fold * in_all / (fold * part + 1.0 - part)
    counts = np.arange(1, MOST_SHOWING + 1)
    by_chance, wanted = gammaincinv(counts, threshold), gammaincinv(counts, POWER)
    # The ratio falls as counts grow, so the first count that will do is found by bisection.
    at = np.searchsorted(-wanted / by_chance, -effect / chance)
    needed = np.ceil(wanted[np.minimum(at, MOST_SHOWING - 1)] / effect)
    return np.where(at < MOST_SHOWING, needed, np.inf)


def _by_effect(seen: Seen, threshold: float) -> Floats:
    """The cells with which the excess that was seen is so many of its errors."""
    from scipy.special import ndtri

    errors = -ndtri(np.clip(seen.pval, 1e-300, 1.0))
    wanted = -ndtri(threshold) + ndtri(POWER)
    shown = errors > 0.0
    factor = np.divide(wanted, errors, where=shown, out=np.full(len(errors), np.inf))
    result: Floats = np.ceil(seen.cells * factor**2)
    return result
