"""What is special about each sample, and the numbers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.pl._beside import WordColumn
from tmeatlas.pl._fields import SHARE, Row, fields_figure, number
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import shown
from tmeatlas.pl._room import fit_heading
from tmeatlas.pl._samples import shown_samples
from tmeatlas.results import Quality

if TYPE_CHECKING:
    import plotly.graph_objects as go

FEW = 2
"""Remarks that stand beside a sample; all come up where it is hovered over."""


class Scale(NamedTuple):
    """The fixed ends between which values are coloured, so that figures can be compared."""

    low: float
    high: float
    logarithmic: bool = False

    def places(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where values are from 0 to 1."""
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, values = np.log(low), np.log(high), np.log(np.maximum(values, low))
        return np.clip((values - low) / (high - low), 0, 1)


WHOLE = Scale(0, 1)
"""Of shares."""
SCALES = {
    **dict.fromkeys(("mitochondrial", "noncoding"), Scale(0, 0.2)),
    **dict.fromkeys(("ambient", "cycling"), Scale(0, 0.3)),
    **dict.fromkeys(("doublets", "doublets_markers", "doublets_scrublet"), Scale(0, 0.3)),
    "depth": Scale(100, 100_000, logarithmic=True),
    "genes": Scale(100, 10_000, logarithmic=True),
}
"""Of measures that are no shares, or small ones."""


def quality(
    adata: AnnData, *, condition_key: str | None = None, key: str = keys.QUALITY
) -> go.Figure:
    """Draw samples × measures of their quality, with the remarks on each.

    Each measure has a fixed scale of its own, written above it: the same colour
    means the same value in every data set. Hovering tells the value, its 95 %
    interval and the cells behind it. Framed fields cannot be read, and say why. At
    the right stand the remarks on each sample, bold where something then means
    nothing; hovering tells what, and the numbers.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.quality(adata, ...)``. Nothing is written.
    condition_key
        The `obs` column with the condition of each sample, by which samples are
        ordered.
    key
        The `key_added` of the quality.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        There is no quality, or no such `obs` column.
    InputError
        A sample has several conditions, samples were not told apart, or the quality is of
        other cells.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.tl.quality(adata, groupby="cell_type", sample_key="sample")
    >>> figure = tme.pl.quality(adata, condition_key="condition")
    """
    return quality_figure(quality_payload(adata, condition_key=condition_key, key=key))


def quality_payload(
    adata: AnnData, *, condition_key: str | None = None, key: str = keys.QUALITY
) -> dict[str, Any]:
    """Samples × measures: values, where they are on their scales, and what each says."""
    found = Quality.read(check_adata(adata), key)
    if condition_key is not None and not found.sample_key:
        raise InputError(
            f"`condition_key={condition_key!r}` orders samples, and the quality is of all cells "
            "together. Run tme.tl.quality(adata, sample_key=...) first."
        )
    values = found.wide()
    samples = shown_samples(
        adata, list(values.index), sample_key=found.sample_key, condition_key=condition_key
    )
    values = values.loc[samples.names]
    table = found.table.astype({"sample": str, "measure": str, "group": str})
    of_samples = table[table["group"] == ""]
    rows = {(row["sample"], row["measure"]): row for row in of_samples.to_dict("records")}
    first = of_samples.astype({"name": str, "unit": str}).drop_duplicates("measure")
    scales = [SCALES.get(name, WHOLE) for name in values.columns]
    places = [
        scale.places(values[name].to_numpy(np.float64))
        for scale, name in zip(scales, values.columns, strict=True)
    ]
    return {
        "samples": samples,
        "measures": first.set_index("measure").loc[list(values.columns), ["name", "unit"]],
        "scales": scales,
        "values": values.to_numpy(np.float64),
        "places": np.column_stack(places),
        "words": [[_words(rows[s, m], s) for m in values.columns] for s in samples.names],
        "cells": [max(int(rows[s, m]["cells"]) for m in values.columns) for s in samples.names],
        "remarks": [found.remarks_on(name) for name in samples.names],
        "of_conditions": found.remarks_on(""),
    }


def _words(row: Row, sample: str) -> str:
    """What a field says when it is hovered over."""
    lines = [sample]
    if np.isnan(row["value"]):
        lines.append(f"not readable: {row['note']}" if row["note"] else "not readable")
    else:
        value, low, high = (_number(row[name], row["unit"], 3) for name in ("value", "low", "high"))
        interval = "" if np.isnan(row["low"]) else f", {low} to {high}"
        unit = "" if row["unit"] == SHARE else f" {row['unit']}"
        lines.append(f"{value}{interval}{unit}")
        lines += [str(row["note"])] if row["note"] else []
    lines += [counted(int(row["cells"]), "cell")] if row["cells"] else []
    return "<br>".join([f"<b>{shown(row['name'])}</b>", *map(shown, lines)])


def _number(value: float, unit: str, digits: int = 2) -> str:
    """A share in percent, other numbers with all their digits before the point."""
    if unit == SHARE or abs(value) < 100:
        return number(value, {"unit": unit}, digits)
    return f"{value:,.0f}"


def quality_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the samples."""
    units = list(payload["measures"]["unit"])
    figure = fields_figure(
        "What is special about each sample?",
        payload,
        texts=[
            ["" if np.isnan(v) else _number(v, unit) for v, unit in zip(row, units, strict=True)]
            for row in payload["values"]
        ],
        ends=[
            [_number(end, unit) for end in (scale.low, scale.high)]
            for scale, unit in zip(payload["scales"], units, strict=True)
        ],
        columns=_columns(payload),
    )
    for remark in payload["of_conditions"].to_dict("records"):
        add_footnote(figure, f"{remark['remark']}: {remark['reason']}")
    fit_heading(figure)
    return figure


def _columns(payload: dict[str, Any]) -> list[WordColumn]:
    """Cells and remarks of each sample."""
    remarks = payload["remarks"]
    return [
        WordColumn("cells", [f"{n:,}" for n in payload["cells"]], right=True),
        WordColumn(
            "remarks",
            [_few(list(each["remark"])) for each in remarks],
            bold=[bool((each["forbids"] != "").any()) for each in remarks],
            hover=[_told(each) for each in remarks],
        ),
    ]


def _few(words: list[str]) -> str:
    """The first remarks, and how many follow."""
    rest = len(words) - FEW
    return ", ".join(words[:FEW]) + (f" and {rest} more" if rest > 0 else "")


def _told(remarks: pd.DataFrame) -> str:
    """What the remarks on a sample say when they are hovered over."""
    lines = []
    for each in remarks.to_dict("records"):
        what = each["forbids"].replace("; ", ", ")
        then = f"; then {what} mean nothing" if what else ""
        lines.append(f"<b>{shown(each['remark'])}</b>: {shown(each['reason'] + then)}")
    return "<br>".join(lines)
