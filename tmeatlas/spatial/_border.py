"""The border of the tumour, and how far from it each row lies."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.spatial._graph import Graph
from tmeatlas.spatial._measures import INSIDE, measured_rows
from tmeatlas.spatial._neighbourhood import mean_around
from tmeatlas.spatial._section import LEAST_ROWS
from tmeatlas.spatial._tiles import jackknifed_share, tiles
from tmeatlas.spatial._tissue import Tissue
from tmeatlas.spatial._types import Types

MAJORITY = 0.5
"""Share of tumour cells among a row and its neighbours from which it lies inside the tumour: at
least as many tumour cells as all others. A convention."""


def tumour_distance(tissue: Tissue, graph: Graph, tumour: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How far each row is from the border of the tumour: negative inside of it.

    A row lies inside if at least half of it and its neighbours are `tumour`, so a T cell in a
    nest of tumour cells is inside, and a lone tumour cell in the stroma is not. The distance is
    that to the nearest row on the other side. NaN in sections with fewer than 20 rows on either
    side, which have no border to speak of, and in rows without neighbours.
    """
    from scipy.spatial import KDTree

    share = mean_around(graph.edges, np.asarray(tumour, dtype=np.float32)[:, None])[:, 0]
    distance = np.full(len(share), np.nan, dtype=np.float32)
    for rows in tissue.members():
        known = rows[graph.counts()[rows] > 0]
        inside = share[known] >= MAJORITY
        if min(inside.sum(), (~inside).sum()) < LEAST_ROWS:
            continue
        for side, sign in ((inside, -1.0), (~inside, 1.0)):
            other = KDTree(tissue.coordinates[known[~side]])
            distance[known[side]] = sign * other.query(tissue.coordinates[known[side]])[0]
    return distance


def inside_tumour(tissue: Tissue, distance: NDArray[np.float32], types: Types) -> pd.DataFrame:
    """Share of the rows of each type that lie inside the tumour, in each section with a border.

    `expected` is the share of all rows of the section. Types with fewer than 20 rows there are
    not read.
    """
    found = []
    for number, rows in enumerate(tissue.members()):
        known = rows[np.isfinite(distance[rows])]
        if not len(known):
            continue
        inside, codes = distance[known] < 0, types.codes[known]
        tile = tiles(tissue.coordinates[known])
        for code, name in enumerate(types.names):
            mine = codes == code
            if mine.sum() < LEAST_ROWS:
                continue
            value, low, high = jackknifed_share(tile[mine], inside[mine])
            found.append(
                {
                    "sample": tissue.sections[number],
                    "feature": name,
                    "value": value,
                    "expected": inside.mean(),
                    "low": low,
                    "high": high,
                    "cells": int(mine.sum()),
                }
            )
    columns = ["sample", "feature", "value", "expected", "low", "high", "cells"]
    return measured_rows(INSIDE, pd.DataFrame(found, columns=columns))
