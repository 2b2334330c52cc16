"""Where rows lie in the tissue: cells or spots, of several sections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._rows import CELL, SPOT

SPOT_COLUMNS = (frozenset({"array_row", "array_col"}), frozenset({"array_x", "array_y"}))
"""Columns of `obs` that say where on an array a spot is."""
SPOT_DIAMETER = "spot_diameter_fullres"
NO_DIAMETER = 1
"""In pixels: what squidpy gives single cells, of which it wants a diameter, too."""
SPOT_LABELS = frozenset({"spot", "spots"})
UNIT = "units of the coordinates"


@dataclass(frozen=True, eq=False)
class Tissue:
    """Where each row lies, and in which section. Distances between sections mean nothing."""

    coordinates: NDArray[np.float64]
    """Rows × 2, all finite."""
    section: NDArray[np.intp]
    """Code of the section of each row."""
    sections: tuple[str, ...]
    """Names."""
    spots: bool
    """Rows are spots of several cells each, not cells."""
    unit: str = UNIT
    """What distances are in: "µm" where that is known."""

    @property
    def rows(self) -> str:
        """What one row is: "cell" or "spot"."""
        return SPOT if self.spots else CELL

    def members(self) -> list[NDArray[np.intp]]:
        """The rows of each section, in their order."""
        order = np.argsort(self.section, kind="stable")
        sizes = np.bincount(self.section, minlength=len(self.sections))
        return np.split(order, np.cumsum(sizes)[:-1])


def are_spots(columns: Iterable[str], labels: Iterable[str], spatial: object) -> bool:
    """Whether rows are spots of an array, by the columns of `obs`, its labels, `uns["spatial"]`."""
    names = set(columns)
    if any(pair <= names for pair in SPOT_COLUMNS):
        return True
    said = {str(label).strip().casefold() for label in labels}
    if said and said <= SPOT_LABELS:
        return True
    slides = spatial.values() if isinstance(spatial, Mapping) else ()
    return any(_diameter(slide) > NO_DIAMETER for slide in slides)


def _diameter(slide: Any) -> float:
    """Diameter of the spots of a slide in pixels of its image; 0 where there is none."""
    factors = slide.get("scalefactors") if isinstance(slide, Mapping) else None
    diameter = factors.get(SPOT_DIAMETER) if isinstance(factors, Mapping) else None
    return float(diameter) if isinstance(diameter, (int, float, np.number)) else 0.0
