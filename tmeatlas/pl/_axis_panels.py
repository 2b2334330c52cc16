"""The panels of evidence for one axis: each has a mark per pair of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tmeatlas._text import interaction_name
from tmeatlas.pl._label import names_axis, shown
from tmeatlas.pl._theme import LINE, SEQUENTIAL, SOFT_INK, colour_scale
from tmeatlas.pl._told import fold_words, p_words, share_words, verdict_words
from tmeatlas.results import Verdict

if TYPE_CHECKING:
    import plotly.graph_objects as go

NOT_TESTABLE = Verdict.NOT_TESTABLE.value
PVAL = {"ligand": "ligand_pval", "receptor": "receptor_pval", "response": "response_pval"}
"""The column with the p-value of each kind of evidence."""
STATES = {
    "there": "stands out",
    "missing": "does not stand out",
    NOT_TESTABLE: NOT_TESTABLE,
}
"""What the marks mean."""


def layout_axis(name: str, number: int) -> str:
    """`xaxis`, `xaxis2`, ..., as plotly numbers them."""
    return name if number == 1 else f"{name}{number}"


def add_panel(
    figure: go.Figure, payload: dict[str, Any], evidence: str, number: int, *, top: float
) -> None:
    """One kind of evidence: a mark per row, with its interval where it has one."""
    rows = payload["rows"]
    colours = np.array(payload[f"{'source' if evidence == 'ligand' else 'target'}_colours"])
    is_share = evidence != "response"
    values = rows[f"{evidence}_fraction" if is_share else "response_effect"].to_numpy(np.float64)
    states = rows[f"{evidence}_state"].to_numpy()
    place = {"xaxis": layout_axis("x", number), "yaxis": "y", "showlegend": False}
    for state in STATES:
        which = np.flatnonzero(states == state)
        if not len(which):
            continue
        for i in which if is_share else []:
            ends = [rows[f"{evidence}_fraction_{end}"].iloc[i] for end in ("low", "high")]
            line = {"color": colours[i], "width": 2}
            figure.add_scatter(x=ends, y=[i, i], mode="lines", line=line, hoverinfo="skip", **place)
        figure.add_scatter(
            x=values[which],
            y=which,
            mode="markers",
            marker=mark(state, colours[which]),
            name=f"{evidence}: {state}",
            text=[_hover(rows.iloc[i], evidence) for i in which],
            hovertemplate="%{text}<extra></extra>",
            **place,
        )
    if is_share:
        x_axis: dict[str, Any] = {"range": [-0.06 * top, 1.06 * top], "tickformat": ".0%"}
        title = "share of cells"
    else:
        known = _add_zero(figure, values, number)
        reach = 1.15 * max(0.5, float(np.nanmax(np.abs(values), initial=0.0)))
        x_axis, title = {"range": [-reach, reach], "visible": known}, "sd above other cells"
    figure.layout[layout_axis("xaxis", number)] = x_axis | {
        "title": {"text": title, "font": {"size": 11}, "standoff": 4},
        "anchor": "y",
        "nticks": 5,
        "showgrid": True,
        "automargin": False,
        "tickfont": {"size": 10},
    }


def mark(state: str, colour: Any) -> dict[str, Any]:
    """Filled, open, or a cross."""
    return {
        "size": 9,
        "symbol": "x-thin" if state == NOT_TESTABLE else "circle",
        "color": "#ffffff" if state == "missing" else colour,
        "line": {"color": colour, "width": 2},
        "opacity": 1,
    }


def _add_zero(figure: go.Figure, values: np.ndarray, number: int) -> bool:
    """A line where the receiver is like other cells, or why there are no values."""
    axis = layout_axis("x", number)
    if np.isfinite(values).any():
        line = {"color": LINE, "width": 1}
        figure.add_shape(
            type="line", xref=axis, yref="paper", x0=0, x1=0, y0=0, y1=1, line=line, layer="below"
        )
        return True
    figure.add_scatter(x=[0], y=[0], opacity=0, hoverinfo="skip", showlegend=False, xaxis=axis)
    figure.add_annotation(
        xref=axis,
        yref="paper",
        x=0,
        y=0.5,
        text="not measured:<br>no response signature<br>of this axis is scored",
        bgcolor="#ffffff",
        showarrow=False,
        font={"size": 11, "color": SOFT_INK},
    )
    return False


def _hover(row: pd.Series, evidence: str) -> str:
    """What a mark says: what was measured, its p-value, and what the row says of the axis."""
    p = row[PVAL[evidence]]
    tested = NOT_TESTABLE if np.isnan(p) else f"p {p:.2g}"
    lines = [f"<b>{shown(row['source'])} → {shown(row['target'])}</b>"]
    if evidence == "response":
        confirmed = "validated" if row["response_validated"] else "not validated"
        lines.append(
            f"{shown(row['response'])} ({confirmed}) in {shown(row['target'])}: "
            f"{row['response_effect']:+.2f} sd, {tested}"
        )
    else:
        low, high = (row[f"{evidence}_fraction_{end}"] for end in ("low", "high"))
        lines += [
            f"a {evidence} of the axis in {share_words(row, evidence)} ({low:.0%} to {high:.0%})",
            f"{shown(interaction_name(row['top_interaction']))}, {evidence}: "
            f"{fold_words(row, evidence)}, {tested}",
        ]
    return "<br>".join([*lines, row_words(row)])


def row_words(row: pd.Series) -> str:
    """What the row says of the axis."""
    return ", ".join([verdict_words(row), *filter(None, [p_words(row, "axis")])])


def add_modifiers(figure: go.Figure, payload: dict[str, Any], number: int) -> None:
    """Shares of cells with what modifies the axis, as a table."""
    rows, columns = payload["rows"], payload["modifiers"]
    shares = rows[columns].to_numpy(np.float64)
    ends = [name.rpartition("_")[2] for name in columns]
    hover = [
        [
            f"{shown(meaning)}: {share:.1%} of the cells of {shown(row[end])}"
            for meaning, end, share in zip(payload["meaning"], ends, values, strict=True)
        ]
        for (_, row), values in zip(rows.iterrows(), shares, strict=True)
    ]
    figure.add_heatmap(
        x=np.arange(len(columns)),
        y=np.arange(len(rows)),
        z=shares,
        zmin=0,
        zmax=1,
        colorscale=colour_scale(SEQUENTIAL),
        showscale=False,
        xgap=1,
        ygap=1,
        text=[[f"{100 * share:.0f}" for share in values] for values in shares],
        texttemplate="%{text}",
        textfont={"size": 10},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
        xaxis=layout_axis("x", number),
        yaxis="y",
    )
    labels = [
        f"{name.rpartition('_')[0]}, {'sender' if end == 'source' else 'receiver'}"
        for name, end in zip(columns, ends, strict=True)
    ]
    plain: dict[str, Any] = {"ticks": "", "showline": False, "automargin": False, "anchor": "y"}
    figure.layout[layout_axis("xaxis", number)] = names_axis(labels, tickangle=-45, **plain) | {
        "tickfont": {"size": 10}
    }
