"""Cells with the exclusive markers of two lineages, beyond what ambient RNA brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.quality._ambient import Ambient
from tmeatlas.quality._cells import Cells, Floats
from tmeatlas.quality._exclusive import SOURCES, Candidates, sources_of

LEAST_LEVEL = 0.2
"""Of the markers that a cell of a lineage usually has: a cell that is half of it has half, or less
where the other half is larger."""
MOST_P = 1e-3
"""Chance of as many molecules without the other cell, in a cell of its own lineage."""
FEWEST_GENES = 2
"""Markers of each lineage in the cell: one gene may be on for a reason of its own."""
SPREAD = 2.0
"""Size of the negative binomial of ambient molecules in a cell. A convention: their number varies
between droplets, and genes that come in bursts do so more."""
MOST_OF_ITS_OWN = 0.15
"""What a lineage has of another's markers, of the other's level, is its own (or ambient) up to
here; beyond, it is taken for doublets within the lineage."""
FEWEST_SOURCES = 2
"""Sources with confirmed markers, without which no cell can show two."""


@dataclass(frozen=True, eq=False)
class MarkerDoublets:
    """Which cells look like two of different lineages."""

    called: NDArray[np.bool_]
    level: NDArray[np.float32]
    """Per cell, the second highest level of markers: 1 is that of a whole cell. NaN where not
    judged."""
    note: str
    """Why cells were not judged; "" where they were."""


def marker_doublets(cells: Cells, candidates: Candidates, ambient: Ambient) -> MarkerDoublets:
    """Cells with the markers of two sources of RNA, each more than can be ambient or its own."""
    n = len(cells.sample)
    source = ambient.exclusive.source
    sources = [k for k in range(len(SOURCES)) if (source == k).sum() >= FEWEST_GENES]
    if len(sources) < FEWEST_SOURCES:
        note = "markers of fewer than two kinds of lineages are exclusive in the data"
        return MarkerDoublets(np.zeros(n, dtype=bool), np.full(n, np.nan, np.float32), note)
    levels, sure = np.zeros((n, len(SOURCES))), np.zeros((n, len(SOURCES)), dtype=bool)
    for each in sources:
        here = np.flatnonzero(source == each)
        levels[:, each], sure[:, each] = _evidence(cells, candidates, ambient, each, here)
    return MarkerDoublets(
        called=_second_highest(np.where(sure, levels, 0.0)) >= LEAST_LEVEL,
        level=_second_highest(levels).astype(np.float32),
        note="",
    )


def _second_highest(levels: Floats) -> Floats:
    """Per cell: two lineages reach it."""
    return np.asarray(np.partition(levels, -2, axis=1)[:, -2])


def _evidence(
    cells: Cells,
    candidates: Candidates,
    ambient: Ambient,
    source: int,
    here: NDArray[np.intp],
) -> tuple[Floats, NDArray[np.bool_]]:
    """Per cell, its level of one source's markers, and whether they are more than chance."""
    from scipy.special import betainc

    of_lineage, of_cell = sources_of(cells)
    markers = cells.markers[:, here]
    usual = _usual(cells, of_cell == source, here)
    # Weighed like this, genes add to the level as much as chance moves them.
    weights = 1 / np.sqrt(usual)
    brought = _brought(cells, candidates, ambient, source, here)
    own = np.minimum(ambient.exclusive.rates[:, here], MOST_OF_ITS_OWN * usual)
    # Of its own source a cell has what it has; without a lineage (-1, the last) no rate is known.
    own[of_lineage == source] = 0.0
    own = np.vstack([own, np.zeros(len(here))])
    more = [np.maximum(of_sample, own) for of_sample in brought]
    due = np.array([each.sum(axis=1) for each in more])[cells.sample, cells.lineage]
    due_level = np.array([each @ weights for each in more])[cells.sample, cells.lineage]
    totals = np.maximum(cells.totals, 1.0)
    level = (markers @ weights / totals - due_level) / (weights @ usual)
    count = np.asarray(markers.sum(axis=1), dtype=np.float64).ravel()
    n_genes = np.diff(markers.indptr)
    some = (n_genes >= FEWEST_GENES) & (level > 0)
    p = np.ones(len(count))
    mean = totals[some] * due[some]
    # The tail of the negative binomial, from its count on.
    p[some] = betainc(count[some], SPREAD, mean / (SPREAD + mean))
    return level, p <= MOST_P


def _usual(cells: Cells, own: NDArray[np.bool_], here: NDArray[np.intp]) -> Floats:
    """Of each marker, its share of the molecules in cells of its source."""
    molecules = np.asarray(cells.markers[own][:, here].sum(axis=0), dtype=np.float64).ravel()
    return molecules / cells.totals[own].sum()


def _brought(
    cells: Cells, candidates: Candidates, ambient: Ambient, source: int, here: NDArray[np.intp]
) -> Floats:
    """Samples × markers: their ambient molecules, of all molecules of a cell."""
    share = ambient.by_source[:, source]
    share = np.where(np.isfinite(share), share, ambient.share)
    return np.asarray(np.nan_to_num(share)[:, None] * cells.pools[:, candidates.columns[here]])
