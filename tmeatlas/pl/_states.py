"""How many cells of each lineage are in which state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.cells import NEUTRAL, category_colours, find_families, read_categories
from tmeatlas.lineages import map_labels
from tmeatlas.pl._beside import Beside, Bracket, WordColumn
from tmeatlas.pl._flows import only
from tmeatlas.pl._label import heading, names_axis, shown, tick
from tmeatlas.pl._room import fit_heading, text_width
from tmeatlas.pl._theme import INK, SOFT_INK, template
from tmeatlas.results import States

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, INNER, GAP, ABOVE, BELOW = 22, 360, 0.7, 88, 56
"""Pixels of a row and of the plot, rows between lineages, pixels above and below."""


def states(
    adata: AnnData,
    *,
    lineages: Sequence[str] | str | None = None,
    sample_key: str | None = None,
    key: str = keys.STATE,
) -> go.Figure:
    """Draw which share of the cells of each lineage is in each of its states.

    A bar is the share of all cells in which the state may be read, with its 95 %
    interval (Wilson); with `sample_key` there is a dot per sample, and a line at
    the share of all cells. Numbers of cells stand beside it. Cells that show no
    state beyond chance, or two alike, are unassigned. States do not exclude each
    other and are told against the other cells of their lineage in these data.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.call_states(adata)``. Nothing is written.
    lineages
        Only these, by the names that the result has.
    sample_key
        The `obs` column with the sample of each cell.
    key
        The `key_added` of the states.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        No states were called, or there is no such lineage or `obs` column.
    InputError
        The states were lost when data were joined.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.tl.call_states(adata, lineage_key="cell_type", n_null=19)
    >>> figure = tme.pl.states(adata)
    >>> dots = tme.pl.states(adata, lineages="Fibroblasts", sample_key="sample")
    """
    return states_figure(states_payload(adata, lineages=lineages, sample_key=sample_key, key=key))


def states_payload(
    adata: AnnData,
    *,
    lineages: Sequence[str] | str | None = None,
    sample_key: str | None = None,
    key: str = keys.STATE,
) -> dict[str, Any]:
    """One row per lineage and state over all cells, and one per sample as well."""
    found = States.read(check_adata(adata), key)
    if found.calls.empty:
        raise InputError(
            f"Joining data has lost what adata.uns[{keys.state_calls(key)!r}] said of the states. "
            f"Run {States.call_again(key)} again."
        )
    names = dict.fromkeys(("lineage", "state", "sample", "note"), str)
    rows = found.shares().astype(names)
    rows = only(rows, "lineage", lineages, what="states", argument="lineages")
    by_sample = None
    if sample_key is not None:
        samples = pd.Series(read_categories(adata, sample_key, argument="sample_key"))
        by_sample = found.shares(samples.set_axis(adata.obs_names)).astype(names)
    every = list(dict.fromkeys(found.shares()["lineage"].astype(str)))
    return {
        "rows": rows.reset_index(drop=True),
        "samples": by_sample,
        "unassigned": found.unassigned,
        "not_called": int((found.state.astype(str) == found.not_called).sum()),
        "colours": _colours_of(every),
    }


def _colours_of(lineages: Sequence[str]) -> dict[str, str]:
    """The colour of each lineage: of the hue of its family, where that is known."""
    families = find_families(map_labels(lineages))
    colours = families.colours() if families else category_colours(len(lineages))
    return dict(zip(lineages, colours, strict=True))


def states_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of states."""
    import plotly.graph_objects as go

    rows, samples = payload["rows"], payload["samples"]
    number = pd.factorize(rows["lineage"])[0]
    positions = np.arange(len(rows)) + GAP * number
    is_left = (rows["state"] == payload["unassigned"]).to_numpy()
    colours = np.where(is_left, NEUTRAL, rows["lineage"].map(payload["colours"]).to_numpy(str))
    figure = go.Figure()
    if samples is None:
        _add_bars(figure, rows, positions, colours)
    else:
        _add_dots(figure, rows, samples, positions, colours)
    _add_notes(figure, rows, positions)
    n = [f"{row.called:,} of {row.cells:,}" for row in rows.itertuples()]
    columns = [WordColumn("cells", n, right=True)]
    if samples is not None:
        columns.append(WordColumn("samples", _n_samples(rows, samples), right=True))
    brackets = [
        Bracket(name, payload["colours"][name], *positions[number == i][[0, -1]])
        for i, name in enumerate(dict.fromkeys(rows["lineage"]))
    ]
    beside = Beside(columns, brackets)
    left, right = text_width(rows["state"]) + 26, beside.width + 16
    height = ROW * (positions[-1] + 1)
    figure.update_layout(
        template=template(),
        title=heading("Which states do the cells show?", _subtitle(payload)),
        bargap=0.3,
        width=round(left + INNER + right),
        height=round(ABOVE + height + BELOW),
        margin={"l": left, "r": right, "t": ABOVE, "b": BELOW, "autoexpand": False},
        xaxis={"rangemode": "tozero", "tickformat": ".0%"}
        | {"title": {"text": "share of cells of the lineage"}},
        yaxis=names_axis(list(rows["state"]), ticks="", automargin=False, ticklabelstandoff=6)
        | {"tickvals": positions, "range": [positions[-1] + 0.5, -0.5], "tickfont": {"size": 11}},
        showlegend=False,
        hovermode="closest",
    )
    beside.add(figure, list(positions))
    fit_heading(figure)
    return figure


def _subtitle(payload: dict[str, Any]) -> str:
    samples = payload["samples"]
    how = "bars: shares with 95 % intervals"
    if samples is not None:
        how = f"{counted(samples['sample'].nunique(), 'sample')}; lines: shares of all cells"
    apart = payload["not_called"]
    left = f"; {counted(apart, 'cell')} of lineages without states not called" if apart else ""
    return f"{how}{left}"


def _words(row: pd.Series) -> str:
    """What a share says when it is hovered over."""
    lines = [f"{row['state']} in {row['lineage']}", *filter(None, [row["sample"]])]
    if row["cells"]:
        lines.append(f"{row['share']:.1%}, {row['low']:.1%} to {row['high']:.1%}")
    lines.append(f"{row['called']:,} of {counted(int(row['cells']), 'cell')}")
    lines += [f"no cell is called: {row['note']}"] if row["note"] else []
    first, *others = map(shown, lines)
    return "<br>".join([f"<b>{first}</b>", *others])


def _add_bars(
    figure: go.Figure, rows: pd.DataFrame, positions: np.ndarray, colours: np.ndarray
) -> None:
    share = rows["share"].where(rows["note"] == "")
    ends = {"array": rows["high"] - share, "arrayminus": share - rows["low"]}
    figure.add_bar(
        x=share,
        y=positions,
        orientation="h",
        marker={"color": colours},
        error_x={"symmetric": False, **ends, "color": INK, "thickness": 1.2, "width": 0},
        text=[_words(row) for _, row in rows.iterrows()],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _add_dots(
    figure: go.Figure,
    rows: pd.DataFrame,
    samples: pd.DataFrame,
    positions: np.ndarray,
    colours: np.ndarray,
) -> None:
    """A dot per sample, and a line at the share of all cells."""
    for i, (_, row) in enumerate(rows.iterrows()):
        of_row = samples[
            (samples["lineage"] == row["lineage"])
            & (samples["state"] == row["state"])
            & (samples["cells"] > 0)
        ]
        if of_row.empty or row["note"]:
            continue
        x, y = [row["share"]] * 2, [positions[i] - 0.36, positions[i] + 0.36]
        line = {"color": INK, "width": 2}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")
        figure.add_scatter(
            x=of_row["share"],
            y=positions[i] + np.linspace(-0.22, 0.22, len(of_row)),
            mode="markers",
            marker={"color": colours[i], "size": 7, "opacity": 0.9}
            | {"line": {"color": "#ffffff", "width": 0.7}},
            text=[_words(each) for _, each in of_row.iterrows()],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )


def _n_samples(rows: pd.DataFrame, samples: pd.DataFrame) -> list[str]:
    """In how many samples each state may be read."""
    counts = samples[samples["cells"] > 0].groupby(["lineage", "state"]).size()
    return [f"{counts.get((row.lineage, row.state), 0)}" for row in rows.itertuples()]


def _add_notes(figure: go.Figure, rows: pd.DataFrame, positions: np.ndarray) -> None:
    """Why no cell is called, in place of its share."""
    for position, note in zip(positions, rows["note"], strict=True):
        if note:
            figure.add_annotation(
                xref="paper",
                x=0,
                y=position,
                xanchor="left",
                xshift=4,
                text=f"<i>{tick(note)}</i>",
                showarrow=False,
                font={"size": 10, "color": SOFT_INK},
            )
