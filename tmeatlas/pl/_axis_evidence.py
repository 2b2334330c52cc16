"""The figure of the evidence for one axis: panels side by side, one row per pair of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tmeatlas._text import counted
from tmeatlas.pl._axis_panels import (
    STATES,
    add_modifiers,
    add_panel,
    layout_axis,
    mark,
)
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import text_width
from tmeatlas.pl._theme import (
    FAINT,
    GRID,
    INK,
    LINE,
    SOFT_INK,
    template,
)
from tmeatlas.results import EVIDENCE, Verdict

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEADINGS = {
    "ligand": "ligand<br>in the sender",
    "receptor": "receptor<br>in the receiver",
    "response": "response<br>of the receiver",
}
ROW = 25
PANEL, CELL, VERDICT, GAP = 170, 34, 90, 28
"""Widths in pixels."""
ABOVE, BELOW, MODIFIER_NAMES = 118, 80, 30
LONGEST = 19
"""Letters of a name; two and an arrow fit beside the panels."""


def axis_detail_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of one axis."""
    import plotly.graph_objects as go

    rows, n_modifiers = payload["rows"], len(payload["modifiers"])
    pairs = [
        f"{_short(source)} → {_short(target)}"
        for source, target in zip(rows["source"], rows["target"], strict=True)
    ]
    widths = [PANEL] * len(EVIDENCE)
    widths += [CELL * n_modifiers] if n_modifiers else []
    widths += [VERDICT, max(60, round(text_width(list(rows["missing"]))) + 6)]
    inner = sum(widths) + GAP * (len(widths) - 1)
    starts = np.concatenate([[0], np.cumsum(np.array(widths[:-1]) + GAP)]) / inner
    below = BELOW + (MODIFIER_NAMES if n_modifiers else 0)
    left, height = text_width(pairs) + 34, max(ROW * len(rows), 3 * ROW)
    headings = [*(HEADINGS[evidence] for evidence in EVIDENCE), "modifiers<br>% of cells"]
    figure = go.Figure()
    top = float(np.nanmax(rows[["ligand_fraction_high", "receptor_fraction_high"]].to_numpy()))
    for number, evidence in enumerate(EVIDENCE, start=1):
        add_panel(figure, payload, evidence, number, top=top)
    if n_modifiers:
        add_modifiers(figure, payload, len(EVIDENCE) + 1)
    for number, (start, width) in enumerate(zip(starts[:-2], widths, strict=False), start=1):
        figure.layout[layout_axis("xaxis", number)].domain = [
            start,
            min(1.0, start + width / inner),
        ]
        _add_heading(figure, start, headings[number - 1])
    _add_words(figure, rows, starts[-2:])
    _add_legend(figure)
    figure.update_layout(
        template=template(),
        title=heading(f"Axis: {payload['axis']}", _subtitle(payload))
        | {"xref": "container", "pad": {"t": 14, "l": 16}},
        width=round(left + inner + 16),
        height=round(height + ABOVE + below),
        margin={"l": left, "r": 16, "t": ABOVE, "b": below, "autoexpand": False},
        yaxis=names_axis(pairs, down=True, ticks="", showline=False, automargin=False)
        | {"tickfont": {"size": 11}, "ticktext": [shown(pair) for pair in pairs]},
        hovermode="closest",
    )
    return figure


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _subtitle(payload: dict[str, Any]) -> str:
    n_rows, n_pairs = len(payload["rows"]), payload["n_pairs"]
    best = f"the best {n_rows} of " if n_rows < n_pairs else ""
    active = f"{payload['n_active']} of {n_pairs}" if payload["n_active"] else "none"
    return f"{best}{counted(n_pairs, 'pair')} of groups; {active} active"


def _add_words(figure: go.Figure, rows: pd.DataFrame, starts: np.ndarray) -> None:
    """Verdict, and what is missing, at the end of each row."""
    for start, column in zip(starts, ("verdict", "missing"), strict=True):
        _add_heading(figure, start, column)
        for i, text in enumerate(rows[column]):
            active = column == "verdict" and text == Verdict.ACTIVE
            figure.add_annotation(
                xref="paper",
                yref="y",
                x=start,
                y=i,
                xanchor="left",
                align="left",
                text=f"<b>{text}</b>" if active else (shown(text) if text else "–"),
                showarrow=False,
                font={"size": 11, "color": INK if active else SOFT_INK},
            )
    for i in range(len(rows) + 1):
        figure.add_shape(
            type="line",
            xref="paper",
            yref="y",
            x0=0,
            x1=1,
            y0=i - 0.5,
            y1=i - 0.5,
            line={"color": FAINT if i in (0, len(rows)) else GRID, "width": 1},
            layer="below",
        )


def _add_heading(figure: go.Figure, x: float, text: str) -> None:
    figure.add_annotation(
        xref="paper",
        yref="paper",
        x=x,
        y=1,
        xanchor="left",
        yanchor="bottom",
        yshift=4,
        align="left",
        text=f"<b>{text}</b>",
        showarrow=False,
        font={"size": 12},
    )


def _add_legend(figure: go.Figure) -> None:
    entries: list[tuple[str, dict[str, Any]]] = [
        (meaning, mark(state, SOFT_INK)) for state, meaning in STATES.items()
    ]
    tick = {"symbol": "line-ns-open", "color": LINE, "size": 10, "line": {"width": 2}}
    entries.append(("lowest share that would show", tick))
    for name, marker in entries:
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)
    figure.update_layout(
        legend={
            "orientation": "h",
            "xref": "container",
            "x": 0.01,
            "xanchor": "left",
            "yref": "container",
            "y": 0.01,
            "yanchor": "bottom",
            "itemsizing": "trace",
            "itemclick": False,
            "itemdoubleclick": False,
        }
    )
