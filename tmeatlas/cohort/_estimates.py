"""What a test says of each feature: an effect with its interval, and a p-value that is never 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from tmeatlas._stats import LEVEL

Floats = NDArray[np.float64]

TINY = float(np.finfo(np.float64).tiny)
"""The lowest p-value that is given."""
ROUNDING = 1e-9
"""A spread below this share of the values is what rounding leaves of none."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimates:
    """One condition against the reference: one number per feature, NaN where it was not tested."""

    effect: Floats
    low: Floats
    high: Floats
    statistic: Floats
    df: Floats
    pval: Floats
    note: str = ""


def t_estimates(effect: Floats, error: Floats, df: Floats) -> Estimates:
    """Estimates from a standard error and its degrees of freedom; NaN where there is no error."""
    error = np.where(error > 0, error, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = effect / error
        half = stdtrit(df, 0.5 + LEVEL / 2) * error
    return Estimates(
        effect=effect,
        low=effect - half,
        high=effect + half,
        statistic=statistic,
        df=np.broadcast_to(df, effect.shape).astype(np.float64),
        pval=never_zero(2 * stdtr(df, -np.abs(statistic))),
    )


def never_zero(pvalues: Floats) -> Floats:
    """P-values that are too small for a number become the smallest that there is."""
    return np.where(np.isnan(pvalues), np.nan, np.clip(pvalues, TINY, 1.0))
