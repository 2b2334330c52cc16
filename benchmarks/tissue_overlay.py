"""Cells of one patient laid over the tissue of another: real textures, and nothing in common.

    python benchmarks/tissue_overlay.py [--repeats 200] [--shifts 199] [--out .]

Every repetition takes all cells of one type of one patient of keren2018 (the folder ``data`` of
the environment variable TMEATLAS_SHARED) and puts them into the tissue of another patient, whose
own cells of that type are left out. What lies beside them there is chance, whatever clumps either
makes. Share of p-values of at most 0.05 by null, with the upper limit of its 95 % interval over the
repetitions, and the median of the values, which is 0 if what is expected is right.

Everything is drawn with seeds: a table comes out the same again.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from tissue_null import ALPHA, NULLS, OURS, places_of

from tmeatlas.spatial import Types
from tmeatlas.spatial._colocal import _table
from tmeatlas.spatial._section import read_section

LEAST_LAID = 50
"""Cells of the type that is laid over another tissue."""
LAID = "laid over"


def read_cells() -> pd.DataFrame:
    adata = ad.read_h5ad(
        Path(os.environ["TMEATLAS_SHARED"]) / "data" / "keren2018_tnbc_mibi_dev.h5ad"
    )
    cells = adata.obs[["sample", "cell_type"]].astype(str)
    return cells.assign(x=adata.obsm["spatial"][:, 0], y=adata.obsm["spatial"][:, 1])


def overlays(cells: pd.DataFrame, repeats: int) -> list[tuple[str, str, str]]:
    """Patient and type that is laid, and patient whose tissue it is laid over."""
    counts = cells.value_counts(["sample", "cell_type"])
    enough = [pair for pair, n in counts.items() if n >= LEAST_LAID]
    samples = sorted(cells["sample"].unique())
    every = [(a, kind, b) for a, kind in sorted(enough) for b in samples if a != b]
    drawn = np.random.default_rng(0).permutation(len(every))[:repeats]
    return [every[i] for i in drawn]


def one_overlay(
    cells: pd.DataFrame, laid: tuple[str, str, str], n_shifts: int, number: int
) -> pd.DataFrame:
    """What lies beside the laid cells, by each null."""
    patient, kind, tissue = laid
    is_kind = cells["cell_type"] == kind
    over = cells[is_kind & (cells["sample"] == patient)].assign(cell_type=LAID)
    section = pd.concat([over, cells[~is_kind & (cells["sample"] == tissue)]])
    types = section["cell_type"].astype("category").cat
    places = places_of(section[["x", "y"]].to_numpy(float), spots=False)
    read = read_section(
        places.coordinates,
        places.graph.edges,
        Types(types.codes.to_numpy(np.intp), tuple(types.categories)),
        None,
        n_shifts=n_shifts,
        seed=(number, 0),
    )
    found = []
    rng = np.random.default_rng(number)
    for null in (OURS, *NULLS) if number % 4 == 0 else (OURS,):
        if null != OURS:
            read = replace(read, shifts=NULLS[null](read, places.coordinates, n_shifts, rng))
        table = _table(read)
        beside = table[(table["feature"] == LAID) & (table["partner"] != LAID)]
        found.append(beside.assign(null=null, kind=kind, overlay=number))
    return pd.concat(found)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    of_overlay = (
        table.assign(called=table["pval"] <= ALPHA)
        .groupby(["null", "overlay"], sort=False)
        .agg(called=("called", "mean"), tests=("called", "size"))
    )
    by = of_overlay.groupby("null", sort=False)
    found = by["called"].agg(["mean", "sem", "size"]).rename(columns={"size": "overlays"})
    found["upper"] = found["mean"] + 1.96 * found.pop("sem")
    found["tests"] = by["tests"].sum()
    found["median value"] = table.groupby("null", sort=False)["value"].median()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--shifts", type=int, default=199)
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args()
    cells = read_cells()
    drawn = overlays(cells, given.repeats)
    table = pd.concat(
        [one_overlay(cells, laid, given.shifts, number) for number, laid in enumerate(drawn)]
    )
    print(summary(table).round(3).to_string())
    given.out.mkdir(parents=True, exist_ok=True)
    summary(table).to_csv(given.out / "tissue_overlay.csv")


if __name__ == "__main__":
    main()
