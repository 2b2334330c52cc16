"""Where the bars and flows of a Sankey diagram are; y runs down."""

from __future__ import annotations

import numpy as np

from tmeatlas.pl._shapes import Points

BAR = 12
"""Width of a group's bar, in pixels, as all numbers here."""
SPAN = 420
"""From the senders' bars to the receivers'."""
ROOM = 30
"""Height that each group has, at least."""
GAP = 9
LEAST = 3
"""Height of the smallest bar."""
HEAD = 12
"""Length of an arrow head."""
ABOVE = 30
"""For the headings."""
CURVE = np.linspace(0.0, 1.0, 25)


def pixels_each(totals: list[np.ndarray], height: float) -> float:
    """Pixels per interaction, such that the side with more bars fills `height`."""
    most = max(np.count_nonzero(total) for total in totals)
    return float((height - (GAP + LEAST) * most) / max(totals[0].sum(), 1))


def stack_bars(totals: np.ndarray, scale: float, height: float) -> dict[int, tuple[float, float]]:
    """Upper and lower end of the bar of each group that has any flow, centred in `height`."""
    shown_groups = np.flatnonzero(totals)
    sizes = LEAST + totals[shown_groups] * scale
    y = (height - sizes.sum() - GAP * (len(sizes) - 1)) / 2
    bars = {}
    for group, size in zip(shown_groups, sizes, strict=True):
        bars[int(group)] = (float(y), float(y + size))
        y += size + GAP
    return bars


def ribbon_outline(from_: float, to: float, width: float) -> Points:
    """Outline of a flow between the upper ends `from_` and `to`."""
    neck = SPAN - max(5.0, min(HEAD, width))
    eased = CURVE * CURVE * (3 - 2 * CURVE)
    upper = np.column_stack([CURVE * neck, from_ + (to - from_) * eased])
    lower = upper[::-1] + np.array([0.0, width])
    return np.vstack([upper, [SPAN, to + width / 2], lower, upper[:1]])
