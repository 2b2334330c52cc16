"""Layout of figures with one row per signature and one column per group."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tmeatlas.pl._label import names_axis, tick
from tmeatlas.pl._room import text_width, tilted_room
from tmeatlas.pl._theme import LINE, SOFT_INK

if TYPE_CHECKING:
    import plotly.graph_objects as go

COMPARTMENT_WIDTH = 140


def rows_layout(
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    cell: tuple[int, int],
    right: int = 110,
    key: int = 0,
) -> dict[str, Any]:
    """Axes and size of a table of cells of `cell` pixels, names of rows left, of columns below.

    `key` is the length of what stands beside it, below which the figure may not end.
    """
    across, down = max(cell[0] * len(columns), 160), max(cell[1] * len(rows), 90)
    reach, below = tilted_room(columns, step=across / len(columns), angle=45)
    left, below = max(text_width(rows) + 20, reach), max(below, key - down + 14)
    right += COMPARTMENT_WIDTH
    return {
        "width": round(across + left + right),
        "height": round(down + below + 76),
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
