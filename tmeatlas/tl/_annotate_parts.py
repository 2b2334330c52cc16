"""The part of its lineage that each cell is, where no label says it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lineages import (
    Around,
    Detected,
    MarkerList,
    Markers,
    call_parts,
    read_detected,
    usual_rates,
)
from tmeatlas.tl._annotate_cells import DRAWS
from tmeatlas.tl._annotate_told import Ids, Told

FEWEST_ELSEWHERE, LEAST_OTHERS = 20, 2
"""Cells of another lineage that tell what is usual there, and such lineages."""
LOWEST = 0.1
"""Quantile over clusters, where there are no other lineages."""

Floats = NDArray[np.floating]


def read_parts(values: sp.csc_matrix, markers: Markers, around: Around, told: Told) -> Told:
    """The fine lineage of cells whose labels do not say it."""
    fine, confidence = told.fine.copy(), told.fine_confidence.copy()
    of_lineage: dict[str, list[MarkerList]] = {}
    for each in markers.parts:
        of_lineage.setdefault(each.first_level, []).append(each)
    in_parts = {lineage: lists for lineage, lists in of_lineage.items() if len(lists) > 1}
    confidence[(fine == "") & ~np.isin(told.lineage, list(in_parts))] = np.nan
    if not in_parts:
        return replace(told, fine_confidence=confidence)
    detected = read_detected(values)
    finest = replace(around, partitions=around.partitions[-DRAWS:])
    for lineage, lists in in_parts.items():
        cells = np.flatnonzero((told.lineage == lineage) & (fine == ""))
        if not len(cells):
            continue
        inside = finest.within(cells)
        own = detected.of(cells)
        usual = _usual(detected, told.lineage, lineage, cells, inside)
        calls = call_parts(own, lists, inside, usual)
        known = calls.codes >= 0
        fine[cells[known]] = np.array(calls.ids, dtype=object)[calls.codes[known]]
        confidence[cells] = calls.confidence
    return replace(told, fine=fine, fine_confidence=confidence)


def _usual(
    detected: Detected, lineages: Ids, lineage: str, cells: NDArray[np.intp], inside: Around
) -> Floats:
    """The rates of markers where they do not belong: in the middle of the other lineages.

    In sorted cells there are none, and the clusters where each is lowest stand for them:
    those `inside` the `cells` that are asked about.
    """
    names, codes, sizes = np.unique(lineages.astype(str), return_inverse=True, return_counts=True)
    others = (sizes >= FEWEST_ELSEWHERE) & (names != "") & (names != lineage)
    if others.sum() >= LEAST_OTHERS:
        elsewhere = np.flatnonzero(others[codes])
        return usual_rates(detected.of(elsewhere), codes[elsewhere], q=0.5)
    clusters = inside.partitions[0] if inside.partitions else np.zeros(len(cells), dtype=np.intp)
    return usual_rates(detected.of(cells), clusters, q=LOWEST)
