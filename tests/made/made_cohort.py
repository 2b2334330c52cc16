"""Lineages, states, composition, phenotype and comparisons of samples, made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from made_results import filled
from scipy import stats

from tmeatlas import _keys as keys
from tmeatlas._stats import benjamini_hochberg
from tmeatlas.results import (
    NO_CALL,
    NOT_A_DIAGNOSTIC,
    UNCALLED,
    Comparison,
    Composition,
    Lineages,
    Phenotype,
    Quality,
    States,
)

UNASSIGNED, NOT_CALLED = UNCALLED
LINEAGE_OF: Mapping[str, str] = {
    "Malignant": "Malignant cells",
    "CAF": "Fibroblasts",
    "Macrophage": "Monocytes and macrophages",
    "T cell": "T cells",
    "B cell": "B lineage",
    "Endothelial": "Endothelial cells",
}
"""Of the groups of `made_adata`; all others are unassigned."""
STATES_OF: Mapping[str, tuple[str, ...]] = {
    "Fibroblasts": ("myCAF-like", "iCAF-like", "antigen-presenting"),
    "Monocytes and macrophages": ("SPP1 / lipid", "C1Q", "interferon"),
    "T cells": ("progenitor-exhausted", "terminally exhausted", "cytotoxic"),
}
MEASURES: Mapping[str, tuple[str, str]] = {
    "t_share": ("share", ""),
    "cd8_share": ("share", "T cells"),
    "stroma_share": ("share", ""),
    "cytotoxicity": ("score", "T cells"),
    "treg_cd8": ("log2 ratio", "T cells"),
    "cd274_malignant": ("share", "Malignant cells"),
}
"""Unit and lineage of each."""
LEFT_OUT = ("tam_absent", "Mast cells", "cells in one sample of the reference only")


def write_cohort(adata: AnnData, *, groupby: str, sample_key: str, condition_key: str) -> None:
    """Every result of samples, with what each can lack."""
    groups = [str(name) for name in adata.obs[groupby].cat.categories]
    write_lineages(adata, groupby=groupby)
    write_states(adata)
    write_composition(adata, groupby=groupby, sample_key=sample_key, parents={"Immune": groups[2:]})
    write_phenotype(adata, sample_key=sample_key)
    samples = adata.obs[[sample_key, condition_key]].astype(str).drop_duplicates()
    conditions = dict(samples.to_numpy())
    scores = [(name, group) for name in ("caf_pan", "caf_icaf", "tam_spp1") for group in groups[:3]]
    write_comparison(adata, "scores", scores, conditions)
    shares = [(group, "") for group in groups]
    write_comparison(adata, "composition", shares, conditions, unit="log ratio")
    sides = [("TGFB1", groups[1]), ("TGFBR1_TGFBR2", groups[2]), ("CXCL12", groups[1])]
    pairs = [("tgfb", *sides[0], *sides[1])]
    write_comparison(adata, "axes", sides, conditions, unit="log2", pairs=pairs)


def write_lineages(adata: AnnData, *, groupby: str, key: str = keys.LINEAGE) -> None:
    """The lineages of groups by their names; the last group mixes two."""
    labels = adata.obs[groupby].astype(str)
    lineage = labels.map(LINEAGE_OF).fillna(UNASSIGNED)
    sure = np.where(lineage == UNASSIGNED, 0.1, 0.9).astype(np.float32)
    names = [key, *keys.lineage_columns(key)]
    columns = [lineage.astype("category"), sure, lineage.astype("category"), sure]
    sizes = labels.value_counts(sort=False)
    found = [LINEAGE_OF.get(group, UNASSIGNED) for group in sizes.index]
    groups = pd.DataFrame(
        {
            "group": sizes.index,
            "lineage": found,
            "fine": found,
            "how": ["markers" if name == UNASSIGNED else "name" for name in found],
            "by_markers": found,
            "cells": sizes.to_numpy(),
            "confidence": [0.1 if name == UNASSIGNED else 0.9 for name in found],
            "runner_up": "Mural cells",
            "runner_up_share": 0.05,
            "mixed": np.arange(len(found)) == len(found) - 1,
        }
    )
    Lineages(
        record=Lineages.new_record(
            adata, params={"groupby": groupby}, facts={"obs_columns": names}
        ),
        key=key,
        cells=pd.DataFrame(dict(zip(names, columns, strict=True)), index=adata.obs_names),
        groups=filled(groups, Lineages.group_columns),
    ).write(adata)


def write_states(
    adata: AnnData,
    *,
    states: Mapping[str, Sequence[str]] = STATES_OF,
    lineage_key: str = keys.LINEAGE,
    key: str = keys.STATE,
    seed: int = 0,
) -> None:
    """The states of `lineage_key`; one of each lineage is not read, some cells are unassigned."""
    rng = np.random.default_rng(seed)
    lineage = adata.obs[lineage_key].astype(str).to_numpy()
    state = np.full(adata.n_obs, NOT_CALLED, dtype=object)
    rows, scores = [], {}
    for name, of_lineage in states.items():
        here = np.flatnonzero(lineage == name)
        weight = np.array([1 / (i + 1) for i in range(len(of_lineage) + 1)])
        state[here] = rng.choice([*of_lineage, UNASSIGNED], len(here), p=weight / weight.sum())
        note = "2 of 12 genes of its signature are there"
        for one, why_not in (*((one, "") for one in of_lineage), ("cycling", note)):
            called = int((state[here] == one).sum())
            scores[f"{name} {one}"] = np.where(
                lineage == name, rng.normal(size=adata.n_obs), np.nan
            )
            rows.append(
                {
                    "lineage": name,
                    "state": one,
                    "id": f"{name} {one}",
                    "signatures": f"{one}_signature",
                    "cells": len(here),
                    "called": called,
                    "share": called / max(len(here), 1),
                    "note": why_not,
                }
            )
    margin, balance = keys.state_columns(key)
    cells = {key: pd.Categorical(state), margin: np.float32(0.3), balance: np.float32(np.nan)}
    States(
        record=States.new_record(
            adata, params={"lineage_key": lineage_key}, facts={"obs_columns": list(cells)}
        ),
        key=key,
        cells=pd.DataFrame(cells, index=adata.obs_names),
        scores=pd.DataFrame(scores, index=adata.obs_names).astype(np.float32),
        calls=filled(pd.DataFrame(rows), States.call_columns),
    ).write(adata)


def write_composition(
    adata: AnnData,
    *,
    groupby: str,
    sample_key: str,
    parents: Mapping[str, Sequence[str]] | None = None,
    notes: Mapping[str, str] | None = None,
    key: str = keys.COMPOSITION,
) -> None:
    """Counts of the cells as they are, of all and within `parents`."""
    counts = pd.crosstab(adata.obs[sample_key].astype(str), adata.obs[groupby].astype(str))
    everything = {"": list(counts.columns), **dict(parents or {})}
    rows = []
    for parent, groups in everything.items():
        for sample, of_sample in counts[list(groups)].iterrows():
            total, logs = int(of_sample.sum()), np.log(of_sample.to_numpy() + 0.5)
            for group, n, log in zip(groups, of_sample, logs, strict=True):
                share, low, high = wilson(int(n), total)
                clr = log - logs.mean() if total else np.nan
                note = (notes or {}).get(sample, "") if not parent else ""
                rows.append((sample, group, parent, int(n), total, share, low, high, clr, note))
    table = pd.DataFrame(rows, columns=[c.name for c in Composition.columns])
    record = Composition.new_record(
        adata,
        groupby=groupby,
        sample_key=sample_key,
        params={"groupby": groupby, "sample_key": sample_key},
        facts={"pseudocount": 0.5},
    )
    table = filled(table, Composition.columns)
    Composition(record=record, key=key, table=table).write(adata)


def wilson(n: int, total: int) -> tuple[float, float, float]:
    """Share and its interval, by scipy."""
    if not total:
        return np.nan, np.nan, np.nan
    interval = stats.binomtest(n, total).proportion_ci(method="wilson")
    return n / total, float(interval.low), float(interval.high)


def write_phenotype(
    adata: AnnData,
    *,
    sample_key: str | None = None,
    measures: Mapping[str, tuple[str, str]] = MEASURES,
    key: str = keys.PHENOTYPE,
    seed: int = 0,
) -> None:
    """One row per sample and measure; the last measure of the first sample cannot be read.

    The last sample of several has no call. Without `sample_key` rows are samples, as in bulk.
    """
    rng = np.random.default_rng(seed)
    names = adata.obs_names if sample_key is None else adata.obs[sample_key]
    sizes = names.astype(str).value_counts(sort=False).sort_index()
    rows, calls = [], []
    words = ("inflamed", "desert", "excluded-like", "unclear")
    for i, (sample, size) in enumerate(sizes.items()):
        cells = 0 if sample_key is None else int(size)
        for measure, (unit, lineage) in measures.items():
            value = float(rng.random() if unit == "share" else rng.normal())
            spread = 0.05 if unit == "share" else 0.4
            row = [value, max(value - spread, 0.0) if unit == "share" else value - spread]
            row += [value + spread, cells, unit, lineage, ""]
            if i == 0 and measure == list(measures)[-1]:
                note = "not readable at this depth: 3 molecules"
                row = [np.nan, np.nan, np.nan, cells, unit, lineage, note]
            row += [measure.replace("_", " "), *((0, 1) if unit == "share" else (-3, 3))]
            rows.append((sample, measure, *row))
        lacking = i > 0 and i == len(sizes) - 1
        reason = "no stroma and no epithelium: sorted cells" if lacking else "T cells and programme"
        margin = np.nan if lacking else 0.1 + 0.05 * i
        word = NO_CALL if lacking else words[i % 4]
        calls.append((sample, word, margin, reason, cells, NOT_A_DIAGNOSTIC))
    table = pd.DataFrame(rows, columns=[c.name for c in Phenotype.columns])
    called = pd.DataFrame(calls, columns=[c.name for c in Phenotype.call_columns])
    Phenotype(
        record=Phenotype.new_record(
            adata, sample_key=sample_key, params={"sample_key": sample_key}, facts={}
        ),
        key=key,
        table=filled(table, Phenotype.columns),
        calls=filled(called, Phenotype.call_columns),
    ).write(adata)


QUALITIES: Mapping[str, tuple[str, str]] = {
    "immune_share": ("Immune cells", "share"),
    "depth": ("Molecules of the median cell", "molecules"),
    "ambient": ("Ambient RNA", "share"),
}
"""Name and unit of each measure."""


def write_quality(
    adata: AnnData,
    *,
    sample_key: str,
    groupby: str,
    qualities: Mapping[str, tuple[str, str]] = QUALITIES,
    words: Sequence[str] = ("shallow", "ambient RNA", "T cells only"),
    key: str = keys.QUALITY,
    seed: int = 0,
) -> None:
    """One row per sample and measure, and of the depth one per group.

    Of the first sample the last measure cannot be read. The last sample has one remark
    for each of `words`, of which all but the first forbid something; the conditions one.
    """
    rng = np.random.default_rng(seed)
    sizes = adata.obs[sample_key].astype(str).value_counts(sort=False).sort_index()
    groups = [str(name) for name in adata.obs[groupby].cat.categories]
    rows = []
    for i, (sample, n) in enumerate(sizes.items()):
        for measure, (name, unit) in qualities.items():
            for group in ("", *(groups if measure == "depth" else ())):
                value = float(rng.random() * (1 if unit == "share" else 5000))
                ends = [value * 0.9, value * 1.1]
                note = "no counts" if i == 0 and measure == list(qualities)[-1] else ""
                numbers = [np.nan] * 3 if note else [value, *ends]
                rows.append((sample, measure, *numbers, unit, int(n), group, note, name))
    remarks = [
        (sizes.index[-1], word, f"numbers of {word}", "shares of all cells; CD8" if k else "")
        for k, word in enumerate(words)
    ]
    remarks.append(("", "depth goes with condition", "condition: 3-fold", "differences"))
    shares = rng.random((adata.n_vars, len(groups))).astype(np.float32)
    genes = [str(name) for name in adata.var_names[:2]]
    ambient = [(sizes.index[0], gene, 0.1 * (k + 1), "B lineage") for k, gene in enumerate(genes)]
    parts = {
        "table": (rows, Quality.columns),
        "remarks": (remarks, Quality.remark_columns),
        "ambient": (ambient, Quality.ambient_columns),
    }
    Quality(
        record=Quality.new_record(
            adata, groupby=groupby, sample_key=sample_key, params={}, facts={}
        ),
        key=key,
        shares=pd.DataFrame(shares, index=adata.var_names, columns=groups),
        **{
            name: filled(pd.DataFrame(found, columns=[c.name for c in columns]), columns)
            for name, (found, columns) in parts.items()
        },
    ).write(adata)


def write_comparison(
    adata: AnnData,
    what: str,
    features: Sequence[tuple[str, str]],
    conditions: Mapping[str, str],
    *,
    reference: str | None = None,
    unit: str = "score",
    units: Mapping[str, str] | None = None,
    paired: bool = False,
    pairs: Sequence[tuple[str, str, str, str, str]] = (),
    effects: Mapping[str, float] | None = None,
    key: str | None = None,
    seed: int = 0,
) -> None:
    """Compare `features`, each with a group, between the `conditions` of replicates.

    The first feature is four higher outside the reference unless `effects` say otherwise.
    `pairs` are axis, ligand, its group, receptor, its group. With `paired`, the nth
    replicates of all conditions belong together.
    """
    rng = np.random.default_rng(seed)
    order = list(dict.fromkeys(conditions.values()))
    reference = order[-1] if reference is None else reference
    effects = {features[0][0]: 4.0} if effects is None else effects
    members = {c: [r for r, of in conditions.items() if of == c] for c in order}
    samples = []
    for feature, group in features:
        for condition in order:
            for i, replicate in enumerate(members[condition]):
                shift = 0.0 if condition == reference else effects.get(feature, 0.0)
                pair = f"patient {i}" if paired else ""
                value = rng.normal(shift, 0.3)
                samples.append((feature, group, replicate, condition, pair, value, 50 + 10 * i))
    values = pd.DataFrame(samples, columns=[c.name for c in Comparison.sample_columns])
    rows: list[dict[str, Any]] = []
    for i, (feature, group) in enumerate(features):
        of_feature = values.iloc[i * len(conditions) : (i + 1) * len(conditions)]
        for condition in order:
            if condition != reference:
                row = _tested(of_feature, condition, reference, paired=paired)
                row_unit = (units or {}).get(feature, unit)
                rows.append({"what": what, "feature": feature, "group": group} | row)
                rows[-1]["unit"] = row_unit
    table = filled(pd.DataFrame(rows), Comparison.columns)
    table["padj"] = benjamini_hochberg(table["pval"])
    found = None
    if pairs:
        found = filled(_interactions(table, pairs), Comparison.row_columns)
    params = {"what": what, "reference": reference}
    params |= {"paired_by": "patient"} if paired else {}
    Comparison(
        record=Comparison.new_record(adata, params=params, facts={}),
        key=keys.compare(what) if key is None else key,
        table=table,
        samples=filled(values, Comparison.sample_columns),
        left_out=filled(
            pd.DataFrame([LEFT_OUT], columns=["feature", "group", "reason"]),
            Comparison.left_out_columns,
        ),
        rows=found,
    ).write(adata)


def _tested(
    values: pd.DataFrame, condition: str, reference: str, *, paired: bool
) -> dict[str, Any]:
    """Welch's t, or the paired one, of one condition."""
    one, other = (values[values["condition"] == name] for name in (condition, reference))
    a, b = one["value"].to_numpy(), other["value"].to_numpy()
    tested = stats.ttest_rel(a, b) if paired else stats.ttest_ind(a, b, equal_var=False)
    low, high = tested.confidence_interval(0.95)
    return {
        "condition": condition,
        "reference": reference,
        "effect": a.mean() - b.mean(),
        "low": low,
        "high": high,
        "statistic": tested.statistic,
        "df": tested.df,
        "pval": tested.pvalue,
        "n": len(a),
        "n_reference": len(b),
        "mean": a.mean(),
        "mean_reference": b.mean(),
        "cells": int(one["cells"].sum()),
        "cells_reference": int(other["cells"].sum()),
        "test": "paired t" if paired else "Welch t",
        "note": "",
    }


def _interactions(
    table: pd.DataFrame, pairs: Sequence[tuple[str, str, str, str, str]]
) -> pd.DataFrame:
    """Interactions with the effects of both sides."""
    sides = table.astype({"feature": str, "group": str}).set_index(["feature", "group"])
    rows = []
    for axis, ligand, source, receptor, target in pairs:
        one, other = sides.loc[[(ligand, source)]].iloc[0], sides.loc[[(receptor, target)]].iloc[0]
        changed = {(True, True): "both", (True, False): "ligand", (False, True): "receptor"}
        product = one["effect"] + other["effect"]
        rows.append(
            {
                "source": source,
                "target": target,
                "ligand_complex": ligand,
                "receptor_complex": receptor,
                "axis": axis,
                "condition": one["condition"],
                "reference": one["reference"],
                "changed": changed.get((one["padj"] <= 0.05, other["padj"] <= 0.05), ""),
                **{f"ligand_{name}": one[name] for name in ("effect", "pval", "padj")},
                **{f"receptor_{name}": other[name] for name in ("effect", "pval", "padj")},
                "product": product,
                "product_low": product - 1,
                "product_high": product + 1,
                "n_both": one["n"],
                "n_both_reference": one["n_reference"],
            }
        )
    return pd.DataFrame(rows)
