"""What genes follow (`tme.tl.drivers`): errors of chance, planted effects, and real tumours.

    python benchmarks/drivers.py [folder with data/]      # three tables, some minutes

*null*: CD274 of simulated cohorts is planted at one level in malignant cells and in SPP1
macrophages, whatever these cells do, so every programme that it is said to follow is an error; it
differs between groups, depths and samples, as genes do.
*planted*: CD274 of malignant cells is drawn anew, its log proportional to the interferon activity
of the cell. *real*: each gene of a list that is shown in enough cells is asked whether it follows
the others, and so are as many genes that are in none of the lists, shown in a like number of
cells. These may follow all the same, as cells run programmes together.
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._stats import wilson_interval
from tmeatlas.cells import read_lineages
from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.methods import resolve, score_cells
from tmeatlas.network import CellsOfLineage, Row, follow, load_known
from tmeatlas.sig import as_signatures, load, match_signatures
from tmeatlas.tl._drivers_inputs import CellsRead, read_cells

FOLDER = Path(os.environ.get("TMEATLAS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
N_COHORTS, N_PLANTED, N_PATIENTS, N_CELLS = 40, 6, 4, 300
SLOPES = (0.0, 1.0, 2.0, 3.0)
"""Log of CD274 per unit of activity, of which patients and cells spread by 0.3 (SD)."""
LEVEL = 2.0
"""Planted molecules of CD274 in 10,000 at the mean activity."""
ALPHA, LEAST_SHIFT = 0.05, 0.2
LEAST_SHOWN = 20
REAL = (
    ("wu2021_tnbc_CID4465", "fibroblast", "hypoxia_buffa"),
    ("wu2021_tnbc_CID4465", "malignant", "hypoxia_buffa"),
    ("wu2021_tnbc_CID4465", "myeloid", "ifng_hallmark"),
    ("kim2020_luad_T34", "malignant", "hypoxia_buffa"),
    ("kim2020_luad_T34", "myeloid", "ifng_hallmark"),
    ("kang2018_pbmc_ifnb_2donors", "myeloid", "ifng_hallmark"),
)


def cohort(seed: int) -> AnnData:
    adata = tme.datasets.simulated_cohort(N_PATIENTS, n_cells=N_CELLS, rng=seed)
    tme.pp.prepare(adata, embed=False)
    return adata


def read(adata: AnnData, groupby: str, sample_key: str) -> CellsRead:
    matrix, scorer = open_matrix(adata), resolve("ucell_detected")
    where = {"groupby": groupby, "sample_key": sample_key, "may_be_raw": True}
    return read_cells(adata, matrix, scorer, **where)


def cd274(adata: AnnData, lineages: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """What CD274 follows, over all samples and in each."""
    cells, followed = read(adata, "cell_type", "sample"), load_known().genes[0]
    told = read_lineages(adata, "cell_type")
    for lineage in lineages:
        for row in follow(cells.within(told, followed, lineage), cells.sample_names):
            yield lineage, row


def null() -> pd.DataFrame:
    """Share of programmes with p at most 0.05 where CD274 follows none."""
    found = []
    for seed in range(N_COHORTS):
        for lineage, row in cd274(cohort(seed), ("malignant", "myeloid")):
            if np.isfinite(row.adjusted.pval):
                over = "one sample" if row.sample else "samples" if not row.note else "cells"
                found.append((lineage, over, row.adjusted.pval <= ALPHA))
    table = pd.DataFrame(found, columns=["lineage", "replicates", "error"])
    shares = table.groupby(["lineage", "replicates"])["error"].agg(["mean", "sum", "size"])
    _, high = wilson_interval(shares["sum"], shares["size"])
    return shares.assign(upper=high).drop(columns="sum").reset_index()


def plant(adata: AnnData, slope: float, rng: np.random.Generator) -> AnnData:
    """CD274 of malignant cells drawn anew, by their interferon activity."""
    activity = adata.obs["true_interferon"].to_numpy(np.float64)
    malignant = (adata.obs["cell_type"] == "Malignant").to_numpy()
    depth = np.asarray(adata.layers["counts"].sum(axis=1)).ravel()
    share = 1e-4 * LEVEL * np.exp(slope * (activity - activity[malignant].mean()))
    counts = np.where(malignant, rng.poisson(depth * share), 0)
    place = adata.var_names.get_loc("CD274")
    planted = adata.copy()
    whole = planted.layers["counts"].tolil()
    whole[:, place] = counts[:, None]
    planted.layers["counts"] = sp.csr_matrix(whole)
    logged = planted.X.tolil()
    logged[:, place] = np.log1p(1e4 * counts / depth)[:, None]
    planted.X = sp.csr_matrix(logged, dtype=np.float32)
    return planted


def planted() -> pd.DataFrame:
    """Share of cohorts in which CD274 is said to follow each programme."""
    found = []
    for seed in range(N_PLANTED):
        adata, rng = cohort(1000 + seed), np.random.default_rng(seed)
        for slope in SLOPES:
            for _, row in cd274(plant(adata, slope, rng), ("malignant",)):
                if not row.sample:
                    up = row.adjusted.pval <= ALPHA and row.adjusted.value >= LEAST_SHIFT
                    found.append((slope, row.programme, row.adjusted.value, up))
    table = pd.DataFrame(found, columns=["slope", "programme", "value", "follows"])
    return table.groupby(["slope", "programme"])[["value", "follows"]].mean().reset_index()


def left_out(folder: Path, file: str, lineage: str, list_id: str) -> dict[str, object]:
    """Genes of a list against the others of it, and genes of no list, in one lineage."""
    adata = ad.read_h5ad(folder / "data" / f"{file}.h5ad")
    tme.pp.prepare(adata, embed=False)
    matrix, told = open_matrix(adata), read_lineages(adata, "cell_type")
    cells = read(adata, "cell_type", "patient")
    inside = cells.kept & told.within(lineage)
    shown = np.asarray((matrix.columns(np.arange(matrix.n_vars))[inside] > 0).todense())
    n_shown = shown.sum(axis=0)
    library = load("all")
    of_list = match_signatures([library[list_id]], matrix.names)[0].up
    listed = np.concatenate([one.up for one in match_signatures(library.values(), matrix.names)])
    enough = (n_shown >= LEAST_SHOWN) & (n_shown <= inside.sum() - LEAST_SHOWN)
    mine = [column for column in of_list if enough[column]]
    free = list(np.setdiff1d(np.flatnonzero(enough), listed))
    like = []
    for column in mine:
        like.append(min(free, key=lambda other: abs(n_shown[other] - n_shown[column])))
        free.remove(like[-1])
    shares = [
        _share_that_follow(matrix, cells, inside, columns, of_list, shown)
        for columns in (mine, like)
    ]
    return {
        **{"data": file.split("_")[0], "lineage": lineage, "list": list_id},
        **{"cells": int(inside.sum()), "genes": len(mine), "of the list": shares[0]},
        "of no list": shares[1],
    }


def _share_that_follow(
    matrix: ExpressionMatrix,
    cells: CellsRead,
    inside: np.ndarray,
    columns: list[int],
    of_list: np.ndarray,
    shown: np.ndarray,
) -> float:
    names = np.asarray(matrix.genes, dtype=object)
    lists = {
        str(column): [str(names[other]) for other in of_list if other != column]
        for column in columns
    }
    matched = match_signatures(as_signatures(lists).values(), matrix.names)
    scores, _ = score_cells(resolve("ucell_detected"), matrix, matched, n_null=0, seed=None)
    whole = CellsOfLineage(
        shows=np.zeros(int(inside.sum()), dtype=bool),
        scores={},
        controls=cells.controls[inside],
        samples=cells.samples[inside],
        groups=cells.groups[inside],
        depth=cells.depth[inside],
        molecules=None if cells.molecules is None else cells.molecules[inside],
    )
    follows = []
    for at, column in enumerate(columns):
        score = {"list": np.asarray(scores[inside, at], dtype=np.float64)}
        asked = replace(whole, shows=shown[:, column], scores=score)
        effect = follow(asked, cells.sample_names)[0].adjusted
        follows.append(effect.pval <= ALPHA and effect.value >= LEAST_SHIFT)
    return float(np.mean(follows))


def real(folder: Path) -> pd.DataFrame:
    return pd.DataFrame([left_out(folder, *which) for which in REAL])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for name, made in (("real", lambda: real(given.folder)), ("planted", planted), ("null", null)):
        print(f"\n{name}\n{made().round(3).to_string(index=False)}", flush=True)
