"""Where the arcs, ribbons and names of a chord diagram are: angles run clockwise from the top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.pl._shapes import Points

RADIUS = 230
"""Of the outer edge of the arcs, in pixels, as all lengths here."""
THICKNESS = 13
INNER = RADIUS - THICKNESS - 2
"""Where ribbons begin."""
SHORT = 6
"""How far the tip of a ribbon stays away from there."""
HEAD = 14
GAP = np.radians(2.6)
"""Between two arcs."""
SHARE_OF_GAPS = 0.35
"""All gaps together, at most, as a share of the circle."""
DEPTH_OF_NEXT, DEPTH_BY_TURN = 0.14, 0.64
"""How far curves bend to the middle: as a share of the radius, and how that grows with the turn
from end to end, so that the outer side of a bend stays outside of the inner."""
LINE_HEIGHT = 15
STEP = np.radians(1.0)

Ends = dict[tuple[int, int], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class ChordEnds:
    """From which to which angle each arc, and each end of a ribbon, goes."""

    arcs: dict[int, tuple[float, float]]
    sent: Ends
    """By sender and receiver, where the ribbon leaves the sender."""
    received: Ends
    """By sender and receiver, where it comes to the receiver."""


def place_ends(number: NDArray[np.int64]) -> ChordEnds:
    """Divide the circle among the groups that send or receive anything, and their ribbons."""
    lengths = number.sum(axis=0) + number.sum(axis=1)
    if not lengths.any():
        lengths = np.ones_like(lengths)
    groups = np.flatnonzero(lengths).tolist()
    ends = ChordEnds({}, {}, {})
    if not groups:
        return ends
    gap = min(GAP, SHARE_OF_GAPS * 2 * np.pi / len(groups)) if len(groups) > 1 else 0.0
    unit = (2 * np.pi - gap * len(groups)) / lengths.sum()
    angle = gap / 2
    for i, group in enumerate(groups):
        start = angle
        # Against the clock from the neighbour before: ribbons to neighbours do not cross others.
        for partner in (groups[(i - step) % len(groups)] for step in range(len(groups))):
            for which, pair in ((ends.sent, (group, partner)), (ends.received, (partner, group))):
                if number[pair]:
                    which[pair] = (angle, angle + float(number[pair]) * unit)
                    angle = which[pair][1]
        ends.arcs[group] = (start, start + float(lengths[group]) * unit)
        angle = ends.arcs[group][1] + gap
    return ends


def on_circle(angle: float | NDArray[np.float64], radius: float) -> Points:
    """The points at these angles."""
    return radius * np.column_stack([np.sin(np.atleast_1d(angle)), np.cos(np.atleast_1d(angle))])


def _along(start: float, stop: float, radius: float) -> Points:
    steps = max(2, int(np.ceil(abs(stop - start) / STEP)) + 1)
    return on_circle(np.linspace(start, stop, steps), radius)


def arc_outline(start: float, stop: float) -> Points:
    """The arc of a group."""
    outer = _along(start, stop, RADIUS)
    return np.vstack([outer, _along(stop, start, RADIUS - THICKNESS), outer[:1]])


def ribbon_outline(sent: tuple[float, float], received: tuple[float, float]) -> Points:
    """A ribbon from the arc of its sender to a tip before the arc of its receiver."""
    shoulder = INNER - SHORT - HEAD
    leaving = _along(*sent, INNER)
    tip = on_circle(sum(received) / 2, INNER - SHORT)
    shoulders = on_circle(np.array(received), shoulder)
    there = _bend(leaving[-1], shoulders[0])
    back = _bend(shoulders[1], leaving[0])
    return np.vstack([leaving, there, tip, back])


def _bend(start: Points, stop: Points) -> Points:
    """A curve that leaves and meets the circle upright, and is the deeper, the further it goes."""
    t = np.linspace(0.0, 1.0, 25)[:, None]
    turn = np.arccos(np.clip(start @ stop / np.hypot(*start) / np.hypot(*stop), -1.0, 1.0))
    inwards = 1 - (DEPTH_OF_NEXT + DEPTH_BY_TURN * (1 - np.exp(-turn)))
    return np.asarray(
        (1 - t) ** 3 * start
        + 3 * t * (1 - t) ** 2 * inwards * start
        + 3 * t**2 * (1 - t) * inwards * stop
        + t**3 * stop
    )


@dataclass(frozen=True)
class LabelPlace:
    """Where the name of a group stands: at the end of a line from its arc."""

    group: int
    right: bool
    line: list[tuple[float, float]]


def label_places(arcs: dict[int, tuple[float, float]]) -> list[LabelPlace]:
    """A place outside the circle for each name, none less than a line from the next."""
    places = []
    middles = {group: (start + stop) / 2 for group, (start, stop) in arcs.items()}
    for right in (True, False):
        side = [group for group, angle in middles.items() if (np.sin(angle) >= 0) == right]
        side.sort(key=lambda group: -np.cos(middles[group]))
        wanted = np.array([(RADIUS + 12) * np.cos(middles[group]) for group in side])
        for group, y in zip(side, _spread(wanted), strict=True):
            edge = on_circle(middles[group], RADIUS + 2)[0]
            reach = np.sqrt(max((RADIUS + 12) ** 2 - y**2, 0.0))
            x = max(reach, abs(edge[0]) + 6) * (1 if right else -1)
            places.append(LabelPlace(group, right, [(edge[0], edge[1]), (float(x), float(y))]))
    return places


def _spread(wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Heights as near to `wanted`, which fall, as lines of text allow.

    Runs of names that are too close are put together around their mean, until
    no two runs touch.
    """
    runs: list[list[float]] = []  # of each run: its mean height, and how many names
    for height in wanted:
        runs.append([float(height), 1.0])
        while len(runs) > 1:
            (upper, above), (lower, below) = runs[-2:]
            if upper - lower >= LINE_HEIGHT * (above + below) / 2:
                break
            total = above + below
            runs[-2:] = [[(upper * above + lower * below) / total, total]]
    return np.array(
        [
            middle + LINE_HEIGHT * ((count - 1) / 2 - i)
            for middle, count in runs
            for i in range(int(count))
        ]
    )
