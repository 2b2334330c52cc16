"""How far a share of cells can be trusted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95


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
