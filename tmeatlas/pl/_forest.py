"""Differences with their intervals, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tmeatlas.pl._axis_panels import layout_axis
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._compare_words import answer, p_text, row_words, versus
from tmeatlas.pl._label import heading, names_axis, tick
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._theme import SOFT_INK, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

ALL_CELLS = "all cells"
ROW, INNER, BELOW, ABOVE = 24, 340, 66, 88
"""Pixels: a row, the width of the plot, below each block of one unit, above all."""


def forest_figure(payload: dict[str, Any], max_features: int) -> go.Figure:
    """The figure of effects; differences in different units stand in blocks of their own."""
    import plotly.graph_objects as go

    found = payload["found"]
    rows = payload["rows"].head(max_features)
    units = list(dict.fromkeys(rows["unit"]))
    blocks = [rows[rows["unit"] == unit] for unit in units]
    rows = pd.concat(blocks)
    figure = go.Figure()
    height = ROW * len(rows) + BELOW * len(blocks)
    top = 0
    for number, block in enumerate(blocks, start=1):
        end = top + ROW * len(block)
        domain = (1 - end / height, 1 - top / height)
        _add_block(figure, payload, block, number, domain)
        top = end + BELOW
    beside = Beside(_columns(rows, several=len(found.conditions) > 1))
    axes = [
        layout_axis("y", i) for i, block in enumerate(blocks, start=1) for _ in range(len(block))
    ]
    places = [float(i) for block in blocks for i in range(len(block))]
    beside.add(figure, places, axes=axes)
    left, right = text_width(rows["name"]) + 26, beside.width + 16
    n_rows = len(payload["rows"])
    some = f"the best {len(rows)} of {n_rows:,}" if len(rows) < n_rows else ""
    figure.update_layout(
        template=template(),
        title=heading(payload["title"], answer(found, some)),
        width=round(left + INNER + right),
        height=round(ABOVE + height),
        margin={"l": left, "r": right, "t": ABOVE, "b": 0, "autoexpand": False},
        showlegend=False,
        hovermode="closest",
    )
    fit_heading(figure)
    return figure


def _columns(rows: pd.DataFrame, *, several: bool) -> list[WordColumn]:
    """Where each row was read, between whom, and how sure it is."""
    stands = list(rows["stands"])
    columns = []
    if rows["group"].any():
        columns.append(WordColumn("in", [group or ALL_CELLS for group in rows["group"]]))
    if several:
        columns.append(WordColumn("condition", list(rows["condition"])))
    n = [versus(row) for _, row in rows.iterrows()]
    columns.append(WordColumn("n v n", n, right=True))
    p_values = [p_text(p) for p in rows["padj"]]
    columns.append(WordColumn("adjusted p", p_values, bold=stands, right=True))
    return columns


def _add_block(
    figure: go.Figure,
    payload: dict[str, Any],
    block: pd.DataFrame,
    number: int,
    domain: tuple[float, float],
) -> None:
    """The rows of one unit, with an axis of their own."""
    found = payload["found"]
    x_name, y_name = layout_axis("x", number), layout_axis("y", number)
    place = {"xaxis": x_name, "yaxis": y_name}
    colours = [payload["colours"][condition] for condition in block["condition"]]
    stands = block["stands"].to_numpy()
    at = np.arange(len(block))
    for i in at:
        ends = block[["low", "high"]].iloc[i].tolist()
        line = {"color": colours[i], "width": 2}
        figure.add_scatter(x=ends, y=[i, i], mode="lines", line=line, hoverinfo="skip", **place)
    figure.add_scatter(
        x=block["effect"],
        y=at,
        mode="markers",
        marker={
            "size": 9,
            "color": np.where(stands, colours, "#ffffff"),
            "line": {"color": colours, "width": 2},
            "opacity": 1,
        },
        text=[row_words(row, found) for _, row in block.iterrows()],
        hovertemplate="%{text}<extra></extra>",
        **place,
    )
    reach = np.nanmax(np.abs(block[["effect", "low", "high"]].to_numpy(np.float64)), initial=0.0)
    reach = 1.08 * float(reach) or 1.0
    one = len(found.conditions) == 1
    minus = f"{found.conditions[0] if one else 'condition'} minus {found.reference}"
    unit = block["unit"].iloc[0]
    figure.layout[layout_axis("xaxis", number)] = {
        "anchor": y_name,
        "range": [-reach, reach],
        "title": {"text": tick(minus) + (f", {tick(unit)}" if unit else ""), "standoff": 6},
        "automargin": False,
        "nticks": 7,
    }
    plain = {"ticks": "", "automargin": False, "ticklabelstandoff": 6}
    figure.layout[layout_axis("yaxis", number)] = names_axis(
        list(block["name"]), down=True, **plain
    ) | {"anchor": x_name, "domain": domain, "tickfont": {"size": 11}, "showgrid": True}
    figure.add_shape(
        type="line",
        xref=x_name,
        yref=f"{y_name} domain",
        x0=0,
        x1=0,
        y0=0,
        y1=1,
        line={"color": SOFT_INK, "width": 1},
        layer="below",
    )
