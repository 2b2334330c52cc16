"""Cells of an embedding as points, or as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._text import title_of
from tmeatlas.cells import NEUTRAL
from tmeatlas.pl._colour_by import Numbers
from tmeatlas.pl._groups import ShownGroups
from tmeatlas.pl._label import shown, tick
from tmeatlas.pl._raster import SIDE, draw_cells, hex_to_rgb, png_uri, scale_rgb
from tmeatlas.pl._theme import SEQUENTIAL, colour_key, colour_scale

if TYPE_CHECKING:
    import plotly.graph_objects as go

SIZE = 560
"""Pixels along the longer side of the map."""
UNLABELLED = "unlabelled"


def coloured(colour: ShownGroups | Numbers, order: NDArray[np.integer]) -> dict[str, Any]:
    """A code or number per cell, in drawing order, with what it means.

    Colours of numbers end at the 1st and 99th percentile.
    """
    if isinstance(colour, Numbers):
        values = colour.values[order]
        known = values[np.isfinite(values)]
        low, high = np.percentile(known, [1, 99]) if len(known) else (0.0, 1.0)
        if low == high and len(known):  # most cells share a value, such as no expression
            low, high = float(known.min()), float(known.max())
        return {
            "kind": "numbers",
            "title": colour.title,
            "unit": colour.unit,
            "values": values,
            "limits": [float(low), float(high)],
        }
    labels, colours = list(colour.labels), list(colour.colours)
    codes = colour.codes[order]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(labels), codes)
        labels, colours = [*labels, UNLABELLED], [*colours, NEUTRAL]
    return {
        "kind": "groups",
        "title": title_of(colour.key.removeprefix(keys.OBS_PREFIX)),
        "labels": labels,
        "colours": colours,
        "codes": codes,
    }


def add_groups(figure: go.Figure, payload: dict[str, Any]) -> None:
    """One trace of points per group."""
    cells = np.array([shown(name) for name in payload["cells"]], dtype=object)
    for code, (label, colour) in enumerate(zip(payload["labels"], payload["colours"], strict=True)):
        rows = np.flatnonzero(payload["codes"] == code)
        figure.add_scatter(
            x=payload["x"][rows],
            y=payload["y"][rows],
            mode="markers",
            name=tick(label),
            marker={"color": colour, "size": payload["point_size"], "opacity": 0.9},
            customdata=cells[rows],
            hovertemplate="%{customdata}",
            showlegend=True,
        )


def add_numbers(figure: go.Figure, payload: dict[str, Any]) -> None:
    """Points on a colour scale, those without a number in grey."""
    values = payload["values"]
    unknown = ~np.isfinite(values)
    marker = {"size": payload["point_size"], "opacity": 0.95}
    cells = np.array([shown(name) for name in payload["cells"]], dtype=object)
    if unknown.any():
        figure.add_scatter(
            x=payload["x"][unknown],
            y=payload["y"][unknown],
            mode="markers",
            name="no value",
            marker={**marker, "color": NEUTRAL},
            customdata=cells[unknown],
            hovertemplate="%{customdata}: no value<extra></extra>",
            showlegend=False,
        )
    figure.add_scatter(
        x=payload["x"][~unknown],
        y=payload["y"][~unknown],
        mode="markers",
        marker={**marker, "color": values[~unknown], "coloraxis": "coloraxis"},
        customdata=cells[~unknown],
        hovertemplate="%{customdata}: %{marker.color:.3g}<extra></extra>",
        showlegend=False,
    )
    figure.update_layout(coloraxis=colour_axis(payload))


def add_picture(
    figure: go.Figure,
    payload: dict[str, Any],
    ranges: tuple[tuple[float, float], tuple[float, float]],
    *,
    side: int = SIDE,
    radius: float | None = None,
) -> None:
    """Cells as a picture of `side` pixels; points outside of it carry the legend or the scale."""
    if payload["kind"] == "groups":
        rgb = hex_to_rgb(payload["colours"])[payload["codes"]]
        for label, colour in zip(payload["labels"], payload["colours"], strict=True):
            figure.add_scatter(
                x=[None], y=[None], mode="markers", name=tick(label), marker={"color": colour}
            )
        figure.update_layout(legend={"itemclick": False, "itemdoubleclick": False})
    else:
        values = payload["values"]
        known = np.isfinite(values)
        rgb = np.tile(hex_to_rgb([NEUTRAL]), (len(values), 1))
        rgb[known] = scale_rgb(values[known], SEQUENTIAL, *payload["limits"])
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker={"color": payload["limits"][:1], "coloraxis": "coloraxis"},
            showlegend=False,
        )
        figure.update_layout(coloraxis=colour_axis(payload))
    (x0, x1), (y0, y1) = ranges
    xy = np.column_stack([payload["x"], payload["y"]])
    usual = payload["point_size"] / 2 * side / SIZE / 1.4
    picture = draw_cells(xy, rgb, ranges, radius=radius or usual, side=side)
    figure.add_layout_image(
        source=png_uri(picture),
        xref="x",
        yref="y",
        x=x0,
        y=y1,
        sizex=x1 - x0,
        sizey=y1 - y0,
        sizing="stretch",
        layer="below",
    )


def colour_axis(payload: dict[str, Any]) -> dict[str, Any]:
    """The scale of the numbers."""
    low, high = payload["limits"]
    return {
        "cmin": low,
        "cmax": high,
        "colorscale": colour_scale(SEQUENTIAL),
        "colorbar": colour_key(
            shown(payload["unit"]) if payload["unit"] else "", length=280, y=0.5, yanchor="middle"
        ),
    }
