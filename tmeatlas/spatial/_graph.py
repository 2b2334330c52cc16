"""Which cells or spots are neighbours in the tissue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.spatial._squidpy import nearest, within
from tmeatlas.spatial._tissue import Tissue

NEAREST_CELLS = 10
"""Neighbours of a cell unless told otherwise: a convention."""
RING = 1.5
"""Radius around a spot, in spacings of spots, unless told otherwise. Spots that touch lie one
spacing away, and the corners of a square array 1.41; on a hexagonal one the next lie 1.73 away."""
SPACING_NEIGHBOUR = 3
"""The spacing of spots is the median distance to this neighbour: the nearest of spots that do not
lie exactly on their grid is nearer than that."""
MOST_NEIGHBOURS = 500
"""On average, within a radius: more is a region of the tissue, and fills the memory. A convention;
the niches of single cells are read from some tens."""
LOOKED_AT = 1000
"""Rows of a section by which a radius is judged before a graph is built."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Neighbours of each row, none of another section and never the row itself."""

    edges: sp.csr_matrix
    """Rows × rows, float32: 1 where the row of the column is a neighbour of that of the row."""
    told: str
    """What neighbours are: "10 nearest cells", "all cells within 50 µm"."""

    def counts(self) -> NDArray[np.intp]:
        """How many neighbours each row has."""
        return np.diff(self.edges.indptr).astype(np.intp)


def build_graph(
    tissue: Tissue, *, n_neighbors: int | None = None, radius: float | None = None
) -> Graph:
    """The neighbours of each cell or spot within its section, by squidpy.

    The `n_neighbors` nearest, or all within `radius` in the units of the coordinates.
    Without both, the 10 nearest of a cell, and of a spot those that touch it: all within
    1.5 times the spacing of spots, which is measured in each section.
    """
    if n_neighbors is not None and radius is not None:
        raise InputError(
            f"Expected {option('n_neighbors')} or {option('radius')}, found both. Leave one out."
        )
    members = tissue.members()
    places = [tissue.coordinates[rows] for rows in members]
    if radius is not None:
        _check_radius(tissue, places, radius)
        blocks = [within(xy, radius) for xy in places]
        told = f"all {tissue.rows}s within {radius:g} {tissue.unit}"
    elif n_neighbors is None and tissue.spots:
        blocks = [within(xy, RING * spacing(xy)) for xy in places]
        told = f"all spots within {RING:g} times the spacing of spots"
    else:
        n = _checked_number(NEAREST_CELLS if n_neighbors is None else n_neighbors)
        blocks = [nearest(xy, n) for xy in places]
        told = f"{n} nearest {tissue.rows}s"
    return Graph(_placed(blocks, members), told)


def spacing(coordinates: NDArray[np.float64]) -> float:
    """How far apart the rows of a section lie: median distance to the third nearest."""
    from scipy.spatial import KDTree

    n = min(SPACING_NEIGHBOUR, len(coordinates) - 1)
    if n < 1:
        return 0.0
    return float(np.median(KDTree(coordinates).query(coordinates, k=n + 1)[0][:, n]))


def _placed(blocks: list[sp.csr_matrix], members: list[NDArray[np.intp]]) -> sp.csr_matrix:
    """The graphs of sections as one, in the order of the rows, columns sorted within rows."""
    # Of what squidpy stores the diagonal is zero, and left out.
    found = [block.nonzero() for block in blocks]
    start, end = (
        np.concatenate([rows[ends[side]] for ends, rows in zip(found, members, strict=True)])
        for side in (0, 1)
    )
    n = sum(map(len, members))
    placed = sp.csr_matrix((np.ones(len(start), dtype=np.float32), (start, end)), shape=(n, n))
    placed.sort_indices()
    return placed


def _checked_number(n_neighbors: int) -> int:
    whole = isinstance(n_neighbors, (int, np.integer)) and not isinstance(n_neighbors, bool)
    if not whole or n_neighbors < 1:
        raise InputError(
            f"Expected a whole number of neighbours, 1 or more, as {option('n_neighbors')}, found "
            f"{n_neighbors!r}. {NEAREST_CELLS} is a usual choice for cells, 6 for spots."
        )
    return int(n_neighbors)


def _check_radius(tissue: Tissue, places: list[NDArray[np.float64]], radius: float) -> None:
    """Refuse a radius within which there is nearly nobody, or nearly everybody."""
    apart = float(np.median([spacing(xy) for xy in places if len(xy) > 1] or [0.0]))
    hint = (
        f"It is in {tissue.unit}, in which {tissue.rows}s lie about {apart:.3g} apart (median "
        f"distance to the third nearest). Choose another {option('radius')}, or "
        f"{option('n_neighbors')} instead."
    )
    number = isinstance(radius, (int, float, np.integer, np.floating))
    if not number or isinstance(radius, bool) or not np.isfinite(radius) or radius <= 0:
        raise InputError(f"Expected a distance above 0 as {option('radius')}, found {radius!r}.")
    found = [_neighbours_within(xy, radius) for xy in places]
    weights = [len(xy) for xy in places]
    mean = float(np.average([n.mean() for n in found], weights=weights))
    some = float(np.average([(n > 0).mean() for n in found], weights=weights))
    if mean > MOST_NEIGHBOURS:
        raise InputError(
            f"Within {option('radius', radius)} lie {counted(round(mean), tissue.rows)} on "
            f"average, at most {MOST_NEIGHBOURS} are read. {hint}"
        )
    if some < 0.5:
        raise InputError(
            f"Within {option('radius', radius)} {1 - some:.0%} of {tissue.rows}s have no "
            f"neighbour. {hint}"
        )


def _neighbours_within(coordinates: NDArray[np.float64], radius: float) -> NDArray[np.intp]:
    """How many neighbours some rows of a section have, evenly taken from all."""
    from scipy.spatial import KDTree

    step = max(1, len(coordinates) // LOOKED_AT)
    found = KDTree(coordinates).query_ball_point(coordinates[::step], radius, return_length=True)
    return np.asarray(found, dtype=np.intp) - 1
