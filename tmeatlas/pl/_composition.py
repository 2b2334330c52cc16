"""What samples are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, unknown
from tmeatlas._text import counted, in_sentence
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._crosstalk import group_colours, group_order
from tmeatlas.pl._dots_by_condition import DotPanel, dots_figure
from tmeatlas.pl._label import heading, names_axis, shown, tick
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._samples import condition_brackets, shown_samples
from tmeatlas.pl._theme import template
from tmeatlas.results import Composition

if TYPE_CHECKING:
    import plotly.graph_objects as go

KINDS = ("bars", "dots")
BAR, INNER, GAP = 22, 420, 0.6
"""Pixels of a bar with its gap and of a whole, and how far conditions are apart, in bars."""
BELOW, LEGEND_LINE = 56, 19


def composition(
    adata: AnnData,
    *,
    parent: str = "",
    kind: Literal["bars", "dots"] = "bars",
    condition_key: str | None = None,
    key: str = keys.COMPOSITION,
) -> go.Figure:
    """Draw which share of the cells of each sample is of which group.

    Bars show a sample each, with its number of cells beside it. Shares fall when
    another group grows: whether a group differs between conditions is for
    :func:`tmeatlas.tl.compare`. Dots show each group apart, a dot per sample with
    the 95 % interval of its share (Wilson) from the number of its cells, and a
    line at the mean of the samples; the spread between samples is what a
    comparison rests on. Beside a sample that was sorted stands its gate, whose
    shares these are.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.composition(adata, groupby,
        sample_key=...)``. Nothing is written.
    parent
        A lineage: shares among its cells, such as CD8 among T cells. By default
        among all cells.
    kind
        ``"bars"`` or ``"dots"``.
    condition_key
        The `obs` column with the condition of each sample, by which samples are
        ordered.
    key
        The `key_added` of the composition.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        There is no composition, no such parent or no such `obs` column.
    InputError
        A sample has several conditions, or the composition is of other cells or
        labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.tl.composition(adata, "cell_type", sample_key="sample")
    >>> figure = tme.pl.composition(adata, condition_key="condition")
    >>> dots = tme.pl.composition(adata, parent="T cells", kind="dots")
    """
    if kind not in KINDS:
        raise InputError(f"Expected `kind` to be 'bars' or 'dots', found {kind!r}.")
    payload = composition_payload(adata, parent=parent, condition_key=condition_key, key=key)
    return bars_figure(payload) if kind == "bars" else shares_figure(payload)


def composition_payload(
    adata: AnnData,
    *,
    parent: str = "",
    condition_key: str | None = None,
    key: str = keys.COMPOSITION,
) -> dict[str, Any]:
    """Samples × groups: shares with their intervals and cells, and the cells of each sample."""
    found = Composition.read(adata, key)
    rows = found.within(parent).astype({"sample": str, "group": str})
    if rows.empty:
        raise unknown("parent in the composition called", parent, found.parents)
    samples = shown_samples(
        adata,
        list(dict.fromkeys(rows["sample"])),
        sample_key=found.sample_key,
        condition_key=condition_key,
    )
    groups = group_order(adata, found.groupby, list(rows["group"]))

    def wide(column: str) -> pd.DataFrame:
        table = rows.pivot_table(index="sample", columns="group", values=column, dropna=False)
        return table.reindex(index=samples.names, columns=groups)

    return {
        "parent": parent,
        "samples": samples,
        "groups": groups,
        "colours": group_colours(adata, found.groupby, groups),
        **{
            name: [of_sample.get(each, "") if not parent else "" for each in samples.names]
            for name, of_sample in (("notes", found.notes), ("gates", found.gates))
        },
        "totals": rows.groupby("sample")["total"].first().reindex(samples.names).to_numpy(),
        **{
            name: wide(name).to_numpy(np.float64)
            for name in ("share", "share_low", "share_high", "cells")
        },
    }


def _words(payload: dict[str, Any], sample: int, group: int) -> str:
    """What a share says when it is hovered over."""
    share, low, high, cells = (
        payload[name][sample, group] for name in ("share", "share_low", "share_high", "cells")
    )
    samples, total = payload["samples"], int(payload["totals"][sample])
    condition = f", {samples.conditions[samples.codes[sample]]}" if samples.by else ""
    where = f" of {in_sentence(payload['parent'])}" if payload["parent"] else ""
    lines = [f"<b>{shown(payload['groups'][group])}</b>", shown(samples.names[sample] + condition)]
    lines += [shown(f"{share:.1%}, {low:.1%} to {high:.1%}")] if total else []
    lines += [shown(f"{int(cells):,} of {counted(total, 'cell')}{where}")]
    return "<br>".join([*lines, *map(shown, filter(None, [payload["notes"][sample]]))])


def _title(payload: dict[str, Any]) -> str:
    within = f", within {in_sentence(payload['parent'])}" if payload["parent"] else ""
    return f"What are the samples made of{within}?"


def _subtitle(payload: dict[str, Any]) -> str:
    samples = payload["samples"]
    number = counted(len(samples.names), "sample")
    by = f" by {in_sentence(samples.by)}" if samples.by else ""
    return f"{counted(len(payload['groups']), 'group')} of cells in {number}{by}"


def bars_figure(payload: dict[str, Any]) -> go.Figure:
    """A bar per sample, stacked from the shares of its groups."""
    import plotly.graph_objects as go

    samples, groups, totals = payload["samples"], payload["groups"], payload["totals"]
    positions = samples.positions(GAP)
    figure = go.Figure()
    for g, (group, colour) in enumerate(zip(groups, payload["colours"], strict=True)):
        figure.add_bar(
            x=payload["share"][:, g],
            y=positions,
            orientation="h",
            name=tick(group),
            marker={"color": colour, "line": {"color": "#ffffff", "width": 0.5}},
            text=[_words(payload, s, g) for s in range(len(positions))],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    for position in positions[totals == 0]:
        figure.add_annotation(x=0, y=position, xanchor="left", text="no cells", showarrow=False)
    beside = Beside(_columns(payload), condition_brackets(samples, positions))
    right = beside.width + text_width(groups) + 60
    bars = BAR * (positions[-1] + 1)
    # plotly scrolls a legend that is higher than the plot.
    height = max(bars, LEGEND_LINE * len(groups) + 14)
    left = text_width(samples.names, 12) + 24
    figure.update_layout(
        template=template(),
        title=heading(_title(payload), _subtitle(payload)),
        barmode="stack",
        bargap=0.18,
        width=round(left + INNER + right),
        height=round(86 + height + BELOW),
        margin={"l": left, "r": right, "t": 86, "b": BELOW, "autoexpand": False},
        xaxis={"range": [0, 1], "tickformat": ".0%", "title": {"text": _axis(payload)}},
        yaxis=names_axis(samples.names, automargin=False, ticks="", ticklabelstandoff=6)
        | {
            "tickvals": positions,
            "range": [positions[-1] + 0.5, -0.5],
            "domain": [1 - bars / height, 1],
        },
        legend={"x": 1 + beside.width / INNER, "itemsizing": "trace"} | {"traceorder": "normal"},
        showlegend=True,
        hovermode="closest",
    )
    beside.add(figure, list(positions))
    fit_heading(figure)
    return figure


def _columns(payload: dict[str, Any]) -> list[WordColumn]:
    """Cells of each sample, and which of them are not of a whole tumour."""
    columns = [WordColumn("cells", [f"{total:,}" for total in payload["totals"]], right=True)]
    if any(payload["notes"]):
        hover = [shown(note) for note in payload["notes"]]
        columns.append(WordColumn("no whole tumour", payload["gates"], hover=hover))
    return columns


def _axis(payload: dict[str, Any]) -> str:
    return f"share of {tick(in_sentence(payload['parent'])) if payload['parent'] else 'all cells'}"


def shares_figure(payload: dict[str, Any]) -> go.Figure:
    """A panel per group, with a dot per sample."""
    samples = payload["samples"]
    n_samples = len(samples.names)
    panels = [
        DotPanel(
            title=group,
            subtitle=f"{int(np.nansum(payload['cells'][:, g])):,} of "
            f"{counted(int(payload['totals'].sum()), 'cell')}",
            values=payload["share"][:, g],
            codes=samples.codes,
            words=[_words(payload, s, g) for s in range(n_samples)],
            low=payload["share_low"][:, g],
            high=payload["share_high"][:, g],
            unit=f"share of {in_sentence(payload['parent']) or 'all cells'}",
        )
        for g, group in enumerate(payload["groups"])
    ]
    return dots_figure(
        panels,
        conditions=samples.conditions,
        colours=samples.colours,
        replicate="sample",
        title=_title(payload),
        subtitle=f"{_subtitle(payload)}; dots: samples with 95 % intervals; line: their mean",
        as_share=True,
    )
