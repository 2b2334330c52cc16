"""Chains link by link, and genes with the programmes that they follow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tmeatlas._text import counted, in_sentence
from tmeatlas.cells import PALETTE_CVD
from tmeatlas.lineages import tree
from tmeatlas.lr import MIN_SHIFT
from tmeatlas.network import CLOSED, OVER_ALL, Follows
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import text_width
from tmeatlas.pl._theme import FAINT, LINE, SOFT_INK, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, ABOVE, BELOW, INNER = 24, 92, 56, 330
DOTS = 60
"""Pixels of the plot that only says which links hold."""
NOTHING = "nothing could be read"


def loops_figure(payload: dict[str, Any]) -> go.Figure:
    """The chains, link by link."""
    rows = payload["loops"]
    closed = rows.loc[rows["found"].astype(str) == CLOSED, "loop"].nunique() if len(rows) else 0
    figure = _empty("Which chains hold?", payload["not_read"])
    if rows.empty:
        return figure
    holds = rows["holds"].to_numpy(np.bool_)
    at = np.arange(len(rows))
    figure.add_scatter(
        **{"x": np.zeros(len(rows)), "y": at, "mode": "markers"},
        marker={
            "size": 11,
            "color": np.where(holds, PALETTE_CVD[0], "#ffffff"),
            "line": {"color": PALETTE_CVD[0], "width": 2},
            "opacity": 1,
        },
        hovertext=[_link_words(row) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    names = [str(name) for name in rows["name"]]
    columns = [
        WordColumn("link", [_link(row) for row in rows.to_dict("records")], bold=list(holds)),
        WordColumn("carried by", [str(text) for text in rows["carried_by"]]),
        WordColumn("the data say", [str(text) for text in rows["verdict"]], bold=list(holds)),
        WordColumn("in samples", [_samples(row) for row in rows.to_dict("records")], right=True),
    ]
    n_loops = rows["loop"].nunique()
    told = f"All links of {closed} of {counted(n_loops, 'chain')} hold; filled: the link holds."
    _lay_out(figure, names, columns, inner=DOTS, title=heading("Which chains hold?", told))
    figure.update_xaxes(visible=False, range=[-1, 1])
    return figure


def genes_figure(payload: dict[str, Any]) -> go.Figure:
    """Each gene, lineage and programme: over all samples, and each sample small."""
    table = payload["genes"]
    title = "What goes with PD-L1 and VEGF-A?"
    figure = _empty(title, payload["not_read"])
    if table.empty:
        return figure
    whole = table[table["sample"].astype(str) == OVER_ALL]
    route = ["gene", "lineage", "programme"]
    place = {tuple(row): i for i, row in enumerate(whole[route].astype(str).to_numpy())}
    each = table[table["sample"].astype(str) != OVER_ALL]
    _add_samples(figure, each, [place[tuple(r)] for r in each[route].astype(str).to_numpy()])
    at = np.arange(len(whole))
    follows = whole["verdict"].astype(str).eq(Follows.YES.value).to_numpy()
    figure.add_scatter(
        **{"x": whole["value"], "y": at, "mode": "markers"},
        marker={
            "size": 10,
            "color": np.where(follows, PALETTE_CVD[0], "#ffffff"),
            "line": {"color": PALETTE_CVD[0], "width": 2},
            "opacity": 1,
        },
        error_x={
            **{"type": "data", "symmetric": False, "thickness": 2, "width": 0},
            **{"array": whole["high"] - whole["value"], "color": PALETTE_CVD[0]},
            "arrayminus": whole["value"] - whole["low"],
        },
        hovertext=[_gene_words(row) for row in whole.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    records = whole.to_dict("records")
    columns = [
        WordColumn("in", [in_sentence(tree()[str(row["lineage"])].name) for row in records]),
        WordColumn("the data say", [str(row["verdict"]) for row in records], bold=list(follows)),
        WordColumn("show the gene", [_showing(row) for row in records], right=True),
        WordColumn("in samples", [_followed(row) for row in records], right=True),
    ]
    names = [f"{row['gene']}, {in_sentence(str(row['name']))}" for row in records]
    told = "Programme in cells with the gene less that in like cells without; small: samples."
    _lay_out(figure, names, columns, inner=INNER, title=heading(title, told))
    shown_values = np.abs(table[["value"]].to_numpy(np.float64))
    ends = np.abs(whole[["low", "high"]].to_numpy(np.float64))
    reach = 1.1 * max(np.nanmax(shown_values, initial=0.5), np.nanmax(ends, initial=0.5))
    figure.update_xaxes(range=[-reach, reach], title="standard deviations", automargin=False)
    for value, colour in ((0.0, SOFT_INK), (MIN_SHIFT, LINE)):
        dash = "solid" if value == 0 else "dot"
        figure.add_vline(x=value, line={"color": colour, "width": 1, "dash": dash}, layer="below")
    return figure


def _add_samples(figure: go.Figure, each: pd.DataFrame, at: list[int]) -> None:
    """The samples, small and side by side within their row."""
    figure.add_scatter(
        **{"x": each["value"], "y": at, "mode": "markers"},
        marker={"size": 5, "color": FAINT, "line": {"color": LINE, "width": 1}},
        hovertext=[_gene_words(row) for row in each.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _empty(title: str, why: str) -> go.Figure:
    """A figure that says why there is nothing in it, until there is."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        template=template(),
        title=heading(title, why or NOTHING),
        width=620,
        height=160,
        margin={"l": 20, "r": 20, "t": ABOVE, "b": 10, "autoexpand": False},
        xaxis={"visible": False},
        yaxis={"visible": False},
    )
    return figure


def _lay_out(
    figure: go.Figure, names: list[str], columns: list[WordColumn], *, inner: int, title: Any
) -> None:
    """Names left of the rows, words right of them, and the size of all."""
    beside = Beside(columns)
    beside.add(figure, [float(i) for i in range(len(names))])
    left, right = text_width(names) + 30, beside.width + 16
    plain = {"ticks": "", "automargin": False, "ticklabelstandoff": 6, "tickfont": {"size": 11}}
    figure.update_layout(
        title=title,
        xaxis={"visible": True},
        yaxis={"visible": True, **names_axis(names, down=True, **plain)},
        width=round(left + inner + right),
        height=round(ABOVE + ROW * len(names) + BELOW),
        margin={"l": left, "r": right, "t": ABOVE, "b": BELOW, "autoexpand": False},
        showlegend=False,
        hovermode="closest",
    )


def _link(row: Mapping[Hashable, Any]) -> str:
    return f"{row['source']} → {row['target']}" if str(row["source"]) else str(row["by"])


def _samples(row: Mapping[Hashable, Any]) -> str:
    return f"{row['n_samples_specific']} of {row['n_samples']}" if row["n_samples"] else ""


def _followed(row: Mapping[Hashable, Any]) -> str:
    return f"{row['n_samples_follow']} of {row['n_samples']}" if row["n_samples"] else ""


def _showing(row: Mapping[Hashable, Any]) -> str:
    return f"{row['showing']:,} of {row['cells']:,}" if row["cells"] else ""


def _link_words(row: Mapping[Hashable, Any]) -> str:
    """What a link says when it is hovered over."""
    lines = [_link(row), f"{row['by']}: {row['verdict']}"]
    if not np.isnan(row["value"]):
        lines.append(f"{row['value']:.2f} {row['unit']}, adjusted p {row['padj']:.2g}")
    lines += [f"said: {row['says']}", str(row["cite"])]
    return "<br>".join([f"<b>{shown(row['name'])}</b>", *map(shown, lines)])


def _gene_words(row: Mapping[Hashable, Any]) -> str:
    """What a gene and programme say when they are hovered over."""
    where = str(row["sample"]) or "all samples"
    lines = [f"{where}: {row['verdict']}"]
    if not np.isnan(row["value"]):
        lines.append(f"{row['value']:.2f} SD ({row['low']:.2f} to {row['high']:.2f})")
        lines.append(f"alone {row['alone']:.2f} SD; adjusted p {row['padj']:.2g}")
    lines.append(f"{row['showing']:,} of {counted(row['cells'], 'cell')} show the gene")
    lines += [str(row["note"])] if str(row["note"]) else []
    return "<br>".join([f"<b>{shown(row['gene'])}, {shown(row['name'])}</b>", *map(shown, lines)])
