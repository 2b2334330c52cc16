"""The figures behind findings: AUROC and Spearman's correlation in blocks, Wilson's interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import rankdata

RESAMPLES = 1000
SEED = 0
Interval = tuple[float, float, float]


def auroc(values: np.ndarray, higher: np.ndarray) -> float:
    """Share of pairs of a row of `higher` and another in which the first has more; ties half."""
    ranks = rankdata(values)
    n = int(higher.sum())
    return float((ranks[higher].sum() - n * (n + 1) / 2) / (n * (len(values) - n)))


def auroc_in_blocks(
    values: np.ndarray, higher: np.ndarray, lower: np.ndarray, blocks: np.ndarray, fewest: int
) -> Interval | None:
    """The mean over blocks with enough rows of both, with an interval; None where there is none."""
    seen = (higher | lower) & np.isfinite(values)
    parts = []
    for block in np.unique(blocks[seen]):
        rows = np.flatnonzero(seen & (blocks == block))
        sides = (rows[higher[rows]], rows[~higher[rows]])
        if min(len(side) for side in sides) >= fewest:
            parts.append(sides)

    def value(drawn: Callable[[np.ndarray], np.ndarray]) -> float:
        each = []
        for sides in parts:
            one, other = (values[drawn(side)] for side in sides)
            label = np.repeat([True, False], [len(one), len(other)])
            each.append(auroc(np.concatenate([one, other]), label))
        return float(np.mean(each))

    return _with_interval(value) if parts else None


def spearman_in_blocks(
    first: np.ndarray, second: np.ndarray, kept: np.ndarray, blocks: np.ndarray, fewest: int
) -> Interval | None:
    """The same of a rank correlation."""
    seen = kept & np.isfinite(first) & np.isfinite(second)
    parts = [np.flatnonzero(seen & (blocks == block)) for block in np.unique(blocks[seen])]
    parts = [rows for rows in parts if len(rows) >= fewest]

    def value(drawn: Callable[[np.ndarray], np.ndarray]) -> float:
        each = [_spearman(first[rows], second[rows]) for rows in map(drawn, parts)]
        return float(np.mean(each))

    return _with_interval(value) if parts else None


def wilson(count: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    p, scale = count / n, 1 + z * z / n
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return float((middle - half) / scale), float((middle + half) / scale)


def _spearman(first: np.ndarray, second: np.ndarray) -> float:
    ranks = rankdata(first), rankdata(second)
    if min(np.ptp(each) for each in ranks) == 0:
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def _with_interval(value: Callable[[Callable[[np.ndarray], np.ndarray]], float]) -> Interval:
    """The value of the rows as they are, and where 95 % of those of rows drawn again lie."""
    rng = np.random.default_rng(SEED)
    again = [value(lambda rows: rng.choice(rows, len(rows))) for _ in range(RESAMPLES)]
    low, high = np.percentile(again, [2.5, 97.5])
    return value(lambda rows: rows), float(low), float(high)
