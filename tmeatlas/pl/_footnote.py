"""What has to stand in a figure, wherever it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmeatlas.pl._label import shown
from tmeatlas.pl._theme import INK

if TYPE_CHECKING:
    import plotly.graph_objects as go

LINE = 26
"""Height of the line in pixels."""


def add_footnote(figure: go.Figure, text: str) -> None:
    """Write `text` below everything else, if any; called once the figure has its size."""
    if not text:
        return
    layout = figure.layout
    below = layout.margin.b + LINE
    figure.update_layout(height=layout.height + LINE, margin={"b": below})
    figure.add_annotation(
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xanchor="left",
        yanchor="bottom",
        xshift=8 - layout.margin.l,
        yshift=6 - below,
        text=f"<b>{shown(text)}</b>",
        showarrow=False,
        font={"size": 11, "color": INK},
    )
