"""A section laid over itself at another place: which row then lies where each row lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_OVERLAP = 0.5
"""Of the box around a section, what a shifted copy must still cover. Chosen, with
:data:`VARIANCE_POWER`, on smooth fields without a relation (docs/tissue_evidence.md)."""
VARIANCE_POWER = 0.25
"""What is read of a smaller overlap varies more: a value is compared times its number of
neighbours to this power. 0.5 would be right for neighbours that vary on their own."""
PIXELS_PER_SPACING = 2.0
MOST_PIXELS = 16
"""Per row, so that a section with one row far off is not mostly emptiness."""
WITHIN = 6
"""A place is outside of the tissue if its nearest row is farther away than the sixth nearest is
from a row, by the median."""


@dataclass(frozen=True, eq=False)
class Shifts:
    """The rows of one section on a raster, and by how many pixels it is shifted."""

    raster: NDArray[np.int32]
    """The row nearest to each pixel; -1 outside of the tissue."""
    pixels: NDArray[np.int32]
    """Rows × 2: the pixel of each row."""
    by: NDArray[np.int32]
    """Shifts × 2, in pixels."""

    def area_of_rows(self) -> NDArray[np.intp]:
        """How many pixels each row is nearest to."""
        inside = self.raster[self.raster >= 0]
        return np.bincount(inside, minlength=len(self.pixels)).astype(np.intp)


def draw_shifts(
    coordinates: NDArray[np.float64], n_shifts: int, rng: np.random.Generator
) -> Shifts:
    """Shifts of a section, evenly among those with at least :data:`LEAST_OVERLAP`.

    What leaves the box does not come in again on its other side: smooth values torn
    there and joined to others would vary less than the section does, and tests by
    such shifts on a torus find too much (docs/tissue_evidence.md).
    """
    from scipy.spatial import KDTree

    tree = KDTree(coordinates)
    distances = tree.query(coordinates, k=min(WITHIN + 1, len(coordinates)))[0]
    step = float(np.median(distances[:, 1])) / PIXELS_PER_SPACING
    low, extent = coordinates.min(axis=0), np.ptp(coordinates, axis=0)
    step = max(step, float(np.sqrt(extent.prod() / (MOST_PIXELS * len(coordinates)))))
    step = max(step, float(extent.max()) / (MOST_PIXELS * len(coordinates)))
    shape = np.floor(extent / step).astype(np.intp) + 1
    pixels = np.minimum((coordinates - low) / step, shape - 1).astype(np.int32)
    grid = np.indices(shape).reshape(2, -1).T
    distance, row = tree.query(low + (grid + 0.5) * step)
    row[distance > max(float(np.median(distances[:, -1])), step)] = -1
    raster = row.reshape(shape).astype(np.int32)
    return Shifts(raster, pixels, _evenly(shape, n_shifts, rng))


def _evenly(shape: NDArray[np.intp], n_shifts: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Shifts in pixels that leave enough of the box covered."""
    found: list[NDArray[np.float64]] = []
    while sum(map(len, found)) < n_shifts:
        tried = rng.uniform(-1.0, 1.0, size=(2 * n_shifts, 2))
        covered = (1.0 - np.abs(tried)).prod(axis=1)
        found.append(tried[covered >= LEAST_OVERLAP])
    return np.rint(np.concatenate(found)[:n_shifts] * shape).astype(np.int32)
