"""How well ambient RNA and doublets are told that were added to labelled tumours.

    python benchmarks/foreign.py FOLDER                 # tables as markdown
    python benchmarks/foreign.py FOLDER --data kim2020

FOLDER holds the labelled data under the names of `accuracy_data.py`. Each cell gets
molecules of its sample's pool, or some cells those of a cell of another lineage
(`damages.py`); then the engines of `tl.quality` read them. Choices were made on wu2021;
the others confirm them. The same input gives the same tables.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from damage_data import GROUPS, LINEAGE, TUMOURS
from damages import DOUBLET, add_ambient, add_doublets
from sklearn.metrics import roc_auc_score

from tmeatlas.interactions import as_interactions
from tmeatlas.lineages import named
from tmeatlas.quality import (
    MOSTLY_AMBIENT,
    Ambient,
    Cells,
    MarkerDoublets,
    estimate_ambient,
    marker_columns,
    marker_doublets,
    scrublet_of,
)

DATA = ("wu2021", "kim2020", "simulated")
AMBIENT = (0.05, 0.1, 0.2)
DOUBLETS = (0.0, 0.05, 0.1)
FEWEST = 10
"""Molecules of a gene in a group that can be called ambient or not."""
MOST_OWN = 0.25
"""A gene is a group's own where less than this was added, and less was ambient before."""


@dataclass(frozen=True)
class Read:
    """What the engines say of cells."""

    cells: Cells
    ambient: Ambient
    markers: MarkerDoublets


def read(adata: ad.AnnData) -> Read:
    """All cells as one sample; groups as labelled, lineages as these labels mean."""
    counts = sp.csr_matrix(adata.X, dtype=np.float64)
    group, _ = pd.factorize(adata.obs[GROUPS].astype(str), sort=True)
    lineage, ids = pd.factorize(adata.obs[LINEAGE].astype(str), sort=True)
    sample = np.zeros(adata.n_obs, dtype=int)
    candidates = marker_columns(adata.var_names)
    cells = Cells(
        sample=sample,
        group=group,
        lineage=lineage,
        lineage_ids=tuple(named(each) for each in ids),
        totals=np.asarray(counts.sum(axis=1)).ravel(),
        sample_sums=added(sample, counts),
        group_sums=added(group, counts),
        lineage_sums=added(lineage, counts),
        markers=counts[:, candidates.columns],
    )
    ambient = estimate_ambient(cells, candidates, np.zeros(adata.n_vars, dtype=bool))
    return Read(cells, ambient, marker_doublets(cells, candidates, ambient))


def added(codes: np.ndarray, counts: sp.csr_matrix) -> np.ndarray:
    """Sums of the rows of each code."""
    places = (codes, np.arange(len(codes)))
    return (sp.csr_matrix((np.ones(len(codes)), places)) @ counts).toarray()


def ambient_table(name: str, adata: ad.AnnData) -> pd.DataFrame:
    """The share before and after some was added, and which genes are called ambient then."""
    genes = np.isin(adata.var_names, as_interactions("tme").genes)[:, None]
    before = read(adata)
    base = float(before.ambient.share[0])
    rows = [{"data": name, "added": 0.0, "told": base}]
    for share in AMBIENT:
        after = read(add_ambient(adata, share))
        told = float(after.ambient.share[0])
        molecules = after.cells.group_sums.T
        new = molecules - before.cells.group_sums.T
        seen = genes & (molecules >= FEWEST)
        mostly = seen & (new >= molecules / 2)
        own = seen & (new < MOST_OWN * molecules) & (before.ambient.explained < MOST_OWN)
        called = after.ambient.explained >= MOSTLY_AMBIENT
        rows.append(
            {
                **{"data": name, "added": share, "told": told, "due": base + share - base * share},
                "genes mostly added": int(mostly.sum()),
                "called ambient": called[mostly].mean(),
                "genes of their own": int(own.sum()),
                "called ambient ": called[own].mean(),
            }
        )
    return pd.DataFrame(rows)


def doublet_table(name: str, adata: ad.AnnData) -> pd.DataFrame:
    """How many doublets are found, by markers and by scrublet."""
    rows = []
    for share in DOUBLETS:
        cells = add_doublets(adata, share, LINEAGE) if share else adata
        true = cells.obs[DOUBLET].to_numpy(bool) if share else np.zeros(cells.n_obs, dtype=bool)
        found, scrublet = read(cells), scrublet_of(sp.csr_matrix(cells.X), 0)
        rows.append(
            {
                **{"data": name, "added": share, "ambient RNA told": found.ambient.share[0]},
                **_found("markers", found.markers.called, found.markers.level, true),
                **_found("scrublet", scrublet.called, scrublet.score, true),
                "either": (found.markers.called | scrublet.called).mean(),
            }
        )
    return pd.DataFrame(rows)


def _found(by: str, called: np.ndarray, score: np.ndarray, true: np.ndarray) -> dict[str, float]:
    any_true = bool(true.any())
    return {
        f"{by}: found": called[true].mean() if any_true else np.nan,
        f"{by}: other cells": called[~true].mean(),
        f"{by}: AUROC": roc_auc_score(true, score) if any_true else np.nan,
    }


def markdown(table: pd.DataFrame) -> str:
    """The rows of a table, with three decimals."""
    lines = [list(table.columns), ["---"] * table.shape[1]]
    for row in table.itertuples(index=False):
        shown = (f"{x:.3f}" if isinstance(x, float) else str(x) for x in row)
        lines.append(["" if each == "nan" else each for each in shown])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", choices=DATA, nargs="*", default=DATA)
    options = parser.parse_args()
    tumours = {name: TUMOURS[name].cells(options.folder) for name in options.data}
    for table in (ambient_table, doublet_table):
        rows = pd.concat([table(name, adata) for name, adata in tumours.items()])
        print(markdown(rows), end="\n\n")


if __name__ == "__main__":
    main()
