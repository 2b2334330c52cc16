"""The running sum of a preranked enrichment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import unknown
from tmeatlas._text import clean, counted
from tmeatlas.pl._label import heading, shown
from tmeatlas.pl._theme import FAINT, INK, LINE, SOFT_INK, template
from tmeatlas.results import Enrichment

if TYPE_CHECKING:
    import plotly.graph_objects as go

CURVE, HIT, LEAD = "#0072b2", "#7c879b", "#d55e00"
MAX_METRIC_POINTS = 600


def enrich(
    adata: AnnData,
    group: str,
    signature: str,
    *,
    direction: str = "up",
    key: str = keys.ENRICH,
) -> go.Figure:
    """Draw the running sum of a signature along the ranked genes of a group.

    Above, the running sum: it rises at each gene of the list by the gene's share
    of the list's total metric and falls a little at every other gene; its
    farthest point from 0 is the enrichment score. In the middle, where the genes
    of the list are, those of the leading edge in orange. Below, the metric that
    the genes are ranked by. Everything is as :func:`tmeatlas.tl.enrich` stored
    it.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.enrich(adata, groupby)``. Nothing is written.
    group
        Name of a group.
    signature
        Id of a signature.
    direction
        ``"up"``, or ``"down"`` for the down genes of a signed signature.
    key
        The `key_added` of the enrichment.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        No preranked enrichment under `key`, no such group, signature or
        direction.
    InputError
        The enrichment is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> few = tme.enrichment.Prerank(n_perms=50)
    >>> tme.tl.enrich(adata, "cell_type", signatures=["caf_pan"], method=few)
    >>> figure = tme.pl.enrich(adata, "CAF myCAF", "caf_pan")
    """
    return enrich_figure(enrich_payload(adata, group, signature, direction=direction, key=key))


def enrich_payload(
    adata: AnnData, group: str, signature: str, *, direction: str = "up", key: str = keys.ENRICH
) -> dict[str, Any]:
    """The walk at its corners, the genes of the list and the metric."""
    table, ranking = Enrichment.read(adata, key).ranked()
    _check_known("group", group, ranking["groups"])
    lists = ranking["lists"]
    _check_known("signature", signature, lists["signature"])
    sides = lists[lists["signature"] == signature]
    _check_known(f"direction of {signature!r}", direction, sides["direction"])
    members = sides.loc[sides["direction"] == direction, "genes"].iloc[0].split(",")
    metric = np.asarray(ranking["metric"])[[str(g) for g in ranking["groups"]].index(group)]
    order = np.argsort(-metric, kind="stable")
    genes = np.asarray(ranking["genes"], dtype=object)[order]
    values = metric[order].astype(np.float64)
    hits = np.flatnonzero(np.isin(genes.astype(str), members))
    at, walk = running_sum(values, hits)
    peak = int(np.abs(walk).argmax())
    edge = hits <= at[peak] if walk[peak] >= 0 else hits >= at[peak]
    stored = table[
        (table["group"] == group)
        & (table["signature"] == signature)
        & (table["direction"] == direction)
    ].iloc[0]
    sample = np.unique(np.linspace(0, len(values) - 1, MAX_METRIC_POINTS).round().astype(int))
    return {
        "group": clean(group),
        "signature": signature,
        "direction": direction,
        "n_genes": len(values),
        "at": at,
        "walk": walk,
        "peak": peak,
        "hits": hits,
        "genes": [clean(gene) for gene in genes[hits]],
        "metric_of_hits": values[hits],
        "leading": edge,
        "metric_at": sample,
        "metric": values[sample],
        **{name: float(stored[name]) for name in ("es", "nes", "pval", "padj")},
    }


def running_sum(
    values: NDArray[np.float64], hits: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The corners of the walk: before and at each gene of the list, and both ends."""
    weight = np.abs(values[hits])
    share = weight / weight.sum() if weight.sum() > 0 else np.full(len(hits), 1 / len(hits))
    risen = np.cumsum(share)
    misses_before = hits - np.arange(len(hits))
    fallen = misses_before / (len(values) - len(hits))
    at = np.empty(2 * len(hits) + 2)
    walk = np.empty_like(at)
    at[0], walk[0], at[-1], walk[-1] = -1, 0.0, len(values) - 1, 0.0
    at[1:-1:2], walk[1:-1:2] = hits - 1, risen - share - fallen
    at[2:-1:2], walk[2:-1:2] = hits, risen - fallen
    return at, walk


def _check_known(what: str, name: str, options: Any) -> None:
    known = list(dict.fromkeys(str(option) for option in options))
    if name not in known:
        raise unknown(f"{what} in the enrichment called", name, known)


def enrich_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of a running sum."""
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=3, cols=1, shared_xaxes=True, row_heights=[0.58, 0.1, 0.32], vertical_spacing=0.03
    )
    at, walk, peak = payload["at"], payload["walk"], payload["peak"]
    place = {"col": 1, "hoverinfo": "skip", "showlegend": False}
    curve = {"color": CURVE, "width": 2.2}
    figure.add_scatter(x=at + 1, y=walk, mode="lines", line=curve, row=1, **place)
    top = {"x": [at[peak] + 1] * 2, "y": [0, walk[peak]]}
    dashed = {"color": LEAD, "width": 1.2, "dash": "dot"}
    figure.add_scatter(**top, mode="lines", line=dashed, row=1, **place)
    for rows, colour in ((~payload["leading"], HIT), (payload["leading"], LEAD)):
        _add_hits(figure, payload, np.flatnonzero(rows), colour)
    figure.add_scatter(
        x=payload["metric_at"] + 1,
        y=payload["metric"],
        mode="lines",
        line={"color": LINE, "width": 1},
        fill="tozeroy",
        fillcolor=FAINT,
        row=3,
        **place,
    )
    for row in (1, 3):
        figure.add_hline(y=0, line={"color": SOFT_INK, "width": 0.8}, row=row, col=1)
    side = "" if payload["direction"] == "up" else ", down genes"
    figure.update_layout(
        template=template(),
        title=heading(f"{payload['signature']}{side} in {payload['group']}", _statistics(payload)),
        width=640,
        height=500,
        hovermode="closest",
        showlegend=False,
    )
    ends = [0, payload["n_genes"] + 1]
    figure.update_xaxes(range=ends, showgrid=False, showticklabels=False, ticks="", showline=False)
    figure.update_xaxes(
        title={"text": f"rank among {counted(payload['n_genes'], 'gene')}"},
        showticklabels=True,
        ticks="outside",
        showline=True,
        row=3,
        col=1,
    )
    figure.update_yaxes(title={"text": "running sum"}, row=1, col=1)
    figure.update_yaxes(visible=False, range=[0, 1], row=2, col=1)
    figure.update_yaxes(title={"text": "metric"}, nticks=4, row=3, col=1)
    return figure


def _add_hits(
    figure: go.Figure, payload: dict[str, Any], rows: NDArray[np.intp], colour: str
) -> None:
    x = payload["hits"][rows] + 1
    figure.add_scatter(
        x=np.repeat(x, 3),
        y=np.tile([0.0, 1.0, np.nan], len(rows)),
        mode="lines",
        line={"color": colour, "width": 1.2},
        hoverinfo="skip",
        row=2,
        col=1,
    )
    figure.add_scatter(
        x=x,
        y=np.full(len(rows), 0.5),
        mode="markers",
        marker={"color": colour, "opacity": 0, "size": 9},
        customdata=[[shown(payload["genes"][i]), payload["metric_of_hits"][i]] for i in rows],
        hovertemplate="%{customdata[0]}<br>rank %{x:,}, metric %{customdata[1]:.3g}<extra></extra>",
        hoverlabel={"font": {"color": INK}},
        row=2,
        col=1,
    )


def _statistics(payload: dict[str, Any]) -> str:
    return (
        f"ES {payload['es']:.2f}, NES {payload['nes']:.2f}, p {payload['pval']:.2g}, "
        f"adjusted p {payload['padj']:.2g}, {counted(len(payload['hits']), 'gene')}"
    )
