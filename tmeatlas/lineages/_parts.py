"""Which part of its lineage a cell is: CD4 or CD8, B or plasma cell, kinds of dendritic cells.

What a marker of a part shows in cells of other lineages is what leaks, or what every cell has:
the zero that its level is counted from, so that cells of one part stay of one part where the
others are absent. The rates of the genes in each part are then learned from the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lineages._around import Around, spread_over
from tmeatlas.lineages._detection import Detected, Floats
from tmeatlas.lineages._markers import MarkerList
from tmeatlas.lineages._tree import is_within

STEPS = 2
"""Steps in the graph over which evidence is averaged."""
FEWEST_CELLS = 10
"""Smaller groups of cells do not tell what is usual."""
USUAL_LEAST = 0.05
"""Transcripts in 10,000 that a marker is seen with where it does not belong."""
ABOVE = 2.0
"""Transcripts in 10,000 that a marker has more in its part, before the data tell."""
AS_MANY_CELLS = 10.0
"""How many cells that expectation counts for."""
ROUNDS = 6
FIRST_SHARPNESS, SHARPNESS = 10.0, 5.0
"""How much more a cell belongs to the part that is ahead, at first and later."""
TOP = 0.9
"""Quantile of the evidence for a part that is its unit at first."""
LEAST_UNIT = 4.0
"""That unit at least: an absent part is not blown up."""
FIRST_WEIGHT = 0.25
"""What the expectation counts beside what was learned, in the end."""
LEAST_AHEAD = 0.5
"""Log likelihood per cell by which the first part must be ahead of the second."""


@dataclass(frozen=True, eq=False)
class PartCalls:
    """Parts of the cells of one lineage."""

    ids: tuple[str, ...]
    codes: NDArray[np.int32]
    """Place in `ids`; -1 where it cannot be told."""
    confidence: NDArray[np.float32]
    """0 to 1, by how far the first part is ahead of the second; NaN where there are no parts."""


def call_parts(
    detected: Detected, lists: Sequence[MarkerList], around: Around, usual: Floats
) -> PartCalls:
    """Call the part of each cell of one lineage.

    Parameters
    ----------
    detected
        All markers in the cells of that lineage.
    lists
        Markers of its parts.
    around
        What is alike among those cells.
    usual
        The rate of each marker where it does not belong (:func:`usual_rates`).
    """
    n = len(detected.at)
    ids = tuple(each.lineage for each in lists)
    if len(lists) < 2 or n == 0:
        nothing = np.full(n, -1, dtype=np.int32)
        return PartCalls(ids, nothing, np.full(n, np.nan, dtype=np.float32))
    columns = np.array(list(dict.fromkeys(k for each in lists for k in each.up)), dtype=np.intp)
    model = _Parts(
        detected=detected.of(np.arange(n), columns),
        usual=np.maximum(usual[columns], USUAL_LEAST),
        own=np.array([np.isin(columns, each.up) for each in lists]),
        kin=tuple(
            (k, above)
            for k, child in enumerate(ids)
            for above, parent in enumerate(ids)
            if k != above and is_within(child, parent)
        ),
        around=around,
    )
    evidence = model.learned()
    codes, ahead = _first(evidence, model.kin)
    return PartCalls(ids, codes, -np.expm1(-ahead).astype(np.float32))


def usual_rates(detected: Detected, groups: NDArray[np.integer], q: float) -> Floats:
    """The rate of each marker in groups of cells: its quantile `q` over the groups."""
    _, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    large = sizes >= min(FEWEST_CELLS, sizes.max())
    member = (codes[:, None] == np.flatnonzero(large)[None, :]).astype(np.float64)
    return np.asarray(np.quantile(detected.rates(member), q, axis=0))


@dataclass(frozen=True, eq=False)
class _Parts:
    """The markers of the parts in the cells of a lineage."""

    detected: Detected
    usual: Floats
    own: NDArray[np.bool_]
    """Parts × genes: which genes mark which part."""
    kin: tuple[tuple[int, int], ...]
    """Parts that are kinds of another part, and that other: regulatory T cells are CD4 cells."""
    around: Around

    def learned(self) -> Floats:
        """Evidence for each part in each cell, after rates and parts have settled."""
        expected = self.usual + ABOVE * self.own
        first = self._averaged(expected, self.usual)
        top = np.maximum(np.quantile(first, TOP, axis=0), LEAST_UNIT)
        share = _shares(FIRST_SHARPNESS * first / top)
        for _ in range(ROUNDS):
            rates = self._rates(share, expected)
            evidence = self._averaged(rates, rates.mean(axis=0))
            share = _shares(SHARPNESS * evidence)
        return np.asarray(evidence + FIRST_WEIGHT * first)

    def _averaged(self, rates: Floats, against: Floats) -> Floats:
        """What the genes tell of each cell, half by its neighbours and half by its clusters."""
        told = self.detected.told(rates, against)
        near = self.around.smooth(told, STEPS)
        if not self.around.partitions:
            return near
        one = np.zeros(len(told), dtype=np.intp)
        clusters = [spread_over(each, self.around.partitions, one) for each in told.T]
        return np.asarray((near + np.column_stack(clusters)) / 2)

    def _rates(self, share: Floats, expected: Floats) -> Floats:
        """Rates in each part: highest in the part that a gene marks."""
        rates = self.detected.rates(share, expected, AS_MANY_CELLS)
        for child, parent in self.kin:
            both = share[:, [child, parent]].sum(axis=1, keepdims=True)
            together = self.detected.rates(both, expected[[parent]], AS_MANY_CELLS)[0]
            rates[child] = np.where(self.own[child], rates[child], together)
            rates[parent] = np.where(self.own[child], rates[parent], together)
        return _ordered(rates, self.own)


def _ordered(rates: Floats, own: NDArray[np.bool_]) -> Floats:
    """A gene that is no higher in the part that it marks than elsewhere tells them not apart."""
    rates = rates.copy()
    highest = np.where(own, -np.inf, rates).max(axis=0)
    for part, gene in zip(*np.nonzero(own & (rates < highest)), strict=True):
        as_high = rates[:, gene] >= rates[part, gene]
        rates[as_high, gene] = rates[as_high, gene].mean()
    return rates


def _shares(evidence: Floats) -> Floats:
    raised = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _first(
    evidence: Floats, kin: Sequence[tuple[int, int]]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The part that is ahead of all others, -1 where none is, and by how much.

    Where a part cannot be told from the wider one that it is a kind of, that one is called.
    """
    codes = evidence.argmax(axis=1).astype(np.int32)
    ordered = np.sort(evidence, axis=1)
    ahead = ordered[:, -1] - ordered[:, -2]
    codes[ahead < LEAST_AHEAD] = -1
    for child, parent in kin:
        rest = np.delete(evidence, [child, parent], axis=1)
        if not rest.shape[1]:
            continue
        others = rest.max(axis=1)
        both = evidence[:, [child, parent]].max(axis=1) - others
        unsure = evidence[:, child] - evidence[:, parent] < LEAST_AHEAD
        wider = (codes == -1) & unsure & (both >= LEAST_AHEAD)
        codes[wider], ahead[wider] = parent, both[wider]
    return codes, ahead
