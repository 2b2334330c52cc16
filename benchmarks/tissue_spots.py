"""What depth does to programmes that lie beside each other on spots, and named neighbourhoods.

    python benchmarks/tissue_spots.py [--shifts 999] [--out .]

- ``depth``: share of the pairs of programmes with p of at most 0.05, as they are and less what goes
  with the genes detected in each spot; how far the values of both ways correlate; and how smooth
  the depth is itself (Moran's I)
- ``named``: named scores in what a pathologist calls immune infiltrate against all other spots of
  the section, as AUROC

moncada2020 (one section) and andersson2021 (three patients) of the folder ``data`` of the
environment variable TMEATLAS_SHARED.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
from scipy import stats

import tmeatlas as tme
from tmeatlas.cells import read_tissue
from tmeatlas.spatial import build_graph, co_locate

FILES = ("moncada2020_pdacA_ST", "andersson2021_her2_ST_dev")
REGION = "immune infiltrate"
NAMED = ("tme_niches_tls", "tme_niches_suppressive")


def read(name: str) -> tuple[ad.AnnData, np.ndarray]:
    """Scored spots, and the genes detected in each."""
    adata = ad.read_h5ad(Path(os.environ["TMEATLAS_SHARED"]) / "data" / f"{name}.h5ad")
    depth = np.asarray((adata.X > 0).sum(axis=1)).ravel()
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    tme.tl.score(adata)
    tme.tl.consensus(adata)
    return adata, depth


def of_depth(adata: ad.AnnData, depth: np.ndarray, n_shifts: int) -> pd.DataFrame:
    tissue = read_tissue(adata, "sample")
    graph = build_graph(tissue)
    programmes = pd.DataFrame(adata.obsm["tme_consensus"])
    ways = [
        co_locate(tissue, graph, programmes=programmes, depth=each, n_shifts=n_shifts)
        for each in (None, depth)
    ]
    itself = co_locate(tissue, graph, programmes=pd.DataFrame({"depth": depth}), n_shifts=n_shifts)
    found = []
    for sample in tissue.sections:
        plain, less = (
            rows[(rows["sample"] == sample) & (rows["feature"] != rows["partner"])].set_index(
                ["feature", "partner"]
            )
            for rows in ways
        )
        both = plain.index.intersection(less.index)
        smooth = itself[itself["sample"] == sample].iloc[0]
        found.append(
            {
                "section": sample,
                "pairs": len(plain),
                "as they are": (plain["pval"] <= 0.05).mean(),
                "less depth": (less["pval"] <= 0.05).mean(),
                "correlation": np.corrcoef(plain.loc[both, "value"], less.loc[both, "value"])[0, 1],
                "Moran's I of depth": smooth["value"],
                "p": smooth["pval"],
            }
        )
    return pd.DataFrame(found)


def of_named(adata: ad.AnnData) -> pd.DataFrame:
    tme.tl.niches(adata, "region", sample_key="sample", n_shifts=99)
    found = []
    for sample, obs in adata.obs.groupby("sample", observed=True):
        there = (obs["region"] == REGION).to_numpy()
        for score in NAMED:
            known = obs[score].notna().to_numpy()
            groups = obs[score].to_numpy()[known & there], obs[score].to_numpy()[known & ~there]
            u = stats.mannwhitneyu(*groups).statistic
            auroc = u / (len(groups[0]) * len(groups[1]))
            row = {"section": sample, "score": score, "spots": len(groups[0]), "AUROC": auroc}
            found.append(row)
    return pd.DataFrame(found)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shifts", type=int, default=999)
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    depths = []
    for name in FILES:
        adata, depth = read(name)
        depths.append(of_depth(adata, depth, given.shifts))
    table = pd.concat(depths)
    named = of_named(adata)
    for each, title in ((table, "depth"), (named, "named")):
        print(f"\n{each.round(3).to_string(index=False)}")
        each.to_csv(given.out / f"tissue_spots_{title}.csv", index=False)


if __name__ == "__main__":
    main()
