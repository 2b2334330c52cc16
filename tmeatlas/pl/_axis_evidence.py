"""The figure of the evidence for one axis: panels side by side, one row per pair of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tmeatlas._text import counted
from tmeatlas.lr import ENDS
from tmeatlas.pl._axis_panels import (
    STATES,
    add_modifiers,
    add_panel,
    layout_axis,
    mark,
)
from tmeatlas.pl._axis_words import (
    HEADING,
    SMALL_SIZE,
    Words,
    fold_column,
    pair_column,
    short_name,
    verdict_column,
)
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import heading, names_axis, shown, tick
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._theme import (
    FAINT,
    GRID,
    INK,
    SOFT_INK,
    template,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEADINGS = {
    "ligand": "ligand<br>in the sender",
    "receptor": "receptor<br>in the receiver",
    "response": "response<br>of the receiver",
}
MODIFIED = "modifiers<br>% of cells"
ROW, TALL_ROW = 25, 36
"""Of rows with one line of words, or with two."""
PANEL, NO_RESPONSE, CELL, GAP = 150, 116, 34, 24
"""Widths in pixels."""
ABOVE, BELOW, MODIFIER_NAMES = 118, 80, 30
SMALL = f'<span style="font-size:{SMALL_SIZE}px;color:{SOFT_INK}">{{}}</span>'


def axis_detail_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of one axis."""
    import plotly.graph_objects as go

    rows, modifiers = payload["rows"], payload["modifiers"]
    pairs = [
        f"{short_name(source)} → {short_name(target)}"
        for source, target in zip(rows["source"], rows["target"], strict=True)
    ]
    words = [pair_column(rows), verdict_column(rows)]
    tall = any(len(lines) > 1 for column in words for lines in column.lines)
    folds = {side: fold_column(rows, side) for side in ENDS}
    parts: list[str | Words] = ["ligand", folds["ligand"], "receptor", folds["receptor"]]
    parts += ["response", *(["modifiers"] if modifiers else []), *words]
    figure = go.Figure()
    top = np.nanmax(
        rows[["ligand_fraction_high", "receptor_fraction_high"]].to_numpy(np.float64), initial=0.01
    )
    widths = [_width(part, payload) for part in parts]
    inner = sum(widths) + GAP * (len(widths) - 1)
    starts = np.concatenate([[0], np.cumsum(np.array(widths[:-1]) + GAP)]) / inner
    number = 0
    for part, start, width in zip(parts, starts, widths, strict=True):
        if isinstance(part, Words):
            _add_words(figure, part, start)
            continue
        number += 1
        if part == "modifiers":
            add_modifiers(figure, payload, number)
        else:
            add_panel(figure, payload, part, number, top=float(top))
        domain = [start, min(1.0, start + width / inner)]
        figure.layout[layout_axis("xaxis", number)].domain = domain
        _add_heading(figure, start, HEADINGS.get(part, MODIFIED))
    _add_lines(figure, len(rows))
    _add_legend(figure)
    row = TALL_ROW if tall else ROW
    below = BELOW + (MODIFIER_NAMES if modifiers else 0)
    left, height = text_width(pairs) + 34, max(row * len(rows), 3 * ROW)
    figure.update_layout(
        template=template(),
        title=heading(f"Axis: {payload['axis']}", _subtitle(payload))
        | {"xref": "container", "pad": {"t": 14, "l": 16}},
        width=round(left + inner + 16),
        height=round(height + ABOVE + below),
        margin={"l": left, "r": 16, "t": ABOVE, "b": below, "autoexpand": False},
        yaxis=names_axis(pairs, down=True, ticks="", showline=False, automargin=False)
        | {
            "tickfont": {"size": 11},
            "ticklabelstandoff": 6,
            "ticktext": [shown(pair) for pair in pairs],
        },
        hovermode="closest",
    )
    fit_heading(figure)
    add_footnote(figure, payload["caveat"])
    return figure


def _width(part: str | Words, payload: dict[str, Any]) -> int:
    if isinstance(part, Words):
        return part.width
    if part == "modifiers":
        return CELL * len(payload["modifiers"])
    return PANEL if part != "response" or payload["response"] else NO_RESPONSE


def _subtitle(payload: dict[str, Any]) -> str:
    """How many pairs of groups stand out, how much of the axis the data have, and its response."""
    n_rows, n_pairs = len(payload["rows"]), payload["n_pairs"]
    best = f"the best {n_rows} of " if n_rows < n_pairs else ""
    standing = f"{payload['n_standing']} of {n_pairs}" if payload["n_standing"] else "none"
    active = f", {payload['n_active']} active" if payload["n_active"] else ""
    ambient = f", {payload['n_ambient']} more mostly ambient" if payload["n_ambient"] else ""
    measured, n_core = payload["core_pairs_measured"], payload["core_pairs"]
    half = " (less than half)" if payload["half_covered"] else ""
    validated = "validated" if payload["response_validated"] else "not validated"
    parts = [
        f"{best}{counted(n_pairs, 'pair')} of groups, {standing} specific{active}{ambient}",
        f"{measured} of {counted(n_core, 'core pair')} in the data{half}",
        *([f"response {validated}"] if payload["response"] else []),
    ]
    return "; ".join(parts)


def _add_words(figure: go.Figure, words: Words, start: float) -> None:
    """One entry per row."""
    _add_heading(figure, start, words.heading)
    for i, (lines, bold) in enumerate(zip(words.lines, words.bold, strict=True)):
        first, *others = lines
        text = f"<b>{tick(first)}</b>" if bold else tick(first)
        small = [SMALL.format(shown(line)) for line in others]
        figure.add_annotation(
            xref="paper",
            yref="y",
            x=start,
            y=i,
            xanchor="left",
            align="left",
            text="<br>".join([text, *small]),
            hovertext=words.hover[i] or None,
            showarrow=False,
            font={"size": 11, "color": INK if bold else SOFT_INK},
        )


def _add_lines(figure: go.Figure, n_rows: int) -> None:
    """Lines between the rows."""
    for i in range(n_rows + 1):
        figure.add_shape(
            type="line",
            xref="paper",
            yref="y",
            x0=0,
            x1=1,
            y0=i - 0.5,
            y1=i - 0.5,
            line={"color": FAINT if i in (0, n_rows) else GRID, "width": 1},
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
        font={"size": HEADING},
    )


def _add_legend(figure: go.Figure) -> None:
    entries: list[tuple[str, dict[str, Any]]] = [
        (meaning, mark(state, SOFT_INK)) for state, meaning in STATES.items()
    ]
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
