"""Ligands and receptors between pairs of groups, as dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._text import clean, counted
from tmeatlas.pl._crosstalk import axis_name, group_order, read_rows, told_pair
from tmeatlas.pl._flows import only
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import fit_heading, text_width, tilted_room
from tmeatlas.pl._theme import INK, LINE, SEQUENTIAL, colour_key, colour_scale, template
from tmeatlas.pl._told import p_words, side_words, verdict_words
from tmeatlas.results import Crosstalk, Verdict, by_evidence, is_judged, stands_out

if TYPE_CHECKING:
    import plotly.graph_objects as go

CELL = 22
LARGEST = 17
"""Diameter of a dot for a share of 1, in pixels."""
KEY_SHARES = (0.1, 0.5, 1.0)


def crosstalk_dotplot(
    adata: AnnData,
    axis: str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    max_interactions: int = 25,
    max_pairs: int = 25,
    key: str = keys.CROSSTALK,
) -> go.Figure:
    """Draw the interactions with the highest scores between the pairs of groups that have them.

    Rows are ligand and receptor, the highest score first, columns sender and
    receiver. Colour is the score, the area of a dot the smaller of the shares of
    cells that show ligand and receptor, and a dark ring the verdict "specific".
    Chosen are the specific interactions, and then the pairs of groups, with the
    highest scores or, where none is specific, those with too few cells that have
    the lowest p-values; the line below the title says how many there are. What
    carries no signal (decoys, cleavage and the like) or is mostly ambient RNA is not drawn.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.crosstalk(adata, groupby)``. Nothing is written.
    axis
        Only this axis (its id); all by default.
    source, target
        Only these senders or receivers.
    max_interactions, max_pairs
        How many rows and columns to show at most.
    key
        The `key_added` of the crosstalk.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        Crosstalk was not computed, or it has no such axis or group.
    InputError
        No interaction among those asked for that is specific or has too few
        cells, or the crosstalk is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> figure = tme.pl.crosstalk_dotplot(adata, max_interactions=10)
    """
    return crosstalk_dotplot_figure(
        crosstalk_dotplot_payload(
            adata,
            axis=axis,
            source=source,
            target=target,
            max_interactions=max_interactions,
            max_pairs=max_pairs,
            key=key,
        )
    )


def crosstalk_dotplot_payload(
    adata: AnnData,
    axis: str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    max_interactions: int = 25,
    max_pairs: int = 25,
    key: str = keys.CROSSTALK,
) -> dict[str, Any]:
    """One entry per dot: its row and column, score and share, and whether it is specific."""
    if min(max_interactions, max_pairs) < 1:
        raise InputError(
            "Expected at least one row and column to show, found "
            f"{min(max_interactions, max_pairs)!r}."
        )
    crosstalk = Crosstalk.read(adata, key)
    table = read_rows(crosstalk, axis)
    for side, wanted in (("source", source), ("target", target)):
        table = only(table, side, wanted, what="crosstalk table")
    table = table[is_judged(table)]
    table = table.assign(
        row=table["ligand_complex"] + " " + table["receptor_complex"],
        column=pd.MultiIndex.from_frame(table[["source", "target"]]).to_flat_index(),
    )
    best = by_evidence(table)
    any_specific = bool(stands_out(best).any())
    best = best[stands_out(best)] if any_specific else best
    if best.empty:
        raise InputError(
            "No interaction among those asked for is specific or has too few cells. Ask for more, "
            "or see tme.get.crosstalk(adata) for those that were tested."
        )
    rows, n_rows = _first(best["row"], max_interactions)
    best = best[best["row"].isin(rows)]
    # The best pair of each interaction comes before the second of any, so that no row is empty.
    nth = best.groupby("row").cumcount()
    columns, n_columns = _first(best["column"].iloc[np.argsort(nth, kind="stable")], max_pairs)
    dots = table[table["row"].isin(rows) & table["column"].isin(columns)]
    rows = [row for row in rows if row in set(dots["row"])]
    columns = _by_group(adata, crosstalk.groupby, columns)
    names = dots.drop_duplicates("row").set_index("row").loc[rows]
    share = np.minimum(dots["ligand_fraction"], dots["receptor_fraction"])
    return {
        "axis": "" if axis is None else clean(axis_name(axis)),
        "rows": [clean(told_pair(row)) for _, row in names.iterrows()],
        "columns": [" → ".join(map(clean, pair)) for pair in columns],
        "n_rows": n_rows,
        "n_columns": n_columns,
        "any_specific": any_specific,
        "caveat": crosstalk.caveat,
        "row": dots["row"].map({name: i for i, name in enumerate(rows)}).to_numpy(dtype=np.int64),
        "column": dots["column"]
        .map({name: i for i, name in enumerate(columns)})
        .to_numpy(dtype=np.int64),
        "score": dots["score"].to_numpy(dtype=np.float64),
        "share": np.asarray(share, dtype=np.float64),
        "specific": stands_out(dots).to_numpy(dtype=bool),
        "words": [_words(dot) for _, dot in dots.iterrows()],
    }


def _words(dot: pd.Series) -> str:
    """What a dot says when it is hovered over, below its row and column."""
    sides = (side_words(dot, side, dot[f"{side}_complex"]) for side in ("ligand", "receptor"))
    number = ", ".join([f"score {dot['score']:.2f}", *filter(None, [p_words(dot)])])
    return "<br>".join([f"<b>{verdict_words(dot)}</b>", *sides, number])


def _first(names: pd.Series, most: int) -> tuple[list[Any], int]:
    """The first different names, at most `most`, and how many there are."""
    different = list(dict.fromkeys(names))
    return different[:most], len(different)


def _by_group(adata: AnnData, groupby: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs in the order of the senders, then of the receivers."""
    order = group_order(adata, groupby, [name for pair in pairs for name in pair])
    return sorted(pairs, key=lambda pair: [order.index(name) for name in pair])


def crosstalk_dotplot_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of interactions."""
    import plotly.graph_objects as go

    rows, columns = payload["rows"], payload["columns"]
    hover = [
        f"{shown(rows[r])}<br>{shown(columns[c])}<br>{words}"
        for r, c, words in zip(payload["row"], payload["column"], payload["words"], strict=True)
    ]
    figure = go.Figure(
        go.Scatter(
            x=payload["column"],
            y=payload["row"],
            mode="markers",
            marker={
                "size": np.maximum(LARGEST * np.sqrt(payload["share"]), 2.5),
                "color": payload["score"],
                "cmin": 0,
                "colorscale": colour_scale(SEQUENTIAL),
                "opacity": 1,
                "line": {
                    "color": np.where(payload["specific"], INK, LINE),
                    "width": np.where(payload["specific"], 1.6, 0.5),
                },
                "colorbar": colour_key("score", length=130),
            },
            text=hover,
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    )
    for level in KEY_SHARES:
        size = {"size": LARGEST * np.sqrt(level), "color": "#8a94a8"}
        figure.add_scatter(x=[None], y=[None], mode="markers", name=f"{level:.0%}", marker=size)
    ring = {"size": 11, "color": "#ffffff", "line": {"color": INK, "width": 1.6}}
    figure.add_scatter(x=[None], y=[None], mode="markers", name=Verdict.SPECIFIC.value, marker=ring)
    _lay_out(figure, payload)
    return figure


def _lay_out(figure: go.Figure, payload: dict[str, Any]) -> None:
    rows, columns = payload["rows"], payload["columns"]
    width = max(CELL * len(columns), 200)
    reach, below = tilted_room(columns, step=width / len(columns), angle=45)
    left = max(text_width(rows) + 24, reach)
    height = max(CELL * len(rows), 300)
    plain: dict[str, Any] = {
        "ticks": "",
        "showline": False,
        "tickfont": {"size": 11},
        "automargin": False,
    }
    what = counted(payload["n_rows"], "specific interaction")
    if not payload["any_specific"]:
        what = f"{counted(payload['n_rows'], 'interaction')} with too few cells (none is specific)"
    pairs = f"{counted(payload['n_columns'], 'pair')} of groups"
    figure.update_layout(
        template=template(),
        title=heading(
            f"Crosstalk: {payload['axis'] or 'all axes'}",
            f"{len(rows)} of {what}, {len(columns)} of {pairs}",
        ),
        width=round(width + left + 130),
        height=round(height + below + 76),
        margin={"l": left, "r": 130, "t": 72, "b": below, "autoexpand": False},
        legend={
            "title": {"text": "share of cells"},
            "itemsizing": "trace",
            "itemclick": False,
            "itemdoubleclick": False,
            "x": 1.02,
            "y": 1 - 150 / height,
            "yanchor": "top",
        },
        xaxis=names_axis(columns, tickangle=-45, **plain) | {"showgrid": True},
        yaxis=names_axis(rows, down=True, **plain) | {"showgrid": True},
        hovermode="closest",
    )
    fit_heading(figure)
    add_footnote(figure, payload["caveat"])
