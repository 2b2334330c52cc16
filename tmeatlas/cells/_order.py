"""The order in which an atlas stores cells, and in which its cell lists number them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas.cells._plane import Plane

STEPS = 65535


def cells_in_order(plane: Plane, groups: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    """Rows of the drawn cells: by group, then along a curve through the map.

    Neighbours are then alike, which halves what the cells take in a page. Cells
    without a group (code -1) come last. The order follows from the data alone,
    so a page need not say which row each of a million cells has.
    """
    drawn = np.flatnonzero(plane.drawn)
    x, y = (_steps(plane.coordinates[drawn, i]) for i in (0, 1))
    key = groups[drawn].astype(np.uint32).astype(np.uint64)
    key <<= np.uint64(32)
    key |= morton(x, y)
    return drawn[np.argsort(key, kind="stable")]


def _steps(values: NDArray[np.float64]) -> NDArray[np.uint16]:
    extent = float(np.ptp(values)) or 1.0
    return np.rint((values - values.min()) * (STEPS / extent)).astype(np.uint16)


def morton(x: NDArray[np.uint16], y: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Interleave the bits of `x` and `y`: points that are near get numbers that are near."""

    def spread(values: NDArray[np.uint16]) -> NDArray[np.uint32]:
        bits = values.astype(np.uint32)
        bits = (bits | (bits << np.uint32(8))) & np.uint32(0x00FF00FF)
        bits = (bits | (bits << np.uint32(4))) & np.uint32(0x0F0F0F0F)
        bits = (bits | (bits << np.uint32(2))) & np.uint32(0x33333333)
        return (bits | (bits << np.uint32(1))) & np.uint32(0x55555555)

    return spread(x) | (spread(y) << np.uint32(1))
