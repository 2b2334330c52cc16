"""How our figures look: one plotly template, registered when the first figure is made."""

from __future__ import annotations

from typing import Any

from tmeatlas.cells import PALETTE_CVD

NAME = "tmeatlas"
INK = "#182033"
SOFT_INK = "#525c70"
LINE = "#aab2c0"
GRID = "#e8ecf2"
FAINT = "#d5dae3"
SEQUENTIAL = ("#e4e7ee", "#bccbe6", "#8fa9dc", "#6a82c9", "#5a57ab", "#4c2d80", "#2f0f4d")
"""From little to much; as dark in every kind of colour vision, readable on white."""
DIVERGING = ("#1d4f91", "#6f9fd3", "#cfdff0", "#f6f6f4", "#f6d9b8", "#dd9345", "#94480b")
"""From below to above the mean: blue and orange, which red-green blindness keeps apart."""


def colour_scale(colours: tuple[str, ...]) -> list[list[Any]]:
    """Evenly spaced colours as a plotly colour scale."""
    return [[i / (len(colours) - 1), colour] for i, colour in enumerate(colours)]


def colour_key(title: str, *, length: int, **place: Any) -> dict[str, Any]:
    """The key of a colour scale, at the top right of a figure unless `place` says otherwise."""
    return {
        "title": {"text": title, "side": "right"},
        "thickness": 12,
        "len": length,
        "lenmode": "pixels",
        "y": 1,
        "yanchor": "top",
        "ypad": 0,
        "outlinewidth": 0,
        "tickfont": {"color": SOFT_INK},
        **place,
    }


def template() -> str:
    """The name of our template, which plotly knows from now on."""
    import plotly.graph_objects as go
    import plotly.io as pio

    if NAME not in pio.templates:
        axis = {
            "automargin": True,
            "gridcolor": GRID,
            "linecolor": LINE,
            "showline": True,
            "tickcolor": LINE,
            "ticklen": 4,
            "ticks": "outside",
            "title": {"standoff": 8, "font": {"size": 13}},
            "zeroline": False,
        }
        pio.templates[NAME] = go.layout.Template(
            layout={
                "colorway": list(PALETTE_CVD),
                "font": {
                    "family": "Arial, Helvetica, Liberation Sans, sans-serif",
                    "size": 12,
                    "color": INK,
                },
                "hoverlabel": {
                    "align": "left",
                    "bgcolor": "#ffffff",
                    "bordercolor": LINE,
                    "font": {"color": INK, "size": 12},
                },
                "legend": {"itemsizing": "constant", "title": {"font": {"size": 12}}},
                "margin": {"l": 60, "r": 30, "t": 64, "b": 50},
                "paper_bgcolor": "#ffffff",
                "plot_bgcolor": "#ffffff",
                "title": {
                    "font": {"size": 16},
                    "subtitle": {"font": {"size": 12, "color": SOFT_INK}},
                    "x": 0,
                    "xanchor": "left",
                    "xref": "paper",
                    "y": 1,
                    "yanchor": "top",
                    "yref": "container",
                    "pad": {"t": 14},
                },
                "xaxis": axis,
                "yaxis": axis,
            }
        )
    return NAME
