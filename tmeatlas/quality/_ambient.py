"""How much of the RNA in the cells of a sample is not theirs.

As SoupX does (Young and Behjati, 2020), from molecules of genes that the cells cannot have made,
against the share of these genes in the pool. There are no empty droplets here: the pool is the sum
of the cells of the sample, which ambient RNA is like as far as cells of all kinds burst alike. As
they do not, the share is told for each source of RNA, and counts for the molecules of that source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import Z95
from tmeatlas.quality._alike import alike, capped_ratios
from tmeatlas.quality._ambient_genes import AmbientGene, explained_by, listed_genes, profiles_of
from tmeatlas.quality._cells import Cells, Codes, Floats
from tmeatlas.quality._exclusive import (
    FEWEST_CELLS,
    SOURCES,
    Candidates,
    Exclusive,
    find_exclusive,
    sources_of,
)

LEAST_EXPECTED = 60.0
"""Molecules of a source's markers in other cells, if all were ambient: 3 of them at 5 %."""
FEWEST_LINEAGES = 2
"""Other lineages that have them alike: what only one has, it may make, or share in doublets."""
FEWEST_SOURCES = 2
"""Sources that a sample's share is told from."""
LEAST_FOUND = 20.0
"""Molecules that the sample's share lets expect in a group with a share of its own."""
MOST_APART = 2.0
"""The share of a group is at most so many times, or that part of, the share of its sample."""
TOO_FEW = "markers of fewer than two kinds of lineages are found alike in two others"


@dataclass(frozen=True, eq=False)
class Ambient:
    """The ambient RNA of each sample."""

    share: Floats
    """Per sample, of all molecules; NaN where it cannot be told."""
    low: Floats
    """Lower limit of the 95 % interval, from counting, or from how much lineages differ."""
    high: Floats
    note: tuple[str, ...]
    """Per sample, why it cannot be told; "" where it can."""
    by_source: Floats
    """Samples × `SOURCES`: the share of a source's molecules that its markers tell; NaN where
    they tell none."""
    by_group: Floats
    """Samples × groups: the share in the cells of a group; NaN where there are none."""
    explained: NDArray[np.float32]
    """Genes × groups: the share of a gene's molecules in a group that ambient RNA explains; NaN
    where there is none, or it cannot be told."""
    genes: tuple[AmbientGene, ...]
    """The genes that most ambient molecules are of, of those that matter."""
    exclusive: Exclusive


def estimate_ambient(cells: Cells, candidates: Candidates, interest: NDArray[np.bool_]) -> Ambient:
    """The share of ambient RNA of each sample, and of each gene in each group.

    `interest` says of each gene whether it is listed where it is ambient, as markers
    are: genes of interactions.
    """
    exclusive = find_exclusive(cells, candidates)
    of_lineage, of_cell = sources_of(cells)
    even = np.where(exclusive.even, exclusive.source, -1)
    markers = _Markers(cells, candidates, of_cell, even)
    ratios, expected = markers.by(cells.lineage, len(cells.lineage_ids))
    totals = cells.added_up(cells.sample, cells.n_samples, of_cell, len(SOURCES))
    present = _present(cells, of_cell)
    by_source, errors = _by_source(ratios, expected, present)
    known = np.isfinite(by_source)
    judged = known.sum(axis=1) >= FEWEST_SOURCES
    by_source[~judged] = np.nan
    weights = np.where(known, totals, 0.0)[judged]
    weights /= weights.sum(axis=1, keepdims=True)
    share, error = np.full((2, cells.n_samples), np.nan)
    share[judged] = np.nansum(weights * by_source[judged], axis=1)
    error[judged] = np.sqrt(np.nansum(weights**2 * errors[judged], axis=1))
    factors = _group_factors(markers, cells, by_source)
    pools = profiles_of(cells, totals, of_lineage, share, by_source)
    pools[:, candidates.columns[exclusive.everywhere]] = cells.pools[
        :, candidates.columns[exclusive.everywhere]
    ]
    pools[~judged] = np.nan
    marked = {
        int(candidates.columns[k]): candidates.lineage[k]
        for k in np.flatnonzero((exclusive.source >= 0) | exclusive.everywhere)
    }
    return Ambient(
        share=share,
        low=np.maximum(share - Z95 * error, 0.0),
        high=np.minimum(share + Z95 * error, 1.0),
        note=tuple("" if each else TOO_FEW for each in judged),
        by_source=by_source,
        by_group=np.minimum(factors * share[:, None], 1.0),
        explained=explained_by(cells, pools, factors),
        genes=listed_genes(pools, interest, marked),
        exclusive=exclusive,
    )


class _Markers:
    """Molecules of each source's markers in cells of other sources."""

    def __init__(self, cells: Cells, candidates: Candidates, of_cell: Codes, even: Codes) -> None:
        member = even[:, None] == np.arange(len(SOURCES))
        found = cells.markers @ member.astype(np.float64)
        rows, sources = np.nonzero(found)
        foreign = (of_cell[rows] >= 0) & (of_cell[rows] != sources)
        self.rows, self.sources = rows[foreign], sources[foreign]
        self.counts = found[self.rows, self.sources]
        self.pools = cells.pools[:, candidates.columns] @ member
        self.cells, self.of_cell = cells, of_cell

    def by(self, codes: Codes, n: int) -> tuple[Floats, Floats]:
        """Samples × sources × `codes`: found over expected, and what was expected."""
        cells = self.cells
        shape = (cells.n_samples, len(SOURCES), n)
        expected = np.zeros(shape)
        for source in range(len(SOURCES)):
            foreign = np.where((self.of_cell >= 0) & (self.of_cell != source), codes, -1)
            totals = cells.added_up(cells.sample, cells.n_samples, foreign, n)
            expected[:, source] = totals * self.pools[:, source, None]
        some = codes[self.rows] >= 0
        rows, sources, counts = self.rows[some], self.sources[some], self.counts[some]
        alone = cells.totals[rows] * self.pools[cells.sample[rows], sources]
        keys = np.ravel_multi_index((cells.sample[rows], sources, codes[rows]), shape)
        ratios = capped_ratios(counts, alone, keys, expected.ravel())
        return ratios.reshape(shape), expected


def _present(cells: Cells, of_cell: Codes) -> NDArray[np.bool_]:
    """Samples × sources: whether the sample has enough cells of the source."""
    known = of_cell >= 0
    both = cells.sample[known].astype(np.int64) * len(SOURCES) + of_cell[known]
    counts = np.bincount(both, minlength=cells.n_samples * len(SOURCES))
    return np.asarray(counts.reshape(cells.n_samples, -1) >= FEWEST_CELLS)


def _by_source(
    ratios: Floats, expected: Floats, present: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Samples × sources: the share, and its variance from counting; NaN where it is not told."""
    share, variance = np.full((2, *present.shape), np.nan)
    for place in zip(*np.nonzero(present), strict=True):
        some = np.flatnonzero(expected[place] > 0)
        found, of_all = ratios[place][some], expected[place][some]
        if of_all.sum() < LEAST_EXPECTED:
            continue
        even = alike(found, of_all)
        weight = np.sqrt(of_all)
        if even.sum() < FEWEST_LINEAGES or weight[even].sum() < weight.sum() / 2:
            continue
        weight = of_all[even] / of_all[even].sum()
        share[place] = min(weight @ found[even], 1.0)
        counting = share[place] / of_all[even].sum()
        differing = weight**2 @ (found[even] - share[place]) ** 2
        variance[place] = max(counting, differing * len(weight) / (len(weight) - 1))
    return share, variance


def _group_factors(markers: _Markers, cells: Cells, by_source: Floats) -> Floats:
    """Samples × groups: the share of a group over that of its sample; NaN without cells."""
    sizes = cells.added_up(cells.sample, cells.n_samples, cells.group, cells.n_groups)
    factors = np.where(sizes > 0, 1.0, np.nan)
    ratios, expected = markers.by(cells.group, cells.n_groups)
    due = expected * np.nan_to_num(by_source)[:, :, None]
    for sample, group in zip(*np.nonzero(sizes > 0), strict=True):
        some = np.flatnonzero(due[sample, :, group] >= 1)
        molecules = due[sample, some, group]
        if len(some) < FEWEST_SOURCES or molecules.sum() < LEAST_FOUND:
            continue
        apart = ratios[sample, some, group] / by_source[sample, some]
        order = np.argsort(apart, kind="stable")
        weights = np.cumsum(np.sqrt(molecules[order]))
        middle = apart[order][np.searchsorted(weights, weights[-1] / 2)]
        factors[sample, group] = np.clip(middle, 1 / MOST_APART, MOST_APART)
    return factors
