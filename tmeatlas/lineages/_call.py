"""The lineage of each cell from what markers say, and where none fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lineages._around import Around, group_means, spread_over
from tmeatlas.lineages._evidence import LEAST_SUPPORT, Evidence
from tmeatlas.lineages._tree import ALL, tree

FEWEST_CELLS = 10
"""Fewer cells of a lineage do not set its unit."""
USUAL = 0.8
"""Quantile of the support of a lineage's cells that is its unit."""
LEAST_SHARE = 0.5
"""Share of that unit that a cell of the lineage has."""
SUPPORT_NEEDED = 0.18
"""Support that a cell of any lineage has."""
OF_THE_MEDIAN = 0.6
"""Where data are so shallow that cells have less: share of the median cell's."""
MOST_AGAINST = 0.6
"""Level of a gene that the lineage must not show."""

NEARLY = 0.5
"""Evidence of a second lineage, as a share of that of the first, where cells look like both."""


@dataclass(frozen=True, eq=False)
class Calls:
    """Lineages of cells, or of groups of cells."""

    codes: NDArray[np.int32]
    """Place in the ids of the evidence of the lineage that fits best."""
    fits: NDArray[np.bool_]
    """Whether it fits well enough to be named."""
    confidence: NDArray[np.float32]
    """0 to 1."""
    second: NDArray[np.int32]
    """The lineage that comes next."""


@dataclass(frozen=True, eq=False)
class Units:
    """What is usual in these data."""

    usual: NDArray[np.float64]
    """Support that cells of each lineage have."""
    support_needed: float
    share_needed: float


def call_cells(evidence: Evidence, around: Around) -> tuple[Calls, Units]:
    """The lineage of each cell, alike for neighbours."""
    codes = around.common(evidence.relative.argmax(axis=1)).astype(np.int32)
    cells = np.arange(len(codes))
    usual = _usual(evidence.support, codes)

    def level(values: NDArray[np.floating]) -> NDArray[np.floating]:
        return spread_over(values.astype(np.float64), around.partitions, codes)

    support = level(evidence.support[cells, codes])
    share = level(evidence.support[cells, codes] / usual[codes])
    units = Units(
        usual=usual,
        support_needed=min(SUPPORT_NEEDED, OF_THE_MEDIAN * float(np.median(support))),
        share_needed=min(LEAST_SHARE, OF_THE_MEDIAN * float(np.median(share))),
    )
    against = level(evidence.against[cells, codes])
    second, ahead = _second(evidence.relative, codes)
    calls = Calls(
        codes=codes,
        fits=_fits(support, share, against, units),
        confidence=(around.share(codes) * ahead).astype(np.float32),
        second=second,
    )
    return calls, units


def call_groups(evidence: Evidence, groups: NDArray[np.integer], units: Units) -> Calls:
    """The lineage of each group, by the mean over its cells."""
    relative = group_means(evidence.relative, groups)
    codes = relative.argmax(axis=1).astype(np.int32)
    every = np.arange(len(codes))
    support = group_means(evidence.support, groups)[every, codes]
    against = group_means(evidence.against, groups)[every, codes]
    share = support / units.usual[codes]
    second, ahead = _second(relative, codes)
    return Calls(
        codes=codes,
        fits=_fits(support, share, against, units),
        confidence=ahead.astype(np.float32),
        second=second,
    )


def also_fits(
    evidence: Evidence, groups: NDArray[np.integer], units: Units, calls: Calls
) -> NDArray[np.bool_]:
    """Whether a second lineage fits a group as well, as in doublets.

    Kin share markers: T cells look like NK cells, and need not be doublets of them.
    """
    every = np.arange(len(calls.codes))
    relative = group_means(evidence.relative, groups)
    support = group_means(evidence.support, groups)[every, calls.second]
    enough = _fits(support, support / units.usual[calls.second], np.zeros(len(support)), units)
    close = relative[every, calls.second] >= NEARLY * relative[every, calls.codes]
    parents = np.array([tree()[each].parent for each in evidence.ids])
    kin = (parents[calls.codes] == parents[calls.second]) & (parents[calls.codes] != ALL)
    return enough & close & calls.fits & ~kin


def _usual(support: NDArray[np.float32], codes: NDArray[np.int32]) -> NDArray[np.float64]:
    """Support of most cells that are called each lineage."""
    usual = np.full(support.shape[1], LEAST_SUPPORT)
    for k in range(support.shape[1]):
        own = support[codes == k, k]
        if len(own) >= FEWEST_CELLS:
            usual[k] = max(float(np.quantile(own, USUAL)), LEAST_SUPPORT)
    return usual


def _fits(
    support: NDArray[np.floating],
    share: NDArray[np.floating],
    against: NDArray[np.floating],
    units: Units,
) -> NDArray[np.bool_]:
    enough = (support >= units.support_needed) & (share >= units.share_needed)
    return enough & (against <= MOST_AGAINST)


def _second(
    relative: NDArray[np.floating], codes: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The lineage that comes next, and how far it is behind, as a share of the first."""
    every = np.arange(len(codes))
    others = relative.astype(np.float64)
    best = others[every, codes].copy()
    others[every, codes] = -np.inf
    second = others.argmax(axis=1).astype(np.int32)
    behind = np.maximum(others[every, second], 0.0) / np.where(best > 0, best, 1.0)
    return second, np.clip(1.0 - behind, 0.0, 1.0)
