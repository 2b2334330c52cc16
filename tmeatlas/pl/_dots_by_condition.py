"""One small panel per feature with a dot per sample, by condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import clean
from tmeatlas.pl._axis_panels import layout_axis
from tmeatlas.pl._label import heading, shown, tick
from tmeatlas.pl._room import BOLD, fit_heading, text_width, wrapped
from tmeatlas.pl._theme import INK, LINE, SOFT_INK, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

Floats = NDArray[np.float64]

ACROSS = 4
"""Panels in a row at most."""
INNER, BETWEEN, HIGH, ABOVE, BELOW = 160, 74, 150, 62, 36
"""Pixels: width of a panel and gap to the next, its height, room for its title and its ticks."""
TITLE_LEFT = 40
"""How far left of its panel a title begins."""
ALONE = (300, 260)
"""Width and height of a single panel."""
SPREAD = 0.27
"""How far dots of one condition stand from its middle."""
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")


@dataclass(frozen=True, eq=False)
class DotPanel:
    """The dots of one feature."""

    title: str
    subtitle: str
    values: Floats
    codes: NDArray[np.int64]
    """Condition of each dot."""
    words: Sequence[str]
    """What each dot says, ready for plotly."""
    low: Floats | None = None
    high: Floats | None = None
    pairs: Sequence[str] = ()
    """Dots with the same text, not empty, are joined."""
    unit: str = ""


def places(codes: NDArray[np.int64]) -> Floats:
    """Dots of one condition beside each other, in their order."""
    x = codes.astype(np.float64)
    for code in np.unique(codes):
        here = np.flatnonzero(codes == code)
        reach = min(SPREAD, 0.06 * (len(here) - 1))
        x[here] += np.linspace(-reach, reach, len(here))
    return x


def dots_figure(
    panels: Sequence[DotPanel],
    *,
    conditions: Sequence[str],
    colours: Sequence[str],
    replicate: str,
    title: str,
    subtitle: str,
    as_share: bool = False,
) -> go.Figure:
    """The figure of all panels; `replicate` is what a dot stands for."""
    import plotly.graph_objects as go

    n = len(panels)
    across = min(n, ACROSS)
    down = -(-n // across)
    inner, high = ALONE if n == 1 else (INNER, HIGH)
    named = all(text_width([name]) < inner / len(conditions) - 6 for name in conditions)
    left, below = 76, BELOW + (14 if named else 0)
    right = 30.0
    width = across * inner + (across - 1) * BETWEEN
    height = down * (ABOVE + high + below)
    figure = go.Figure()
    for i, panel in enumerate(panels):
        column, row = i % across, i // across
        x = column * (inner + BETWEEN)
        top = row * (ABOVE + high + below) + ABOVE
        box = (x / width, (x + inner) / width, 1 - (top + high) / height, 1 - top / height)
        room = TITLE_LEFT + inner + (0 if n > 1 else right)
        _add_panel(figure, panel, i + 1, box, conditions, colours, named=named, room=room)
        axis = figure.layout[layout_axis("yaxis", i + 1)]
        if as_share:
            axis.update(tickformat=".0%", rangemode="tozero")
        if column == 0 or panel.unit != panels[i - 1].unit:
            axis.title = {"text": tick(panel.unit), "font": {"size": 11}, "standoff": 4}
    if not named:
        right += max(text_width(conditions), text_width([replicate]) * 1.1) + 60
        for name, marker in zip(conditions, _markers(colours), strict=False):
            figure.add_scatter(x=[None], y=[None], mode="markers", name=tick(name), marker=marker)
    figure.update_layout(
        template=template(),
        title=heading(title, subtitle),
        width=round(left + width + right),
        height=round(64 + height),
        margin={"l": left, "r": right, "t": 64, "b": 0, "autoexpand": False},
        showlegend=not named,
        legend={"x": 1 + 16 / width, "itemclick": False, "itemdoubleclick": False}
        | {"title": {"text": f"one dot per {replicate}"}},
        hovermode="closest",
    )
    fit_heading(figure)
    return figure


def _markers(colours: Sequence[str]) -> list[dict[str, Any]]:
    """Conditions differ in colour and in shape."""
    line = {"color": "#ffffff", "width": 0.8}
    return [
        {"color": colour, "symbol": SYMBOLS[i % len(SYMBOLS)], "size": 8, "opacity": 1}
        | {"line": line}
        for i, colour in enumerate(colours)
    ]


def _add_panel(
    figure: go.Figure,
    panel: DotPanel,
    number: int,
    box: tuple[float, float, float, float],
    conditions: Sequence[str],
    colours: Sequence[str],
    *,
    named: bool,
    room: float,
) -> None:
    """Axes, title and dots of one panel."""
    seen = np.flatnonzero(np.isfinite(panel.values))
    counts = np.bincount(panel.codes[seen], minlength=len(conditions))
    n_text = [f"n = {count}" for count in counts]
    ticks = [
        f"{tick(name)}<br>{n}" if named else n for name, n in zip(conditions, n_text, strict=True)
    ]
    figure.layout[layout_axis("xaxis", number)] = {
        "domain": box[:2],
        "anchor": layout_axis("y", number),
        "range": [-0.5, len(conditions) - 0.5],
        "tickvals": list(range(len(conditions))),
        "ticktext": ticks,
        "tickangle": 0,
        "tickfont": {"size": 11 if named else 10},
        "automargin": False,
    }
    figure.layout[layout_axis("yaxis", number)] = {
        "domain": box[2:],
        "anchor": layout_axis("x", number),
        "nticks": 5,
        "tickfont": {"size": 10},
        "automargin": False,
    }
    lines = wrapped(clean(panel.title), room, factor=BOLD).split("\n")
    title = "<br>".join(f"<b>{shown(line)}</b>" for line in lines)
    if panel.subtitle:
        below = wrapped(clean(panel.subtitle), room, lines=1)
        small = f"font-size:10px;color:{SOFT_INK}"
        title += f'<br><span style="{small}">{shown(below)}</span>'
    figure.add_annotation(
        xref="paper",
        yref="paper",
        x=box[0],
        y=box[3],
        xanchor="left",
        yanchor="bottom",
        xshift=-TITLE_LEFT,
        yshift=5,
        align="left",
        text=title,
        showarrow=False,
        font={"size": 11},
    )
    place = {"xaxis": layout_axis("x", number), "yaxis": layout_axis("y", number)}
    _add_dots(figure, panel, seen, colours, place | {"showlegend": False})


def _add_dots(
    figure: go.Figure,
    panel: DotPanel,
    seen: NDArray[np.intp],
    colours: Sequence[str],
    place: dict[str, Any],
) -> None:
    """Lines of pairs, the mean of each condition, and the dots."""
    x, y = places(panel.codes), panel.values
    if any(panel.pairs):
        x_line, y_line = _joined(panel, x, seen)
        line = {"color": LINE, "width": 1}
        figure.add_scatter(x=x_line, y=y_line, mode="lines", line=line, hoverinfo="skip", **place)
    markers = _markers(colours)
    for code in np.unique(panel.codes[seen]):
        here = seen[panel.codes[seen] == code]
        mean = float(y[here].mean())
        line = {"color": INK, "width": 1.6 if len(here) > 1 else 0}
        ends = [code - SPREAD - 0.1, code + SPREAD + 0.1]
        figure.add_scatter(
            x=ends, y=[mean, mean], mode="lines", line=line, hoverinfo="skip", **place
        )
        bars = None
        if panel.low is not None and panel.high is not None:
            bars = {
                "symmetric": False,
                "array": panel.high[here] - y[here],
                "arrayminus": y[here] - panel.low[here],
                "width": 0,
                "thickness": 1.2,
                "color": colours[code],
            }
        figure.add_scatter(
            x=x[here],
            y=y[here],
            mode="markers",
            marker=markers[code],
            error_y=bars,
            text=[panel.words[i] for i in here],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
            **place,
        )


def _joined(panel: DotPanel, x: Floats, seen: NDArray[np.intp]) -> tuple[list[float], list[float]]:
    """The corners of one line per pair, by condition, with a gap after each."""
    x_line: list[float] = []
    y_line: list[float] = []
    for name in dict.fromkeys(panel.pairs[i] for i in seen if panel.pairs[i]):
        of_pair = sorted((i for i in seen if panel.pairs[i] == name), key=lambda i: x[i])
        x_line += [*x[of_pair], np.nan]
        y_line += [*panel.values[of_pair], np.nan]
    return x_line, y_line
