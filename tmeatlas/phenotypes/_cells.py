"""Measures of samples, from lineages and scores of their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import counted, in_sentence, percent
from tmeatlas.lineages import is_within, lineage_of, tree
from tmeatlas.phenotypes._intervals import ADDED, Values, log_ratios, means, nothing, shares
from tmeatlas.phenotypes._measures import Measure, measures_of_cells
from tmeatlas.quality import TREG_CD8, gates_of, why_not_whole

LEAST_CELLS = 5
"""Cells that a mean, or a share of high cells, needs."""
LEAST_DEEP_CELLS = 20
"""Cells of the common depth that a share of cells with a gene needs."""


@dataclass(frozen=True, eq=False)
class PhenotypeCells:
    """Cells that have a sample and a lineage."""

    samples: tuple[str, ...]
    codes: NDArray[np.int32]
    """Sample of each cell."""
    lineages: tuple[str, ...]
    """Ids of the lineages that there are."""
    lineage_codes: NDArray[np.int32]
    unknown: NDArray[np.int64]
    """Cells of each sample beside these, whose lineage is not known."""
    scores: Mapping[str, NDArray[np.float64]]
    """By signature; those that the data do not cover are in `unread`."""
    high: Mapping[str, NDArray[np.bool_]]
    """By signature, whether a cell exceeds random signatures."""
    shown: Mapping[str, NDArray[np.float64]]
    """By gene, the chance that a cell shows it at `depth`; NaN in cells that are not so deep."""
    seen: Mapping[str, NDArray[np.bool_]]
    """By gene, whether a cell shows it with all of its molecules, as everywhere else."""
    unread: Mapping[str, str]
    """By signature or gene, why it cannot be read."""
    depth: int
    in_tissue: bool = False
    """Samples are sections of a tissue, and passed no gate."""

    @property
    def n_samples(self) -> int:
        """Number of samples, those without a cell included."""
        return len(self.samples)

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """Cells of each sample and lineage."""
        n = len(self.lineages)
        pairs = self.codes.astype(np.int64) * n + self.lineage_codes
        return np.bincount(pairs, minlength=self.n_samples * n).reshape(-1, n)

    @property
    def total(self) -> NDArray[np.int64]:
        """Cells of each sample."""
        return np.asarray(self.table.sum(axis=1))

    def columns(self, ancestors: Sequence[str]) -> NDArray[np.bool_]:
        """Which lineages lie within one of `ancestors`."""
        inside = [any(is_within(each, top) for top in ancestors) for each in self.lineages]
        return np.array(inside, dtype=bool)

    def within(self, ancestors: Sequence[str]) -> NDArray[np.bool_]:
        """Which cells lie within one of `ancestors`."""
        return self.columns(ancestors)[self.lineage_codes]

    def count(self, ancestors: Sequence[str]) -> NDArray[np.int64]:
        """Cells of each sample within one of `ancestors`."""
        return np.asarray(self.table[:, self.columns(ancestors)].sum(axis=1))

    def told(self, lineage: str) -> bool:
        """Whether the labels would name cells of `lineage`, rather than of one above it only."""
        if self.columns([lineage]).any():
            return True
        above = (each for each in self.lineages if each != lineage)
        return not any(is_within(lineage, each) for each in above)

    def resolved(self, lineage: str) -> NDArray[np.float64]:
        """Share of the cells of the first level above `lineage` whose finer kind is told."""
        first = lineage_of(lineage)
        if first == lineage:
            return np.ones(self.n_samples)
        everything, left = self.count([first]), self.count([first])
        if first in self.lineages:
            left = everything - self.table[:, self.lineages.index(first)]
        return np.where(left > 0, left / np.maximum(everything, 1), 1.0)

    def first_of(self, lineages: Sequence[str]) -> str:
        """The first of `lineages` that there is; empty where none is."""
        return next((each for each in lineages if self.columns([each]).any()), "")


def measure_cells(cells: PhenotypeCells) -> dict[str, Values]:
    """Every measure of every sample, by its id."""
    partial, gated = incomplete(cells), _gated(cells)
    found = {}
    for measure in measures_of_cells():
        values = _READERS[measure.kind](measure, cells)
        values = values.unless(partial) if measure.of_all else values
        found[measure.id] = values.unless(gated) if measure.of_t_cells else values
    return found


def incomplete(cells: PhenotypeCells) -> list[str]:
    """Why shares of all cells of a sample tell nothing of a tumour; empty where they do."""
    samples = _counts(cells)
    gates = gates_of(samples, in_tissue=cells.in_tissue)
    return [
        why_not_whole(counts, gate, in_tissue=cells.in_tissue)
        for (counts, _), gate in zip(samples, gates, strict=True)
    ]


def _gated(cells: PhenotypeCells) -> list[str]:
    """Why a sample's T cells may be as its gate was; empty where they are as they were."""
    return [
        f"{gate.word}: {gate.reason}; the gate may have chosen among them"
        if gate is not None and gate.against(TREG_CD8)
        else ""
        for gate in gates_of(_counts(cells), in_tissue=cells.in_tissue)
    ]


def _counts(cells: PhenotypeCells) -> list[tuple[dict[str, int], int]]:
    """Cells of each lineage, and without one, sample by sample."""
    rows = zip(cells.table.tolist(), cells.unknown.tolist(), strict=True)
    return [(dict(zip(cells.lineages, row, strict=True)), n) for row, n in rows]


def _name(lineage: str) -> str:
    return in_sentence(tree()[lineage].name)


def _untold(measure: Measure, cells: PhenotypeCells) -> str:
    """Why the labels do not give the counts of a measure."""
    asked = (*measure.lineages, *measure.against)
    untold = [each for each in asked if not cells.told(each)]
    return f"the labels do not tell {_name(untold[0])}" if untold else ""


def _share(measure: Measure, cells: PhenotypeCells) -> Values:
    among = (measure.among,) if measure.among else ()
    where = tree()[measure.among].name if among else ""
    absent = f"no {_name(measure.among)}" if among else "no cells"
    untold = _untold(measure, cells)
    if untold:
        return nothing(cells.n_samples, untold, where)
    size = cells.count(among) if among else cells.total
    # Cells whose finer kind is not told are taken to be as the others, and prove nothing.
    known = cells.resolved(measure.lineages[0]) if len(measure.lineages) == 1 else 1.0
    share, low, high = shares(cells.count(measure.lineages), size * known)
    notes = tuple("" if n else absent for n in size)
    return Values(share, low, high, size, notes, where)


def _ratio(measure: Measure, cells: PhenotypeCells) -> Values:
    untold = _untold(measure, cells)
    if untold:
        return nothing(cells.n_samples, untold)
    first, second = cells.count(measure.lineages), cells.count(measure.against)
    ratio, low, high = log_ratios(first, second)
    shift = np.log2(cells.resolved(measure.against[0]) / cells.resolved(measure.lineages[0]))
    # Counts are told beside the ratio, which 0.5 added to each moves: 379 to 43 is 8.81, not 8.72.
    notes = tuple(
        f"{a:,} to {b:,} by lineage, each +{ADDED}" if a + b else "none of both"
        for a, b in zip(first, second, strict=True)
    )
    return Values(ratio + shift, low + shift, high + shift, first + second, notes)


def _where(measure: Measure, cells: PhenotypeCells) -> tuple[NDArray[np.int32], str, str]:
    """Sample of each cell in which a measure is read (-1 elsewhere), the lineage, and why not."""
    why = next(
        (cells.unread[n] for n in (*measure.scores, *measure.genes) if n in cells.unread), ""
    )
    if not measure.read_in:
        return cells.codes, "", why
    lineage = cells.first_of(measure.read_in)
    name = tree()[lineage or measure.read_in[0]].name
    if not lineage:
        told = cells.told(measure.read_in[0])
        why = why or f"{'no' if told else 'the labels do not tell'} {in_sentence(name)}"
        return np.full_like(cells.codes, -1), name, why
    return np.where(cells.within([lineage]), cells.codes, -1).astype(np.int32), name, why


def _programme(measure: Measure, cells: PhenotypeCells) -> Values:
    codes, name, why = _where(measure, cells)
    if why:
        return nothing(cells.n_samples, why, name)
    first, *others = measure.scores
    values = cells.scores[first] - cells.scores[others[0]] if others else cells.scores[first]
    mean, low, high, n = means(values, codes, cells.n_samples, least=LEAST_CELLS)
    return Values(mean, low, high, n, _few(n, LEAST_CELLS), name)


def _high(measure: Measure, cells: PhenotypeCells) -> Values:
    codes, name, why = _where(measure, cells)
    if why:
        return nothing(cells.n_samples, why, name)
    read = codes >= 0
    n = np.bincount(codes[read], minlength=cells.n_samples)
    seen = np.bincount(codes[read & cells.high[measure.signature]], minlength=cells.n_samples)
    few = list(_few(n, LEAST_CELLS))
    return Values(*shares(seen, n), n, ("",) * len(n), name).unless(few)


def _gene(measure: Measure, cells: PhenotypeCells) -> Values:
    codes, name, why = _where(measure, cells)
    if why:
        return nothing(cells.n_samples, why, name)
    chance = cells.shown[measure.genes[0]]
    read, deep = codes >= 0, (codes >= 0) & np.isfinite(chance)
    everything = np.bincount(codes[read], minlength=cells.n_samples)
    n = np.bincount(codes[deep], minlength=cells.n_samples)
    thinned = np.bincount(codes[deep], weights=chance[deep], minlength=cells.n_samples)
    shows = read & cells.seen[measure.genes[0]]
    plain = np.bincount(codes[shows], minlength=cells.n_samples)
    notes, shallow = [], []
    for deep_cells, size, k in zip(n, everything, plain.tolist(), strict=True):
        share = percent(k / size) if size else "none"
        as_they_are = f"; as they are, {k:,} of {size:,} show it ({share})"
        deep_ones = f"{deep_cells:,} of {counted(size, 'cell')} have {cells.depth:,} molecules"
        notes.append(f"{deep_ones}{as_they_are}")
        few = f"not readable at this depth: {deep_ones}, {LEAST_DEEP_CELLS} are needed{as_they_are}"
        shallow.append("" if deep_cells >= LEAST_DEEP_CELLS else few)
    return Values(*shares(thinned, n), n, tuple(notes), name).unless(shallow)


def _few(n: NDArray[np.int64], least: int) -> tuple[str, ...]:
    return tuple("" if k >= least else f"{counted(k, 'cell')}, {least} are needed" for k in n)


_READERS = {
    "share": _share,
    "ratio": _ratio,
    "programme": _programme,
    "high": _high,
    "gene": _gene,
}
