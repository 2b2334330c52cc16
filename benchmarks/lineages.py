"""How well `tl.annotate` finds the lineages of labelled tumours.

    python benchmarks/lineages.py FOLDER                       # all data sets
    python benchmarks/lineages.py FOLDER --data wu2021 --seeds 3

FOLDER holds the labelled data. For each data set: balanced accuracy over the
lineages with at least 20 cells, with unassigned cells counted as wrong, for every
seed, and for halves of the cells; what becomes of cells when the markers of their
lineage are taken away; which part of its lineage each cell is called, also where the
other parts are absent. The authors' labels mean the lineages in `TRUTH`; B and plasma
cells are one lineage on level 1. Choices were made on wu2021 and the simulated tumour.
The same input gives the same tables.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

import tmeatlas as tme
from tmeatlas import lineages
from tmeatlas._errors import TMEWarning
from tmeatlas.lineages import tree
from tmeatlas.tl import _annotate

FILES = {
    "wu2021": "wu2021_tnbc_CID4465.h5ad",
    "simulated": "",
    "kim2020": "kim2020_luad_T34.h5ad",
    "puram2017": "puram2017_hnscc_ref180.h5ad",
}
AT_LEAST = 20
"""Cells of a lineage that count."""

TRUTH = {
    **{"CAF": "fibroblast", "CAF myCAF": "fibroblast", "CAF iCAF": "fibroblast"},
    **{"Pericyte_PVL": "pericyte", "Pericyte": "pericyte", "Endothelial": "endothelial"},
    **{"Malignant": "epithelial", "Epithelial_tumour": "epithelial"},
    **{"Epithelial_normal": "epithelial", "Myeloid": "monocyte_macrophage"},
    **{"Macrophage_TAM": "macrophage", "TAM C1Q": "macrophage", "TAM SPP1": "macrophage"},
    **{"Monocyte": "monocyte", "Myeloid_cycling": "monocyte_macrophage"},
    **{"DC": "dendritic", "pDC": "dc_pdc", "Mast": "mast", "NK": "nk"},
    **{"B": "b_cell", "Plasma": "plasma", "T": "t_cell", "T_cycling": "t_cell"},
    **{"T_CD4": "t_cd4", "T CD4": "t_cd4", "Treg": "treg"},
    **{"T_CD8": "t_cd8", "T CD8 effector": "t_cd8", "T CD8 exhausted": "t_cd8"},
}
"""The authors' labels as lineages; other labels are left out."""


def read(name: str, folder: Path) -> ad.AnnData:
    """The cells with a label that means a lineage, log-normalised, with a PCA."""
    adata = ad.read_h5ad(folder / FILES[name]) if FILES[name] else tme.datasets.simulated()
    known = adata.obs["cell_type"].astype(str).map(TRUTH)
    adata = adata[known.notna()].copy()
    adata.obs["fine_truth"] = known[known.notna()]
    adata.obs["truth"] = adata.obs["fine_truth"].map(lineages.lineage_of)
    tme.pp.prepare(adata)
    return adata


def annotated(adata: ad.AnnData, seed: int = 0) -> pd.DataFrame:
    """Ids of lineage and fine lineage, and their confidence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        obs = tme.tl.annotate(adata, rng=seed, copy=True).obs
    ids = {each.name: each.id for each in tree().values()}
    return pd.DataFrame(
        {
            "lineage": obs["tme_lineage"].astype(str).replace(ids),
            "confidence": obs["tme_lineage_confidence"],
            "fine": obs["tme_lineage_fine"].astype(str).replace(ids),
        }
    )


def balanced_accuracy(truth: pd.Series, called: pd.Series) -> float:
    """Mean share of cells that are found, over the lineages with enough cells."""
    counts = truth.value_counts()
    return float(
        np.mean([(called[truth == k] == k).mean() for k in counts.index[counts >= AT_LEAST]])
    )


def without_markers(adata: ad.AnnData, lineage: str) -> pd.Series:
    """The lineages that cells are called when there are no markers of one of them."""
    whole = _annotate.match_markers
    _annotate.match_markers = lambda genes: whole(genes, without=(lineage,))
    try:
        return annotated(adata)["lineage"]
    finally:
        _annotate.match_markers = whole


def taken_away(adata: ad.AnnData) -> Iterator[dict]:
    """For each lineage with enough cells: share unassigned, of its cells and of others."""
    truth = adata.obs["truth"]
    counts = truth.value_counts()
    for lineage in counts.index[counts >= AT_LEAST]:
        called = without_markers(adata, lineage)
        lost, own = called == lineages.UNASSIGNED, truth == lineage
        others = called[own & ~lost].value_counts()
        yield {
            "lineage": lineage,
            "cells": int(own.sum()),
            "unassigned": lost[own].mean(),
            "others unassigned": lost[~own].mean(),
            "else called": others.index[0] if len(others) else "",
        }


def halves(adata: ad.AnnData, draws: int) -> list[float]:
    """Accuracy on random halves of the cells, with a PCA of their own."""
    found = []
    for draw in range(draws):
        inside = np.random.default_rng(draw).random(adata.n_obs) < 0.5
        part = adata[inside].copy()
        del part.obsm["X_pca"]
        found.append(balanced_accuracy(part.obs["truth"], annotated(part)["lineage"]))
    return found


def parts_table(adata: ad.AnnData, called: pd.DataFrame) -> pd.DataFrame:
    """Cells by the part of their lineage that they are, and are called."""
    truth = adata.obs["fine_truth"]
    inside = truth.map(lambda each: any(one.parent == each for one in tree().values()))
    inside |= truth != adata.obs["truth"]
    return pd.crosstab(truth[inside], called.loc[inside, "fine"].rename("called"))


def alone(adata: ad.AnnData) -> Iterator[dict]:
    """For each part with enough cells: what they are called where the other parts are absent."""
    truth = adata.obs["fine_truth"]
    counts = truth.value_counts()
    for part in counts.index[counts >= AT_LEAST]:
        lineage = lineages.lineage_of(part)
        others = (adata.obs["truth"] == lineage) & (truth != part)
        if part == lineage or not others.any():
            continue
        left = adata[~others].copy()
        del left.obsm["X_pca"]
        called = annotated(left)["fine"][left.obs["fine_truth"] == part]
        within = called.map(lineages.lineage_of) == lineage
        yield {
            "part": part,
            "cells": len(called),
            "so called": (called == part).mean(),
            "another part": (within & ~called.isin([part, lineage])).mean(),
        }


def report(name: str, adata: ad.AnnData, seeds: int) -> None:
    """Print all tables of one data set."""
    truth = adata.obs["truth"]
    runs = [annotated(adata, seed) for seed in range(seeds)]
    scores = [balanced_accuracy(truth, run["lineage"]) for run in runs]
    lost = [(run["lineage"] == lineages.UNASSIGNED).mean() for run in runs]
    half = halves(adata, seeds)
    print(f"\n## {name}: {adata.n_obs:,} cells")
    print(
        f"balanced accuracy, {seeds} seeds: worst {min(scores):.3f}, mean {np.mean(scores):.3f}; "
        f"unassigned at most {max(lost):.3f}; "
        f"halves of the cells: worst {min(half):.3f}, mean {np.mean(half):.3f}"
    )
    print(pd.crosstab(truth, runs[0]["lineage"].rename("called")).to_string())
    right = runs[0]["lineage"] == truth
    for low, high in ((0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.01)):
        among = runs[0]["confidence"].between(low, high, inclusive="left")
        if among.any():
            share = right[among].mean()
            print(f"confidence {low} to {min(high, 1)}: {among.sum():,} cells, {share:.3f} right")
    print("markers of one lineage taken away: share unassigned")
    print(pd.DataFrame(taken_away(adata)).round(2).to_string(index=False))
    print("parts of lineages")
    print(parts_table(adata, runs[0]).to_string())
    print("parts of lineages, the other parts taken away")
    print(pd.DataFrame(alone(adata)).round(2).to_string(index=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", nargs="*", choices=list(FILES), default=list(FILES))
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    for name in given.data:
        report(name, read(name, given.folder), given.seeds)


if __name__ == "__main__":
    main()
