"""What differs between conditions beside the condition: depth, platform, sorting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import clean, counted
from tmeatlas.quality._remarks import (
    CONDITIONS,
    DEPTH_OF_CONDITION,
    PLATFORM_OF_CONDITION,
    SORTING_OF_CONDITION,
    Remark,
)

LEAST_SAMPLES = 2
"""Samples of a condition whose spread can be told."""
LEAST_FOLD = 1.5
"""A difference in depth that matters. A convention: a gene of one molecule in 10,000 is then shown
by 14 % of cells with 1,500 molecules and by 10 % of those with 1,000."""
ALPHA = 0.05
"""Of a test with samples as replicates, Bonferroni over pairs of conditions and over groups."""
WHOLE = "not sorted"


def judge_arms(
    condition: str,
    arms: Sequence[str],
    *,
    depths: NDArray[np.floating],
    platforms: Sequence[str],
    gates: Sequence[str],
    group_depths: Mapping[str, NDArray[np.floating]] | None = None,
) -> tuple[Remark, ...]:
    """What goes with `condition` among samples, of which each is one replicate.

    For every sample: its condition ("" where it has none), molecules of its median or
    mean cell (NaN where not known), its platform ("" where it is not known), and the word
    of its gate ("" where it may be a whole tumour); by group of cells, molecules of its
    median cell there.
    """
    where = {arm: np.array([each == arm for each in arms]) for arm in dict.fromkeys(arms) if arm}
    sorted_as = [gate or WHOLE for gate in gates]
    found = (
        (DEPTH_OF_CONDITION, _depth(depths, group_depths or {}, where)),
        (PLATFORM_OF_CONDITION, _kind(platforms, where)),
        (SORTING_OF_CONDITION, _kind(sorted_as, where)),
    )
    key = clean(condition)
    return tuple(Remark(word, f"{key}: {reason}", CONDITIONS) for word, reason in found if reason)


class _Pair(NamedTuple):
    """Logarithms of the depths of samples of two conditions, in one group of cells."""

    fold: float
    """Difference of the means, as logarithm."""
    group: str
    arms: tuple[str, str]
    logs: tuple[NDArray[np.float64], NDArray[np.float64]]


def _depth(
    depths: NDArray[np.floating],
    group_depths: Mapping[str, NDArray[np.floating]],
    where: Mapping[str, NDArray[np.bool_]],
) -> str:
    """Which two conditions differ most in depth: in all cells, or else in one group.

    Lineages hold different amounts of RNA: where one condition has more of the deep ones,
    all its cells together are deeper, and nothing is wrong. So cells of the same groups
    have to differ as well, where they are known.
    """
    alike = {pair.arms: pair.fold for pair in _pairs("", _of_like_cells(group_depths), where)}
    whole = [
        pair
        for pair in _pairs("", depths, where)
        if alike.get(pair.arms, np.inf) >= np.log(LEAST_FOLD)
    ]
    of_groups = [
        pair for group, values in group_depths.items() for pair in _pairs(group, values, where)
    ]
    return _most_apart(whole) or _most_apart(of_groups)


def _of_like_cells(group_depths: Mapping[str, NDArray[np.floating]]) -> NDArray[np.float64]:
    """Depth of each sample over that of all samples, in its middle group; NaN without groups."""
    if not group_depths:
        return np.empty(0)
    depths = np.array([np.where(each > 0, each, np.nan) for each in group_depths.values()])
    logs = np.ma.masked_invalid(np.log(depths))
    ratios = logs - logs.mean(axis=1)[:, None]
    return np.asarray(np.exp(np.ma.median(ratios, axis=0).filled(np.nan)), dtype=np.float64)


def _most_apart(pairs: Sequence[_Pair]) -> str:
    """The two conditions that differ most, where any do beyond their samples' spread."""
    differing = [
        pair
        for pair in pairs
        if pair.fold >= np.log(LEAST_FOLD) and _welch(*pair.logs) * len(pairs) < ALPHA
    ]
    if not differing:
        return ""
    found = max(differing, key=lambda pair: pair.fold)
    deep, shallow = sorted(
        zip(found.arms, found.logs, strict=True), key=lambda side: -side[1].mean()
    )
    of = f" of {clean(found.group)}" if found.group else ""
    return (
        f"{np.exp(deep[1].mean()):,.0f} molecules a cell{of} in "
        f"{counted(len(deep[1]), 'sample')} of {clean(deep[0])}, "
        f"{np.exp(shallow[1].mean()):,.0f} in {len(shallow[1]):,} of {clean(shallow[0])} "
        f"({np.exp(found.fold):.1f}-fold)"
    )


def _pairs(
    group: str, depths: NDArray[np.floating], where: Mapping[str, NDArray[np.bool_]]
) -> list[_Pair]:
    """Every two conditions that have enough samples of known depth."""
    if not len(depths):
        return []
    known = np.isfinite(depths) & (depths > 0)
    logs = {
        arm: np.log(depths[inside & known].astype(np.float64))
        for arm, inside in where.items()
        if (inside & known).sum() >= LEAST_SAMPLES
    }
    return [
        _Pair(float(abs(logs[a].mean() - logs[b].mean())), group, (a, b), (logs[a], logs[b]))
        for a, b in combinations(logs, 2)
    ]


def _welch(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """P-value of Welch's t-test (1947); 0 where neither varies and they differ."""
    from scipy.special import stdtr

    errors = [values.var(ddof=1) / len(values) for values in (first, second)]
    if not sum(errors):
        return float(first.mean() == second.mean())
    parts = sum(e**2 / (len(v) - 1) for e, v in zip(errors, (first, second), strict=True))
    t = abs(first.mean() - second.mean()) / np.sqrt(sum(errors))
    return float(2 * stdtr(sum(errors) ** 2 / parts, -t))


def _kind(kinds: Sequence[str], where: Mapping[str, NDArray[np.bool_]]) -> str:
    """Which two conditions were made in different ways, where any were; "" is no way."""
    known = np.array([bool(kind) for kind in kinds])
    where = {arm: inside & known for arm, inside in where.items()}
    pairs = [
        (a, b)
        for a, b in combinations(where, 2)
        if min(where[a].sum(), where[b].sum()) >= LEAST_SAMPLES
    ]
    for a, b in pairs:
        of = {
            arm: [kind for kind, inside in zip(kinds, where[arm], strict=True) if inside]
            for arm in (a, b)
        }
        apart = not set(of[a]) & set(of[b])
        if apart or _least_chance(of[a], of[b]) * len(pairs) < ALPHA:
            return f"{_listed(of[a])} among samples of {clean(a)}, {_listed(of[b])} of {clean(b)}"
    return ""


def _least_chance(first: Sequence[str], second: Sequence[str]) -> float:
    """The least p-value of Fisher's exact test of "this kind or another", Bonferroni over kinds."""
    from scipy.stats import fisher_exact

    kinds = sorted({*first, *second})
    if len(kinds) < 2:
        return 1.0
    tables = [
        [[list(arm).count(kind), len(arm) - list(arm).count(kind)] for arm in (first, second)]
        for kind in kinds
    ]
    tests = len(kinds) if len(kinds) > 2 else 1
    return min(float(fisher_exact(table).pvalue) for table in tables) * tests


def _listed(kinds: Sequence[str]) -> str:
    """`3 T cells only, 1 not sorted`."""
    return ", ".join(f"{list(kinds).count(kind)} {kind}" for kind in dict.fromkeys(kinds))
