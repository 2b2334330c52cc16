"""A scored data set whose numbers are known, and names that try to be more than text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from made_results import keep

from tmeatlas.results import Crosstalk

HOSTILE = [
    '<a href="https://example.org">link</a>',
    "%{y} %{customdata}",
    "<extra>box</extra>",
    "__proto__",
    "$x^2$ & co",
    "constructor",
]


@pytest.fixture
def hostile() -> list[str]:
    return HOSTILE


@pytest.fixture
def scored() -> AnnData:
    """60 cells in three groups, three signatures of two compartments, an embedding."""
    rng = np.random.default_rng(1)
    group = np.repeat(["alpha", "beta", "gamma"], 20)
    obs = pd.DataFrame({"group": pd.Categorical(group)}, index=[f"cell{i}" for i in range(60)])
    obs["sample"] = pd.Categorical(np.tile(["s1", "s2"], 30))
    obs["depth"] = np.arange(60.0)
    adata = AnnData(
        np.log1p(rng.poisson(1.0, (60, 4))).astype(np.float32),
        obs=obs,
        var=pd.DataFrame(index=["GA", "GB", "GC", "GD"]),
    )
    base = rng.normal(size=60)
    adata.obsm["tme_scores"] = pd.DataFrame(
        {
            "caf_a": base + (group == "alpha"),
            "tam_a": rng.normal(size=60),
            "caf_b": base**3,
            "not_scored": np.nan,
        },
        index=adata.obs_names,
    ).astype(np.float32)
    adata.uns["tme_coverage"] = pd.DataFrame(
        {
            "n_genes": [10, 4, 5, 8],
            "n_found": [9, 4, 5, 1],
            "coverage": [0.9, 1.0, 1.0, 0.125],
            "missing": ["GX", "", "", "GA1, GA2, GA3"],
            "scored": [True, True, True, False],
            "compartment": ["caf", "tam", "caf", "dc"],
            "purpose": "finds",
            "marks": ["caf", "tam", "caf", "dc"],
            "name": ["CAF (A)", "TAM (A)", "CAF (B)", "DC"],
        },
        index=pd.Index(["caf_a", "tam_a", "caf_b", "not_scored"], name="signature"),
    )
    adata.obsm["X_umap"] = rng.normal(size=(60, 2))
    return adata


@pytest.fixture
def talking(scored) -> AnnData:
    """With a small crosstalk table."""
    rows = [
        ("alpha", "beta", "L1", "R1_R2", "cxcl12", 0.8, "specific", 0.5, 0.4, 0.001),
        ("alpha", "beta", "L2", "R3", "tgfb", 0.6, "specific", 0.9, 0.9, 0.01),
        ("beta", "alpha", "L1", "R1_R2", "cxcl12", 0.5, "too few cells", 0.2, 0.3, 0.2),
        ("gamma", "gamma", "L2", "R3", "tgfb", 0.9, "specific", 1.0, 0.25, 0.001),
        ("gamma", "beta", "L2", "R3", "tgfb", 0.7, "not specific", 1.0, 0.25, 0.9),
        ("gamma", "beta", "D1", "L2", "tgfb", 0.95, "", 1.0, 0.9, np.nan),
    ]
    columns = ["source", "target", "ligand_complex", "receptor_complex", "axis", "score"]
    columns += ["verdict", "ligand_fraction", "receptor_fraction", "padj"]
    table = pd.DataFrame(rows, columns=columns).assign(
        role=["signalling"] * 5 + ["decoy"],
        core=["core", "core", "core", "core", "core", "associated"],
        pval=[0.0001, 0.001, 0.04, 0.0001, 0.5, 0.0001],
        source_cells=20,
        target_cells=20,
        ligand_cells=[10, 18, 4, 20, 20, 20],
        receptor_cells=[8, 18, 6, 5, 5, 18],
        source_cells_needed=[np.nan, np.nan, 1234.0, np.nan, np.nan, np.nan],
        ligand_specificity=3.2,
        ligand_specificity_low=2.1,
        ligand_specificity_high=4.9,
        receptor_specificity=21.4,
        receptor_specificity_low=15.0,
        receptor_specificity_high=340.0,
    )
    keep(Crosstalk, scored, table, groupby="group")
    return scored
