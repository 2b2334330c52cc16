"""Intervals of what is read of one section, from tiles of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, stdtrit

from tmeatlas._stats import LEVEL, wilson_interval

Floats = NDArray[np.float64]
STRIPS = 5
"""A section is cut into this many strips of as many rows each, and each strip likewise."""
N_TILES = STRIPS**2
ADDED = 0.5
"""Added to what a ratio is made of, so that none of it is 0."""


def tiles(coordinates: Floats) -> NDArray[np.intp]:
    """Which of 25 tiles each row of a section lies in, as many rows in each."""
    strip = _fifths(coordinates[:, 0])
    tile = np.empty(len(coordinates), dtype=np.intp)
    for number in range(STRIPS):
        mine = np.flatnonzero(strip == number)
        tile[mine] = number * STRIPS + _fifths(coordinates[mine, 1])
    return tile


def _fifths(values: Floats) -> NDArray[np.intp]:
    rank = np.empty(len(values), dtype=np.intp)
    rank[np.argsort(values, kind="stable")] = np.arange(len(values))
    return rank * STRIPS // max(len(values), 1)


def jackknifed(
    tile: NDArray[np.intp], sums: Floats, statistic: Callable[[Floats], Floats]
) -> tuple[Floats, Floats, Floats]:
    """Statistics of sums over the rows of a section, and their 95 % intervals.

    `sums` is rows × ..., and `statistic` takes the total over the rows. Each tile is left out
    in turn: what lies close together is alike, so tiles and not rows are the units. The
    interval is too short where clumps are larger than tiles (docs/tissue_evidence.md).
    """
    return jackknifed_totals(_totals(tile, sums), statistic)


def jackknifed_totals(
    totals: Floats, statistic: Callable[[Floats], Floats]
) -> tuple[Floats, Floats, Floats]:
    """The same, of sums over the rows of each tile: tiles × ..."""
    whole = totals.sum(axis=0)
    value = statistic(whole)
    left_out = np.array([statistic(whole - each) for each in totals])
    n = len(left_out)
    error = np.sqrt((n - 1) / n * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    half = stdtrit(n - 1, (1 + LEVEL) / 2) * error
    return value, value - half, value + half


def jackknifed_share(
    tile: NDArray[np.intp], part: NDArray[np.floating] | NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Mean of values between 0 and 1, and its interval on the scale of log-odds.

    On that scale it covers more often (0.92 against 0.77 of simulated sections), and stays
    between 0 and 1. Where all are 0, or 1, Wilson's interval of so many tiles.
    """
    value = float(np.mean(part))
    if value in (0.0, 1.0):  # no tile differs from another, which tells nothing of how they do
        n_tiles = len(np.unique(tile))
        low, high = wilson_interval(value * n_tiles, n_tiles)
        return value, float(low), float(high)
    _, low, high = jackknifed(tile, np.column_stack([part, np.ones(len(part))]), _log_odds)
    return value, min(float(expit(low)), value), max(float(expit(high)), value)


def _log_odds(total: Floats) -> Floats:
    odds: Floats = np.log((total[0] + ADDED) / (total[1] - total[0] + ADDED))
    return odds


def _totals(tile: NDArray[np.intp], sums: Floats) -> Floats:
    values = np.asarray(sums, dtype=np.float64)
    totals = np.zeros((N_TILES, *values.shape[1:]))
    np.add.at(totals, tile, values)
    return totals
