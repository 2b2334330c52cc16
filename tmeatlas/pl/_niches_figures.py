"""The figures of niches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tmeatlas._text import counted
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import heading, names_axis, shown, tick
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._rows import beside, compartment_marks, rows_layout
from tmeatlas.pl._samples import condition_brackets
from tmeatlas.pl._theme import DIVERGING, INK, LINE, SOFT_INK, colour_key, colour_scale, template
from tmeatlas.pl._tissue import SPOTS_MIX

if TYPE_CHECKING:
    import plotly.graph_objects as go

LIMIT, LIMIT_LOG2 = 2.0, 3.0
"""Standard deviations, and log2 ratios, at which the colours end."""
KEY = 200
BAR, INNER, GAP, ABOVE, BELOW, LEGEND_LINE = 22, 420, 0.6, 86, 56, 19
"""Pixels of a bar with its gap and of a whole; how far conditions are apart, in bars."""
WIDE, HIGH = 460, 300


def profiles_figure(payload: dict[str, Any]) -> go.Figure:
    """Types and programmes × niches."""
    mean, niches = payload["mean"], payload["niches"]
    is_share = np.array([of != "programme" for of in payload["of"]])
    texts = [
        ["" if np.isnan(v) else _number(v, share=share) for v in row]
        for row, share in zip(mean, is_share, strict=True)
    ]
    layout = rows_layout(payload["features"], niches, cell=(52, 18), key=KEY)
    figure = _heat_map(payload["height"], texts, _profile_words(payload, is_share), LIMIT)
    figure.update_traces(
        colorbar=colour_key("sd from the mean of all", length=KEY, x=beside(layout), xanchor="left")
    )
    stability = payload["stability"]
    again = "" if np.isnan(stability) else f"; adjusted Rand index of resamples {stability:.2f}"
    number = counted(payload["n_sections"], "section")
    figure.update_layout(
        template=template(),
        title=heading(
            "What surrounds each niche?", f"{counted(len(niches), 'niche')} in {number}{again}"
        ),
        **layout,
    )
    compartment_marks(figure, payload["of"])
    return _finished(figure, payload)


def _number(value: float, *, share: bool) -> str:
    if not share:
        return f"{value:.2g}"
    return f"{value:.0%}" if value >= 0.095 else f"{100 * value:.1f}%"


def _profile_words(payload: dict[str, Any], is_share: np.ndarray) -> list[list[str]]:
    sizes = zip(payload["niches"], payload["cells"], payload["samples"], strict=True)
    of_niche = [
        (niche, f"{int(cells):,} {payload['rows']} of {counted(int(samples), 'section')}")
        for niche, cells, samples in sizes
    ]

    def words(i: int, j: int) -> str:
        share = bool(is_share[i])
        mean, overall = (_number(payload[name][i, j], share=share) for name in ("mean", "overall"))
        height = payload["height"][i, j]
        lines = [f"{payload['features'][i]}: {mean}, of all {overall} ({height:+.2f} sd)"]
        niche, size = of_niche[j]
        return "<br>".join([f"<b>{shown(niche)}</b>", *map(shown, [*lines, size])])

    n_features, n_niches = payload["mean"].shape
    return [[words(i, j) for j in range(n_niches)] for i in range(n_features)]


def _heat_map(
    values: np.ndarray, texts: list[list[str]], words: list[list[str]], limit: float
) -> go.Figure:
    import plotly.graph_objects as go

    n_rows, n_columns = values.shape
    return go.Figure(
        go.Heatmap(
            x=np.arange(n_columns),
            y=np.arange(n_rows),
            z=values,
            zmin=-limit,
            zmax=limit,
            colorscale=colour_scale(DIVERGING),
            xgap=1,
            ygap=1,
            text=texts,
            texttemplate="%{text}",
            textfont={"size": 10},
            customdata=words,
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
        )
    )


def _finished(figure: go.Figure, payload: dict[str, Any]) -> go.Figure:
    """With its heading in full, and what spots are where rows are spots."""
    fit_heading(figure)
    if payload["rows"] == "spots":
        add_footnote(figure, SPOTS_MIX)
    return figure


def shares_figure(payload: dict[str, Any]) -> go.Figure:
    """A bar per sample, stacked from the shares of its niches."""
    import plotly.graph_objects as go

    samples, niches = payload["samples"], payload["niches"]
    positions = samples.positions(GAP)
    totals = np.nansum(payload["cells"], axis=1)
    figure = go.Figure()
    for j, (niche, colour) in enumerate(zip(niches, payload["colours"], strict=True)):
        figure.add_bar(
            x=payload["share"][:, j],
            y=positions,
            orientation="h",
            name=tick(niche),
            marker={"color": colour, "line": {"color": "#ffffff", "width": 0.5}},
            text=[_share_words(payload, i, j) for i in range(len(positions))],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    column = WordColumn(payload["rows"], [f"{int(n):,}" for n in totals], right=True)
    words = Beside([column], condition_brackets(samples, positions))
    right = words.width + text_width(niches) + 60
    bars = BAR * (positions[-1] + 1)
    height = max(bars, LEGEND_LINE * len(niches) + 14)
    left = text_width(samples.names, 12) + 24
    by = f" by {samples.by.lower()}" if samples.by else ""
    figure.update_layout(
        template=template(),
        title=heading(
            "Which niches are the samples made of?",
            f"{counted(len(niches), 'niche')} in {counted(len(samples.names), 'section')}{by}",
        ),
        barmode="stack",
        bargap=0.18,
        width=round(left + INNER + right),
        height=round(ABOVE + height + BELOW),
        margin={"l": left, "r": right, "t": ABOVE, "b": BELOW, "autoexpand": False},
        xaxis={"range": [0, 1], "tickformat": ".0%"}
        | {"title": {"text": f"share of the {payload['rows']}"}},
        yaxis=names_axis(samples.names, automargin=False, ticks="", ticklabelstandoff=6)
        | {
            "tickvals": positions,
            "range": [positions[-1] + 0.5, -0.5],
            "domain": [1 - bars / height, 1],
        },
        legend={"x": 1 + words.width / INNER, "itemsizing": "trace", "traceorder": "normal"},
        showlegend=True,
        hovermode="closest",
    )
    words.add(figure, list(positions))
    return _finished(figure, payload)


def _share_words(payload: dict[str, Any], sample: int, niche: int) -> str:
    share, cells = payload["share"][sample, niche], payload["cells"][sample, niche]
    lines = [payload["samples"].names[sample], f"{share:.1%}, {int(np.nan_to_num(cells)):,} "]
    lines[-1] += payload["rows"]
    return "<br>".join([f"<b>{shown(payload['niches'][niche])}</b>", *map(shown, lines)])


def beside_figure(payload: dict[str, Any]) -> go.Figure:
    """Types × types: how often the one of the column lies beside that of the row."""
    types, value = payload["types"], payload["value"]
    n, more, less = (np.nan_to_num(payload[name]).astype(int) for name in ("n", "above", "below"))
    stand = more + less
    words = [
        [
            "<br>".join(
                [
                    f"<b>{shown(partner)} beside {shown(one)}</b>",
                    f"log2 ratio {value[i, j]:+.2f}, median of {counted(n[i, j], 'section')}",
                    f"more than the moved tissue has in {more[i, j]}, less in {less[i, j]}",
                ]
            )
            for j, partner in enumerate(types)
        ]
        for i, one in enumerate(types)
    ]
    texts = [[str(number) if number else "" for number in row] for row in stand]
    layout = rows_layout(types, types, cell=(30, 22), key=KEY, right=20)
    figure = _heat_map(value, texts, words, LIMIT_LOG2)
    figure.update_traces(
        colorbar=colour_key("log2 ratio, median", length=KEY, x=1.02, xanchor="left")
    )
    figure.update_layout(
        template=template(),
        title=heading(
            "What lies beside what?",
            "column beside row, against the moved tissue; number: sections in which it stands out",
        ),
        **layout,
    )
    return _finished(figure, payload)


def stability_figure(payload: dict[str, Any]) -> go.Figure:
    """Per number of niches, how well they come back."""
    import plotly.graph_objects as go

    table = payload["stability"]
    chosen = table["chosen"].to_numpy(bool)
    figure = go.Figure()
    down = (table["stability"] - table["low"]).fillna(0)
    figure.add_scatter(
        x=table["k"],
        y=table["stability"],
        mode="lines+markers",
        line={"color": LINE, "width": 1.5},
        marker={
            "size": np.where(chosen, 13, 9),
            "color": np.where(chosen, INK, "#ffffff"),
            "line": {"color": SOFT_INK, "width": 1.5},
        },
        error_y={"symmetric": False, "array": down * 0, "arrayminus": down}
        | {"color": SOFT_INK, "thickness": 1, "width": 0},
        hovertemplate="%{x} niches: %{y:.2f}<extra></extra>",
        cliponaxis=False,
    )
    figure.update_layout(
        template=template(),
        title=heading(
            "How many niches come back?",
            "dots: mean adjusted Rand index between resamples; lines: down to the lowest; "
            "filled: taken",
        ),
        width=WIDE + 90,
        height=HIGH + 140,
        margin={"l": 60, "r": 30, "t": ABOVE, "b": 54, "autoexpand": False},
        xaxis={"title": {"text": "number of niches"}, "dtick": 1},
        yaxis={"title": {"text": "adjusted Rand index"}, "range": [0, 1.02]},
        showlegend=False,
    )
    return _finished(figure, payload)
