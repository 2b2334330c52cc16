"""From sides to rows: which are tested, which are listed, and what both sides say together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import both_sides_adjusted
from tmeatlas.lr._axis_pool import DIRECT
from tmeatlas.lr._group_statistics import GroupStatistics, detected_partners
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._verdict import p_threshold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rows:
    """What is listed: one interaction from one group to another, both sides seen."""

    interaction: Ints
    source: Ints
    target: Ints
    judged: Bools
    """Whether the role of the interaction carries a signal; the others have no verdict."""
    n_not_detected: int
    """Interactions whose ligand or receptor no cell at all shows; they cannot be tested."""
    n_not_seen: int
    """Rows whose ligand or receptor no cell of the group shows."""
    n_below_fraction: int
    """Rows with both sides seen, left out because a fraction is below the limit."""

    def __len__(self) -> int:
        return len(self.interaction)

    def chosen(self, keep: Bools | NDArray[np.intp]) -> Rows:
        """Some of the rows, or all in another order; the numbers of those not listed stay."""
        parts = ("interaction", "source", "target", "judged")
        return replace(self, **{name: getattr(self, name)[keep] for name in parts})

    def at(self, of_pairs: NDArray) -> NDArray:
        """Of interactions × sources × targets, the values of the rows."""
        return of_pairs[self.interaction, self.source, self.target]


def carries_signal(matched: MatchedInteractions) -> Bools:
    """Which interactions are tests: signalling, adhesion, or of no known role."""
    return np.array([entry.role in DIRECT for entry in matched.interactions], dtype=np.bool_)


def possible_pairs(
    matched: MatchedInteractions, statistics: GroupStatistics, may_meet: Bools | None
) -> Bools:
    """Interactions × sources × targets: what the data could show, whatever the labels are.

    Some cell must show either side, the groups must be able to meet, and an
    interaction in cis goes from each group to itself only.
    """
    n_groups = len(statistics.sizes)
    detected = detected_partners(statistics, matched.partners)
    both = detected[matched.ligand] & detected[matched.receptor]
    meet = np.ones((n_groups, n_groups), dtype=np.bool_) if may_meet is None else may_meet
    possible = both[:, None, None] & meet[None]
    in_cis = np.array([entry.in_cis for entry in matched.interactions], dtype=np.bool_)
    possible[in_cis] &= np.eye(n_groups, dtype=np.bool_)
    return possible


def listed_rows(
    matched: MatchedInteractions,
    statistics: GroupStatistics,
    possible: Bools,
    *,
    min_fraction: float = 0.0,
) -> Rows:
    """All possible rows with both sides seen and both fractions at `min_fraction` or above."""
    seen = statistics.n_seen > 0
    often = seen & (statistics.fractions >= min_fraction)
    n_possible = int(possible.sum())
    n_seen = int((possible & _both(matched, seen)).sum())
    interaction, source, target = np.nonzero(possible & _both(matched, often))
    detected = detected_partners(statistics, matched.partners)
    return Rows(
        interaction=interaction,
        source=source,
        target=target,
        judged=carries_signal(matched)[interaction],
        n_not_detected=int((~(detected[matched.ligand] & detected[matched.receptor])).sum()),
        n_not_seen=n_possible - n_seen,
        n_below_fraction=n_seen - len(interaction),
    )


def _both(matched: MatchedInteractions, of_partners: Bools) -> Bools:
    """Whether both sides have it: interactions × sources × targets."""
    sends, receives = of_partners[matched.ligand], of_partners[matched.receptor]
    return sends[:, :, None] & receives[:, None, :]


@dataclass(frozen=True, eq=False)
class PairTests:
    """Interactions × sources × targets, NaN where not tested."""

    pval: Floats
    """The larger of the two sides."""
    padj: Floats
    """Over all possible rows of interactions that carry a signal, seen or not; NaN elsewhere."""

    @property
    def n_tests(self) -> int:
        """The size of the family that p-values are adjusted over."""
        return int(np.isfinite(self.padj).sum())

    @property
    def threshold(self) -> float:
        """The p-value that a side has to reach."""
        return p_threshold(self.pval, self.padj)


def pair_tests(
    matched: MatchedInteractions,
    ligand_pval: Floats,
    receptor_pval: Floats,
    possible: Bools,
) -> PairTests:
    """Both sides together, from the p-values of partners × groups."""
    ligand = ligand_pval[matched.ligand][:, :, None]
    receptor = receptor_pval[matched.receptor][:, None, :]
    return adjusted_tests(
        matched, np.maximum(ligand, receptor), np.minimum(ligand, receptor), possible
    )


def adjusted_tests(
    matched: MatchedInteractions, larger: Floats, smaller: Floats, possible: Bools
) -> PairTests:
    """The larger p-values, adjusted over the family, with the smaller ones as the filter."""
    family = possible & carries_signal(matched)[:, None, None]
    smaller = unfiltered(smaller, matched.ligand, matched.receptor)
    padj = np.full(larger.shape, np.nan)
    padj[family] = both_sides_adjusted(larger[family], smaller[family])
    return PairTests(np.where(possible, larger, np.nan), padj)


def unfiltered(smaller: Floats, ligand: Ints, receptor: Ints) -> Floats:
    """The smaller p-values, next to 0 where there is one side only: such a row always counts.

    A group that binds itself by a partner that is its own ligand has no second
    side which a false row would have to pass as well.
    """
    itself = np.eye(smaller.shape[-1], dtype=np.bool_) & (ligand == receptor)[:, None, None]
    return np.where(itself & ~np.isnan(smaller), np.finfo(np.float64).tiny, smaller)
