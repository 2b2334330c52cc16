"""Shares of cells that run a programme: stress of dissociation, and the cell cycle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import wilson_interval
from tmeatlas._text import counted
from tmeatlas.quality._measured import NAN, Judged, Measured
from tmeatlas.quality._remarks import STRESS, STRESS_GENES, Remark

STRESS_LIST = "quality_vandenbrink2017_dissociation"
"""Genes that dissociation induces (van den Brink et al., 2017)."""
CYCLING_LISTS = ("proliferation_g1s", "proliferation_g2m")
"""A cell cycles where either is high."""
# Of the cells of real sets, 9 % (spots, never dissociated) to 51 % (wu2021) are high, and
# lineages differ widely (endothelium 76 %, CD8 T cells 6 % in wu2021); in the middle group of a
# set 20 to 45 %. Where three quarters of the cells of the middle group are high (its interval
# begins above), lineages of all kinds are: a convention.
MOST_STRESSED = 0.75
LEAST_CELLS, LEAST_GROUPS = 20, 3
"""Cells of a group whose share counts for the middle one, and such groups: one lineage, such as
endothelium, may have these genes anyway."""


def judge_programmes(
    stressed: NDArray[np.bool_] | None,
    cycling: NDArray[np.bool_] | None,
    groups: NDArray[np.integer],
    names: Sequence[str],
    *,
    why_not: Sequence[str] = ("", ""),
) -> Judged:
    """Shares of stressed and of cycling cells of one sample, and of its groups.

    Per cell whether its score exceeds random signatures (p <= 0.05), which 5 % do by
    chance, and its group, a place in `names` (-1: none). None where a list cannot be
    read, with the reasons in `why_not`.
    """
    no_stress, no_cycling = why_not
    stress = ("stress", "Cells under stress of dissociation")
    by_group = _shares(*stress, stressed, groups, names, no_stress)
    cycles = _shares("cycling", "Cycling cells", cycling, groups, names, no_cycling)
    measured = (*by_group, *cycles)
    large = [each for each in by_group if each.group and each.cells >= LEAST_CELLS]
    if len(large) < LEAST_GROUPS or np.median([each.low for each in large]) < MOST_STRESSED:
        return Judged(measured)
    middle = np.median([each.value for each in large])
    reason = (
        f"{by_group[0].value:.0%} of {counted(by_group[0].cells, 'cell')}, and "
        f"{middle:.0%} in the middle one of {counted(len(large), 'group')}, exceed "
        f"random signatures in genes that dissociation induces ({MOST_STRESSED:.0%} is the limit)"
    )
    return Judged(measured, (Remark(STRESS, reason, STRESS_GENES),))


def _shares(
    measure: str,
    name: str,
    high: NDArray[np.bool_] | None,
    groups: NDArray[np.integer],
    names: Sequence[str],
    why_not: str,
) -> list[Measured]:
    """The share of high cells among all cells, and in each group that has some."""
    if high is None:
        return [Measured(measure, name, NAN, note=why_not)]
    cells = [("", np.ones(len(groups), dtype=bool))]
    cells += [(group, groups == k) for k, group in enumerate(names)]
    found = []
    for group, inside in cells:
        n, seen = int(inside.sum()), int(high[inside].sum())
        if group and not n:
            continue
        low, up = (float(x) for x in wilson_interval(seen, n))
        share = seen / n if n else NAN
        found.append(Measured(measure, name, share, low, up, cells=n, group=group))
    return found
