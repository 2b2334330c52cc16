"""Results made by hand: the columns that a test is about are given, the others are filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas.network import CLOSED, OPEN
from tmeatlas.results import BetweenGroups, Column, Drivers, DrugTargets, Quality
from tmeatlas.targets import NO_APPROVAL, RESEARCH_ONLY, Support

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


def keep_drug_targets(adata: AnnData, groupby: str) -> None:
    """Write drug targets by these groups: two drugs on one gene, one on another, one on cells."""
    labels = [str(label) for label in adata.obs[groupby].astype("category").cat.categories]
    support = pd.CategoricalDtype([word.value for word in Support])
    rows = pd.DataFrame(
        {
            "drug": ["alpha", "beta", "gamma", "delta"],
            "drug_target": ["PDCD1", "PDCD1", "CXCL12", ""],
            "direction": [*["blocker of the receptor"] * 2, "blocker of the ligand", "depletes"],
            "role": ["receptor", "receptor", "ligand", "cells"],
            "level": ["axis", "axis", "axis", "lineage"],
            "feature": ["pd1_pdl1", "pd1_pdl1", "cxcl12", "treg"],
            "name": ["PD-1 / PD-L1", "PD-1 / PD-L1", "CXCL12", "Regulatory T cells"],
            "support": ["supported", "supported", "seen in one sample", "not seen"],
            **{"source": labels[0], "target": labels[-1], "interaction": "CD274^PDCD1"},
            "group": [labels[-1], labels[-1], labels[0], ""],
            **{"n_samples": [4, 4, 4, 4], "n_samples_specific": [3, 3, 1, 0]},
            **{"routes": [1, 1, 1, 0], "share": [0.5, 0.5, 0.25, np.nan]},
            "status": ["Approved", "not stated", "Phase-II; Active", "under investigation"],
            "status_date": ["2025-02", "", "2025-02", "review: undated"],
            "use": RESEARCH_ONLY,
        }
    )
    genes = ["PDCD1", "CXCL12"]
    expression = pd.DataFrame(
        {
            "drug_target": np.repeat(genes, len(labels)),
            "group": labels * len(genes),
            "normal": [number > 0 for number in range(len(labels))] * len(genes),
            "share": np.linspace(0, 1, len(genes) * len(labels)),
        }
    )
    conflicting = pd.DataFrame(
        {
            **{"drug": ["omega"], "drug_target": ["PDCD1"]},
            **{"conflict": ["conflicting: two sources"], "use": RESEARCH_ONLY},
        }
    )
    table = filled(rows, DrugTargets.columns)
    DrugTargets(
        record=DrugTargets.new_record(
            adata, groupby=groupby, params={"axes": "tme_axes"}, facts={"status": NO_APPROVAL}
        ),
        key=DrugTargets.default_key,
        table=table.assign(support=table["support"].astype(support)),
        expression=filled(expression, DrugTargets.expression_columns),
        conflicting=filled(conflicting, DrugTargets.conflicting_columns),
    ).write(adata)


def keep_drivers(adata: AnnData, groupby: str) -> None:
    """Write drivers of these groups: one chain that holds, one of two links that does not."""
    labels = [str(label) for label in adata.obs[groupby].astype("category").cat.categories]
    n = len(labels)
    groups = pd.DataFrame(
        {
            **{"rank": np.arange(1, n + 1), "group": labels, "cells": np.arange(n) + 10},
            **{"sends": np.arange(n)[::-1], "receives": 1, "sends_axes": "tgfb; cxcl12"},
            **{"sends_mean": 1.5, "sends_low": 0.5, "sends_high": 2.5, "n_samples": 4},
        }
    )
    loops = pd.DataFrame(
        {
            "loop": ["caf_cxcl12", "hypoxia_vegf", "hypoxia_vegf"],
            "name": ["CXCL12 to T cells", *["Hypoxia to VEGF"] * 2],
            **{"path": 1, "link": [1, 1, 2], "by": ["cxcl12", "hypoxia", "vegf"]},
            "carried_by": ["CXCL12^CXCR4", "VEGFA", "VEGFA^KDR"],
            "source": [labels[0], "Hypoxia", labels[1]],
            "target": [labels[1], labels[1], labels[-1]],
            "verdict": ["specific", "unclear", "specific"],
            **{"value": 0.5, "padj": 0.01, "n_samples": 4, "n_samples_specific": [3, 0, 4]},
            "holds": [True, False, True],
            "found": [CLOSED, OPEN, OPEN],
            **{"says": "what is said", "cite": "Somebody et al. 2020"},
        }
    )
    genes = pd.DataFrame(
        {
            **{"gene": "CD274", "lineage": ["malignant", "malignant", "myeloid"]},
            **{"programme": ["ifng", "hypoxia", "ifng"], "sample": ["", "", "P1"]},
            "name": ["IFN-γ response", "Hypoxia", "IFN-γ response"],
            **{"value": [0.4, np.nan, 0.1], "low": [0.2, np.nan, 0], "high": [0.6, np.nan, 0.2]},
            **{"alone": 0.5, "padj": [0.01, np.nan, 0.3], "cells": [90, 0, 40], "showing": 20},
            "verdict": ["follows", "not testable", "unclear"],
            "note": ["", "12 of 48 genes of Hypoxia are in the data", ""],
        }
    )
    Drivers(
        record=Drivers.new_record(adata, groupby=groupby, params={"axes": "tme_axes"}, facts={}),
        key=Drivers.default_key,
        table=filled(groups, Drivers.columns),
        loops=filled(loops, Drivers.loop_columns),
        genes=filled(genes, Drivers.gene_columns),
    ).write(adata)
