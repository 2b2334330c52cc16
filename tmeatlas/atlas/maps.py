"""The maps of an atlas: where each cell lies, and where the names of the groups stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas.atlas.encode import U16_STEPS, Quantised, quantise_u16
from tmeatlas.atlas.far_off import Box, Core, find_core
from tmeatlas.cells import Plane, TissueMap

LABEL_BINS = 32
BIN_SHIFT = 16 - LABEL_BINS.bit_length() + 1
"""Steps of a side have so many bits more than its bins."""
LEAST_REGION = 3
"""Spots of a group in a section that are named as a region. A convention."""


@dataclass(frozen=True)
class Section:
    """A section of tissue on the map."""

    name: str
    box: Box


class Region(NamedTuple):
    """A group of spots in one section, where its name stands and how many spots it has."""

    group: int
    x: float
    y: float
    n: int


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
    diameter: float
    """Of a cell or spot in a tissue, relative to its larger side; 0 for other maps."""
    labels_xy: NDArray[np.float64]
    """Where the name of each group stands, in steps."""
    n_dimensions: int
    """Dimensions of the embedding, of which the first two are drawn."""
    crowd: float
    """Cells in the bin of a typical cell, of 32 × 32 bins: decides how large points are."""
    core: Core
    """What is shown at first where a few far-off cells would leave most of the map empty."""
    regions: list[Region] = field(default_factory=list)
    """Of a tissue of spots: the groups of each section."""
    sections: list[Section] = field(default_factory=list)
    """Of a tissue, with the names of several samples."""
    images: list[tuple[bytes, Box]] = field(default_factory=list)
    """Parts of images of tissue, as JPEG."""

    @property
    def is_tissue(self) -> bool:
        """Whether cells lie where they are in a tissue."""
        return self.key == keys.SPATIAL


@dataclass(frozen=True, eq=False)
class Maps:
    """The embeddings of a page, and the names of those that are no map."""

    drawn: list[Map]
    """Those to switch between; the first is shown at the start."""
    left_out: list[str]
    notes: list[str] = field(default_factory=list)
    """What of the tissue cannot be shown."""


def make_map(
    plane: Plane,
    rows: NDArray[np.intp],
    groups: NDArray[np.uint8],
    n_groups: int,
    tissue: TissueMap | None = None,
    *,
    spots: bool = False,
) -> Map:
    """One embedding with the cells `rows`, in their order; of a tissue, with its sections.

    Of `spots`, groups are regions of the tissue, which are named in each section.
    """
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
        diameter=_diameter(plane.coordinates[rows], tissue) if tissue else 0.0,
        labels_xy=label_positions(*steps, groups, n_groups),
        n_dimensions=plane.n_dimensions,
        crowd=_crowd(*steps),
        core=Core(None, []) if tissue else find_core(*steps, groups),
        regions=_regions(tissue, plane.coordinates[rows], steps, groups) if spots else [],
        **_in_steps(tissue, x, y),
    )


def _crowd(x: NDArray[np.uint16], y: NDArray[np.uint16]) -> float:
    """Cells in the bin in which a typical cell lies: half of them lie in fuller ones."""
    bins = (y >> BIN_SHIFT) * np.uint16(LABEL_BINS) + (x >> BIN_SHIFT)
    cells = np.bincount(bins, minlength=LABEL_BINS**2)
    fullest_first = np.sort(cells)[::-1]
    half = np.searchsorted(np.cumsum(fullest_first), cells.sum() / 2)
    return float(fullest_first[min(half, len(cells) - 1)])


def _regions(
    tissue: TissueMap | None,
    coordinates: NDArray[np.float64],
    steps: tuple[NDArray[np.uint16], NDArray[np.uint16]],
    groups: NDArray[np.uint8],
) -> list[Region]:
    """The groups in each section of a tissue, but for a few spots of one."""
    if tissue is None:
        return []
    found: list[Region] = []
    for left, bottom, right, top in tissue.boxes:
        x, y = coordinates.T
        inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
        sizes = np.bincount(groups[inside])
        at_x, at_y = (side[inside] for side in steps)
        places = label_positions(at_x, at_y, groups[inside], len(sizes))
        found += [
            Region(code, float(places[code, 0]), float(places[code, 1]), int(n))
            for code, n in enumerate(sizes)
            if n >= LEAST_REGION
        ]
    return found


def _in_steps(tissue: TissueMap | None, x: Quantised, y: Quantised) -> dict[str, Any]:
    """Sections and images of a tissue in the steps of the map."""
    if tissue is None:
        return {}

    def box(values: Sequence[float]) -> Box:
        left, bottom, right, top = (
            (float(value) - side.low) / (side.high - side.low) * U16_STEPS
            for value, side in zip(values, (x, y, x, y), strict=True)
        )
        return left, bottom, right, top

    return {
        "sections": [
            Section(name, box(each)) for name, each in zip(tissue.names, tissue.boxes, strict=False)
        ],
        "images": [(image.data, box(image.box)) for image in tissue.images],
    }


def _diameter(coordinates: NDArray[np.float64], tissue: TissueMap) -> float:
    """Of a cell or spot, relative to the larger side of the map."""
    extent = float(np.ptp(coordinates, axis=0).max())
    return tissue.diameter / extent if extent > 0 else 0.0


def label_positions(
    x: NDArray[np.unsignedinteger[Any]],
    y: NDArray[np.unsignedinteger[Any]],
    codes: NDArray[np.uint8],
    n: int,
) -> NDArray[np.float64]:
    """Where to write each label: the middle of the cells around the group's densest spot.

    A median could fall between the islands of a group, where none of its cells is.
    """
    cell_bin = codes.astype(np.int64)
    for side in (y, x):
        cell_bin *= LABEL_BINS
        cell_bin += side >> BIN_SHIFT
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
