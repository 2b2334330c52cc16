"""What differs between conditions beside the condition: depth, platform, sorting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

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
"""Of a test with samples as replicates, Bonferroni over the pairs of conditions."""
WHOLE = "not sorted"


def judge_arms(
    condition: str,
    arms: Sequence[str],
    *,
    depths: NDArray[np.floating],
    platforms: Sequence[str],
    gates: Sequence[str],
) -> tuple[Remark, ...]:
    """What goes with `condition` among samples, of which each is one replicate.

    For every sample: its condition ("" where it has none), molecules of its median or
    mean cell (NaN where not known), its platform, and the word of its gate ("" where it
    may be a whole tumour).
    """
    where = {arm: np.array([each == arm for each in arms]) for arm in dict.fromkeys(arms) if arm}
    sorted_as = [gate or WHOLE for gate in gates]
    found = (
        (DEPTH_OF_CONDITION, _depth(np.asarray(depths, dtype=np.float64), where)),
        (PLATFORM_OF_CONDITION, _kind(platforms, where)),
        (SORTING_OF_CONDITION, _kind(sorted_as, where)),
    )
    key = clean(condition)
    return tuple(Remark(word, f"{key}: {reason}", CONDITIONS) for word, reason in found if reason)


def _depth(depths: NDArray[np.float64], where: Mapping[str, NDArray[np.bool_]]) -> str:
    """Which two conditions differ most in depth, where any do beyond their samples' spread."""
    known = np.isfinite(depths) & (depths > 0)
    logs = {
        arm: np.log(depths[inside & known])
        for arm, inside in where.items()
        if (inside & known).sum() >= LEAST_SAMPLES
    }
    pairs = list(combinations(logs, 2))
    differing = [
        (abs(logs[a].mean() - logs[b].mean()), a, b)
        for a, b in pairs
        if abs(logs[a].mean() - logs[b].mean()) >= np.log(LEAST_FOLD)
        and _welch(logs[a], logs[b]) * len(pairs) < ALPHA
    ]
    if not differing:
        return ""
    fold, *names = max(differing)
    deep, shallow = sorted(names, key=lambda arm: -logs[arm].mean())
    return (
        f"{np.exp(logs[deep].mean()):,.0f} molecules a cell in "
        f"{counted(len(logs[deep]), 'sample')} of {clean(deep)}, "
        f"{np.exp(logs[shallow].mean()):,.0f} in {len(logs[shallow]):,} of {clean(shallow)} "
        f"({np.exp(fold):.1f}-fold)"
    )


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
    """Which two conditions were made in different ways, where any were."""
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
