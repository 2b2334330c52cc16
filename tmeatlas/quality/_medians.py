"""Medians with intervals that ask for no distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import Z95
from tmeatlas.quality._measured import NAN, Measured

FEWEST = 6
"""Values without which the range of all does not hold the median with 95 %: 2 / 2^6 = 3 %."""


def median_of(
    measure: str,
    name: str,
    values: NDArray[Any],
    *,
    unit: str = "share",
    group: str = "",
    note: str = "",
) -> Measured:
    """The median of the cells and its 95 % interval; not read where there is a `note`."""
    value, low, high = (NAN, NAN, NAN) if note else median_with_interval(values)
    return Measured(measure, name, value, low, high, unit, len(values), group, note)


def median_with_interval(values: NDArray[Any]) -> tuple[float, float, float]:
    """Median and its 95 % interval by order statistics; NaN without values, ends with few."""
    n = len(values)
    if not n:
        return NAN, NAN, NAN
    median = float(np.median(values))
    if n < FEWEST:
        return median, NAN, NAN
    # The normal approximation of the binomial, rounded outwards.
    low = max(int(np.floor(n / 2 - Z95 * np.sqrt(n) / 2)), 1)
    ordered = np.partition(values, (low - 1, n - low))
    return median, float(ordered[low - 1]), float(ordered[n - low])
