"""Filled outlines, of which flow diagrams are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

Points = NDArray[np.float64]
"""x and y of each corner, points × 2."""


def filled(
    points: Points, colour: str, *, name: str, text: str, alpha: float = 1.0, **meta: Any
) -> go.Scatter:
    """An outline filled with `colour`, which says `text` wherever it is hovered over."""
    import plotly.graph_objects as go

    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="lines",
        fill="toself",
        fillcolor=translucent(colour, alpha),
        line={"width": 0.5, "color": translucent(colour, min(1.0, alpha + 0.2))},
        hoveron="fills",
        hoverinfo="text",
        name=name,
        text=text,
        meta=meta,
        showlegend=False,
    )


def translucent(colour: str, alpha: float) -> str:
    """A colour `#rrggbb` that lets others through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:.3g})"


def opacity(number: int, most: int) -> float:
    """How opaque a flow of `number` is, where the widest has `most`: strong ones stand out."""
    return float(0.3 + 0.4 * np.sqrt(number / max(most, 1)))
