"""The figure of a tissue: its sections side by side, images below the cells."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tmeatlas._text import counted
from tmeatlas.pl._cells import add_groups, add_numbers, add_picture
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import heading, tick
from tmeatlas.pl._room import TICK_SIZE, fit_heading, text_width
from tmeatlas.pl._theme import INK, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAX_POINTS = 20_000
ONE, SEVERAL = 560, 860
"""Pixels along the longer side of the tissue, of one section and of several."""
ASPECT = 1.25
"""Width over height of several sections."""
PICTURE = 2400
"""Pixels along the longer side of a picture of many cells."""
LEAST, MOST = 1.5, 40.0
"""Pixels of a cell or spot."""
OVER_IMAGE = 0.78
"""How opaque cells are above an image."""
SPOTS_MIX = "A spot holds several cells."


def spatial_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the tissue."""
    import plotly.graph_objects as go

    ranges, n_cells = payload["ranges"], len(payload["x"])
    size = SEVERAL if len(payload["sections"]) > 1 else ONE
    extents = [high - low for low, high in ranges]
    per_unit = size / max(extents)
    pixels = payload["given_size"] or float(np.clip(payload["diameter"] * per_unit, LEAST, MOST))
    payload = payload | {"point_size": pixels}
    figure = go.Figure()
    _add_images(figure, payload["images"])
    if n_cells > MAX_POINTS:
        add_picture(figure, payload, ranges, side=PICTURE, radius=pixels / 2 * PICTURE / size)
    else:
        (add_groups if payload["kind"] == "groups" else add_numbers)(figure, payload)
    if payload["images"]:
        figure.update_traces(marker={"opacity": OVER_IMAGE})
    names = payload["labels"] if payload["kind"] == "groups" else []
    right = max(text_width(names, TICK_SIZE) + 60, 110)
    width, height = (extent * per_unit for extent in extents)
    axis = {"visible": False, "constrain": "domain"}
    figure.update_layout(
        template=template(),
        title=heading(payload["title"], _subtitle(payload)),
        width=round(max(width, 260) + 24 + right),
        height=round(max(height, 260) + 110),
        margin={"l": 24, "r": right, "t": 82, "b": 28, "autoexpand": False},
        legend={"tracegroupgap": 0, "y": 1, "yanchor": "top"},
        xaxis={**axis, "range": ranges[0]},
        yaxis={**axis, "range": ranges[1], "scaleanchor": "x"},
        hovermode="closest",
    )
    _add_names(figure, payload["sections"], per_unit)
    fit_heading(figure)
    if payload["row"] == "spot":
        add_footnote(figure, SPOTS_MIX)
    return figure


def _subtitle(payload: dict[str, Any]) -> str:
    number = counted(len(payload["x"]), payload["row"])
    n_sections = len(payload["sections"])
    return f"{number} in {counted(n_sections, 'section')}" if n_sections else number


def _add_names(figure: go.Figure, sections: Sequence[dict[str, Any]], per_unit: float) -> None:
    """The name of each section above it, as far as there is room."""
    for section in sections:
        left, _, right, top = section["box"]
        name = section["name"]
        while len(name) > 1 and text_width([name], TICK_SIZE) > (right - left) * per_unit + 18:
            name = f"{name.removesuffix('…')[:-1]}…"
        figure.add_annotation(
            x=(left + right) / 2,
            y=top,
            yanchor="bottom",
            text=f"<b>{tick(name)}</b>",
            showarrow=False,
            font={"size": TICK_SIZE, "color": INK},
        )


def _add_images(figure: go.Figure, images: Sequence[dict[str, Any]]) -> None:
    for image in images:
        left, bottom, right, top = image["box"]
        figure.add_layout_image(
            source=f"data:image/jpeg;base64,{base64.b64encode(image['jpeg']).decode()}",
            xref="x",
            yref="y",
            x=left,
            y=top,
            sizex=right - left,
            sizey=top - bottom,
            sizing="stretch",
            layer="below",
        )
