"""What speaks for each crosstalk axis between two groups: ligand, receptor and response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing
from tmeatlas._text import clean, title_of
from tmeatlas.atlas.payload_crosstalk import Crosstalk, shown_labels, verdict_codes

MOST_PER_AXIS = 60
"""Rows of an axis: the best, of which a figure shows some and the table all."""
NUMBERS = (
    *(
        f"{side}_{what}"
        for side in ("ligand", "receptor")
        for what in ("fraction", "fraction_low", "fraction_high", "pval")
    ),
    *("response_effect", "response_pval", "padj", "score"),
)
NAMES = ("axis", "source", "target", "top_interaction", "response", "missing", "verdict")


@dataclass(frozen=True, eq=False)
class Evidence:
    """Rows of `tme.tl.axes` for the page, the best of each axis."""

    rows: pd.DataFrame
    """Axis, source and target as numbers of the crosstalk; names as numbers into `names`."""
    names: dict[str, list[str]]
    modifiers: list[str]
    """Roles beside ligand and receptor that some row has, such as "activation"."""


def read_evidence(adata: AnnData, crosstalk: Crosstalk | None) -> Evidence | None:
    """`uns["tme_axes"]` for the page; None without it, or without the crosstalk it belongs to."""
    table = adata.uns.get(keys.AXES)
    if table is None or crosstalk is None:
        return None
    missing = [name for name in (*NAMES, *NUMBERS) if name not in getattr(table, "columns", ())]
    if missing:
        raise InputError(
            f"uns[{keys.AXES!r}] is not a table of axes; it lacks {listing(missing)}. "
            "Call tme.tl.axes(adata) again."
        )
    axis_of = {axis.id: i for i, axis in enumerate(crosstalk.axes)}
    node_of = {node.label: i for i, node in enumerate(crosstalk.nodes)}
    roles = _modifiers(table)
    coded = pd.DataFrame(
        {
            "axis": table["axis"].astype(str).map(clean).map(axis_of),
            "source": shown_labels(table["source"], crosstalk.label_of).map(node_of),
            "target": shown_labels(table["target"], crosstalk.label_of).map(node_of),
            "verdict": verdict_codes(table["verdict"]),
            **{name: table[name].to_numpy(dtype=np.float64) for name in NUMBERS},
            # A modifier acts wherever it is, so what counts is the higher of the two shares.
            **{
                role: table[[f"{role}_source", f"{role}_target"]].max(axis=1).to_numpy(np.float64)
                for role in roles
            },
        }
    )
    names: dict[str, list[str]] = {}
    for column, written in (
        ("top_interaction", _pair),
        ("response", _signatures),
        ("missing", str),
    ):
        codes, values = pd.factorize(table[column].astype(str))
        coded[column] = codes
        names[column] = [clean(written(value)) for value in values]
    known = coded[["axis", "source", "target"]].notna().all(axis=1)
    # The stored order is the best first.
    best = coded[known].groupby("axis", sort=False).head(MOST_PER_AXIS).reset_index(drop=True)
    best = best.astype(dict.fromkeys(("axis", "source", "target"), np.int64))
    return Evidence(rows=best, names=names, modifiers=roles) if len(best) else None


def _modifiers(table: pd.DataFrame) -> list[str]:
    columns = [name for name in table.columns.astype(str) if name.endswith("_source")]
    roles = [name.removesuffix("_source") for name in columns]
    return [
        role
        for role in roles
        if f"{role}_target" in table and bool((table[f"{role}_source"].notna()).any())
    ]


def _pair(interaction: str) -> str:
    """`TGFB1^TGFBR1_TGFBR2` as `TGFB1 → TGFBR1+TGFBR2`."""
    return interaction.replace("^", " → ").replace("_", "+")


def _signatures(ids: str) -> str:
    return "; ".join(title_of(name) for name in ids.split("; ") if name)
