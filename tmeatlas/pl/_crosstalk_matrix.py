"""Who talks to whom, as a matrix of senders and receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean
from tmeatlas.pl._crosstalk import axis_name, group_order, read_rows
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import TICK_SIZE, fit_heading, text_width
from tmeatlas.pl._theme import INK, SEQUENTIAL, SOFT_INK, colour_key, colour_scale, template
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
    with the verdict "specific", as its colour does; where none is specific, pale
    numbers count those with too few cells. What carries no signal (decoys,
    cleavage and the like) or is mostly ambient RNA is not counted.

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
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> figure = tme.pl.crosstalk_matrix(adata)
    """
    return crosstalk_matrix_figure(crosstalk_matrix_payload(adata, axis, key=key))


def crosstalk_matrix_payload(
    adata: AnnData, axis: str | None = None, *, key: str = keys.CROSSTALK
) -> dict[str, Any]:
    """Senders × receivers: numbers of interactions that are specific, or have too few cells."""
    crosstalk = Crosstalk.read(adata, key)
    table = read_rows(crosstalk, axis)
    labels = group_order(adata, crosstalk.groupby, [*table["source"], *table["target"]])
    place = {label: i for i, label in enumerate(labels)}
    routes = flows(table)
    number, too_few = np.zeros((2, len(labels), len(labels)), dtype=np.int64)
    at = tuple(routes[side].map(place).to_numpy(dtype=np.intp) for side in ("source", "target"))
    number[at], too_few[at] = routes["n_specific"], routes["n_too_few"]
    return {
        "axis": "" if axis is None else clean(axis_name(axis)),
        "labels": [clean(label) for label in labels],
        "number": number,
        "too_few": too_few,
        "caveat": crosstalk.caveat,
    }


def crosstalk_matrix_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of senders and receivers."""
    import plotly.graph_objects as go

    labels, number = payload["labels"], payload["number"]
    n = len(labels)
    names = np.array([shown(label) for label in labels], dtype=object)
    hover = np.empty((n, n, 3), dtype=object)
    hover[..., 0], hover[..., 1], hover[..., 2] = names[:, None], names, payload["too_few"]
    any_specific = bool(number.any())
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
                "%{customdata[0]} → %{customdata[1]}<br>specific interactions: %{z}<br>"
                "with too few cells: %{customdata[2]}<extra></extra>"
            ),
            showscale=any_specific,
            colorbar=colour_key("specific interactions", length=180),
        )
    )
    told = number if any_specific else payload["too_few"]
    if n <= MAX_NUMBERS:
        for row, column in zip(*np.nonzero(told), strict=True):
            ink = "#ffffff" if number[row, column] > 0.5 * top else INK
            figure.add_annotation(
                x=column,
                y=row,
                text=str(told[row, column]),
                showarrow=False,
                font={"size": 10, "color": ink if any_specific else SOFT_INK},
            )
    left = text_width(labels, TICK_SIZE) + 34
    below = 0.75 * text_width(labels, TICK_SIZE) + 50
    plain: dict[str, Any] = {"ticks": "", "showline": False, "automargin": False}
    what = payload["axis"] or "all axes"
    subtitle = "number of specific interactions"
    if not any_specific:
        subtitle = "none is specific; pale: number of interactions with too few cells"
    figure.update_layout(
        template=template(),
        title=heading(f"Crosstalk: {what}", subtitle),
        width=round(max(CELL * n, 200) + left + 120),
        height=round(max(CELL * n, 200) + below + 76),
        margin={"l": left, "r": 120, "t": 72, "b": below, "autoexpand": False},
        xaxis=names_axis(labels, tickangle=-45, title={"text": "receiver"}, **plain),
        yaxis=names_axis(labels, down=True, title={"text": "sender"}, **plain),
    )
    fit_heading(figure)
    add_footnote(figure, payload["caveat"])
    return figure
