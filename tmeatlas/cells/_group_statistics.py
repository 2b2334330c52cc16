"""Numbers of groups of cells that figures and the page share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

UPPER_QUARTER = 0.75
ROUNDING = 1e-9
"""Values that differ by less, as a share of the largest, are equal."""

Floats = NDArray[np.float64]
Codes = NDArray[np.integer[Any]]


def group_means(values: Floats, codes: Codes, n_groups: int) -> Floats:
    """Mean of `values` in each group, without those that are NaN; NaN where none is left.

    `codes` has the group of each cell, -1 where it has none.
    """
    known = (codes >= 0) & np.isfinite(values)
    counts = np.bincount(codes[known], minlength=n_groups)
    sums = np.bincount(codes[known], weights=values[known], minlength=n_groups)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def mean_and_spread(values: Floats, codes: Codes) -> tuple[float, float]:
    """Mean and standard deviation over all cells that have a group; 0 and 0 where none has."""
    known = values[(codes >= 0) & np.isfinite(values)]
    if not known.size:
        return 0.0, 0.0
    spread = float(known.std())
    # What rounding leaves of equal values is no spread.
    return float(known.mean()), spread if spread > ROUNDING * np.abs(known).max() else 0.0


def relative_means(means: Floats, mean: float, spread: float) -> Floats:
    """Means of groups as standard deviations above that of all cells; 0 where all are equal."""
    centred = (means - mean) / spread if spread > 0 else np.zeros_like(means)
    return np.where(np.isfinite(means), centred, np.nan)


def high_threshold(values: Floats, codes: Codes, quantile: float = UPPER_QUARTER) -> float:
    """What a high cell lies above: the quantile over the cells that have a group."""
    known = values[(codes >= 0) & np.isfinite(values)]
    return float(np.quantile(known, quantile)) if known.size else np.nan


def high_shares(values: Floats, codes: Codes, n_groups: int, threshold: float) -> Floats:
    """Share of the cells of each group that are high; NaN where no cell has a value."""
    high = np.where(np.isfinite(values), values > threshold, np.nan)
    return group_means(high, codes, n_groups)
