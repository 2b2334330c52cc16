"""The tail of a mean: values of a group of cells, drawn from strata, by a double saddlepoint.

As in :mod:`tmeatlas.lr._count_tail`, the draw is tilted until the group has just
the factor by which it has to exceed the rest.
"""

from __future__ import annotations

from math import erfc, exp, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.lr._count_tail import CONVERGED, LOWEST, MAX_STEPS, MAX_TILT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEARER = (1.0, 0.97, 0.9, 0.8, 0.65, 0.5)
"""Parts of the way from what is expected to the sum, whose tails are no lower than its own."""
LEAST_RATIO = 0.1
"""Where the two terms of the tail are further apart, strata have nearly all that they can."""
LOW_ENOUGH = 1e-8
"""No verdict rests on whether a p-value is still lower."""
FAILED = -1.0
"""A saddlepoint is not found at the edge of what is possible: all that a group can have."""


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
    there, and its stratum. 1 where `total` does not exceed what is expected. Where
    the group has nearly all that it can have in many strata, this is too high, or
    there is no saddlepoint: the lowest of the tails of somewhat smaller sums is
    taken, none of which is below that of `total`.
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
    for b in range(n):
        base -= drawn[b] * u[b]
    start, lowest = u.copy(), FAILED
    for part in NEARER:
        u[:], reached = start, expected + part * (total - expected)
        t, height, log_a, log_rest = _solve(points, zeros, cells, drawn, reached, t0, u)
        if not t > t0:
            continue
        height -= t * reached
        for b in range(n):
            height -= drawn[b] * u[b]
        w = sqrt(max(0.0, 2.0 * (base - t0 * reached - height)))
        v = (t - t0) * exp(0.5 * (log_a + log_rest - log_a0))
        p = _tail(w, v)
        lowest = p if lowest == FAILED else min(lowest, p)
        if v > LEAST_RATIO * w or p < LOW_ENOUGH:
            break
    return lowest


@njit(cache=True, nogil=True, error_model="numpy")
def _tail(w: float, v: float) -> float:
    """The tail by the formula of Lugannani and Rice."""
    if w < 1e-3:
        return 0.5
    p = 0.5 * erfc(w / sqrt(2.0)) + exp(-w * w / 2.0) / sqrt(2.0 * pi) * (1.0 / v - 1.0 / w)
    return min(1.0, max(p, LOWEST))
