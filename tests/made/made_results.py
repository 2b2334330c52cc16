"""Results made by hand: the columns that a test is about are given, the others are filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas.results import BetweenGroups, Column

FILLING: Mapping[str, Any] = {
    "category": "",
    "float32": np.nan,
    "float64": np.nan,
    "int32": 0,
    "bool": False,
}


def keep(
    kind: type[BetweenGroups],
    adata: AnnData,
    rows: pd.DataFrame,
    *,
    groupby: str,
    key: str | None = None,
    params: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write `rows` as the verb of their kind would: all columns, their types, and a record."""
    record = kind.new_record(
        adata, groupby=groupby, params={"groupby": groupby} | dict(params or {}), facts=facts or {}
    )
    table = filled(rows, kind.columns)
    kind(record=record, key=key or kind.default_key, table=table).write(adata)


def filled(rows: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """`rows` with every column that their kind always has, in its type."""
    always = [column for column in columns if column.always]
    lacking = {c.name: FILLING[c.dtype] for c in always if c.name not in rows}
    return rows.assign(**lacking).astype({column.name: column.dtype for column in always})


def rename_groups(kind: type[BetweenGroups], adata: AnnData, names: Mapping[str, str]) -> None:
    """Give groups other names, in the cells and in what is kept of them."""
    found = kind.read(adata)
    groupby = found.groupby
    adata.obs[groupby] = adata.obs[groupby].cat.rename_categories(names)
    rows = found.table.astype({"source": str, "target": str})
    rows[["source", "target"]] = rows[["source", "target"]].replace(dict(names))
    keep(kind, adata, rows, groupby=groupby, facts=found.record.facts)
