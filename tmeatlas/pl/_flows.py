"""Active interactions from group to group, as flow diagrams show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._errors import InputError, unknown
from tmeatlas._text import clean, counted
from tmeatlas.pl._crosstalk import (
    axis_name,
    complex_name,
    group_colours,
    group_order,
    read_rows,
)
from tmeatlas.pl._label import shown, tick
from tmeatlas.pl._theme import INK, SOFT_INK
from tmeatlas.results import Crosstalk, flows

if TYPE_CHECKING:
    import plotly.graph_objects as go

Names = Sequence[str] | str | None
MAX_IN_TITLE = 3
MAX_SILENT = 6


def flows_payload(
    adata: AnnData, *, axis: Names, source: Names, target: Names, key: str
) -> dict[str, Any]:
    """Groups, and one row of `flows` for each sender and receiver with active interactions.

    `flows` counts them, and names the one with the highest score.
    """
    crosstalk = Crosstalk.read(adata, key)
    everything = table = read_rows(crosstalk)
    # A group that only receives, or is not on the axis, is still known.
    groups = pd.concat([everything["source"], everything["target"]])
    table = only(table, "axis", axis, what="crosstalk table")
    for column, wanted in (("source", source), ("target", target)):
        table = only(table, column, wanted, what="crosstalk table", known=groups)
    # Where the choice leaves no row, the figure still shows between whom there is none.
    shown = table if len(table) else everything
    labels = group_order(adata, crosstalk.groupby, [*shown["source"], *shown["target"]])
    active = _active_flows(table)
    talking = {*active["source"], *active["target"]}
    return {
        "axis": _axes_name(axis),
        "groups": labels,
        "labels": [clean(label) for label in labels],
        "colours": group_colours(adata, crosstalk.groupby, labels),
        "silent": [clean(label) for label in labels if label not in talking],
        "flows": active,
        "n_active": int(active["n_active"].sum()),
        "n_rows": len(table),
    }


def only(
    table: pd.DataFrame,
    column: str,
    wanted: Names,
    *,
    what: str,
    known: pd.Series | None = None,
) -> pd.DataFrame:
    """The rows of `table` whose `column` is `wanted`; names that are not `known` are an error."""
    if wanted is None:
        return table
    names = [wanted] if isinstance(wanted, str) else [str(name) for name in wanted]
    if not names:
        raise InputError(
            f"Expected a name in `{column}`, found none. Leave `{column}=` out for all."
        )
    options = sorted(set(table[column] if known is None else known))
    for name in names:
        if name not in options:
            raise unknown(
                f"{column} in the {what} called",
                name,
                options,
                remedy=f"Pass one of these as `{column}=`, or leave it out for all.",
            )
    return table[table[column].isin(names)]


def _active_flows(table: pd.DataFrame) -> pd.DataFrame:
    """Routes with active rows: how many, and the one with the highest score."""
    columns = ["ligand_complex", "receptor_complex", "axis", "score"]
    found = flows(table, columns=columns)
    found = found[found["n_active"] > 0].reset_index(drop=True)
    names = [
        f"{complex_name(ligand)} → {complex_name(receptor)}"
        for ligand, receptor in found[["ligand_complex", "receptor_complex"]].to_numpy()
    ]
    return found.assign(strongest=names)


def _axes_name(axis: Names) -> str:
    if axis is None:
        return "all axes"
    names = [clean(axis_name(name)) for name in ([axis] if isinstance(axis, str) else axis)]
    return ", ".join(names) if len(names) <= MAX_IN_TITLE else f"{len(names)} axes"


def numbers(payload: dict[str, Any]) -> np.ndarray:
    """Senders × receivers: the number of active interactions."""
    place = {group: i for i, group in enumerate(payload["groups"])}
    flows = payload["flows"]
    number = np.zeros((len(place), len(place)), dtype=np.int64)
    number[flows["source"].map(place), flows["target"].map(place)] = flows["n_active"]
    return number


def hover_texts(payload: dict[str, Any]) -> dict[tuple[int, int], str]:
    """What each flow says when it is hovered over, by the places of sender and receiver."""
    place = {group: i for i, group in enumerate(payload["groups"])}
    return {
        (place[flow.source], place[flow.target]): (
            f"<b>{shown(flow.source)} → {shown(flow.target)}</b>: "
            f"{counted(flow.n_active, 'active row')},<br>strongest {shown(flow.strongest)} "
            f"({shown(axis_name(flow.axis))}, score {flow.score:.3g})"
        )
        for flow in payload["flows"].itertuples()
    }


def silent_groups(payload: dict[str, Any]) -> str:
    """Which groups have no part in any flow; empty where all have."""
    silent = payload["silent"]
    if not silent or not payload["n_active"]:
        return ""
    named = ", ".join(tick(name) for name in silent[:MAX_SILENT])
    rest = len(silent) - MAX_SILENT
    return f"no active row: {named}" + (f" and {rest} more" if rest > 0 else "")


def add_note(figure: go.Figure, text: str, *, x: float) -> None:
    """A line below the plot, `x` pixels from its left."""
    figure.add_annotation(
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xanchor="left",
        yanchor="top",
        xshift=x,
        yshift=-8,
        text=text,
        showarrow=False,
        font={"size": 11, "color": SOFT_INK},
    )


def add_nothing_active(figure: go.Figure, payload: dict[str, Any], x: float, y: float) -> None:
    """In the middle of a diagram without flows, why there are none."""
    rows = counted(payload["n_rows"], "row")
    figure.add_annotation(
        x=x,
        y=y,
        text=f"<b>No active interaction</b><br>among {rows}:<br>see tme.get.crosstalk(adata)",
        showarrow=False,
        bgcolor="#ffffff",
        borderpad=6,
        font={"size": 13, "color": INK},
    )
