"""Exact and nearly exact tails of a draw without replacement from strata, as compiled loops.

A group of cells is a draw of ``drawn[b]`` from the ``cells[b]`` cells of each
stratum ``b``. Every tail asks whether the group exceeds the rest by more than a
stated factor: the draw is tilted (cells that show more are drawn more often)
until the group is expected to have just that factor. A factor of 1 is the plain
draw, the null hypothesis of shuffled labels.
"""

from __future__ import annotations

from math import erfc, exp, log, pi, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOWEST = 1e-300
"""No p-value is 0."""
FAILED = -1.0
"""A saddlepoint is not found at the edge of what is possible: all that a group can have."""
MAX_TILT = 60.0
MAX_STEPS = 80
CONVERGED = 1e-8


@njit(cache=True, nogil=True, error_model="numpy")
def expected_count(shown: Ints, cells: Ints, drawn: Ints, fold: float) -> float:
    """The cells that show it in the group, if each stratum has it `fold` times as often there."""
    total = 0.0
    for b in range(len(cells)):
        if drawn[b] > 0:
            total += drawn[b] * fold * shown[b] / (fold * drawn[b] + cells[b] - drawn[b])
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _log_chances(
    shown: Ints, cells: Ints, drawn: Ints, log_factorial: Floats
) -> tuple[Floats, Ints, Ints]:
    """Log chances of the counts of each stratum, where each starts, and its lowest count."""
    n = len(cells)
    lowest, starts = np.zeros(n, np.int64), np.zeros(n + 1, np.int64)
    for b in range(n):
        lowest[b] = max(0, shown[b] + drawn[b] - cells[b])
        starts[b + 1] = starts[b] + min(shown[b], drawn[b]) - lowest[b] + 1
    chances, f = np.empty(starts[n]), log_factorial
    for b in range(n):
        for i in range(starts[b + 1] - starts[b]):
            k = lowest[b] + i
            chances[starts[b] + i] = (
                (f[shown[b]] - f[k] - f[shown[b] - k])
                + (f[cells[b] - shown[b]] - f[drawn[b] - k])
                - f[cells[b] - shown[b] - drawn[b] + k]
            )
    return chances, starts, lowest


@njit(cache=True, nogil=True, error_model="numpy")
def _tilted(
    chances: Floats, starts: Ints, lowest: Ints, tilt: float
) -> tuple[Floats, float, float]:
    """Chances of the counts of each stratum under a tilt; mean and variance of their sum."""
    result, mean, variance = np.empty(len(chances)), 0.0, 0.0
    for b in range(len(lowest)):
        a, z = starts[b], starts[b + 1]
        highest = -np.inf
        for i in range(a, z):
            result[i] = chances[i] + tilt * (i - a)
            highest = max(highest, result[i])
        total, first, second = 0.0, 0.0, 0.0
        for i in range(a, z):
            result[i] = exp(result[i] - highest)
            total += result[i]
            first += result[i] * (i - a)
            second += result[i] * (i - a) ** 2
        for i in range(a, z):
            result[i] /= total
        mean += lowest[b] + first / total
        variance += second / total - (first / total) ** 2
    return result, mean, variance


@njit(cache=True, nogil=True, error_model="numpy")
def count_tail(
    shown: Ints, cells: Ints, drawn: Ints, fold: float, at_least: int, log_factorial: Floats
) -> float:
    """P(`at_least` cells of the group or more show it): exact; 1 where no more than expected do.

    Hypergeometric in each stratum (Fisher's noncentral one for a `fold` above
    1, with one odds ratio for all strata), convolved over the strata.
    """
    expected = expected_count(shown, cells, drawn, fold)
    if at_least <= expected:
        return 1.0
    log_chances, starts, lowest = _log_chances(shown, cells, drawn, log_factorial)
    tilt = log(fold)
    chances, mean, variance = _tilted(log_chances, starts, lowest, tilt)
    if fold > 1.0:
        for _ in range(MAX_STEPS):
            if variance <= 0.0:
                break
            step = min(1.0, max(-1.0, (expected - mean) / variance))
            tilt += step
            chances, mean, variance = _tilted(log_chances, starts, lowest, tilt)
            if abs(step) < CONVERGED or tilt > MAX_TILT:
                break
    first = lowest.sum()
    sums = np.ones(1)
    for b in range(len(cells)):
        own = chances[starts[b] : starts[b + 1]]
        if len(own) > 1:
            longer = np.zeros(len(sums) + len(own) - 1)
            for i in range(len(sums)):
                if sums[i] > 0.0:
                    for j in range(len(own)):
                        longer[i + j] += sums[i] * own[j]
            sums = longer
    tail = sums[max(0, at_least - first) :].sum()
    return min(1.0, max(tail, LOWEST))


@njit(cache=True, nogil=True, error_model="numpy")
def _log1pexp(x: float) -> float:
    return log(1.0 + exp(x)) if x < 30.0 else x


@njit(cache=True, nogil=True, error_model="numpy")
def _solve(
    points: tuple[Floats, Floats, Ints],
    zeros: Floats,
    cells: Ints,
    drawn: Ints,
    total: float,
    t: float,
    u: Floats,
) -> tuple[float, float, float, float]:
    """Find the tilt at which the draw is expected to sum to `total`; `u` is changed in place.

    Cell i of stratum b is in the group with log-odds ``u[b] + t x[i]``. Returns
    the tilt, the cumulant function there, the logarithm of its Hessian in `u`,
    and of what is left of that in `t`; NaN as the tilt where there is none.
    The Hessian is an arrow, so a step is linear in the number of points.
    """
    x, weight, stratum = points
    n = len(cells)
    a, slope, lacks = np.zeros(n), np.zeros(n), np.zeros(n)
    for _ in range(MAX_STEPS):
        cumulant, square, lack = 0.0, 0.0, total
        slope[:] = 0.0
        for b in range(n):
            a[b] = 0.0
            if 0 < drawn[b] < cells[b]:
                p = 1.0 / (1.0 + exp(-u[b]))
                a[b], lacks[b] = zeros[b] * p * (1.0 - p), drawn[b] - zeros[b] * p
                cumulant += zeros[b] * _log1pexp(u[b])
        for i in range(len(x)):
            b = stratum[i]
            if 0 < drawn[b] < cells[b]:
                e = u[b] + t * x[i]
                p = 1.0 / (1.0 + exp(-e))
                spread = weight[i] * p * (1.0 - p)
                a[b] += spread
                slope[b] += spread * x[i]
                square += spread * x[i] * x[i]
                lacks[b] -= weight[i] * p
                lack -= weight[i] * p * x[i]
                cumulant += weight[i] * _log1pexp(e)
        rest, right, log_a = square, lack, 0.0
        for b in range(n):
            if 0 < drawn[b] < cells[b]:
                if a[b] < 1e-12:
                    return np.nan, 0.0, 0.0, 0.0
                rest -= slope[b] ** 2 / a[b]
                right -= slope[b] * lacks[b] / a[b]
                log_a += log(a[b])
        if rest < 1e-12:
            return np.nan, 0.0, 0.0, 0.0
        dt = right / rest
        worst = abs(dt)
        for b in range(n):
            if 0 < drawn[b] < cells[b]:
                worst = max(worst, abs((lacks[b] - slope[b] * dt) / a[b]))
        if worst < CONVERGED:
            return t, cumulant, log_a, log(rest)
        step = min(1.0, 2.0 / worst)
        for b in range(n):
            if 0 < drawn[b] < cells[b]:
                u[b] += step * (lacks[b] - slope[b] * dt) / a[b]
        t += step * dt
        if t > MAX_TILT:
            break
    return np.nan, 0.0, 0.0, 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def mean_tail(
    points: tuple[Floats, Floats, Ints],
    zeros: Floats,
    cells: Ints,
    drawn: Ints,
    total: float,
    expected: float,
) -> float:
    """P(the values of the group sum to `total` or more), if `expected` is what they should.

    The double saddlepoint of Skovgaard (1987) for a draw without replacement from
    strata; `points` are the values above 0, from 0 to 1, with how often each is
    there, and its stratum. 1 where `total` does not exceed what is expected.
    """
    if total <= expected:
        return 1.0
    n = len(cells)
    x, weight, stratum = points
    u, plain = np.zeros(n), 0.0
    for b in range(n):
        if 0 < drawn[b] < cells[b]:
            u[b] = log(drawn[b] / (cells[b] - drawn[b]))
    for i in range(len(x)):
        b = stratum[i]
        if drawn[b] == cells[b]:
            total -= weight[i] * x[i]
            expected -= weight[i] * x[i]
        elif drawn[b] > 0:
            plain += weight[i] * x[i] * drawn[b] / cells[b]
    t0, log_a0, base = 0.0, 0.0, 0.0
    if expected > plain * (1.0 + 1e-12):
        t0, base, log_a0, _ = _solve(points, zeros, cells, drawn, expected, 0.0, u)
        if np.isnan(t0):
            return FAILED
    else:
        for b in range(n):
            if 0 < drawn[b] < cells[b]:
                p = drawn[b] / cells[b]
                base -= cells[b] * log(1.0 - p)
                log_a0 += log(cells[b] * p * (1.0 - p))
    base -= t0 * total
    for b in range(n):
        base -= drawn[b] * u[b]
    t, height, log_a, log_rest = _solve(points, zeros, cells, drawn, total, t0, u)
    if np.isnan(t) or t <= t0:
        return FAILED
    height -= t * total
    for b in range(n):
        height -= drawn[b] * u[b]
    w = sqrt(max(0.0, 2.0 * (base - height)))
    if w < 1e-3:
        return 0.5
    v = (t - t0) * exp(0.5 * (log_a + log_rest - log_a0))
    p = 0.5 * erfc(w / sqrt(2.0)) + exp(-w * w / 2.0) / sqrt(2.0 * pi) * (1.0 / v - 1.0 / w)
    return min(1.0, max(p, LOWEST))
