"""All differences by their effect and their p-value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._text import clean
from tmeatlas.pl._axis_panels import layout_axis
from tmeatlas.pl._compare_words import answer, named_row, row_words
from tmeatlas.pl._label import heading, tick
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._theme import INK, LINE, SOFT_INK, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

NOT_SHOWN = "adjusted p > 0.05"
LOWER, HIGHER = "#1d4f91", "#c2660c"
WIDE, HIGH, BETWEEN, ABOVE, BELOW, RIGHT = 440, 360, 150, 84, 96, 70
"""Pixels: a panel, the gap to the next, and what stands above, below and right."""
DOT, LETTERS = 5, 16
"""Pixels: half a point, and the height of a name."""
LEAST = 1e-300
"""What a p-value of 0 counts as."""
Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, right, lower and upper end, in pixels."""


def volcano_figure(payload: dict[str, Any], max_features: int) -> go.Figure:
    """A panel per condition; the strongest `max_features` that stand are named."""
    import plotly.graph_objects as go

    found, rows = payload["found"], payload["rows"]
    rows = rows[rows["pval"].notna() & rows["effect"].notna()]
    units = list(dict.fromkeys(rows["unit"]))
    if len(units) > 1:
        raise InputError(
            f"The effects are in different units, which do not compare: {listing(units)}. Name "
            "what has one unit with `features=`, or draw `kind='forest'`."
        )
    figure = go.Figure()
    shown_conditions = [c for c in found.conditions if (rows["condition"] == c).any()]
    n = len(shown_conditions)
    width = n * WIDE + (n - 1) * BETWEEN
    heights = -np.log10(np.maximum(rows["pval"].to_numpy(np.float64), LEAST))
    reach = 1.12 * float(np.abs(rows["effect"]).max()) or 1.0
    top = 1.12 * float(max(heights.max(), 1.0))
    for i, condition in enumerate(shown_conditions):
        of_condition = (rows["condition"] == condition).to_numpy()
        start = i * (WIDE + BETWEEN) / width
        domain = (start, min(1.0, start + WIDE / width))
        scale = np.array([WIDE / (2 * reach), HIGH / top])
        points = np.column_stack([rows["effect"][of_condition], heights[of_condition]])
        place = {"xaxis": layout_axis("x", i + 1), "yaxis": layout_axis("y", i + 1)}
        chosen = rows[of_condition]
        _add_points(figure, payload, chosen, points, scale, place)
        _add_names(figure, chosen, points, scale, i + 1, max_features)
        _lay_out(figure, found.reference, condition, units[0], i + 1, domain, (reach, top))
        _add_threshold(figure, chosen, points, reach, place)
    figure.update_layout(
        template=template(),
        title=heading(payload["title"], answer(found)),
        width=70 + width + RIGHT,
        height=ABOVE + HIGH + BELOW,
        margin={"l": 70, "r": RIGHT, "t": ABOVE, "b": BELOW, "autoexpand": False},
        legend={"orientation": "h", "x": 0, "y": -60 / HIGH, "yanchor": "top"}
        | {"itemclick": False, "itemdoubleclick": False},
        hovermode="closest",
    )
    fit_heading(figure)
    return figure


def _add_points(
    figure: go.Figure,
    payload: dict[str, Any],
    rows: pd.DataFrame,
    points: Floats,
    scale: Floats,
    place: dict[str, str],
) -> None:
    """Higher, lower and all others; of others on the same pixel, one is drawn."""
    stands = rows["stands"].to_numpy()
    higher = points[:, 0] > 0
    kinds = (
        (NOT_SHOWN, ~stands, LINE, 5),
        ("lower", stands & ~higher, LOWER, 8),
        ("higher", stands & higher, HIGHER, 8),
    )
    first = place["xaxis"] == "x"
    for name, which, colour, size in kinds:
        here = np.flatnonzero(which)
        if name == NOT_SHOWN:
            _, one = np.unique((points[here] * scale).round(), axis=0, return_index=True)
            here = here[np.sort(one)]
        figure.add_scatter(
            x=points[here, 0],
            y=points[here, 1],
            mode="markers",
            name=name,
            marker={"color": colour, "size": size, "opacity": 0.9}
            | {"symbol": "circle" if colour != LOWER else "diamond"},
            text=[row_words(rows.iloc[i], payload["found"]) for i in here],
            hovertemplate="%{text}<extra></extra>",
            showlegend=first,
            **place,
        )


def _add_names(
    figure: go.Figure,
    rows: pd.DataFrame,
    points: Floats,
    scale: Floats,
    number: int,
    max_features: int,
) -> None:
    """Names beside the points that stand, the best first, where none lies on another."""
    stands = np.flatnonzero(rows["stands"].to_numpy())
    taken = {int(i): _around(points[i] * scale) for i in stands}
    for i in stands[:max_features]:
        name = clean(named_row(rows.iloc[i]))
        right, box = _free_side(points[i] * scale, name, [taken[j] for j in taken if j != i])
        if box is None:
            continue
        taken[len(rows) + int(i)] = box
        figure.add_annotation(
            xref=layout_axis("x", number),
            yref=layout_axis("y", number),
            x=points[i, 0],
            y=points[i, 1],
            xanchor="left" if right else "right",
            xshift=7 if right else -7,
            text=tick(name),
            showarrow=False,
            font={"size": 11, "color": INK},
        )


def _around(point: Floats) -> Box:
    """The square that a point covers."""
    return point[0] - DOT, point[0] + DOT, point[1] - DOT, point[1] + DOT


def _free_side(point: Floats, name: str, taken: Sequence[Box]) -> tuple[bool, Box | None]:
    """Whether a name goes right of its point, and the room that it takes; none where none is."""
    wide = text_width([name]) + 4
    for right in (True, False):
        start = point[0] + 8 if right else point[0] - 8 - wide
        box = (start, start + wide, point[1] - LETTERS / 2, point[1] + LETTERS / 2)
        inside = start > -WIDE / 2 and start + wide < WIDE / 2 + RIGHT
        if inside and not any(_overlap(box, other) for other in taken):
            return right, box
    return True, None


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _add_threshold(
    figure: go.Figure, rows: pd.DataFrame, points: Floats, reach: float, place: dict[str, str]
) -> None:
    """A line between the p-values that stand and the others."""
    stands = rows["stands"].to_numpy()
    if not stands.any():
        return
    lowest = points[stands, 1].min()
    others = points[~stands, 1]
    height = (lowest + others[others <= lowest].max(initial=0.0)) / 2
    figure.add_scatter(
        x=[-reach, reach],
        y=[height, height],
        mode="lines",
        line={"color": SOFT_INK, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
        **place,
    )


def _lay_out(
    figure: go.Figure,
    reference: str,
    condition: str,
    unit: str,
    number: int,
    domain: tuple[float, float],
    ends: tuple[float, float],
) -> None:
    minus = f"{tick(condition)} minus {tick(reference)}"
    figure.layout[layout_axis("xaxis", number)] = {
        "anchor": layout_axis("y", number),
        "domain": domain,
        "range": [-ends[0], ends[0]],
        "title": {"text": f"{minus}, {tick(unit)}" if unit else minus},
        "automargin": False,
    }
    figure.layout[layout_axis("yaxis", number)] = {
        "anchor": layout_axis("x", number),
        "range": [0, ends[1]],
        "title": {"text": "−log<sub>10</sub> p"},
        "automargin": False,
    }
    figure.add_shape(
        type="line",
        xref=layout_axis("x", number),
        yref=f"{layout_axis('y', number)} domain",
        x0=0,
        x1=0,
        y0=0,
        y1=1,
        line={"color": LINE, "width": 1},
        layer="below",
    )
