"""Cells in which nothing differs: simulated patients, and vehicle-treated patients at random."""

from __future__ import annotations

import os
from itertools import combinations
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from anndata import AnnData
from scipy import stats

import tmeatlas as tme
from tmeatlas.sig import Signature

ALPHA = 0.05
FILE = "zhao2021_gbm_panobinostat_5patients_300genes.h5ad"
N_SETS, SET_SIZE = 60, 15
"""Random sets of genes, scored like signatures."""
COHORTS = {
    "3 v 3": {"n_patients": 3},
    "4 v 4": {"n_patients": 4},
    "8 v 8": {"n_patients": 8},
    "3 v 8, x3": {"n_patients": {"control": 8, "case": 3}, "spread": {"case": 3.0}},
}


def real_cells() -> pd.DataFrame:
    """All ten splits of five patients: genes by each test, random sets, and the cells pooled."""
    folder = Path(os.environ.get("TMEATLAS_SHARED", "../shared"))
    adata = ad.read_h5ad(folder / "data" / FILE)
    adata = adata[adata.obs["condition"].astype(str) == "ctrl"].copy()
    adata.layers["counts"] = adata.X.copy()
    tme.pp.prepare(adata, embed=False)
    tme.tl.score(adata, random_sets(adata), min_coverage=0.0)
    patients = sorted(adata.obs["patient"].astype(str).unique())
    found: dict[tuple[str, str], list[float]] = {}
    for two in combinations(patients, 2):
        adata.obs["half"] = np.where(adata.obs["patient"].astype(str).isin(two), "two", "three")
        for what, method in (
            ("genes", "pydeseq2"), ("genes", "welch"), ("genes", "moderated"), ("scores", "welch"),
            ("scores", "moderated"),
        ):  # fmt: skip
            tme.tl.compare(
                adata,
                what,
                condition_key="half",
                sample_key="patient",
                reference="three",
                method=method,
            )
            pval = tme.get.compare(adata, what)["pval"]
            found.setdefault((what, method), []).append((pval <= ALPHA).mean())
        found.setdefault(("genes", "cells pooled"), []).append(pooled(adata))
    return pd.DataFrame(
        [
            {
                "what": f"real {what}",
                "test": test,
                "design": "2 v 3",
                "share": np.mean(shares),
                "upper": np.nan,  # the splits share their patients: no interval
                "repeats": len(shares),
            }
            for (what, test), shares in found.items()
        ]
    )


def random_sets(adata: AnnData) -> dict[str, Signature | list[str]]:
    """Sets of genes that have nothing in common."""
    rng = np.random.default_rng(0)
    names = adata.var_names.to_numpy()
    return {f"set{i}": rng.choice(names, SET_SIZE, replace=False).tolist() for i in range(N_SETS)}


def pooled(adata: AnnData) -> float:
    """Each gene by Wilcoxon's test of cells."""
    two = (adata.obs["half"] == "two").to_numpy()
    values = adata.X.toarray() if hasattr(adata.X, "toarray") else np.asarray(adata.X)
    return float((stats.mannwhitneyu(values[two], values[~two], axis=0).pvalue <= ALPHA).mean())


def from_cells(repeats: int) -> pd.DataFrame:
    """Simulated patients of whom nothing differs, through the verbs that users call."""
    rows = []
    for name, options in COHORTS.items():
        found: dict[str, list[float]] = {}
        for seed in range(repeats):
            adata = tme.datasets.simulated_cohort(**options, n_cells=200, rng=seed)
            for what, pval in compared(adata).items():
                if len(pval):
                    found.setdefault(what, []).append(float((pval <= ALPHA).mean()))
        for what, shares in found.items():
            error = np.std(shares, ddof=1) / np.sqrt(len(shares))
            rows.append(
                {
                    "what": f"from cells: {what}",
                    "test": "default",
                    "design": name,
                    "share": np.mean(shares),
                    "upper": np.mean(shares) + 1.96 * error,
                    "repeats": len(shares),
                }
            )
    return pd.DataFrame(rows)


def compared(adata: AnnData) -> dict[str, pd.Series]:
    """P-values of everything that labelled cells have values of, but for crosstalk and axes.

    Those are in ``cohort_power.py``.
    """
    options = {"condition_key": "condition", "sample_key": "sample", "reference": "control"}
    tme.pp.prepare(adata, embed=False)
    tme.tl.score(adata)
    tme.tl.consensus(adata)
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    tme.tl.phenotype(adata, sample_key="sample", groupby="cell_type")
    for what in BY_TYPE:
        tme.tl.compare(adata, what, groupby="cell_type", **options)
    for what in BY_SAMPLE:
        tme.tl.compare(adata, what, **options)
    return {what: tme.get.compare(adata, what)["pval"] for what in (*BY_TYPE, *BY_SAMPLE)}


BY_TYPE, BY_SAMPLE = ("scores", "consensus"), ("composition", "phenotype")
