"""How well ``tl.niches`` finds what was planted in simulated tissue.

    python benchmarks/tissue_recovery.py [--seeds 5] [--cells 2000] [--parts niches pairs spots]

- ``niches``: adjusted Rand index between the niches that were found over all sections and those
  that were planted, and how many were found (six are planted). By ``states`` a malignant cell in
  hypoxia is known for one; by ``cell types`` it is a malignant cell as others are, and a core of
  these is no niche of its own: the index is also taken with both as one niche. Beside them stands
  what a linear discriminant has that is told the truth of every cell, and looks at the same ten
  neighbours once.
- ``pairs``: of pairs of types that live in the same niche, or in different ones, the share that
  is found to lie beside each other (p of at most 0.05, value above 0), or to avoid each other
- ``spots``: niches of spots by their programmes alone
- ``patients``: what ``tl.compare`` finds between 6 and 6 patients whose sections (500 cells) do not
  differ, and where every cell type lives eight times as much among tumour cells (share of p-values
  of at most 0.05, by measure)
"""

from __future__ import annotations

import argparse
import warnings

import anndata as ad
import numpy as np
import pandas as pd
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import adjusted_rand_score

import tmeatlas as tme

N_PATIENTS = 3
"""In each of two conditions, which do not differ."""
SHIFTS, ALPHA = 199, 0.05
PROGRAMMES = [
    "hypoxia_buffa",
    "caf_pan",
    "treg_tumour",
    "tls_chemokine12",
    "b_pan",
    "endothelium_pan",
    "exhaustion_core",
    "cytotoxicity_cyt",
    "proliferation_g2m",
]
"""By which spots are divided: one for each thing that a niche has, and one that none has."""


def tissue(seed: int, n_cells: int, kind: str = "niches") -> ad.AnnData:
    return tme.datasets.simulated_cohort(N_PATIENTS, n_cells=n_cells, tissue=kind, rng=seed)


def rand(truth: pd.Series, found: pd.Series) -> float:
    return float(adjusted_rand_score(truth.astype(str), found.astype(str)))


def found_by(adata: ad.AnnData, groupby: str | None, **options: object) -> dict[str, object]:
    """Adjusted Rand indices of one run, and what a discriminant with the truth has."""
    tme.tl.niches(adata, groupby, sample_key="sample", n_shifts=39, **options)
    truth, found = adata.obs["true_niche"], adata.obs["tme_niche"]
    features = np.nan_to_num(adata.obsm["tme_niches"].to_numpy())
    told = LinearDiscriminantAnalysis().fit(features, truth).predict(features)
    return {
        "found": len(found.cat.categories),
        "index": rand(truth, found),
        "core in tumour": rand(truth.astype(str).replace("hypoxic core", "tumour"), found),
        "told the truth": rand(truth, pd.Series(told)),
    }


def of_niches(seeds: int, n_cells: int) -> pd.DataFrame:
    rows = []
    for seed in range(seeds):
        adata = tissue(seed, n_cells)
        for name, groupby in (("states", "true_state"), ("cell types", "cell_type")):
            found = found_by(adata, groupby, scores=False)
            rows.append({"by": name, "seed": seed, **found})
            print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def of_spots(seeds: int, n_cells: int) -> pd.DataFrame:
    rows = []
    for seed in range(seeds):
        adata = tissue(seed, n_cells, "spots")
        tme.tl.score(adata, PROGRAMMES, min_coverage=0.3)
        rows.append(
            {"by": "programmes", "seed": seed, **found_by(adata, None, scores="tme_scores")}
        )
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def homes() -> pd.Series:
    """Cell type → the niche in which most of its cells live, over many sections."""
    adata = tissue(100, 4000)
    lives = pd.crosstab(adata.obs["cell_type"], adata.obs["true_niche"], normalize="index")
    return lives[lives.max(axis=1) > 0.6].idxmax(axis=1)


def of_pairs(seeds: int, n_cells: int) -> pd.DataFrame:
    """Share of the pairs of each kind, over sections and pairs."""
    home, tables = homes(), []
    for seed in range(seeds):
        adata = tissue(seed, n_cells)
        tme.tl.niches(adata, "cell_type", sample_key="sample", scores=False, n_shifts=SHIFTS)
        table = adata.uns["tme_niches"]
        table = table[(table["measure"] == "co-localisation") & table["pval"].notna()]
        table = table.astype({"feature": str, "partner": str})
        table = table[table["feature"].isin(home.index) & table["partner"].isin(home.index)]
        tables.append(table[table["feature"] != table["partner"]])
    table = pd.concat(tables)
    same = home[table["feature"]].to_numpy() == home[table["partner"]].to_numpy()
    low = table["pval"] <= ALPHA
    return (
        pd.DataFrame(
            {
                "pairs": np.where(same, "of the same niche", "of different niches"),
                "beside": low & (table["value"] > 0),
                "apart": low & (table["value"] < 0),
            }
        )
        .groupby("pairs")
        .agg(n=("beside", "size"), beside=("beside", "mean"), apart=("apart", "mean"))
    )


def of_patients(seeds: int, n_cells: int) -> pd.DataFrame:
    """Share of p-values of at most 0.05 by measure, and whether the planted niche has the least."""
    rows = []
    for effect in (1.0, 8.0):
        for seed in range(4 * seeds):
            adata = tme.datasets.simulated_cohort(
                6,
                n_cells=500,
                tissue="niches",
                effects={"niches": {"tumour": effect}},
                rng=seed,
            )
            tme.tl.niches(
                adata, "cell_type", sample_key="sample", scores=False, n_niches=6, n_shifts=39
            )
            tme.tl.compare(
                adata, "niches", condition_key="condition", sample_key="sample", reference="control"
            )
            table = adata.uns["tme_compare_niches"].dropna(subset="pval")
            print(effect, seed, table.nsmallest(3, "pval")[["feature", "group", "pval"]].to_numpy())
            rows.append(table.assign(effect=effect, seed=seed, found=table["pval"] <= ALPHA))
    every = pd.concat(rows)
    return every.astype({"group": str}).groupby(["effect", "group"])["found"].agg(["mean", "size"])


PARTS = {"niches": of_niches, "pairs": of_pairs, "spots": of_spots, "patients": of_patients}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for part in given.parts:
        print(PARTS[part](given.seeds, given.cells).round(3).to_string())


if __name__ == "__main__":
    main()
