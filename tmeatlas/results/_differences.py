"""Which differences between conditions stand, in one comparison and over all: counted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._text import counted
from tmeatlas.cohort import ALPHA
from tmeatlas.results._comparison import Comparison

FEWEST, ENOUGH = 3, 4
"""Replicates of either condition for a difference to stand over all comparisons, and for it not to
be weak (conventions)."""
SIDES = ["n", "n_reference"]


class Level(IntEnum):
    """How far a difference stands; rows of a page hold these numbers."""

    NOT_SHOWN = 0
    WITHIN = 1
    """A lead: adjusted p of at most 0.05 over all that was tested in its own comparison."""
    OVER_ALL = 2
    """Also over all comparisons."""


def is_weak(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether fewer than four replicates of a condition are behind a row."""
    return np.asarray(rows[SIDES].min(axis=1) < ENOUGH)


@dataclass(frozen=True, eq=False)
class Differences:
    """Several comparisons of the same data, adjusted over each other.

    Comparisons are adjusted like rows, by their lowest adjusted p: of `n` of them `k` stand, and
    their rows have to reach 0.05 k / n.
    """

    comparisons: Sequence[Comparison]
    limit: float
    """The highest adjusted p that stands over all comparisons; 0 where none does."""

    @classmethod
    def of(cls, comparisons: Sequence[Comparison]) -> Differences:
        """Those of `comparisons`; the order does not matter."""
        lowest = np.sort([_lowest(each.table) for each in comparisons])
        steps = ALPHA * np.arange(1, len(lowest) + 1) / max(1, len(lowest))
        return cls(list(comparisons), float(steps[lowest <= steps].max(initial=0.0)))

    def levels(self, rows: pd.DataFrame) -> NDArray[np.int8]:
        """The `Level` of each of some rows of the comparisons."""
        padj = rows["padj"].to_numpy(np.float64)
        several = rows[SIDES].min(axis=1).to_numpy() >= FEWEST
        return (padj <= ALPHA).astype(np.int8) + ((padj <= self.limit) & several)

    def at(self, level: Level) -> int:
        """How many rows are on a level."""
        return sum(int((self.levels(each.table) == level).sum()) for each in self.comparisons)

    @property
    def n_tested(self) -> int:
        """How many rows have a p-value."""
        return sum(int(each.table["pval"].notna().sum()) for each in self.comparisons)

    def __str__(self) -> str:
        """How many stand, in the words of the page and of the findings."""
        n, over = len(self.comparisons), self.at(Level.OVER_ALL)
        leads = f", {self.leads}" if self.at(Level.WITHIN) else ""
        if over:
            return f"{stand(over)}{f' over all {n} comparisons' if n > 1 else ''}{leads}"
        if leads:
            return f"nothing firm{f' over all {n} comparisons' if n > 1 else ''}{leads}"
        return f"{stand(0)}{f' in {n} comparisons' if n > 1 else ''}"

    @property
    def leads(self) -> str:
        """`3 leads`: what stands within its own comparison, but not over all."""
        return counted(self.at(Level.WITHIN), "lead")


def stand(n: int) -> str:
    """`2 differences stand`."""
    if not n:
        return "no difference stands"
    return f"{counted(n, 'difference')} {'stands' if n == 1 else 'stand'}"


def _lowest(table: pd.DataFrame) -> float:
    """The lowest adjusted p of rows with replicates enough to stand; 1 without any."""
    several = table[SIDES].min(axis=1) >= FEWEST
    return float(table.loc[several, "padj"].min() if several.any() else 1.0)
