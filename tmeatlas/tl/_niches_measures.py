"""All that `tl.niches` measures of each section, and of each cell beside its niche."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.spatial import (
    INFILTRATION,
    INSIDE,
    Graph,
    Tissue,
    Types,
    co_locate,
    infiltration,
    inside_tumour,
    named_measure,
    named_score,
    tumour_distance,
)
from tmeatlas.tl._niches_inputs import Marks
from tmeatlas.tl._niches_named import NamedLevels
from tmeatlas.tl._niches_tables import unread_rows

TUMOUR = ("malignant", "epithelial")
"""Lineages of tumour cells: the second where no cell is known to be of the first."""
IMMUNE = "immune"
SPOTS_MIX = "spots mix cells: how many are immune is not known"


@dataclass(frozen=True, eq=False)
class Measured:
    """Rows of the table, and what is measured of each cell or spot."""

    rows: list[pd.DataFrame]
    border: NDArray[np.float32]
    """Distance of each row to the border of the tumour."""
    named: Mapping[str, NDArray[np.float32]]
    """Score of each row, by named neighbourhood."""
    tumour: str
    """Id of the lineage that was taken for the tumour; "" where there is none."""


def measure(
    tissue: Tissue,
    graph: Graph,
    marks: Marks,
    named: NamedLevels,
    *,
    n_shifts: int,
    seed: int,
) -> Measured:
    """Co-localisation, tumour border, infiltration and named scores."""
    types = Types(marks.codes.astype(np.intp), marks.types) if marks.types else None
    rows = [
        co_locate(
            *(tissue, graph, types, marks.table), depth=named.depth, n_shifts=n_shifts, seed=seed
        )
    ]
    border, tumour, of_tumour = _of_tumour(tissue, graph, marks, types)
    of_names = _of_names(tissue, graph, named)
    return Measured(
        rows=[*rows, *(each for _, each in of_names.values()), *of_tumour],
        border=border,
        named={name: score for name, (score, _) in of_names.items()},
        tumour=tumour,
    )


def _of_names(
    tissue: Tissue, graph: Graph, named: NamedLevels
) -> dict[str, tuple[NDArray[np.float32], pd.DataFrame]]:
    """Score of each row and measure of each section, by named neighbourhood."""
    found = {}
    for measure_id, missing in named.missing.items():
        if missing:
            nowhere = np.full(len(tissue.section), np.nan, dtype=np.float32)
            found[measure_id] = nowhere, unread_rows(tissue, measure_id, missing)
        else:
            score = named_score(graph, named.levels[measure_id])
            found[measure_id] = score, named_measure(tissue, score, measure_id)
    return found


def _of_tumour(
    tissue: Tissue, graph: Graph, marks: Marks, types: Types | None
) -> tuple[NDArray[np.float32], str, list[pd.DataFrame]]:
    """Distance of each cell to the border of the tumour, its lineage, and what is measured."""
    tumour, mask = tumour_cells(marks)
    if mask is None or marks.lineages is None:
        why = marks.no_lineages or "no cell is known to be of the tumour"
        nowhere = np.full(len(tissue.section), np.nan, dtype=np.float32)
        return nowhere, "", [unread_rows(tissue, each, why) for each in (INSIDE, INFILTRATION)]
    distance = tumour_distance(tissue, graph, mask)
    rows = [] if types is None else [inside_tumour(tissue, distance, types)]
    if tissue.spots:
        rows.append(unread_rows(tissue, INFILTRATION, SPOTS_MIX))
    else:
        rows.append(infiltration(tissue, graph, mask, marks.lineages.within(IMMUNE)))
    return distance, tumour, rows


def tumour_cells(marks: Marks) -> tuple[str, NDArray[np.bool_] | None]:
    """The lineage of the tumour and its cells; None where no cell is known to be of one."""
    if marks.lineages is None:
        return "", None
    for lineage in TUMOUR:
        mask = marks.lineages.within(lineage)
        if mask.any():
            return lineage, mask
    return "", None
