"""Which programmes a gene follows within a lineage: in each sample, and over the samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import benjamini_hochberg
from tmeatlas._text import counted
from tmeatlas.lr import ALPHA, MIN_SHIFT, Strata
from tmeatlas.network._association import (
    LEAST_SAMPLES,
    LEAST_SHOWING,
    Effect,
    association,
    combined,
)

OVER_ALL = ""
"""In place of a sample: the row is over all of them."""

Floats = NDArray[np.float64]


class Follows(StrEnum):
    """What is said of a gene and a programme."""

    YES = "follows"
    OPPOSITE = "opposite"
    NO = "does not follow"
    UNCLEAR = "unclear"
    """Neither shown nor ruled out."""
    NOT_TESTABLE = "not testable"


@dataclass(frozen=True, eq=False)
class CellsOfLineage:
    """The cells of a lineage; those without a sample or a group are left out."""

    shows: NDArray[np.bool_]
    scores: Mapping[str, Floats]
    """By programme."""
    controls: Floats
    """Cells × lists of what handling does."""
    samples: NDArray[np.integer]
    groups: NDArray[np.integer]
    depth: NDArray[np.int64]
    """Genes that each cell shows."""
    molecules: Floats | None = None
    """Molecules of each cell, where counts are known: at a like number of genes, cells that run a
    strong programme have more of them, and so show more of any other gene."""

    def of(self, kept: NDArray[np.bool_]) -> CellsOfLineage:
        """Some of the cells."""
        return replace(
            self,
            shows=self.shows[kept],
            scores={name: score[kept] for name, score in self.scores.items()},
            controls=self.controls[kept],
            samples=self.samples[kept],
            groups=self.groups[kept],
            depth=self.depth[kept],
            molecules=None if self.molecules is None else self.molecules[kept],
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One gene, lineage, programme and sample."""

    sample: str
    programme: str
    adjusted: Effect
    """At like levels of the other programmes."""
    alone: Effect
    cells: int
    showing: int
    n_samples: int = 0
    note: str = ""


def follow(cells: CellsOfLineage, samples: Sequence[str]) -> list[Row]:
    """Each programme over all samples first, then in each sample that has the cells.

    With `LEAST_SAMPLES` readable samples these are the replicates, else the cells are,
    compared within their sample.
    """
    of_samples = []
    for code, name in enumerate(samples):
        own = cells.of(cells.samples == code)
        of_samples += _rows(own, name) if len(own.shows) else []
    whole = {row.programme: row for row in _rows(cells, OVER_ALL)}
    rows = []
    for name in cells.scores:
        mine = [row for row in of_samples if row.programme == name]
        rows.append(_over_samples(whole[name], mine))
    return rows + of_samples


def _rows(cells: CellsOfLineage, sample: str) -> list[Row]:
    """The programmes in these cells."""
    strata = _strata(cells)
    depths = [cells.depth] if cells.molecules is None else [cells.depth, cells.molecules]
    usual = np.column_stack([*map(np.log1p, depths), cells.controls])
    showing, n = int(cells.shows.sum()), len(cells.shows)
    rows = []
    for name, score in cells.scores.items():
        others = [other for key, other in cells.scores.items() if key != name]
        alone = association(cells.shows, score, usual, strata)
        beside = np.column_stack([usual, *others])
        adjusted = association(cells.shows, score, beside, strata) if others else alone
        note = "" if np.isfinite(adjusted.value) else _why_not(n, showing)
        rows.append(Row(sample, name, adjusted, alone, n, showing, note=note))
    return rows


def _strata(cells: CellsOfLineage) -> NDArray[np.integer]:
    """Cells of one sample and group, of like depth."""
    both = cells.samples.astype(np.int64) * (int(cells.groups.max(initial=0)) + 1) + cells.groups
    return Strata.of(cells.depth, both).codes


def _why_not(n: int, showing: int) -> str:
    fewer = min(showing, n - showing)
    if fewer < LEAST_SHOWING:
        what = "show" if showing <= n - showing else "do not show"
        return f"{fewer} of {counted(n, 'cell')} {what} it, {LEAST_SHOWING} are needed"
    return "no cells of one group and like depth to compare with"


def _over_samples(pooled: Row, of_samples: Sequence[Row]) -> Row:
    """One row over all samples."""
    read = [row for row in of_samples if np.isfinite(row.adjusted.value)]
    counts = replace(pooled, n_samples=len(read))
    if len(read) < LEAST_SAMPLES:
        if counts.note or len(of_samples) < 2:
            return counts
        fewer = f"read in {counted(len(read), 'sample')}: cells are the replicates"
        return replace(counts, note=fewer)
    adjusted, alone = (
        combined([getattr(row, which) for row in read]) for which in ("adjusted", "alone")
    )
    return replace(counts, adjusted=adjusted, alone=alone, note="")


def verdict(effect: Effect, padj: float) -> Follows:
    """What an effect says; `MIN_SHIFT` standard deviations are the least that count."""
    if not np.isfinite(effect.value):
        return Follows.UNCLEAR
    if padj <= ALPHA and abs(effect.value) >= MIN_SHIFT:
        return Follows.YES if effect.value > 0 else Follows.OPPOSITE
    ruled_out = effect.low > -MIN_SHIFT and effect.high < MIN_SHIFT
    return Follows.NO if ruled_out else Follows.UNCLEAR


def adjust(table: pd.DataFrame) -> NDArray[np.float64]:
    """Benjamini-Hochberg over the genes, lineages and programmes of each sample, and over all."""
    return (
        table.groupby("sample", sort=False, observed=True)["pval"]
        .transform(lambda pval: benjamini_hochberg(pval.to_numpy()))
        .to_numpy(np.float64)
    )
