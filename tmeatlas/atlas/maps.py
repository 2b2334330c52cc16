"""The maps of an atlas: where each cell lies, and where the names of the groups stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas.atlas.encode import quantise_u16
from tmeatlas.cells import Plane, choose_basis, other_planes, read_plane

MAX_MAPS = 6
LABEL_BINS = 32
SPACING_SAMPLE = 2000


@dataclass(frozen=True, eq=False)
class Map:
    """Two coordinates per drawn cell, in 65,536 steps."""

    key: str
    """Key in `obsm`."""
    name: str
    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    aspect: tuple[float, float]
    """Width and height of the map relative to the larger of the two."""
    spacing: float
    """Distance between neighbours in a tissue, relative to its larger side; 0 for other maps."""
    labels_xy: NDArray[np.float64]
    """Where the name of each group stands, in steps."""
    n_dimensions: int
    """Dimensions of the embedding, of which the first two are drawn."""


@dataclass(frozen=True, eq=False)
class Maps:
    """The embeddings of a page, and the names of those that are no map."""

    drawn: list[Map]
    """Those to switch between; the first is shown at the start."""
    left_out: list[str]


@dataclass(frozen=True, eq=False)
class Planes:
    """The embeddings of a page: that which is shown first, and those to switch to."""

    main: Plane
    others: list[Plane]
    left_out: list[str]
    """Names of embeddings that lack coordinates of drawn cells, or are one too many."""

    @property
    def all(self) -> list[Plane]:
        """Those to draw, the first to show first."""
        return [self.main, *self.others]


def read_planes(adata: AnnData, basis: str | Sequence[str] | None) -> Planes:
    """The embeddings to draw: those named in a sequence, or all planar ones after `basis`."""
    if basis is None or isinstance(basis, str):
        main_key = choose_basis(adata, basis)
        other_keys = other_planes(adata, main_key)
    else:
        chosen = list(dict.fromkeys(choose_basis(adata, name) for name in basis))
        if not chosen:
            raise InputError(
                f"Expected one embedding or more as {option('basis')}, found an empty list."
            )
        main_key, *other_keys = chosen
    main = read_plane(adata, main_key)
    others: list[Plane] = []
    left_out: list[str] = []
    for key in other_keys:
        plane = read_plane_or_none(adata, key)
        if plane is None or not plane.drawn[main.drawn].all() or len(others) + 1 >= MAX_MAPS:
            left_out.append(key)
        else:
            others.append(plane)
    return Planes(main, others, left_out)


def read_plane_or_none(adata: AnnData, key: str) -> Plane | None:
    """An embedding that nobody asked for is left out where it cannot be read."""
    try:
        return read_plane(adata, key)
    except InputError:
        return None


def make_map(
    plane: Plane,
    rows: NDArray[np.intp],
    groups: NDArray[np.uint8],
    n_groups: int,
) -> Map:
    """One embedding with the cells `rows`, in their order."""
    x, y = (quantise_u16(plane.coordinates[rows, i]) for i in (0, 1))
    extent = np.ptp(plane.coordinates[rows], axis=0)
    aspect = np.maximum(extent / extent.max(), 0.02) if extent.max() > 0 else np.ones(2)
    steps = x.codes.astype(np.uint16), y.codes.astype(np.uint16)
    return Map(
        key=plane.key,
        name=plane.name,
        x=steps[0],
        y=steps[1],
        x_range=(x.low, x.high),
        y_range=(y.low, y.high),
        aspect=(float(aspect[0]), float(aspect[1])),
        spacing=_spacing(plane.coordinates[rows]) if plane.key == keys.SPATIAL else 0.0,
        labels_xy=label_positions(*steps, groups, n_groups),
        n_dimensions=plane.n_dimensions,
    )


def _spacing(coordinates: NDArray[np.float64]) -> float:
    """Median distance of evenly chosen cells to their nearest neighbour, per larger side."""
    from scipy.spatial import cKDTree

    places = np.unique(coordinates, axis=0)
    if len(places) < 2:
        return 0.0
    chosen = places[:: max(1, len(places) // SPACING_SAMPLE)]
    distances, _ = cKDTree(places).query(chosen, k=2)
    return float(np.median(distances[:, 1]) / np.ptp(places, axis=0).max())


def label_positions(
    x: NDArray[np.unsignedinteger[Any]],
    y: NDArray[np.unsignedinteger[Any]],
    codes: NDArray[np.uint8],
    n: int,
) -> NDArray[np.float64]:
    """Where to write each label: the middle of the cells around the group's densest spot.

    A median could fall between the islands of a group, where none of its cells is.
    """
    shift = 16 - LABEL_BINS.bit_length() + 1
    cell_bin = codes.astype(np.int64)
    for side in (y, x):
        cell_bin *= LABEL_BINS
        cell_bin += side >> shift
    shape = (n, LABEL_BINS, LABEL_BINS)

    def around(weights: NDArray[np.float64] | None) -> NDArray[np.float64]:
        sums = np.bincount(cell_bin, weights=weights, minlength=int(np.prod(shape))).reshape(shape)
        padded = np.pad(sums.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
        size = LABEL_BINS
        windows = [padded[:, i : i + size, j : j + size] for i in range(3) for j in range(3)]
        return np.sum(windows, axis=0).reshape(n, -1)

    cells = around(None)
    peak = cells.argmax(axis=1)
    rows = np.arange(n)
    count = np.maximum(cells[rows, peak], 1)
    return np.column_stack(
        [around(values.astype(np.float64))[rows, peak] / count for values in (x, y)]
    )
