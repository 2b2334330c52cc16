"""What kind of tumour each sample shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._text import counted
from tmeatlas.pl._beside import WordColumn
from tmeatlas.pl._fields import SHARE, Row, fields_figure, number
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import shown
from tmeatlas.pl._room import fit_heading
from tmeatlas.pl._samples import shown_samples
from tmeatlas.results import NO_CALL, NOT_A_DIAGNOSTIC, Phenotype

if TYPE_CHECKING:
    import plotly.graph_objects as go


def phenotype(
    adata: AnnData, *, condition_key: str | None = None, key: str = keys.PHENOTYPE
) -> go.Figure:
    """Draw samples × measures of their phenotype, with the call of each.

    Each measure has a fixed scale of its own, written above it: the same colour
    means the same value in every data set. Hovering tells the value, its 95 %
    interval and the cells behind it. Framed fields cannot be read, and say why. At
    the right stand the call and its margin, the distance to the nearest
    threshold. Not a diagnostic.

    Parameters
    ----------
    adata
        Cells × genes or samples × genes, after ``tme.tl.phenotype(adata, ...)``.
        Nothing is written.
    condition_key
        The `obs` column with the condition of each sample, by which samples are
        ordered.
    key
        The `key_added` of the phenotype.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        There is no phenotype, or no such `obs` column.
    InputError
        A sample has several conditions, or the phenotype is of other cells.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.tl.phenotype(adata, sample_key="sample", groupby="cell_type")
    >>> figure = tme.pl.phenotype(adata, condition_key="condition")
    """
    return phenotype_figure(phenotype_payload(adata, condition_key=condition_key, key=key))


def phenotype_payload(
    adata: AnnData, *, condition_key: str | None = None, key: str = keys.PHENOTYPE
) -> dict[str, Any]:
    """Samples × measures: values, where they are on their scales, and what each says."""
    found = Phenotype.read(check_adata(adata), key)
    values = found.wide()
    samples = shown_samples(
        adata, list(values.index), sample_key=found.sample_key, condition_key=condition_key
    )
    values = values.loc[samples.names]
    measures = found.measures().loc[list(values.columns)]
    low, high = measures["scale_low"].to_numpy(), measures["scale_high"].to_numpy()
    table = found.table.astype({"sample": str, "measure": str})
    rows = {(row["sample"], row["measure"]): row for row in table.to_dict("records")}
    told = measures.to_dict("index")
    calls = found.calls.astype({"sample": str, "call": str, "reason": str}).set_index("sample")
    return {
        "samples": samples,
        "measures": measures,
        "values": values.to_numpy(np.float64),
        "places": np.clip((values.to_numpy(np.float64) - low) / (high - low), 0, 1),
        "words": [[_words(rows[s, m], s, told[m]) for m in measures.index] for s in samples.names],
        "calls": calls.loc[samples.names],
    }


def _words(row: Row, sample: str, measure: Row) -> str:
    """What a field says when it is hovered over."""
    lines = [sample]
    if np.isnan(row["value"]):
        lines.append(f"not readable: {row['note']}" if row["note"] else "not readable")
    else:
        value, low, high = (number(row[name], measure, 3) for name in ("value", "low", "high"))
        interval = "" if np.isnan(row["low"]) else f", {low} to {high}"
        unit = "" if measure["unit"] == SHARE else f" ({measure['unit']})"
        lines.append(f"{value}{interval}{unit}")
        lines += [str(row["note"])] if row["note"] else []
    where = f" of {measure['lineage']}" if measure["lineage"] else ""
    lines += [f"{counted(int(row['cells']), 'cell')}{where}"] if row["cells"] else []
    return "<br>".join([f"<b>{shown(measure['name'])}</b>", *map(shown, lines)])


def phenotype_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the phenotypes."""
    told = list(payload["measures"].to_dict("index").values())
    figure = fields_figure(
        "How inflamed is each sample?",
        payload,
        texts=[
            ["" if np.isnan(v) else number(v, each) for v, each in zip(row, told, strict=True)]
            for row in payload["values"]
        ],
        ends=[[number(each[f"scale_{end}"], each) for end in ("low", "high")] for each in told],
        columns=_columns(payload["calls"]),
    )
    add_footnote(figure, NOT_A_DIAGNOSTIC)
    fit_heading(figure)
    return figure


def _columns(calls: pd.DataFrame) -> list[WordColumn]:
    """Cells, call and margin of each sample; why there is none, where there is none."""
    columns = []
    if calls["cells"].any():
        columns.append(WordColumn("cells", [f"{n:,}" for n in calls["cells"]], right=True))
    hover = [shown(reason) for reason in calls["reason"]]
    columns.append(WordColumn("call", list(calls["call"]), bold=[True] * len(calls), hover=hover))
    margins = ["" if np.isnan(margin) else f"{margin:.2g}" for margin in calls["margin"]]
    columns.append(WordColumn("margin", margins, right=True))
    without = calls["call"] == NO_CALL
    if without.any():
        why = list(calls["reason"].where(without, ""))
        columns.append(WordColumn("no call because", why, hover=hover))
    return columns
