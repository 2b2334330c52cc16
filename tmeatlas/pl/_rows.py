"""Layout of figures with one row per signature and one column per group."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tmeatlas.pl._label import MAX_TICK, names_axis, tick
from tmeatlas.pl._theme import LINE, SOFT_INK

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDTH_OF_SMALL, WIDTH_OF_CAPITAL = 5.5, 7.4
"""Of letters at size 11, in pixels, on average."""
COMPARTMENT_WIDTH = 140


def text_width(labels: Sequence[str]) -> float:
    """About how wide the widest label is, as an axis shows it at size 11."""

    def width(label: str) -> float:
        letters = label[:MAX_TICK]
        capitals = sum(letter.isupper() for letter in letters)
        return WIDTH_OF_CAPITAL * capitals + WIDTH_OF_SMALL * (len(letters) - capitals)

    return max((width(label) for label in labels), default=0.0)


def rows_layout(
    rows: Sequence[str], columns: Sequence[str], *, cell: tuple[int, int], right: int = 110
) -> dict[str, Any]:
    """Axes and size of a table of cells of `cell` pixels, names of rows left, of columns below."""
    left, below = text_width(rows) + 20, 0.75 * text_width(columns) + 30
    right += COMPARTMENT_WIDTH
    return {
        "width": round(max(cell[0] * len(columns), 160) + left + right),
        "height": round(max(cell[1] * len(rows), 90) + below + 76),
        "margin": {"l": left, "r": right, "t": 72, "b": below, "autoexpand": False},
        "xaxis": names_axis(columns, tickangle=-45, ticks="", showline=False),
        "yaxis": names_axis(
            rows, down=True, ticks="", showline=False, tickfont={"size": 11}, automargin=False
        ),
        "hovermode": "closest",
    }


def beside(layout: dict[str, Any]) -> float:
    """Where keys stand, right of the names of the compartments, as a share of the plot's width."""
    margin = layout["margin"]
    return 1 + float(COMPARTMENT_WIDTH / (layout["width"] - margin["l"] - margin["r"]))


def compartment_marks(figure: go.Figure, compartments: Sequence[str]) -> None:
    """A bracket with the name of the compartment beside the rows that belong to it."""
    start = 0
    for name, members in groupby(compartments):
        stop = start + len(list(members))
        if name:
            figure.add_shape(
                type="line",
                xref="paper",
                yref="y",
                x0=1,
                x1=1,
                xsizemode="scaled",
                y0=start - 0.4,
                y1=stop - 0.6,
                line={"color": LINE, "width": 2},
                layer="above",
            )
            figure.add_annotation(
                xref="paper",
                yref="y",
                x=1,
                y=(start + stop - 1) / 2,
                xanchor="left",
                xshift=6,
                text=tick(name),
                showarrow=False,
                font={"size": 10, "color": SOFT_INK},
            )
        start = stop
