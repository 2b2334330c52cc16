"""A linear model of every feature, and spread that features lend each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, fdtrc, polygamma

from tmeatlas.cohort._covariates import independent
from tmeatlas.cohort._design import FEWEST
from tmeatlas.cohort._estimates import ROUNDING, Floats, never_zero

MOST_DF = 1e6
"""Where the prior is certain: more degrees of freedom than any data have."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Least squares of every feature on the conditions."""

    effects: Floats
    """Conditions other than the reference × features; NaN where the model cannot tell them."""
    unscaled: Floats
    """Features × conditions × conditions: covariance of the effects, over the variance."""
    variance: Floats
    """Of the residuals; NaN where nothing is left of them."""
    df: Floats
    """Degrees of freedom of the residuals."""


def fit(values: Floats, treated: Floats, others: Floats) -> Fit:
    """Fit all features; those that lack the same units are fitted together.

    `treated` says which condition a unit is in, `others` is all else of the model. Units of a
    condition in which too few have a value are left out of that feature.
    """
    n_features, k = values.shape[1], treated.shape[1]
    effects = np.full((k, n_features), np.nan)
    unscaled = np.full((n_features, k, k), np.nan)
    variance, df = np.full(n_features, np.nan), np.full(n_features, np.nan)
    patterns, of_feature = np.unique(np.isfinite(values), axis=1, return_inverse=True)
    for number, known in enumerate(patterns.T):
        features = np.flatnonzero(of_feature.ravel() == number)
        enough = treated[known].sum(axis=0) >= FEWEST
        units = known & ~treated[:, ~enough].any(axis=1)
        tested, base = np.flatnonzero(enough), others[units]
        model = np.hstack([treated[np.ix_(units, tested)], base[:, independent(base)]])
        left = len(model) - model.shape[1]
        if not len(tested) or left <= 0 or np.linalg.matrix_rank(model) < model.shape[1]:
            continue
        y = values[np.ix_(units, features)]
        coefficients, *_ = np.linalg.lstsq(model, y, rcond=None)
        residuals = y - model @ coefficients
        effects[np.ix_(tested, features)] = coefficients[: len(tested)]
        inverse = np.linalg.inv(model.T @ model)[: len(tested), : len(tested)]
        unscaled[np.ix_(features, tested, tested)] = inverse
        df[features] = left
        found = (residuals**2).sum(axis=0) / left
        largest = np.abs(y).max(axis=0)
        variance[features] = np.where(np.sqrt(found) > ROUNDING * largest, found, np.nan)
    return Fit(effects, unscaled, variance, df)


def f_pvalue(found: Fit, variance: Floats, df: Floats) -> Floats:
    """P-value of "no condition differs from the reference"."""
    pvalues = np.full(len(variance), np.nan)
    k = len(found.effects)
    for i in np.flatnonzero(np.isfinite(variance) & np.isfinite(found.effects).all(axis=0)):
        effect = found.effects[:, i]
        statistic = effect @ np.linalg.solve(found.unscaled[i], effect) / k / variance[i]
        pvalues[i] = fdtrc(k, df[i], statistic)
    return never_zero(pvalues)


def moderate(variance: Floats, df: Floats) -> tuple[Floats, Floats]:
    """Variances drawn to what features have in common, and their degrees of freedom.

    The empirical Bayes of limma (Smyth, 2004): variances are taken to come from a scaled
    inverse chi-square distribution, whose two parameters are found by the mean and the
    variance of their logarithms. NaN stays NaN and is no part of it.
    """
    known = np.isfinite(variance)
    s2, d = variance[known], df[known]
    logs = np.log(s2) - digamma(d / 2) + np.log(d / 2)
    excess = logs.var(ddof=1) - polygamma(1, d / 2).mean()
    if excess > 0:
        d0 = 2 * _inverse_trigamma(excess)
        s0 = np.exp(logs.mean() + digamma(d0 / 2) - np.log(d0 / 2))
        drawn = (d0 * s0 + d * s2) / (d0 + d)
    else:
        d0, drawn = np.inf, np.full(len(s2), np.exp(logs.mean()))
    result, total = np.full(len(variance), np.nan), np.full(len(variance), np.nan)
    result[known] = drawn
    total[known] = np.minimum(d + d0, min(d.sum(), MOST_DF))
    return result, total


def _inverse_trigamma(value: float) -> float:
    """Newton's method on 1 / trigamma, which is convex and nearly linear."""
    found = 0.5 + 1 / value
    for _ in range(50):
        trigamma = polygamma(1, found)
        step = trigamma * (1 - trigamma / value) / polygamma(2, found)
        found += step
        if abs(step) < 1e-10 * found:
            break
    return float(found)
