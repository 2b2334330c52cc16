"""Cells on a map, coloured by a group, a signature or a gene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._numbers import check_number
from tmeatlas._text import counted
from tmeatlas.cells import read_plane
from tmeatlas.pl._cells import SIZE, add_groups, add_numbers, add_picture, coloured
from tmeatlas.pl._colour_by import read_colour
from tmeatlas.pl._label import heading, shown
from tmeatlas.pl._room import TICK_SIZE, fit_heading, text_width
from tmeatlas.pl._theme import template

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAX_POINTS = 20_000


def embedding(
    adata: AnnData,
    color: str,
    *,
    basis: str | None = None,
    point_size: float | None = None,
    key: str = keys.SCORES,
    layer: str | None = None,
    use_raw: bool | None = None,
) -> go.Figure:
    """Draw the cells on a map, coloured by a column of obs, a signature or a gene.

    Up to 20,000 cells are points, which can be hovered over and, by group,
    switched on and off; more cells are drawn into a picture of 1,200 pixels,
    which stays small at a million cells. Cells lie over each other in a fixed
    random order, so that high values do not come out on top; as points, later
    groups lie over earlier ones. Colours of numbers end at the 1st and 99th
    percentile.

    Parameters
    ----------
    adata
        Cells × genes with an embedding. Nothing is written.
    color
        A column of `adata.obs`, the id of a signature that was scored, or a
        gene. Groups have the colours in ``uns["<color>_colors"]``, else colours
        that colour-blind people can tell apart.
    basis
        The embedding, a key of `obsm` with or without ``"X_"``. By default
        UMAP, else t-SNE, spatial coordinates, PCA or another.
    point_size
        Diameter of a cell in pixels; by default it falls with their number.
    key
        The `key_added` of the scores.
    layer
        Key of `adata.layers` with the values of a gene; by default `X`, or `adata.raw` where
        `X` is scaled.
    use_raw
        ``True`` takes them from `adata.raw`; ``False`` never does.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        No such embedding, or nothing called `color`.
    InputError
        No embedding, more than 100 groups, or a size that is not above 0.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.pp.prepare(adata)
    >>> figure = tme.pl.embedding(adata, "cell_type")
    >>> figure.layout.xaxis.title.text
    'UMAP 1'
    """
    if point_size is not None:
        remedy = "Leave it out for a size that suits the number of cells."
        check_number("point_size", point_size, low=0, ends=False, remedy=remedy)
    payload = embedding_payload(
        adata, color, basis=basis, point_size=point_size, key=key, layer=layer, use_raw=use_raw
    )
    return embedding_figure(payload)


def embedding_payload(
    adata: AnnData,
    color: str,
    *,
    basis: str | None = None,
    point_size: float | None = None,
    key: str = keys.SCORES,
    layer: str | None = None,
    use_raw: bool | None = None,
) -> dict[str, Any]:
    """What the figure shows: coordinates in drawing order, and a code or number per cell."""
    check_adata(adata)
    colour = read_colour(adata, color, key, layer=layer, use_raw=use_raw)
    plane = read_plane(adata, basis)
    drawn = np.flatnonzero(plane.drawn)
    order = np.random.default_rng(0).permutation(drawn)
    xy = plane.coordinates[order]
    return {
        "x": xy[:, 0],
        "y": xy[:, 1],
        "cells": adata.obs_names.to_numpy(dtype=object)[order],
        "axes": [f"{plane.name} 1", f"{plane.name} 2"],
        "isotropic": plane.key in (keys.UMAP, "X_tsne", keys.SPATIAL),
        "point_size": point_size or float(np.clip(260 / np.sqrt(len(order)), 2.0, 6.0)),
        **coloured(colour, order),
    }


def embedding_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of an embedding."""
    import plotly.graph_objects as go

    ranges, n_cells = _ranges(payload), len(payload["x"])
    figure = go.Figure()
    if n_cells > MAX_POINTS:
        add_picture(figure, payload, ranges)
    elif payload["kind"] == "groups":
        add_groups(figure, payload)
    else:
        add_numbers(figure, payload)
    extents = [high - low for low, high in ranges]
    width, height = (SIZE * extent / max(extents) for extent in extents)
    if not payload["isotropic"]:
        width = height = SIZE
    names = payload["labels"] if payload["kind"] == "groups" else []
    right = max(text_width(names, TICK_SIZE) + 60, 110)
    axis = {"showticklabels": False, "ticks": "", "showgrid": False}
    figure.update_layout(
        template=template(),
        title=heading(payload["title"], counted(n_cells, "cell")),
        width=round(max(width, 260) + 50 + right),
        height=round(max(height, 260) + 120),
        margin={"l": 50, "r": right, "t": 72, "b": 48, "autoexpand": False},
        legend={"tracegroupgap": 0, "y": 1, "yanchor": "top"},
        xaxis={**axis, "range": ranges[0], "title": {"text": shown(payload["axes"][0])}},
        yaxis={**axis, "range": ranges[1], "title": {"text": shown(payload["axes"][1])}},
        hovermode="closest",
    )
    fit_heading(figure)
    if payload["isotropic"]:
        figure.update_yaxes(scaleanchor="x", constrain="domain")
        figure.update_xaxes(constrain="domain")
    return figure


def _ranges(payload: dict[str, Any]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The extent of the cells with a margin of 4 %."""

    def padded(values: NDArray[np.float64]) -> tuple[float, float]:
        low, high = float(values.min()), float(values.max())
        pad = 0.04 * (high - low) or 1.0
        return low - pad, high + pad

    return padded(payload["x"]), padded(payload["y"])
