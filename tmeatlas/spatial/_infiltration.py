"""Whether immune cells lie among the tumour cells or away from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.spatial._graph import Graph
from tmeatlas.spatial._measures import INFILTRATION, measured_rows
from tmeatlas.spatial._section import LEAST_ROWS
from tmeatlas.spatial._tiles import ADDED, jackknifed, tiles
from tmeatlas.spatial._tissue import Tissue

Floats = NDArray[np.float64]


def infiltration(
    tissue: Tissue, graph: Graph, tumour: NDArray[np.bool_], immune: NDArray[np.bool_]
) -> pd.DataFrame:
    """Immune cells among the neighbours of tumour cells over their share of the section, as log2.

    0 where they lie as if mixed at random. Tumour cells lie beside tumour cells, so most
    tumours are below; what tells tumours apart is how far. The interval leaves out tiles of
    the section in turn. NaN, and why, with fewer than 20 cells of either.
    """
    found = []
    for number, rows in enumerate(tissue.members()):
        here = {"sample": tissue.sections[number], "cells": int(tumour[rows].sum())}
        few = [
            word
            for word, which in (("tumour", tumour), ("immune", immune))
            if which[rows].sum() < LEAST_ROWS
        ]
        if few:
            here["note"] = f"fewer than {LEAST_ROWS} {' and '.join(few)} cells"
        else:
            here |= _of_section(tissue, graph, rows, tumour, immune)
        found.append(here)
    columns = ["sample", "value", "expected", "low", "high", "cells", "note"]
    table = pd.DataFrame(found).reindex(columns=columns)
    return measured_rows(INFILTRATION, table.fillna({"note": ""}))


def _of_section(
    tissue: Tissue,
    graph: Graph,
    rows: NDArray[np.intp],
    tumour: NDArray[np.bool_],
    immune: NDArray[np.bool_],
) -> dict[str, float]:
    beside = (graph.edges[rows] @ immune.astype(np.float64)) * tumour[rows]
    neighbours = graph.counts()[rows] * tumour[rows]
    sums = np.column_stack([beside, neighbours, immune[rows], np.ones(len(rows))])
    value, low, high = jackknifed(tiles(tissue.coordinates[rows]), sums, _log_ratio)
    found = {"value": value, "low": low, "high": high, "expected": immune[rows].mean()}
    return {name: float(number) for name, number in found.items()}


def _log_ratio(total: Floats) -> Floats:
    """Log2 of observed to expected neighbours."""
    near, neighbours, immune, cells = total
    ratio: Floats = np.log2((near + ADDED) / (neighbours * immune / cells + ADDED))
    return ratio
