"""Far-off cells: a few that would leave most of a map empty lie beyond its edges at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas.atlas.encode import U16_STEPS

MOST_FAR_OFF = 0.03
"""Of all cells, those that may lie beyond the edges. A convention."""
LEAST_GAIN = 0.1
"""Of the width or height of the map, what they must take up at least. A convention."""

Steps = NDArray[np.unsignedinteger[Any]]
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in steps of a map."""


@dataclass(frozen=True)
class FarOff:
    """Cells beyond one edge of what a map shows at first."""

    side: str
    """"left", "right", "bottom" or "top"."""
    n: int
    at: float
    """Where along the edge, in steps: their median."""
    group: int | None
    """Where all are of one group, that."""


class Core(NamedTuple):
    """What a map shows at first, and what lies beyond."""

    box: Box | None
    """None where it shows all."""
    far_off: list[FarOff]


class _Cut(NamedTuple):
    gain: float
    n: int
    axis: int
    side: int
    """0 for the low end, 1 for the high one."""
    first: int
    """The first step within the map once it is cut, counted from its side."""


def find_core(x: Steps, y: Steps, groups: NDArray[np.uint8]) -> Core:
    """What is shown at first of cells at places in steps.

    Of each side the widest empty strip is sought among its outermost cells. Of the four, the
    cells beyond the strip are cut off where that makes the map narrower by most, fewest cells
    among equals; and again, as long as a cut gains `LEAST_GAIN` of the width or height that is
    left, and no more than `MOST_FAR_OFF` of all cells are cut off together.
    """
    sides = (x, y)
    within = np.ones(len(x), dtype=bool)
    left = int(MOST_FAR_OFF * len(x))
    cuts: list[tuple[_Cut, NDArray[np.bool_]]] = []
    while left > 0:
        cut = max(
            (
                _cut(values[within], axis, side, left)
                for axis, values in enumerate(sides)
                for side in (0, 1)
            ),
            key=lambda each: (each.gain, -each.n),
        )
        if cut.gain < LEAST_GAIN:
            break
        values = sides[cut.axis]
        beyond = within & (values > U16_STEPS - cut.first if cut.side else values < cut.first)
        within &= ~beyond
        left -= cut.n
        cuts.append((cut, beyond))
    if not cuts:
        return Core(None, [])
    low_high = [(int(values[within].min()), int(values[within].max())) for values in sides]
    box = (*(low for low, _ in low_high), *(high for _, high in low_high))
    return Core((box[0], box[1], box[2], box[3]), list(_far_off(cuts, sides, groups)))


def _cut(values: Steps, axis: int, side: int, most: int) -> _Cut:
    """At the widest empty strip among the outermost cells of a side, at most `most` of them."""
    cells = np.bincount(values, minlength=U16_STEPS + 1)
    taken = np.flatnonzero(cells[::-1] if side else cells)
    beyond = np.cumsum(cells[::-1][taken] if side else cells[taken])
    strips = np.diff(taken)[beyond[:-1] <= most]
    extent = taken[-1] - taken[0]
    if not len(strips) or not extent:
        return _Cut(0.0, 0, axis, side, 0)
    at = int(strips.argmax())
    gain = float(taken[at + 1] - taken[0]) / float(extent)
    return _Cut(gain, int(beyond[at]), axis, side, int(taken[at + 1]))


def _far_off(
    cuts: list[tuple[_Cut, NDArray[np.bool_]]],
    sides: tuple[Steps, Steps],
    groups: NDArray[np.uint8],
) -> Iterator[FarOff]:
    """The cells beyond each edge, those of several cuts of one side together."""
    names = (("left", "right"), ("bottom", "top"))
    for axis in (0, 1):
        for side in (0, 1):
            masks = [mask for cut, mask in cuts if (cut.axis, cut.side) == (axis, side)]
            if not masks:
                continue
            beyond = np.logical_or.reduce(masks)
            of = np.unique(groups[beyond])
            yield FarOff(
                side=names[axis][side],
                n=int(beyond.sum()),
                at=float(np.median(sides[1 - axis][beyond])),
                group=int(of[0]) if len(of) == 1 else None,
            )
