"""What drives the network between groups of cells."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import unknown
from tmeatlas._text import counted
from tmeatlas.cells import rows_are_spots
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._drivers_links import genes_figure, loops_figure
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._theme import INK, SEQUENTIAL, template
from tmeatlas.results import Drivers

if TYPE_CHECKING:
    import plotly.graph_objects as go

What = Literal["groups", "loops", "genes"]
ROW, INNER, BETWEEN, ABOVE, BELOW = 24, 230, 24, 96, 56
"""Pixels: a row, the width of each half, between them, above and below the plot."""
HALVES = {"sends": "axes sent to others", "receives": "axes received from others"}


def drivers(adata: AnnData, what: What = "groups", *, key: str = keys.DRIVERS) -> go.Figure:
    """Draw the result of :func:`tmeatlas.tl.drivers`.

    ``"groups"``: a bar for the axes that each group sends, and one for those that it receives;
    the point with a line is their mean number in the samples that have the group, each by its
    own cells, with its 95 % interval. ``"loops"``: the chains that studies describe, link by link,
    filled where the link holds. ``"genes"``: how much higher each programme is in cells that show
    PD-L1 or VEGF-A, in standard deviations, over all samples with its 95 % interval, and small
    in each sample. Expression only, which the figure says.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.drivers(adata)``. Nothing is written.
    what
        ``"groups"``, ``"loops"`` or ``"genes"``.
    key
        The `key_added` of the drivers.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        There are no drivers, or there is no such figure.
    InputError
        The drivers are of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    >>> tme.tl.axes(adata)
    >>> tme.tl.drivers(adata)
    >>> figure = tme.pl.drivers(adata)
    >>> chains = tme.pl.drivers(adata, "loops")
    """
    draw = {"groups": groups_figure, "loops": loops_figure, "genes": genes_figure}
    if what not in draw:
        raise unknown("figure of drivers", what, list(draw))
    payload = drivers_payload(adata, key=key)
    figure = draw[what](payload)
    add_footnote(figure, payload["shows"])
    fit_heading(figure)
    return figure


def drivers_payload(adata: AnnData, *, key: str = keys.DRIVERS) -> dict[str, Any]:
    """The three tables as they are drawn, and why two of them are empty, if so."""
    found = Drivers.read(check_adata(adata), key)
    return {
        "groups": found.table,
        "loops": found.loops,
        "genes": found.genes,
        "not_read": found.not_read,
        "shows": found.shows,
        "rows": "spots" if rows_are_spots(adata) else "cells",
    }


def groups_figure(payload: dict[str, Any]) -> go.Figure:
    """The groups, the one with the most axes at the top."""
    import plotly.graph_objects as go

    table = payload["groups"]
    figure = go.Figure()
    at = np.arange(len(table))
    for number, (name, title) in enumerate(HALVES.items(), start=1):
        axis = "x" if number == 1 else "x2"
        words = [_words(row, name) for row in table.to_dict("records")]
        figure.add_bar(
            **{"x": table[name], "y": at, "orientation": "h", "xaxis": axis, "width": 0.62},
            marker={"color": SEQUENTIAL[2], "line": {"width": 0}},
            hovertext=words,
            hovertemplate="%{hovertext}<extra></extra>",
        )
        mean, low, high = (table[f"{name}_{end}"] for end in ("mean", "low", "high"))
        figure.add_scatter(
            **{"x": mean, "y": at, "xaxis": axis, "mode": "markers"},
            marker={"size": 7, "color": INK},
            error_x={
                **{"type": "data", "symmetric": False, "thickness": 1.5, "width": 3},
                **{"array": high - mean, "arrayminus": mean - low, "color": INK},
            },
            hovertext=words,
            hovertemplate="%{hovertext}<extra></extra>",
        )
        most = float(np.nanmax([table[name].max(), high.max(), 1]))
        half = INNER / (2 * INNER + BETWEEN)
        figure.layout["xaxis" if number == 1 else "xaxis2"] = {
            "domain": [0, half] if number == 1 else [1 - half, 1],
            "range": [0, 1.06 * most],
            "title": {"text": title, "standoff": 6},
            "automargin": False,
            "nticks": 6,
        }
    return _finished(figure, table, payload["rows"])


def _finished(figure: go.Figure, table: pd.DataFrame, rows: str) -> go.Figure:
    """Names, words beside the rows, and size."""
    at = [float(i) for i in range(len(table))]
    counts = [WordColumn(rows, [f"{n:,}" for n in table["cells"]], right=True)]
    counts.append(WordColumn("partners", [str(n) for n in table["partners"]], right=True))
    if table["n_samples"].any():
        counts.append(WordColumn("samples", [str(n) for n in table["n_samples"]], right=True))
    beside = Beside(counts)
    beside.add(figure, at)
    names = [str(group) for group in table["group"]]
    left, right = text_width(names) + 30, beside.width + 16
    plain = {"ticks": "", "automargin": False, "ticklabelstandoff": 6, "tickfont": {"size": 11}}
    figure.update_layout(
        template=template(),
        title=heading(
            "Who sends and receives most?",
            f"Bars: axes specific over all {rows} or samples. Points: mean in the samples, 95 % "
            "interval.",
        ),
        yaxis=names_axis(names, down=True, **plain),
        width=round(left + 2 * INNER + BETWEEN + right),
        height=round(ABOVE + ROW * len(table) + BELOW),
        margin={"l": left, "r": right, "t": ABOVE, "b": BELOW, "autoexpand": False},
        showlegend=False,
        barmode="overlay",
        hovermode="closest",
    )
    return figure


def _words(row: Mapping[Hashable, Any], name: str) -> str:
    """What a bar says when it is hovered over."""
    verb = "sent to others" if name == "sends" else "received from others"
    lines = [f"{counted(row[name], 'axis', 'axes')} {verb}"]
    if str(row[f"{name}_axes"]):
        lines.append(f"first: {row[f'{name}_axes']}")
    lines.append(f"{row[f'{name}_unclear']:,} more neither shown nor ruled out")
    if not np.isnan(row[f"{name}_mean"]):
        mean, low, high = (f"{row[f'{name}_{end}']:.1f}" for end in ("mean", "low", "high"))
        lines.append(f"in {counted(row['n_samples'], 'sample')}: {mean} ({low} to {high})")
    return "<br>".join([f"<b>{shown(row['group'])}</b>", *map(shown, lines)])
