"""Whether the signatures of a consensus say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._theme import DIVERGING, INK, colour_key, colour_scale, template
from tmeatlas.results import Consensus
from tmeatlas.sig import mark_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

CELL = 46
MAX_NUMBERS = 20
"""More signatures than this are shown without numbers in the cells."""


def agreement(adata: AnnData, consensus: str, *, key: str = keys.CONSENSUS) -> go.Figure:
    """Draw the rank correlation between the signatures of a consensus.

    Each field is the Spearman correlation of two signatures over the cells, as
    :func:`tmeatlas.tl.consensus` found it, with average ranks for ties. Low
    values say that the choice of the signature changes the answer. Over all
    cells, signatures of one cell type agree because they find the same cell
    type; to see whether they agree on states within it, combine and draw those
    cells alone: ``fibroblasts = adata[is_fibroblast].copy()``.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.consensus(adata)``. Nothing is written.
    consensus
        What the signatures mark, such as ``"caf_mycaf"``: a column of
        ``obsm["tme_consensus"]``.
    key
        The `key_added` of the consensus.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        There is no consensus, or none of this name.
    InputError
        Fewer than two signatures of it have scores, or the
        consensus is that of other cells.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata)
    >>> tme.tl.consensus(adata)
    >>> figure = tme.pl.agreement(adata, "caf_mycaf")
    """
    return agreement_figure(agreement_payload(adata, consensus, key=key))


def agreement_payload(
    adata: AnnData, consensus: str, *, key: str = keys.CONSENSUS
) -> dict[str, Any]:
    """Signatures × signatures: Spearman correlations."""
    found = Consensus.read(adata, key)
    found.check_agreement(adata)
    ids, correlation = found.pairs_of(consensus)
    if len(ids) < 2:
        raise InputError(
            f"The consensus {consensus!r} has one scored signature, {ids[0]!r}, so there is "
            'nothing to compare. Score more: tme.tl.score(adata, "all"); tme.tl.consensus(adata).'
        )
    coverage = found.coverage(adata)
    return {
        "consensus": mark_name(consensus),
        "ids": ids,
        "titles": [coverage.name(name) for name in ids],
        "correlation": correlation,
        "n_cells": adata.n_obs,
    }


def agreement_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the agreement."""
    import plotly.graph_objects as go

    values, titles = payload["correlation"], payload["titles"]
    n = len(titles)
    names = np.array([shown(title) for title in titles], dtype=object)
    hover = np.stack(np.broadcast_arrays(names[:, None], names[None, :]), axis=-1)
    left = text_width(titles) + 20
    figure = go.Figure(
        go.Heatmap(
            x=np.arange(n),
            y=np.arange(n),
            z=values,
            zmin=-1,
            zmax=1,
            colorscale=colour_scale(DIVERGING),
            xgap=1,
            ygap=1,
            customdata=hover,
            hovertemplate=(
                "%{customdata[0]}<br>%{customdata[1]}<br>Spearman %{z:.3f}<extra></extra>"
            ),
            colorbar=colour_key("Spearman correlation", length=180),
        )
    )
    if n <= MAX_NUMBERS:
        for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
            strong = abs(values[row, column]) > 0.7
            figure.add_annotation(
                x=column,
                y=row,
                text=f"{values[row, column]:.2f}",
                showarrow=False,
                font={"size": 10, "color": "#ffffff" if strong else INK},
            )
    below = 0.75 * left + 10
    plain: dict[str, Any] = {
        "ticks": "",
        "showline": False,
        "tickfont": {"size": 11},
        "automargin": False,
    }
    figure.update_layout(
        template=template(),
        title=heading(
            f"Agreement of signatures: {payload['consensus']}",
            f"Spearman correlation over {counted(payload['n_cells'], 'cell')}",
        ),
        width=round(CELL * n + left + 130),
        height=round(max(CELL * n, 200) + below + 76),
        margin={"l": left, "r": 130, "t": 72, "b": below, "autoexpand": False},
        xaxis=names_axis(titles, tickangle=-45, **plain),
        yaxis=names_axis(titles, down=True, **plain),
    )
    fit_heading(figure)
    return figure
