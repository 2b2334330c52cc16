"""Mean scores of groups as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._text import title_of
from tmeatlas.pl._group_rows import LIMIT, RELATIVE_UNIT, read_group_rows
from tmeatlas.pl._label import heading, shown
from tmeatlas.pl._room import fit_heading
from tmeatlas.pl._rows import beside, compartment_marks, rows_layout
from tmeatlas.pl._theme import DIVERGING, colour_key, colour_scale, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

KEY = 200
"""Length of the key of the colours, in pixels."""


def heatmap(
    adata: AnnData,
    groupby: str,
    signatures: Sequence[str] | str | None = None,
    *,
    key: str = keys.SCORES,
) -> go.Figure:
    """Draw the mean score of each signature in each group.

    Colours show how far the mean of a group is above the mean of all cells that
    have a group, in standard deviations of these cells: scores compare between
    groups, not between signatures. Hovering shows the mean itself.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.score(adata)``. Nothing is written.
    groupby
        The `obs` column with the groups.
    signatures
        Ids, in this order. By default all that have scores, by compartment.
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
        More than 100 groups.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata)
    >>> figure = tme.pl.heatmap(adata, "cell_type")
    """
    return heatmap_figure(heatmap_payload(adata, groupby, signatures, key=key))


def heatmap_payload(
    adata: AnnData,
    groupby: str,
    signatures: Sequence[str] | str | None = None,
    *,
    key: str = keys.SCORES,
) -> dict[str, Any]:
    """Signatures × groups: means, and the same standardised."""
    rows = read_group_rows(check_adata(adata), groupby, signatures, key)
    return {
        "groupby": title_of(groupby),
        "labels": rows.groups.labels,
        "sizes": rows.groups.sizes,
        "ids": rows.ids,
        "titles": rows.titles,
        "compartments": rows.compartments,
        "means": rows.means,
        "relative": rows.relative,
        "among": rows.among,
    }


def heatmap_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of a heat map."""
    import plotly.graph_objects as go

    means, labels = payload["means"], payload["labels"]
    hover = np.empty((*means.shape, 3), dtype=object)
    hover[..., 0] = np.array([shown(title) for title in payload["titles"]], dtype=object)[:, None]
    hover[..., 1] = np.array([shown(label) for label in labels], dtype=object)
    hover[..., 2] = means
    layout = rows_layout(payload["titles"], labels, cell=(26, 18), key=KEY)
    figure = go.Figure(
        go.Heatmap(
            x=np.arange(len(labels)),
            y=np.arange(len(payload["ids"])),
            z=payload["relative"],
            zmin=-LIMIT,
            zmax=LIMIT,
            colorscale=colour_scale(DIVERGING),
            xgap=1,
            ygap=1,
            customdata=hover,
            hovertemplate=(
                "%{customdata[0]}<br>%{customdata[1]}<br>mean %{customdata[2]:.3g}, "
                "%{z:+.2f} sd<extra></extra>"
            ),
            colorbar=colour_key(RELATIVE_UNIT, length=KEY, x=beside(layout), xanchor="left"),
        )
    )
    subtitle = f"mean by {payload['groupby'].lower()}"
    figure.update_layout(
        template=template(),
        title=heading("Signature scores", "; ".join(filter(None, [subtitle, payload["among"]]))),
        **layout,
    )
    compartment_marks(figure, payload["compartments"])
    fit_heading(figure)
    return figure
