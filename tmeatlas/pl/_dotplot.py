"""Mean scores and shares of high cells as dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._numbers import check_number
from tmeatlas._text import title_of
from tmeatlas.pl._group_rows import LIMIT, RELATIVE_UNIT, read_group_rows
from tmeatlas.pl._label import heading, shown
from tmeatlas.pl._room import fit_heading
from tmeatlas.pl._rows import beside, compartment_marks, rows_layout
from tmeatlas.pl._theme import DIVERGING, LINE, colour_key, colour_scale, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

LARGEST = 17
"""Diameter of a dot for a share of 1, in pixels."""
KEY_DEPTH = 180
"""Pixels from the top to the key of the sizes, below that of the colours."""
KEY_SHARES = (0.25, 0.5, 1.0)


def dotplot(
    adata: AnnData,
    groupby: str,
    signatures: Sequence[str] | str | None = None,
    *,
    quantile: float = 0.75,
    key: str = keys.SCORES,
) -> go.Figure:
    """Draw per signature and group how high the mean is and how many cells are high.

    The colour of a dot is how far the mean score of the group is above the mean of
    all cells that have a group, in standard deviations of these cells. Its area is
    the share of the group's cells above the `quantile` of all of them: where a
    group is like all others, a quarter of its cells by default. The two tell a
    group that is high throughout from one with a few very high cells.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.score(adata)``. Nothing is written.
    groupby
        The `obs` column with the groups.
    signatures
        Ids, in this order. By default all that have scores, by compartment.
    quantile
        Above which share of all cells a cell counts as high, between 0 and 1.
    key
        The `key_added` of the scores.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        Nothing was scored, no such signature or `obs` column.
    InputError
        More than 100 groups, or a `quantile` out of range.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata)
    >>> figure = tme.pl.dotplot(adata, "cell_type")
    """
    check_number("quantile", quantile, low=0, high=1, ends=False)
    payload = dotplot_payload(adata, groupby, signatures, quantile=quantile, key=key)
    return dotplot_figure(payload)


def dotplot_payload(
    adata: AnnData,
    groupby: str,
    signatures: Sequence[str] | str | None = None,
    *,
    quantile: float = 0.75,
    key: str = keys.SCORES,
) -> dict[str, Any]:
    """Signatures × groups: means, the same standardised, and shares of high cells."""
    rows = read_group_rows(check_adata(adata), groupby, signatures, key)
    return {
        "groupby": title_of(groupby),
        "labels": rows.groups.labels,
        "ids": rows.ids,
        "titles": rows.titles,
        "compartments": rows.compartments,
        "means": rows.means,
        "relative": rows.relative,
        "among": rows.among,
        "share": rows.shares(quantile),
        "quantile": quantile,
    }


def dotplot_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of dots."""
    import plotly.graph_objects as go

    share, labels, titles = payload["share"], payload["labels"], payload["titles"]
    layout = rows_layout(titles, labels, cell=(26, 20))
    layout["height"] = max(layout["height"], 430)
    rows, columns = np.nonzero(np.isfinite(share))
    figure = go.Figure(
        go.Scatter(
            x=columns,
            y=rows,
            mode="markers",
            marker={
                "size": LARGEST * np.sqrt(share[rows, columns]),
                "color": payload["relative"][rows, columns],
                "cmin": -LIMIT,
                "cmax": LIMIT,
                "colorscale": colour_scale(DIVERGING),
                "opacity": 1,
                "line": {"color": LINE, "width": 0.6},
                "colorbar": colour_key(RELATIVE_UNIT, length=160, x=beside(layout), xanchor="left"),
            },
            customdata=[
                [shown(titles[r]), shown(labels[c]), payload["means"][r, c], share[r, c]]
                for r, c in zip(rows, columns, strict=True)
            ],
            hovertemplate=(
                "%{customdata[0]}<br>%{customdata[1]}<br>mean %{customdata[2]:.3g}, "
                "%{customdata[3]:.0%} of cells high<extra></extra>"
            ),
            showlegend=False,
        )
    )
    _add_size_key(figure, layout)
    subtitle = (
        f"by {payload['groupby'].lower()}; size: share of cells above the "
        f"{payload['quantile']:.0%} quantile of all cells"
    )
    figure.update_layout(
        template=template(),
        title=heading("Signature scores", "; ".join(filter(None, [subtitle, payload["among"]]))),
        **layout,
    )
    figure.update_xaxes(showgrid=True)
    figure.update_yaxes(showgrid=True)
    compartment_marks(figure, payload["compartments"])
    fit_heading(figure)
    return figure


def _add_size_key(figure: go.Figure, layout: dict[str, Any]) -> None:
    """What the sizes of the dots mean, below the key of the colours."""
    for level in KEY_SHARES:
        size = {"size": LARGEST * np.sqrt(level), "color": "#8a94a8"}
        figure.add_scatter(x=[None], y=[None], mode="markers", name=f"{level:.0%}", marker=size)
    height = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    figure.update_layout(
        legend={
            "title": {"text": "high cells"},
            "itemsizing": "trace",
            "itemclick": False,
            "itemdoubleclick": False,
            "x": beside(layout),
            "xanchor": "left",
            "y": 1 - KEY_DEPTH / height,
            "yanchor": "top",
        }
    )
