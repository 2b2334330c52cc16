"""Specific interactions from group to group, as flow diagrams show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._errors import InputError, unknown
from tmeatlas._text import clean, counted
from tmeatlas.pl._crosstalk import (
    apart_words,
    axis_name,
    group_colours,
    group_order,
    read_rows,
    told_pair,
)
from tmeatlas.pl._label import shown, tick
from tmeatlas.pl._shapes import opacity
from tmeatlas.pl._theme import INK, SOFT_INK
from tmeatlas.pl._told import SAMPLES, SIDE_COLUMNS, p_words, side_words, verdict_words
from tmeatlas.results import Crosstalk, flows, is_judged

if TYPE_CHECKING:
    import plotly.graph_objects as go

Names = Sequence[str] | str | None
MAX_IN_TITLE = 3
MAX_SILENT = 6
SPECIFIC, TOO_FEW = "n_specific", "n_too_few"
BEST = (
    *("ligand_complex", "receptor_complex", "axis", "core", "disputed"),
    *("verdict", "score", "padj", *SIDE_COLUMNS),
)
"""What is told of the best interaction of a flow."""
PALE = 0.4
LINE_HEIGHT = 15
"""Height of a line of notes, in pixels."""


def flows_payload(
    adata: AnnData, *, axis: Names, source: Names, target: Names, key: str
) -> dict[str, Any]:
    """Groups, and one row of `flows` for each sender and receiver with interactions to show.

    ``width`` names the column that is drawn: that of specific interactions or,
    where none is specific, that of those with too few cells.
    """
    crosstalk = Crosstalk.read(adata, key)
    everything = table = read_rows(crosstalk)
    # A group that only receives, or is not on the axis, is still known.
    groups = pd.concat([everything["source"], everything["target"]])
    table = only(table, "axis", axis, what="crosstalk table")
    for column, wanted in (("source", source), ("target", target)):
        table = only(table, column, wanted, what="crosstalk table", known=groups)
    # Where the choice leaves no row, the figure still shows between whom there is none.
    present = table if len(table) else everything
    labels = group_order(adata, crosstalk.groupby, [*present["source"], *present["target"]])
    judged = table[is_judged(table)]
    routes = flows(judged, columns=[*BEST, *(name for name in SAMPLES if name in judged)])
    width = SPECIFIC if routes[SPECIFIC].any() else TOO_FEW
    drawn = routes[routes[width] > 0].reset_index(drop=True)
    talking = {*drawn["source"], *drawn["target"]}
    return {
        "axis": _axes_name(axis),
        "groups": labels,
        "labels": [clean(label) for label in labels],
        "colours": group_colours(adata, crosstalk.groupby, labels),
        "silent": [clean(label) for label in labels if label not in talking],
        "flows": drawn,
        "width": width,
        "n_specific": int(routes[SPECIFIC].sum()),
        "n_too_few": int(routes[TOO_FEW].sum()),
        "n_rows": len(judged),
        "apart": apart_words(table),
        "caveat": crosstalk.caveat,
    }


def only(
    table: pd.DataFrame,
    column: str,
    wanted: Names,
    *,
    what: str,
    known: pd.Series | None = None,
    argument: str = "",
) -> pd.DataFrame:
    """The rows of `table` whose `column` is `wanted`; names that are not `known` are an error.

    `argument` is what users name them with, where it is not called as the column.
    """
    if wanted is None:
        return table
    argument = argument or column
    names = [wanted] if isinstance(wanted, str) else [str(name) for name in wanted]
    if not names:
        raise InputError(
            f"Expected a name in `{argument}`, found none. Leave `{argument}=` out for all."
        )
    options = sorted(set(table[column] if known is None else known))
    for name in names:
        if name not in options:
            raise unknown(
                f"{column} in the {what} called",
                name,
                options,
                remedy=f"Pass one of these as `{argument}=`, or leave it out for all.",
            )
    return table[table[column].isin(names)]


def _axes_name(axis: Names) -> str:
    if axis is None:
        return "all axes"
    names = [clean(axis_name(name)) for name in ([axis] if isinstance(axis, str) else axis)]
    return ", ".join(names) if len(names) <= MAX_IN_TITLE else counted(len(names), "axis", "axes")


def numbers(payload: dict[str, Any]) -> np.ndarray:
    """Senders × receivers: the number of interactions that widths show."""
    place = {group: i for i, group in enumerate(payload["groups"])}
    flows = payload["flows"]
    number = np.zeros((len(place), len(place)), dtype=np.int64)
    number[flows["source"].map(place), flows["target"].map(place)] = flows[payload["width"]]
    return number


def told_number(payload: dict[str, Any], number: int) -> str:
    """`2 specific interactions`, or `2 interactions with too few cells`."""
    if payload["width"] == SPECIFIC:
        return counted(number, "specific interaction")
    return f"{counted(number, 'interaction')} with too few cells"


def hover_texts(payload: dict[str, Any]) -> dict[tuple[int, int], str]:
    """What each flow says when it is hovered over, by the places of sender and receiver."""
    place = {group: i for i, group in enumerate(payload["groups"])}
    return {
        (place[flow["source"]], place[flow["target"]]): _hover(payload, flow)
        for _, flow in payload["flows"].iterrows()
    }


def _hover(payload: dict[str, Any], flow: pd.Series) -> str:
    """The number, and what is known of the best interaction."""
    ends = {"ligand": flow["ligand_complex"], "receptor": flow["receptor_complex"]}
    ends_name = f"{shown(flow['source'])} → {shown(flow['target'])}"
    name = f"{shown(told_pair(flow))} ({shown(axis_name(flow['axis']))}, {shown(flow['core'])})"
    few = payload["width"] == SPECIFIC and flow[TOO_FEW]
    beside = f", {int(flow[TOO_FEW]):,} more with too few cells" if few else ""
    which = "most specific" if payload["width"] == SPECIFIC else "closest"
    return "<br>".join(
        [
            f"<b>{ends_name}</b>: {told_number(payload, flow[payload['width']])}{beside}",
            f"{which}: {name}, {verdict_words(flow)}",
            *(side_words(flow, side, complex_) for side, complex_ in ends.items()),
            ", ".join([f"score {flow['score']:.2f}", *filter(None, [p_words(flow)])]),
        ]
    )


def notes_below(payload: dict[str, Any]) -> list[str]:
    """The lines below a diagram: which groups have no part in it, and what it does not count."""
    lines = []
    if payload["silent"] and len(payload["flows"]):
        named = ", ".join(tick(name) for name in payload["silent"][:MAX_SILENT])
        rest = len(payload["silent"]) - MAX_SILENT
        what = "specific interaction" if payload["width"] == SPECIFIC else "interaction"
        lines.append(f"no {what}: {named}" + (f" and {rest} more" if rest > 0 else ""))
    return [*lines, *payload["apart"], *([payload["caveat"]] if payload["caveat"] else [])]


def subtitle(payload: dict[str, Any], colour: str) -> str:
    """How to read a diagram; `colour` says what colours mean."""
    if payload["width"] == SPECIFIC:
        return f"width: specific interactions; {colour}"
    return f"none is specific; pale: interactions with too few cells; {colour}"


def flow_opacity(payload: dict[str, Any], number: int, most: int) -> float:
    """How opaque a flow is: pale where it does not stand for specific interactions."""
    return opacity(number, most) * (1.0 if payload["width"] == SPECIFIC else PALE)


def add_notes(figure: go.Figure, lines: Sequence[str], *, x: float) -> None:
    """Lines below the plot, `x` pixels from its left."""
    if not lines:
        return
    figure.add_annotation(
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xanchor="left",
        yanchor="top",
        align="left",
        xshift=x,
        yshift=-8,
        text="<br>".join(lines),
        showarrow=False,
        font={"size": 11, "color": SOFT_INK},
    )


def add_nothing_to_show(figure: go.Figure, payload: dict[str, Any], x: float, y: float) -> None:
    """In the middle of a diagram without flows, why there are none."""
    rows = counted(payload["n_rows"], "row")
    figure.add_annotation(
        x=x,
        y=y,
        text=f"<b>No specific interaction</b><br>among {rows}:<br>see tme.get.crosstalk(adata)",
        showarrow=False,
        bgcolor="#ffffff",
        borderpad=6,
        font={"size": 13, "color": INK},
    )
