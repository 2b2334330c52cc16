"""Statistics on bare arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def permutation_pvalue(exceeding: ArrayLike, n_perms: int) -> NDArray[np.float64]:
    """P-value of a permutation test, never 0: ``(r + 1) / (n + 1)``.

    `exceeding` counts the permutations whose statistic is at least the observed
    one. Adding the observed labelling itself makes the test exact
    (Phipson and Smyth, 2010).
    """
    return (np.asarray(exceeding, dtype=np.float64) + 1.0) / (n_perms + 1.0)


def benjamini_hochberg(pvalues: ArrayLike, *, n_tests: int | None = None) -> NDArray[np.float64]:
    """Benjamini-Hochberg adjusted p-values; NaN (not tested) stays NaN and is not counted.

    `n_tests` is the size of the whole family where `pvalues` holds only a part
    of it, chosen by its result: the tests that are not listed count as p = 1.
    """
    pvalues = np.asarray(pvalues, dtype=np.float64)
    adjusted = np.full(pvalues.shape, np.nan)
    tested = np.isfinite(pvalues)
    values = pvalues[tested]
    n_listed = values.size
    if n_listed == 0:
        return adjusted
    family = n_listed if n_tests is None else n_tests
    descending = np.argsort(values, kind="stable")[::-1]
    ranks = np.arange(n_listed, 0, -1)
    stepped = np.minimum.accumulate(values[descending] * family / ranks)
    result = np.empty(n_listed)
    result[descending] = np.minimum(stepped, 1.0)
    adjusted[tested] = result
    return adjusted


def fisher_combined(sum_of_logs: ArrayLike, n_pvalues: ArrayLike) -> NDArray[np.float64]:
    """P-value of several independent ones together: twice their summed logs is chi-squared.

    Small where at least one of the nulls is false (Fisher, 1925). P-values of
    permutations are larger than uniform ones, which makes it conservative.
    """
    from scipy.special import gammaincc

    n = np.asarray(n_pvalues, dtype=np.float64)
    # The upper tail of chi-squared with 2 n degrees of freedom at -2 Σ ln p.
    tail = gammaincc(np.maximum(n, 1.0), -np.asarray(sum_of_logs, dtype=np.float64))
    return np.clip(tail, np.finfo(np.float64).tiny, 1.0)
