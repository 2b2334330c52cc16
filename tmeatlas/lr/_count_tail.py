"""The exact tail of a count: cells of a group that show a gene, drawn from strata.

A group of cells is a draw of ``drawn[b]`` from the ``cells[b]`` cells of each
stratum ``b``. Every tail asks whether the group exceeds the rest by more than a
stated factor: the draw is tilted (cells that show more are drawn more often)
until the group is expected to have just that factor. A factor of 1 is the plain
draw, the null hypothesis of shuffled labels.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOWEST = 1e-300
"""No p-value is 0."""
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
