"""Results made by hand: the columns that a test is about are given, the others are filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas.results import BetweenGroups, Column, Quality

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


def keep_quality(
    adata: AnnData,
    groupby: str,
    shares: Mapping[tuple[str, str], float] | None = None,
    remarks: pd.DataFrame | None = None,
    *,
    sample_key: str | None = None,
) -> None:
    """Write a quality by these groups, which judges ambient RNA where there are `shares`.

    `shares` are those of some genes in some groups (gene and group); others are 0.
    """
    labels = [str(label) for label in adata.obs[groupby].astype("category").cat.categories]
    samples = ["all cells"] if sample_key is None else adata.obs[sample_key].unique().astype(str)
    of = pd.DataFrame(0.0, index=adata.var_names, columns=labels, dtype=np.float32)
    for (gene, group), share in (shares or {}).items():
        of.loc[gene, group] = share
    Quality(
        record=Quality.new_record(
            adata,
            groupby=groupby,
            sample_key=sample_key,
            params={"groupby": groupby},
            facts={},
        ),
        key=Quality.default_key,
        table=filled(pd.DataFrame({"sample": samples}), Quality.columns),
        remarks=filled(pd.DataFrame() if remarks is None else remarks, Quality.remark_columns),
        ambient=filled(pd.DataFrame(), Quality.ambient_columns),
        shares=of if shares is not None else of[[]],
    ).write(adata)


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
