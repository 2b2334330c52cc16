"""One set of cells: every partner in every group, and both sides of every interaction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lr._cells import Cells
from tmeatlas.lr._group_statistics import GroupStatistics, detected_partners, group_statistics
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._rows import PairTests, Rows, listed_rows, pair_tests, possible_pairs
from tmeatlas.lr._sides import Sides, SideTest, assess_sides


@dataclass(frozen=True, eq=False)
class Analysis:
    """What one set of cells says: all cells together, or those of a sample."""

    cells: Cells
    matched: MatchedInteractions
    statistics: GroupStatistics
    sides: Sides
    """Of all partners; NaN for those that no interaction has as a whole side."""
    possible: NDArray[np.bool_]
    settings: SideTest

    @cached_property
    def tests(self) -> PairTests:
        """Both sides of every interaction; axes do without."""
        return pair_tests(self.matched, self.sides.pval, self.sides.pval, self.possible)

    @cached_property
    def ambient(self) -> NDArray[np.bool_]:
        """Partners × groups: mostly ambient RNA, and of a complex one subunit that is.

        Nowhere, where it was not judged.
        """
        of_genes = self.cells.ambient
        if of_genes is None:
            return np.zeros(self.sides.pval.shape, dtype=np.bool_)
        return ~self.matched.partners.weakest(~of_genes)

    @cached_property
    def detected(self) -> NDArray[np.bool_]:
        """Partners that some cell shows, whoever it is."""
        return detected_partners(self.statistics, self.matched.partners)

    @property
    def ruled_out(self) -> NDArray[np.bool_]:
        """Interactions × sources × targets: a side surely lacks the least effect that counts."""
        return self.ruled_out_of(np.arange(len(self.matched.interactions)))

    def ruled_out_of(self, interactions: NDArray[np.integer]) -> NDArray[np.bool_]:
        """The same of some of the interactions."""
        low = self.sides.high < self.settings.min_fold
        ligand, receptor = (
            low[side[interactions]] for side in (self.matched.ligand, self.matched.receptor)
        )
        return ligand[:, :, None] | receptor[:, None, :]

    def listed(self, min_fraction: float = 0.0) -> Rows:
        """The rows in which both sides are seen."""
        return listed_rows(self.matched, self.statistics, self.possible, min_fraction=min_fraction)


def analyse(
    cells: Cells,
    matched: MatchedInteractions,
    *,
    may_meet: NDArray[np.bool_] | None = None,
    settings: SideTest | None = None,
) -> Analysis:
    """Test all partners in all groups of `cells`, for the pairs of groups that may meet."""
    settings = settings or SideTest()
    return Analysis(cells, matched, *tests_of(cells, matched, may_meet, settings), settings)


def tests_of(
    cells: Cells,
    matched: MatchedInteractions,
    may_meet: NDArray[np.bool_] | None,
    settings: SideTest,
) -> tuple[GroupStatistics, Sides, NDArray[np.bool_]]:
    """What :class:`Analysis` knows beside what it was asked."""
    partners = matched.partners
    statistics = group_statistics(
        cells.expression, cells.codes, cells.sizes, partners, cells.counts
    )
    possible = possible_pairs(matched, statistics, may_meet)
    used = np.union1d(matched.ligand, matched.receptor)
    genes = partners.genes()
    sides = assess_sides(
        cells.expression,
        cells.codes,
        cells.strata,
        [genes[partner] for partner in used],
        settings=settings,
    ).spread(used, len(partners))
    return statistics, sides, possible
