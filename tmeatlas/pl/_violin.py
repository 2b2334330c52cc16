"""Distributions of scores in groups of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._text import title_of
from tmeatlas.pl._groups import shown_groups
from tmeatlas.pl._label import heading, names_axis, shown, tick
from tmeatlas.pl._room import fit_heading, tilted_room
from tmeatlas.pl._theme import INK, template
from tmeatlas.results import Scores

if TYPE_CHECKING:
    import plotly.graph_objects as go

GRID_POINTS = 96
HALF_WIDTH = 0.42
TILT = 40
"""Degrees by which the names of the groups are turned."""
MIN_CELLS = 3
"""Fewer cells have no outline, only their median."""


def violin(
    adata: AnnData,
    groupby: str,
    signatures: Sequence[str] | str,
    *,
    key: str = keys.SCORES,
) -> go.Figure:
    """Draw the distribution of signature scores in each group.

    One row per signature, with its own scale, as scores of different signatures
    do not compare. Outlines are Gaussian kernel densities (bandwidth
    ``0.9 * min(sd, IQR / 1.34) * n ** -0.2``), all of the same width, and end at
    the lowest and highest score. The bar spans the quartiles, the dot is the
    median. Outlines are computed here, so that a figure of a million cells is as
    small as any.

    Cells of all samples stand together, which says how groups of cells differ, not
    how conditions do: cells of one patient are alike. For conditions,
    ``tme.pl.compare(adata, "scores", kind="dots")`` has a dot per patient.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.score(adata)``. Nothing is written.
    groupby
        The `obs` column with the groups, coloured by ``uns["<groupby>_colors"]``
        where it is there.
    signatures
        One or more ids.
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
    >>> tme.tl.score(adata, ["caf_pan", "treg_pan"])
    >>> figure = tme.pl.violin(adata, "cell_type", ["caf_pan", "treg_pan"])
    """
    return violin_figure(violin_payload(adata, groupby, signatures, key=key))


def violin_payload(
    adata: AnnData, groupby: str, signatures: Sequence[str] | str, *, key: str = keys.SCORES
) -> dict[str, Any]:
    """Per signature and group: an outline, the quartiles and the number of cells."""
    groups = shown_groups(check_adata(adata), groupby)
    found = Scores.read(adata, key)
    scores = found.chosen(signatures)
    panels = []
    for i in range(len(scores.ids)):
        column = scores.matrix[:, i]
        shapes = [
            _shape(column[(groups.codes == code) & np.isfinite(column)])
            for code in range(len(groups.labels))
        ]
        panels.append({"id": scores.ids[i], "title": scores.titles[i], "groups": shapes})
    return {
        "groupby": title_of(groupby),
        "labels": groups.labels,
        "colours": groups.colours,
        "panels": panels,
        "among": found.among(adata),
    }


def _shape(values: NDArray[np.float64]) -> dict[str, Any]:
    """The outline and quartiles of one group."""
    if len(values) == 0:
        return {"n": 0}
    quartiles = np.percentile(values, [25, 50, 75])
    shape: dict[str, Any] = {"n": len(values), "quartiles": quartiles}
    if len(values) >= MIN_CELLS and np.ptp(values) > 0:
        shape["at"], shape["density"] = density(values)
    return shape


def density(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A Gaussian kernel density on a grid from the lowest to the highest value; its peak is 1."""
    low, high = values.min(), values.max()
    inner = np.subtract(*np.percentile(values, [75, 25])) / 1.34
    spread = min(values.std(), inner) if inner > 0 else values.std()
    width = max(0.9 * spread * len(values) ** -0.2, (high - low) / 200)
    # Cells go to fine bins first: the cost no longer grows with cells × grid.
    counts, edges = np.histogram(values, bins=512, range=(low, high))
    middles = (edges[1:] + edges[:-1]) / 2
    at = np.linspace(low, high, GRID_POINTS)
    kernel = np.exp(-0.5 * ((at[:, None] - middles) / width) ** 2)
    heights = kernel @ counts
    return at, heights / heights.max()


def violin_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of violins."""
    from plotly.subplots import make_subplots

    labels, panels = payload["labels"], payload["panels"]
    n = len(panels)
    inner = max(46 * len(labels) + 70, 320)
    reach, below = tilted_room(labels, step=inner / len(labels), angle=TILT)
    left, height = max(reach, 70), 130 * n + 56 if n > 1 else 306
    figure = make_subplots(rows=n, cols=1, shared_xaxes=True, vertical_spacing=min(0.03, 0.3 / n))
    for row, panel in enumerate(panels, start=1):
        for code, shape in enumerate(panel["groups"]):
            if shape["n"]:
                _add_violin(figure, payload, code, shape, row)
        figure.update_yaxes(
            title={"text": _wrapped(panel["title"]), "font": {"size": 11}},
            nticks=5,
            showgrid=True,
            row=row,
            col=1,
        )
        last = {} if row == n else {"showticklabels": False, "ticks": ""}
        places = names_axis(labels, tickangle=-TILT, automargin=False)
        figure.update_xaxes(**(places | last), row=row, col=1)
    title = panels[0]["title"] if n == 1 else "Signature scores"
    subtitle = f"by {payload['groupby'].lower()}; median and quartiles"
    figure.update_layout(
        template=template(),
        title=heading(title, "; ".join(filter(None, [subtitle, payload["among"]]))),
        width=round(left + inner + 30),
        height=round(64 + height + below),
        margin={"l": left, "r": 30, "t": 64, "b": below},
        showlegend=False,
        hovermode="closest",
    )
    if n == 1:
        figure.update_yaxes(title={"text": "score", "font": {"size": 13}})
    fit_heading(figure)
    return figure


def _add_violin(
    figure: go.Figure, payload: dict[str, Any], code: int, shape: dict[str, Any], row: int
) -> None:
    label, colour = shown(payload["labels"][code]), payload["colours"][code]
    if "at" in shape:
        half = HALF_WIDTH * shape["density"]
        figure.add_scatter(
            x=np.concatenate([code - half, code + half[::-1]]),
            y=np.concatenate([shape["at"], shape["at"][::-1]]),
            mode="lines",
            fill="toself",
            fillcolor=colour,
            line={"color": colour, "width": 1},
            opacity=0.85,
            hoverinfo="skip",
            row=row,
            col=1,
        )
    low, median, high = (float(value) for value in shape["quartiles"])
    figure.add_scatter(
        x=[code, code],
        y=[low, high],
        mode="lines",
        line={"color": INK, "width": 3},
        hoverinfo="skip",
        row=row,
        col=1,
    )
    figure.add_scatter(
        x=[code],
        y=[median],
        mode="markers",
        marker={"color": "#ffffff", "size": 6, "line": {"color": INK, "width": 1.2}},
        customdata=[[label, shape["n"], low, high]],
        hovertemplate=(
            "%{customdata[0]}<br>median %{y:.3g}, quartiles %{customdata[2]:.3g} to "
            "%{customdata[3]:.3g}<br>%{customdata[1]:,} cells<extra></extra>"
        ),
        row=row,
        col=1,
    )


def _wrapped(title: str, width: int = 18) -> str:
    """A title in short lines, for the side of a panel."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2]} …"]
    return "<br>".join(tick(line) for line in lines)
