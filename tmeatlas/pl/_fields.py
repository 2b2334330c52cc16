"""Coloured fields with numbers in them: samples × measures, each on a scale of its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._text import counted
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import text_width, tilted_room
from tmeatlas.pl._samples import ShownSamples, condition_brackets
from tmeatlas.pl._theme import LINE, SEQUENTIAL, SOFT_INK, colour_key, colour_scale, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDE, HIGH = 48, 24
"""Pixels of a field."""
ABOVE, TILT, KEY = 104, 45, 150
"""Pixels above all fields; the turn of names in degrees; length of the key."""
Row = dict[Hashable, Any] | pd.Series
"""A row of the measures."""
SHARE = "share"


def number(value: float, measure: Row, digits: int = 2) -> str:
    """A value, or an end of its scale."""
    if measure["unit"] != SHARE:
        return f"{value:.{digits}g}"
    # Whole percents need no exponent.
    return f"{100 * value:.0f}%" if value >= 0.1 and digits < 3 else f"{100 * value:.{digits}g}%"


def fields_figure(
    question: str,
    payload: dict[str, Any],
    *,
    texts: Sequence[Sequence[str]],
    ends: Sequence[Sequence[str]],
    columns: Sequence[WordColumn],
) -> go.Figure:
    """The figure of samples × measures that `payload` has, with `columns` of words beside.

    `texts` stand in the fields, `ends` of the scales above them.
    """
    import plotly.graph_objects as go

    samples: ShownSamples = payload["samples"]
    names, units = list(payload["measures"]["name"]), list(payload["measures"]["unit"])
    positions = samples.positions(0)
    beside = Beside(columns, condition_brackets(samples, positions))
    across, down = WIDE * len(names), max(HIGH * len(positions), KEY)
    reach, below = tilted_room(names, step=WIDE, angle=TILT)
    left = max(text_width(samples.names, 12) + 24, reach)
    figure = go.Figure()
    add_fields(figure, payload["places"], texts, payload["words"], key=KEY)
    add_unread(figure, payload["values"], payload["words"])
    add_scales(figure, ends, units)
    beside.add(figure, list(positions))
    plain: dict[str, Any] = {"ticks": "", "showline": False, "automargin": False}
    figure.update_layout(
        template=template(),
        title=heading(
            question,
            f"{counted(len(names), 'measure')} of {counted(len(positions), 'sample')}, each on "
            "the fixed scale above it; framed: not readable",
        ),
        width=round(left + across + beside.width + 90),
        height=round(ABOVE + down + below),
        margin={"l": left, "r": beside.width + 90, "t": ABOVE, "b": below, "autoexpand": False},
        xaxis=names_axis(names, tickangle=-TILT, **plain),
        yaxis=names_axis(samples.names, down=True, ticklabelstandoff=6, **plain)
        | {"domain": [1 - HIGH * len(positions) / down, 1]},
        showlegend=False,
        hovermode="closest",
    )
    return figure


def add_fields(
    figure: go.Figure,
    places: NDArray[np.float64],
    texts: Sequence[Sequence[str]],
    words: Sequence[Sequence[str]],
    *,
    key: int,
) -> None:
    """Fields coloured by their place from 0 to 1 on the scale of their column.

    `texts` stand in them, `words` come up where they are hovered over; the key of the
    colours is `key` pixels long.
    """
    n_rows, n_columns = places.shape
    figure.add_heatmap(
        x=np.arange(n_columns),
        y=np.arange(n_rows),
        z=places,
        zmin=0,
        zmax=1,
        colorscale=colour_scale(SEQUENTIAL),
        xgap=1,
        ygap=1,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 10},
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        colorbar=colour_key(
            "place on its scale", length=key, x=1, xref="container", xanchor="right"
        )
        | {"tickvals": [0, 1], "ticktext": ["low", "high"]},
    )


def add_unread(
    figure: go.Figure, values: NDArray[np.float64], words: Sequence[Sequence[str]]
) -> None:
    """Empty frames where a measure cannot be read."""
    rows, columns = np.nonzero(np.isnan(values))
    line = {"color": LINE, "width": 1, "dash": "dot"}
    frames = [
        {
            "type": "rect",
            **{"x0": column - 0.45, "x1": column + 0.45},
            **{"y0": row - 0.42, "y1": row + 0.42},
            "line": line,
        }
        for row, column in zip(rows, columns, strict=True)
    ]
    # All at once: `add_shape` checks every shape before it again.
    figure.update_layout(shapes=[*figure.layout.shapes, *frames])
    figure.add_scatter(
        x=columns,
        y=rows,
        mode="text",
        text=["–"] * len(rows),
        textfont={"color": SOFT_INK},
        customdata=[words[r][c] for r, c in zip(rows.tolist(), columns.tolist(), strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def add_scales(figure: go.Figure, ends: Sequence[Sequence[str]], units: Sequence[str]) -> None:
    """The ends of the scale of each column, low and high, above it."""
    for column, ((low, high), unit) in enumerate(zip(ends, units, strict=True)):
        figure.add_annotation(
            xref="x",
            yref="paper",
            x=column,
            y=1,
            yanchor="bottom",
            text="<br>".join(map(shown, (high, low))),
            hovertext=shown(f"from {low} to {high} ({unit})"),
            showarrow=False,
            font={"size": 9, "color": SOFT_INK},
        )
