"""Who talks to whom, as a matrix of senders and receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean
from tmeatlas.pl._crosstalk import axis_name, group_order, read_rows
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import TICK_SIZE, fit_heading, text_width
from tmeatlas.pl._theme import INK, SEQUENTIAL, colour_key, colour_scale, template
from tmeatlas.results import Crosstalk, flows

if TYPE_CHECKING:
    import plotly.graph_objects as go

CELL = 30
MAX_NUMBERS = 30


def crosstalk_matrix(
    adata: AnnData, axis: str | None = None, *, key: str = keys.CROSSTALK
) -> go.Figure:
    """Draw how much each group sends to each other group.

    Rows send, columns receive. The number in a field counts the interactions
    with the verdict "active", as its colour does.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.crosstalk(adata, groupby)``. Nothing is written.
    axis
        Only this axis (its id, such as ``"cxcl12"``); all by default.
    key
        The `key_added` of the crosstalk.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        Crosstalk was not computed, or it has no such axis.
    InputError
        The crosstalk is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type", n_perms=1000)
    >>> figure = tme.pl.crosstalk_matrix(adata)
    """
    return crosstalk_matrix_figure(crosstalk_matrix_payload(adata, axis, key=key))


def crosstalk_matrix_payload(
    adata: AnnData, axis: str | None = None, *, key: str = keys.CROSSTALK
) -> dict[str, Any]:
    """Senders × receivers: number of active interactions."""
    crosstalk = Crosstalk.read(adata, key)
    table = read_rows(crosstalk, axis)
    labels = group_order(adata, crosstalk.groupby, [*table["source"], *table["target"]])
    place = {label: i for i, label in enumerate(labels)}
    routes = flows(table)
    number = np.zeros((len(labels), len(labels)), dtype=np.int64)
    at = (routes[side].map(place).to_numpy(dtype=np.intp) for side in ("source", "target"))
    number[tuple(at)] = routes["n_active"]
    return {
        "axis": "" if axis is None else clean(axis_name(axis)),
        "labels": [clean(label) for label in labels],
        "number": number,
    }


def crosstalk_matrix_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of senders and receivers."""
    import plotly.graph_objects as go

    labels, number = payload["labels"], payload["number"]
    n = len(labels)
    names = np.array([shown(label) for label in labels], dtype=object)
    hover = np.empty((n, n, 2), dtype=object)
    hover[..., 0], hover[..., 1] = names[:, None], names
    top = int(number.max(initial=0)) or 1
    figure = go.Figure(
        go.Heatmap(
            x=np.arange(n),
            y=np.arange(n),
            z=number,
            zmin=0,
            zmax=top,
            colorscale=colour_scale(SEQUENTIAL),
            xgap=1,
            ygap=1,
            customdata=hover,
            hovertemplate=(
                "%{customdata[0]} → %{customdata[1]}<br>%{z} active interactions<extra></extra>"
            ),
            colorbar=colour_key("active interactions", length=180),
        )
    )
    if n <= MAX_NUMBERS:
        for row, column in zip(*np.nonzero(number), strict=True):
            dark = number[row, column] > 0.5 * top
            figure.add_annotation(
                x=column,
                y=row,
                text=str(number[row, column]),
                showarrow=False,
                font={"size": 10, "color": "#ffffff" if dark else INK},
            )
    left = text_width(labels, TICK_SIZE) + 34
    below = 0.75 * text_width(labels, TICK_SIZE) + 50
    plain: dict[str, Any] = {"ticks": "", "showline": False, "automargin": False}
    what = payload["axis"] or "all axes"
    figure.update_layout(
        template=template(),
        title=heading(f"Crosstalk: {what}", "number of active interactions"),
        width=round(max(CELL * n, 200) + left + 120),
        height=round(max(CELL * n, 200) + below + 76),
        margin={"l": left, "r": 120, "t": 72, "b": below, "autoexpand": False},
        xaxis=names_axis(labels, tickangle=-45, title={"text": "receiver"}, **plain),
        yaxis=names_axis(labels, down=True, title={"text": "sender"}, **plain),
    )
    fit_heading(figure)
    return figure
