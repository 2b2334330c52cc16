"""What is said of the ambient RNA and of the doublets of one sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import wilson_interval
from tmeatlas._text import clean, counted
from tmeatlas.quality._ambient import Ambient
from tmeatlas.quality._exclusive import SOURCES
from tmeatlas.quality._measured import NAN, Judged, Measured
from tmeatlas.quality._remarks import AMBIENT, AMBIENT_PAIRS, DOUBLETS, Remark

USUAL_AMBIENT = 0.10
"""Share of ambient RNA that is "reasonably common" in droplets (SoupX's manual, which names 2 % to
50 % as the range)."""
MOST_AMBIENT = 0.15
"""More is remarked on: half more than is common. The convention lies above what is in wu2021 (10 %)
and kim2020 (5 %), and below both with 10 % added."""
MOST_DOUBLETS = 0.03
"""Share of cells that look like doublets. Chosen on wu2021, where it is 1 % as published and 3 %
with 10 % doublets of two lineages, of which markers find a quarter to a half; and confirmed on
kim2020 and the simulated cohort."""
MOST_IN_GROUP = 0.25
"""Share of the cells of a group, beyond chance, that have the markers of two lineages: it consists
of doublets. A convention. Scrublet does not tell it, as it also calls cells of rare kinds."""

EITHER = ("doublets", "Cells that look like doublets")
MARKERS = ("doublets_markers", "Cells with markers of two lineages")
SCRUBLET = ("doublets_scrublet", "Cells that scrublet calls doublets")


def judge_ambient(
    ambient: Ambient, sample: int, groups: NDArray[np.integer], names: Sequence[str]
) -> Judged:
    """The share of ambient RNA of one sample and its groups.

    `sample` is its place in `ambient`; `groups` has the group of each of its cells, a
    place in `names` (-1: none).
    """
    measure = ("ambient", "Ambient RNA")
    share, low, high = (float(x[sample]) for x in (ambient.share, ambient.low, ambient.high))
    note = ambient.note[sample]
    measured = [Measured(*measure, share, low, high, cells=len(groups), note=note)]
    for k, name in enumerate(names):
        n, of_group = int((groups == k).sum()), float(ambient.by_group[sample, k])
        if n:
            measured.append(Measured(*measure, of_group, cells=n, group=name, note=note))
    if note or share < MOST_AMBIENT or low <= USUAL_AMBIENT:
        return Judged(tuple(measured))
    by_source = ambient.by_source[sample]
    known = np.flatnonzero(np.isfinite(by_source))
    least, most = (known[f(by_source[known])] for f in (np.argmin, np.argmax))
    reason = (
        f"{share:.0%} of the molecules of {counted(len(groups), 'cell')} "
        f"({by_source[least]:.0%} of those of {SOURCES[least].name}, {by_source[most]:.0%} of "
        f"{SOURCES[most].name}) were in the liquid; {USUAL_AMBIENT:.0%} is common, "
        f"{MOST_AMBIENT:.0%} the limit"
    )
    return Judged(tuple(measured), (Remark(AMBIENT, reason, AMBIENT_PAIRS),))


def judge_doublets(
    markers: NDArray[np.bool_],
    scrublet: NDArray[np.bool_],
    groups: NDArray[np.integer],
    names: Sequence[str],
    *,
    why_not: Sequence[str] = ("", ""),
) -> Judged:
    """Shares of cells of one sample, and of its groups, that look like doublets.

    Per cell whether it has the markers of two lineages, whether scrublet calls it,
    and its group, a place in `names` (-1: none). `why_not` has the reasons why one and
    the other could not be told.
    """
    no_markers, no_scrublet = why_not
    both = "; ".join(dict.fromkeys(why_not)) if all(why_not) else ""
    called = markers | scrublet
    everything = np.ones(len(groups), dtype=bool)
    measured = [
        _share(*EITHER, called, everything, "", both),
        _share(*MARKERS, markers, everything, "", no_markers),
        _share(*SCRUBLET, scrublet, everything, "", no_scrublet),
    ]
    some = [(k, name) for k, name in enumerate(names) if (groups == k).any()]
    of_markers = [_share(*MARKERS, markers, groups == k, name, no_markers) for k, name in some]
    reason = _reason(measured[0], of_markers)
    measured += [_share(*EITHER, called, groups == k, name, both) for k, name in some]
    return Judged(tuple(measured), (Remark(DOUBLETS, reason),) if reason else ())


def _share(
    measure: str,
    name: str,
    called: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    group: str,
    note: str,
) -> Measured:
    n, seen = int(inside.sum()), int(called[inside].sum())
    if note or not n:
        return Measured(measure, name, NAN, cells=n, group=group, note=note)
    low, high = (float(x) for x in wilson_interval(seen, n))
    return Measured(measure, name, seen / n, low, high, cells=n, group=group)


def _reason(whole: Measured, groups: Sequence[Measured]) -> str:
    """Why a sample is rich in doublets; "" where it is not."""
    parts = []
    # Above the limit by chance is not said to be above it.
    if whole.value >= MOST_DOUBLETS and whole.low >= MOST_DOUBLETS / 2:
        parts.append(f"{whole.value:.1%} of {counted(whole.cells, 'cell')} look like two cells")
    parts += [
        f"{each.value:.0%} of {counted(each.cells, 'cell')} of {clean(each.group)} have the "
        "markers of two lineages"
        for each in groups
        if each.low >= MOST_IN_GROUP
    ]
    if not parts:
        return ""
    limits = f"{MOST_DOUBLETS:.0%} of a sample, {MOST_IN_GROUP:.0%} of a group"
    return f"{'; '.join(parts)} (limits: {limits})"
