"""How far a share of cells can be trusted, and how low a share could have been seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
MIN_CELLS_SEEN = 3
"""Fewer cells than this with the ligand, or with the receptor, are hardly seen."""


def wilson_interval(
    n_seen: ArrayLike, size: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % interval of a share by the method of Wilson (1927), which also holds for few cells."""
    from scipy.special import ndtri

    z = float(ndtri((1 + LEVEL) / 2))
    n = np.asarray(size, dtype=np.float64)
    share = np.asarray(n_seen, dtype=np.float64) / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    low, high = (middle - half) / scale, (middle + half) / scale
    # Rounding must not take the ends past shares of none and all.
    return np.where(share == 0, 0.0, low), np.where(share == 1, 1.0, high)


def lowest_detectable(size: ArrayLike) -> NDArray[np.float64]:
    """The lowest true share that shows in `MIN_CELLS_SEEN` of `size` cells, in 95 % of cases.

    Below it, a group of this size can have the gene without anyone knowing. 1
    for groups of too few cells.
    """
    from scipy.special import betaincinv

    n = np.asarray(size, dtype=np.float64)
    # P(at least k of n) at share f is the regularised incomplete beta function I_f(k, n - k + 1).
    rest = np.maximum(n - MIN_CELLS_SEEN + 1, 1.0)
    return np.where(n >= MIN_CELLS_SEEN, betaincinv(MIN_CELLS_SEEN, rest, LEVEL), 1.0)
