"""Labels of patients exchanged: all ways where these can be counted, else many at random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, product
from math import comb

import numpy as np

from tmeatlas.cohort._estimates import Estimates, Floats
from tmeatlas.cohort._welch import paired_t, welch

MOST_WAYS = 20_000
"""Up to so many relabellings all are gone through."""
DRAWS = 9_999
CHUNK = 512
TIES = 1e-9

Count = Callable[[Floats, int, Floats], tuple[Floats, float]]
"""From values, the number of the first condition and the observed statistics: p and its floor."""


def permuted(case: Floats, reference: Floats) -> tuple[Estimates, Floats]:
    """P-values of Welch's t over relabellings, and the smallest that each could have been.

    The t is studentised, so that the test keeps its level in larger samples also where the
    spreads differ (Janssen, 1997). Effect and interval are those of Welch's test.
    """
    observed = welch(case, reference)
    pvalues, floors = _by_pattern(observed, [case, reference], _relabelled)
    return _with(observed, pvalues), floors


def sign_flipped(differences: Floats) -> tuple[Estimates, Floats]:
    """The same with the signs of the differences within pairs."""
    observed = paired_t(differences)
    pvalues, floors = _by_pattern(observed, [differences], _flipped)
    return _with(observed, pvalues), floors


def _with(observed: Estimates, pvalues: Floats) -> Estimates:
    return Estimates(
        effect=observed.effect,
        low=observed.low,
        high=observed.high,
        statistic=observed.statistic,
        df=np.full(len(pvalues), np.nan),
        pval=pvalues,
    )


def _by_pattern(
    observed: Estimates, parts: Sequence[Floats], count: Count
) -> tuple[Floats, Floats]:
    """Features that lack the same units are permuted together."""
    values = np.vstack(parts)
    pvalues, floors = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    known = np.isfinite(values)
    patterns, of_feature = np.unique(known, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        features = np.flatnonzero(of_feature.ravel() == number)
        features = features[np.isfinite(observed.pval[features])]
        if len(features):
            n_first = int(pattern[: len(parts[0])].sum())
            found = count(values[np.ix_(pattern, features)], n_first, observed.statistic[features])
            pvalues[features], floors[features] = found
    return pvalues, floors


def _relabelled(values: Floats, n_case: int, observed: Floats) -> tuple[Floats, float]:
    n = len(values)
    ways = comb(n, n_case)
    if ways <= MOST_WAYS:
        chosen = np.array(list(combinations(range(n), n_case)))
        floor = (2 if 2 * n_case == n else 1) / ways
    else:
        rng = np.random.default_rng(0)
        chosen = np.array([rng.permutation(n)[:n_case] for _ in range(DRAWS)])
        floor = 1 / (DRAWS + 1)
    case = np.zeros((len(chosen), n))
    case[np.arange(len(chosen))[:, None], chosen] = 1.0
    centred = values - values.mean(axis=0)

    def statistics(rows: Floats) -> Floats:
        return _t(
            rows @ centred,
            rows @ centred**2,
            n_case,
            (1 - rows) @ centred,
            (1 - rows) @ centred**2,
            n - n_case,
        )

    return _share_as_far(case, statistics, observed, drawn=ways > MOST_WAYS), floor


def _t(sum1: Floats, squares1: Floats, n1: int, sum0: Floats, squares0: Floats, n0: int) -> Floats:
    """Welch's t from sums and sums of squares."""
    error1 = np.maximum(squares1 - sum1**2 / n1, 0) / (n1 - 1) / n1
    error0 = np.maximum(squares0 - sum0**2 / n0, 0) / (n0 - 1) / n0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.abs(sum1 / n1 - sum0 / n0) / np.sqrt(error1 + error0)


def _flipped(differences: Floats, n: int, observed: Floats) -> tuple[Floats, float]:
    ways = 2**n
    if ways <= MOST_WAYS:
        signs = np.array(list(product((1.0, -1.0), repeat=n)))
    else:
        signs = np.random.default_rng(0).choice((1.0, -1.0), size=(DRAWS, n))
    squares = (differences**2).sum(axis=0)

    def statistics(rows: Floats) -> Floats:
        mean = rows @ differences / n
        error = np.maximum(squares - n * mean**2, 0) / (n - 1) / n
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.abs(mean) / np.sqrt(error)

    drawn = ways > MOST_WAYS
    floor = 1 / (DRAWS + 1) if drawn else 2 / ways
    return _share_as_far(signs, statistics, observed, drawn=drawn), floor


def _share_as_far(
    ways: Floats, statistics: Callable[[Floats], Floats], observed: Floats, *, drawn: bool
) -> Floats:
    """The share of relabellings whose statistic is as far from 0 as the observed one."""
    reached = np.zeros(len(observed))
    bound = np.abs(observed) * (1 - TIES) - TIES
    for start in range(0, len(ways), CHUNK):
        found = statistics(ways[start : start + CHUNK])
        reached += (~(found < bound)).sum(axis=0)  # what has no spread at all is as far as can be
    return (reached + 1) / (len(ways) + 1) if drawn else reached / len(ways)
