"""Sections of tissue side by side on one map, all on one scale, none over another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GAP = 0.055
"""Between sections, of the side of a square as large as all of them: room for a name."""

WITHIN = 1.03
"""How much longer than others a row may be, so that sections of all but one size fill a grid."""


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Sections that were moved beside each other."""

    coordinates: NDArray[np.float64]
    """Cells × 2, moved; as they were where a cell has no section or no place."""
    sections: NDArray[np.intp]
    """Codes of the sections that have cells, in the order of their boxes."""
    boxes: NDArray[np.float64]
    """Sections × 4: left, bottom, right and top of the cells, after the move."""
    shifts: NDArray[np.float64]
    """Sections × 2: what was added to the coordinates."""


def lay_out(
    coordinates: NDArray[np.float64],
    codes: NDArray[np.integer],
    *,
    aspect: float,
    order: NDArray[np.integer] | None = None,
) -> Mosaic:
    """Sections in rows from the top left, in the order of their codes or in `order`.

    `coordinates` have y upwards; `codes` are -1 for cells without a section; `aspect`
    is width over height of where the map will be. One section stays where it is.
    """
    placed = np.isfinite(coordinates).all(axis=1) & (codes >= 0)
    sections = np.unique(codes[placed]).astype(np.intp)
    if order is not None:
        sections = np.asarray(order[np.isin(order, sections)], dtype=np.intp)
    boxes = _boxes(coordinates[placed], codes[placed], sections)
    shifts = _shifts(boxes, aspect) if len(sections) > 1 else np.zeros((len(sections), 2))
    moved = np.array(coordinates, dtype=np.float64)
    if len(sections) > 1:
        place = np.full(int(codes.max()) + 1, -1)
        place[sections] = np.arange(len(sections))
        moved[placed] += shifts[place[codes[placed]]]
    return Mosaic(moved, sections, boxes + np.tile(shifts, 2), shifts)


def _boxes(
    coordinates: NDArray[np.float64], codes: NDArray[np.integer], sections: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The box around the cells of each section."""
    by_section = np.argsort(codes, kind="stable")
    present, starts = np.unique(codes[by_section], return_index=True)
    if not len(present):
        return np.zeros((0, 4))
    sorted_ = coordinates[by_section]
    ends = np.minimum.reduceat(sorted_, starts), np.maximum.reduceat(sorted_, starts)
    return np.hstack(ends)[np.searchsorted(present, sections)]


def _shifts(boxes: NDArray[np.float64], aspect: float) -> NDArray[np.float64]:
    """What moves each box to its place: that number per row which makes the whole largest."""
    sizes = boxes[:, 2:] - boxes[:, :2]
    sizes = np.maximum(sizes, 1e-3 * sizes.max() or 1.0)
    gap = GAP * np.sqrt(np.prod(sizes, axis=1).sum())
    limits = np.cumsum(sizes[:, 0] + gap) - gap
    candidates = [_in_rows(sizes, limit * WITHIN, gap) for limit in limits]
    ends = [corners + sizes * [1, -1] for corners in candidates]
    sides = [max(end[:, 0].max() / aspect, -end[:, 1].min()) for end in ends]
    top_left = boxes[:, [0, 3]]
    return np.asarray(candidates[int(np.argmin(sides))] - top_left)


def _in_rows(sizes: NDArray[np.float64], limit: float, gap: float) -> NDArray[np.float64]:
    """Top left corners where rows end before `limit`; y falls from row to row."""
    corners = np.zeros_like(sizes)
    x = y = lowest = 0.0
    for i, (width, height) in enumerate(sizes):
        if i and x + width > limit:
            x, y = 0.0, lowest - gap
        corners[i] = x, y
        lowest = min(lowest, y - height)
        x += width + gap
    return corners
