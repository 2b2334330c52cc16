"""Statistics on bare arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
"""Of intervals."""
Z95 = 1.959963984540054
"""Of the standard normal distribution: 95 % of it lie between minus this and this."""


def permutation_pvalue(exceeding: ArrayLike, n_perms: int) -> NDArray[np.float64]:
    """P-value of a permutation test, never 0: ``(r + 1) / (n + 1)``.

    `exceeding` counts the permutations whose statistic is at least the observed
    one. Adding the observed labelling itself makes the test exact
    (Phipson and Smyth, 2010).
    """
    return (np.asarray(exceeding, dtype=np.float64) + 1.0) / (n_perms + 1.0)


def benjamini_hochberg(pvalues: ArrayLike) -> NDArray[np.float64]:
    """Benjamini-Hochberg adjusted p-values; NaN (not tested) stays NaN and is not counted."""
    pvalues = np.asarray(pvalues, dtype=np.float64)
    adjusted = np.full(pvalues.shape, np.nan)
    tested = np.isfinite(pvalues)
    values = pvalues[tested]
    n_listed = values.size
    if n_listed == 0:
        return adjusted
    descending = np.argsort(values, kind="stable")[::-1]
    ranks = np.arange(n_listed, 0, -1)
    stepped = np.minimum.accumulate(values[descending] * n_listed / ranks)
    result = np.empty(n_listed)
    result[descending] = np.minimum(stepped, 1.0)
    adjusted[tested] = result
    return adjusted


def both_sides_adjusted(
    larger: NDArray[np.float64], smaller: NDArray[np.float64]
) -> NDArray[np.float64]:
    r"""Adjusted p-values of tests that need two sides; NaN (not tested) stays NaN.

    AdaFilter-BH for two of two (Wang et al., 2022). A test with one false side
    passes the threshold :math:`g` only if its true side does, and then with a
    chance of `g`, so of the tests with :math:`n(g)` either sides at or below
    it, :math:`g\, n(g)` are expected to be false:

    .. math:: p_{adj}(k) = \min_{j \geq k} p_{(j)}\, n(p_{(j)}) / \#\{p \leq p_{(j)}\},

    where :math:`p` is the larger p-value of the two sides, and :math:`n`
    counts by the smaller one.
    """
    adjusted = np.where(np.isnan(larger), np.nan, 1.0)
    below_one = np.flatnonzero(larger < 1.0)  # the many others have an adjusted p of 1
    if below_one.size == 0:
        return adjusted
    values = larger[below_one]
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    either = np.searchsorted(np.sort(smaller[smaller < 1.0]), ascending, side="right")
    rank = np.searchsorted(ascending, ascending, side="right")
    stepped = np.minimum.accumulate((ascending * either / rank)[::-1])[::-1]
    adjusted[below_one[order]] = np.minimum(stepped, 1.0)
    return adjusted


def true_in_at_least(
    pvalues: NDArray[np.float64], least: NDArray[np.integer]
) -> NDArray[np.float64]:
    """P-value of "true in at least `least` of the samples", for each row of p-values.

    NaN is a sample that says nothing, and is not counted. The `least` - 1
    lowest p-values are left out, and the others are combined (Fisher, 1925): a
    partial conjunction. NaN in rows without a sample.
    """
    from scipy.special import gammaincc

    result = np.where(np.isfinite(pvalues).any(axis=-1), 1.0, np.nan)
    enough = (pvalues < 1.0).sum(axis=-1) >= np.maximum(least, 1)  # else all that is left is 1
    ascending = np.sort(pvalues[enough], axis=-1)  # NaN comes last
    used = np.isfinite(ascending) & (np.arange(pvalues.shape[-1]) >= least[enough][:, None] - 1)
    logs = -np.log(ascending, where=used, out=np.zeros_like(ascending)).sum(axis=-1)
    tail = gammaincc(used.sum(axis=-1), logs)
    result[enough] = np.clip(tail, np.finfo(np.float64).tiny, 1.0)
    return result


def wilson_interval(
    n_seen: ArrayLike, size: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % interval of a share by the method of Wilson (1927), which also holds for few cells.

    NaN for a share of nothing.
    """
    from scipy.special import ndtri

    z = float(ndtri((1 + LEVEL) / 2))
    n = np.where(np.asarray(size) > 0, np.asarray(size, dtype=np.float64), np.nan)
    share = np.asarray(n_seen, dtype=np.float64) / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    low, high = (middle - half) / scale, (middle + half) / scale
    # Rounding must not take the ends past shares of none and all.
    return np.where(share == 0, 0.0, low), np.where(share == 1, 1.0, high)
