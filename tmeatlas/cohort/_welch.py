"""Means of two conditions or more whose spread may differ, and differences within pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from tmeatlas.cohort._estimates import ROUNDING, Estimates, Floats, never_zero, t_estimates


def means_and_errors(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Number, mean and squared standard error of each column, without what is missing."""
    known = np.isfinite(values)
    n = known.sum(axis=0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / n
        squares = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
        error = squares / (n - 1) / n
        largest = np.where(known, np.abs(values), 0.0).max(axis=0, initial=0.0)
    error = np.where(squares > (ROUNDING * largest) ** 2, error, 0.0)
    return n, mean, np.where(n > 1, error, np.nan)


def welch(case: Floats, reference: Floats) -> Estimates:
    """Welch's t-test of each column (Welch, 1947), with the degrees of freedom of Satterthwaite."""
    n1, mean1, error1 = means_and_errors(case)
    n0, mean0, error0 = means_and_errors(reference)
    error = error1 + error0
    with np.errstate(divide="ignore", invalid="ignore"):
        df = error**2 / (error1**2 / (n1 - 1) + error0**2 / (n0 - 1))
    return t_estimates(mean1 - mean0, np.sqrt(error), df)


def paired_t(differences: Floats) -> Estimates:
    """T-test of the differences within pairs, column by column."""
    n, mean, error = means_and_errors(differences)
    return t_estimates(mean, np.sqrt(error), n - 1)


def welch_anova(groups: Sequence[Floats]) -> Floats:
    """P-value of "all means are alike", whatever the spreads (Welch, 1951); columns apart."""
    n, mean, error = (np.array(part) for part in zip(*map(means_and_errors, groups), strict=True))
    k = len(groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / error
        total = weight.sum(axis=0)
        centre = (weight * mean).sum(axis=0) / total
        spread = ((1 - weight / total) ** 2 / (n - 1)).sum(axis=0)
        between = (weight * (mean - centre) ** 2).sum(axis=0) / (k - 1)
        statistic = between / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
        df = (k**2 - 1) / (3 * spread)
        return never_zero(fdtrc(k - 1, df, statistic))


def hotelling(differences: NDArray[np.float64]) -> float:
    """P-value of "no condition differs from the reference": pairs × conditions (Hotelling, 1931).

    NaN where there are not more pairs than conditions, or differences that depend on each other.
    """
    rows = differences[np.isfinite(differences).all(axis=1)]
    n, k = rows.shape
    if n <= k:
        return np.nan
    covariance = np.atleast_2d(np.cov(rows, rowvar=False))
    if np.linalg.matrix_rank(covariance) < k:
        return np.nan
    mean = rows.mean(axis=0)
    statistic = n * mean @ np.linalg.solve(covariance, mean)
    return float(never_zero(fdtrc(k, n - k, statistic * (n - k) / (k * (n - 1)))))
