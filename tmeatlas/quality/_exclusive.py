"""Genes that one source of RNA makes and no other: by published markers, confirmed in the data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lineages import is_within, lineage_of, match_markers
from tmeatlas.quality._alike import alike, capped_ratios
from tmeatlas.quality._cells import Cells, Codes, Floats


class Source(NamedTuple):
    """Lineages whose markers are not told apart here."""

    name: str
    lineages: tuple[str, ...]


SOURCES = (
    Source("T and NK cells", ("t_cell", "nk")),
    Source("the B lineage", ("b_lineage",)),
    Source("mast cells", ("mast",)),
    Source("myeloid cells", ("myeloid",)),
    Source("endothelial cells", ("endothelial",)),
    Source("fibroblasts and mural cells", ("fibroblast", "pericyte")),
    Source(
        "epithelial, malignant and neural cells",
        ("epithelial", "malignant", "melanocyte", "glia", "neuron"),
    ),
    Source("erythrocytes", ("erythrocyte",)),
    Source("platelets", ("platelet",)),
    Source("adipocytes", ("adipocyte",)),
)
"""Lineages that share many markers are one source: what one of them has of another is no sign of
foreign RNA. A cell belongs to the first that its lineage is within."""
UNNAMED = re.compile(r"IG[HKL]|HB[ABM]\d?$")
"""Immunoglobulins and haemoglobins, by their approved symbols. They are told where no cell of their
lineage is left in the data: plasma cells and erythrocytes burst, or were not captured."""
FEWEST_CELLS = 10
"""Cells of a source that its markers can be confirmed in."""
FEWEST_MOLECULES = 20
"""The same for a marker's molecules in them."""
TIMES_OTHERS = 4.0
"""A marker's share of the molecules in its source, over that in all others. With 20 % ambient RNA
and a source of half of all molecules it is 5 or more."""
TIMES_EACH = 2.0
"""The same over that in each other lineage of as many cells."""
LEAST_EXPECTED = 10.0
"""Molecules of a lineage of which a gene's share can be compared, if all were ambient."""
EVERYWHERE = 3.0
"""A gene without a source is found everywhere where its share differs by less in each lineage."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Published markers of exactly one source that the data have."""

    columns: NDArray[np.int32]
    """Columns of the data, rising."""
    source: NDArray[np.int32]
    """Place in `SOURCES` of each."""
    lineage: tuple[str, ...]
    """Lineage on level 1 that each marks."""
    unnamed: NDArray[np.bool_]
    """Which tell of ambient RNA where their source is missing (`UNNAMED`)."""


@dataclass(frozen=True, eq=False)
class Exclusive:
    """Candidates that the data confirm."""

    source: NDArray[np.int32]
    """Per candidate, place in `SOURCES`; -1 where it is not exclusive in these data."""
    even: NDArray[np.bool_]
    """Which of them other cells have alike: their share tells of ambient RNA."""
    everywhere: NDArray[np.bool_]
    """Candidates whose source is missing and that all lineages have alike."""
    rates: Floats
    """Lineages × candidates: share of the molecules, without the few cells that exceed."""


def marker_columns(genes: Iterable[str]) -> Candidates:
    """The columns of the data whose counts are needed of each cell."""
    names = list(genes)
    markers = match_markers(names)
    sources: dict[int, set[int]] = {}
    lineages: dict[int, str] = {}
    for each in markers.lineages:
        for place in markers.columns[each.up]:
            sources.setdefault(int(place), set()).add(source_of(each.lineage))
            lineages.setdefault(int(place), lineage_of(each.lineage))
    columns = sorted(place for place, found in sources.items() if len(found) == 1)
    return Candidates(
        columns=np.array(columns, dtype=np.int32),
        source=np.array([min(sources[each]) for each in columns], dtype=np.int32),
        lineage=tuple(lineages[each] for each in columns),
        unnamed=np.array([bool(UNNAMED.match(names[each])) for each in columns], dtype=bool),
    )


def source_of(lineage: str) -> int:
    """Place in `SOURCES` of a lineage; -1 where it lies above them, or is none."""
    for place, source in enumerate(SOURCES):
        if any(is_within(lineage, each) for each in source.lineages):
            return place
    return -1


def sources_of(cells: Cells) -> tuple[Codes, Codes]:
    """Place in `SOURCES` of each lineage, and of each cell."""
    of_lineage = np.array([source_of(each) for each in cells.lineage_ids] + [-1], dtype=np.int32)
    return of_lineage[:-1], of_lineage[cells.lineage]


def find_exclusive(cells: Cells, candidates: Candidates) -> Exclusive:
    """Which candidates are exclusive in the data, and which of them other cells have alike."""
    of_lineage, of_cell = sources_of(cells)
    n = len(candidates.columns)
    pools = cells.pools[:, candidates.columns]
    entries = cells.markers.tocoo()
    rows, genes = entries.row, entries.col
    foreign = (of_cell[rows] >= 0) & (of_cell[rows] != candidates.source[genes])
    expected = _expected(cells, pools, of_cell, candidates.source)
    rows, genes, counts = rows[foreign], genes[foreign], entries.data[foreign].astype(np.float64)
    alone = cells.totals[rows] * pools[cells.sample[rows], genes]
    ratios = capped_ratios(counts, alone, genes, expected)
    own, own_total, other_total = _own(cells, candidates, of_cell)
    share = np.divide(own, own_total, out=np.zeros(n), where=own_total > 0)
    others = np.divide(ratios * expected, other_total, out=np.zeros(n), where=other_total > 0)
    rates = _rates(cells, n)
    n_cells = np.bincount(of_cell[of_cell >= 0], minlength=len(SOURCES))[candidates.source]
    confirmed = (
        (n_cells >= FEWEST_CELLS)
        & (own >= FEWEST_MOLECULES)
        & (share >= TIMES_OTHERS * others)
        & (share >= TIMES_EACH * _highest(cells, candidates, of_lineage, rates))
        & (expected > 0)
    )
    even = np.zeros(n, dtype=bool)
    for source in range(len(SOURCES)):
        here = np.flatnonzero(confirmed & (candidates.source == source))
        even[here] = alike(ratios[here], expected[here])
    missing = candidates.unnamed & (n_cells == 0)
    return Exclusive(
        source=np.where(confirmed, candidates.source, -1).astype(np.int32),
        even=even,
        everywhere=missing & _everywhere(cells, candidates, of_lineage),
        rates=rates,
    )


def _rates(cells: Cells, n_genes: int) -> Floats:
    """Lineages × candidates: share of the molecules, without the few cells that exceed."""
    entries = cells.markers.tocoo()
    known = cells.lineage[entries.row] >= 0
    rows, genes = entries.row[known], entries.col[known]
    n = len(cells.lineage_ids)
    totals = np.zeros(n)
    inside = cells.lineage >= 0
    np.add.at(totals, cells.lineage[inside], cells.totals[inside])
    keys = cells.lineage[rows].astype(np.int64) * n_genes + genes
    counts = entries.data[known].astype(np.float64)
    ratios = capped_ratios(counts, cells.totals[rows], keys, np.repeat(totals, n_genes))
    return ratios.reshape(n, n_genes)


def _highest(cells: Cells, candidates: Candidates, of_lineage: Codes, rates: Floats) -> Floats:
    """Per candidate, its highest share in a lineage of another source."""
    sizes = np.bincount(cells.lineage[cells.lineage >= 0], minlength=len(of_lineage))
    read = (of_lineage >= 0) & (sizes >= FEWEST_CELLS)
    foreign = read[:, None] & (of_lineage[:, None] != candidates.source)
    return np.asarray(np.where(foreign, rates, 0.0).max(axis=0, initial=0.0))


def _expected(cells: Cells, pools: Floats, of_cell: Codes, source: Codes) -> Floats:
    """Molecules of each candidate in the cells of other sources, if all of these were ambient."""
    totals = cells.added_up(cells.sample, cells.n_samples, of_cell, len(SOURCES))
    of_others = totals.sum(axis=1, keepdims=True) - totals
    return np.einsum("sg,sg->g", pools, of_others[:, source])


def _own(cells: Cells, candidates: Candidates, of_cell: Codes) -> tuple[Floats, Floats, Floats]:
    """Per candidate: its molecules in its source, all of its source, and all of other sources."""
    own = np.zeros(len(candidates.columns))
    known = of_cell >= 0
    totals: Floats = np.zeros(len(SOURCES))
    np.add.at(totals, of_cell[known], cells.totals[known])
    for source in range(len(SOURCES)):
        here = candidates.source == source
        own[here] = np.asarray(cells.markers[of_cell == source].sum(axis=0)).ravel()[here]
    own_total = totals[candidates.source]
    return own, own_total, totals.sum() - own_total


def _everywhere(cells: Cells, candidates: Candidates, of_lineage: Codes) -> NDArray[np.bool_]:
    """Candidates whose share of the molecules is about the same in lineages of several sources."""
    known = np.flatnonzero(of_lineage >= 0)
    sums = cells.lineage_sums[known]
    totals = sums.sum(axis=1, keepdims=True)
    sums = sums[:, candidates.columns]
    expected = totals * (sums.sum(axis=0) / max(totals.sum(), 1.0))
    readable = expected >= LEAST_EXPECTED
    ratio = np.divide(sums, expected, out=np.ones_like(sums), where=readable)
    within = (ratio <= EVERYWHERE) & (ratio >= 1 / EVERYWHERE)
    n_sources = np.array([len(set(of_lineage[known[each]])) for each in readable.T])
    return np.asarray(within.all(axis=0) & (n_sources >= 2))
