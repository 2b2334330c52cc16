"""Values of samples with 95 % intervals from their cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import Z95, wilson_interval

Floats = NDArray[np.float64]
Numbers = NDArray[np.floating] | NDArray[np.integer]
ADDED = 0.5
"""Added to both counts of a ratio, so that none is 0."""


@dataclass(frozen=True, eq=False)
class Values:
    """A measure of each sample; NaN where it cannot be read, and why."""

    value: Floats
    low: Floats
    high: Floats
    cells: NDArray[np.int64]
    """Cells that each value rests on."""
    note: tuple[str, ...]
    """Why a value cannot be read, or rests on fewer cells than there are; else empty."""
    lineage: str = ""
    """Where it was read; empty for all cells."""

    def unless(self, reasons: list[str]) -> Values:
        """The same, not read where there is a reason against it."""
        against = np.array([bool(reason) for reason in reasons])
        value, low, high = (np.where(against, np.nan, x) for x in (self.value, self.low, self.high))
        notes = tuple(why or note for why, note in zip(reasons, self.note, strict=True))
        return Values(value, low, high, self.cells, notes, self.lineage)


def nothing(n_samples: int, note: str, lineage: str = "") -> Values:
    """No sample has a value, for one reason."""
    nan = np.full(n_samples, np.nan)
    return Values(nan, nan, nan, np.zeros(n_samples, np.int64), (note,) * n_samples, lineage)


def shares(n_seen: Numbers, size: Numbers) -> tuple[Floats, Floats, Floats]:
    """Share, and its interval by Wilson's method; neither number need be whole."""
    seen = np.minimum(n_seen, size)
    share = np.where(size > 0, seen / np.where(size > 0, size, 1), np.nan)
    low, high = wilson_interval(seen, size)
    return share, low, high


def log_ratios(
    first: NDArray[np.int64], second: NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    """Log2 of `first` to `second`, and its interval by Woolf's method, 0.5 added to both."""
    a, b = first + ADDED, second + ADDED
    half = Z95 * np.sqrt(1 / a + 1 / b) / np.log(2)
    ratio = np.where(first + second > 0, np.log2(a / b), np.nan)
    return ratio, ratio - half, ratio + half


def means(
    values: Floats, codes: NDArray[np.integer], n_samples: int, *, least: int
) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Mean in each sample of at least `least` cells, its t interval, and the number of cells."""
    from scipy.special import stdtrit

    known = np.isfinite(values) & (codes >= 0)
    x, c = values[known], codes[known]
    n = np.bincount(c, minlength=n_samples)
    mean = np.bincount(c, weights=x, minlength=n_samples) / np.maximum(n, 1)
    squares = np.bincount(c, weights=(x - mean[c]) ** 2, minlength=n_samples)
    df = np.maximum(n - 1, 1)
    half = stdtrit(df, 0.975) * np.sqrt(squares / df / np.maximum(n, 1))
    enough = n >= max(least, 2)
    mean = np.where(enough, mean, np.nan)
    return mean, mean - half, mean + half, n.astype(np.int64)


def chance_to_show(
    molecules: NDArray[np.integer], depth: NDArray[np.integer], common: int
) -> Floats:
    """Chance that a cell would show a gene if only `common` of its molecules had been read.

    Of the `depth` molecules of a cell, `common` are drawn without putting back, so
    the chance to draw none of the `molecules` of the gene is hypergeometric. NaN
    where a cell has fewer than `common`.
    """
    from scipy.special import gammaln

    k, n = molecules.astype(np.float64), depth.astype(np.float64)
    rest = n - k
    possible = rest >= common  # else one of its molecules is always drawn
    enough = n >= common
    with np.errstate(invalid="ignore"):
        log_none = (
            gammaln(rest + 1) - gammaln(np.maximum(rest - common, 0) + 1)
            - gammaln(n + 1) + gammaln(np.maximum(n - common, 0) + 1)
        )  # fmt: skip
    chance = np.where(possible, -np.expm1(np.minimum(log_none, 0.0)), 1.0)
    return np.where(enough, np.where(k > 0, chance, 0.0), np.nan)


def clearance(value: Floats, low: Floats, high: Floats, threshold: float) -> Floats:
    """How far a value is from a threshold, by the half of its interval that lies towards it.

    Above 1 the interval does not reach the threshold.
    """
    above = value >= threshold
    half = np.where(above, value - low, high - value)
    return np.abs(value - threshold) / np.maximum(half, np.finfo(float).tiny)
