"""Tables of interactions as JSON for a page: what many rows share is stored once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tmeatlas.atlas.payload_crosstalk import Crosstalk
from tmeatlas.atlas.payload_evidence import Evidence


def crosstalk_body(crosstalk: Crosstalk) -> dict[str, Any]:
    """Sums and rows of the crosstalk; the page puts the rows together again."""
    sides = {
        f"{side}_side": [
            *(group, side),
            *(f"{side}_{what}" for what in ("mean", "fraction", "cells")),
        ]
        for side, group in (("ligand", "source"), ("receptor", "target"))
    }
    rows = crosstalk.rows.drop(columns="active")  # the page reads it from the verdict
    return {
        "edges": _columns(crosstalk.edges),
        **_with_shared(rows, sides),
        "names": crosstalk.names,
    }


def evidence_body(evidence: Evidence) -> dict[str, Any]:
    """Rows of the evidence, and those that are not listed."""
    what = ("fraction", "fraction_low", "fraction_high", "pval")
    sides = {
        "ligand_side": ["axis", "source", *(f"ligand_{name}" for name in what)],
        "receptor_side": ["target", *(f"receptor_{name}" for name in what)],
        "response_side": ["response", "response_effect", "response_pval"],
    }
    return {
        **_with_shared(evidence.rows, sides),
        "unlisted": _columns(evidence.unlisted),
        "names": evidence.names,
    }


def _with_shared(rows: pd.DataFrame, shared: dict[str, list[str]]) -> dict[str, Any]:
    """Each set of `shared` columns as a table of its own, and its place in that as a column.

    A group shows a ligand in as many cells whoever receives it, so this is a
    third of the size. Rows are sorted for the same reason: like beside like.
    """
    short = rows.drop(columns=[name for names in shared.values() for name in names])
    tables = {}
    for place, names in shared.items():
        groups = rows.groupby(names, sort=True, dropna=False)
        short[place] = groups.ngroup()
        first = ~short[place].duplicated()
        tables[place] = rows.loc[first, names].iloc[np.argsort(short.loc[first, place].to_numpy())]
    names = [*(name for name in ("axis", "role") if name in short), *shared]
    short = short.sort_values(names, kind="stable")
    return {
        "rows": _columns(short),
        "shared": {place: _columns(table) for place, table in tables.items()},
    }


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): _column(values) for name, values in table.items()}


def _column(values: pd.Series) -> list[Any]:
    """A column of a table as JSON values: numbers with four digits."""
    array = values.to_numpy()
    if np.issubdtype(array.dtype, np.integer):
        return array.tolist()
    return [_four_digits(value) for value in array.astype(np.float64).tolist()]


def _four_digits(value: float) -> float | int | None:
    if not np.isfinite(value):
        return None
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() else short
