"""What of the arrangement of cells differs between classes of tumours that authors told apart.

    python benchmarks/tissue_patients.py [--shifts 999] [--permutations 35] [--out .]

keren2018 (the folder ``data`` of the environment variable TMEATLAS_SHARED): 17 patients, 9 of the
class "mixed" and 8 "compartmentalised". ``tl.niches`` is run once, then ``tl.compare`` over
patients, on the measures of sections and on what lies beside what.

- ``classes``: the differences between the classes, by the smallest p
- ``permuted``: the same with patients dealt to the classes at random, 9 to 8: how many measures
  have a p of at most 0.05 (expected: 5 %), and how many differ after correction

The classes are themselves a count of contacts of tumour and immune cells. That infiltration
separates them checks the code; it is no finding.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

import tmeatlas as tme

ALPHA = 0.05
CLASS, REFERENCE, DEALT = "spatial_class", "compartmentalised", "dealt"
WHAT = ("niches", "colocalisation")
SHOWN = 12


def read_niches(n_shifts: int) -> ad.AnnData:
    adata = ad.read_h5ad(
        Path(os.environ["TMEATLAS_SHARED"]) / "data" / "keren2018_tnbc_mibi_dev.h5ad"
    )
    tme.tl.niches(adata, "cell_type", sample_key="sample", n_shifts=n_shifts)
    return adata


def compared(adata: ad.AnnData, what: str, condition_key: str) -> pd.DataFrame:
    tme.tl.compare(
        adata,
        what,
        sample_key="sample",
        condition_key=condition_key,
        reference=REFERENCE,
        key_added="compared",
    )
    table = adata.uns["compared"].assign(what=what)
    return table.astype({"feature": str, "group": str}).sort_values("pval")


def auroc(adata: ad.AnnData) -> pd.DataFrame:
    """How often a mixed patient has the higher value of the two, measures of sections alone."""
    table = adata.uns["tme_niches"]
    table = table[table["feature"].astype(str) == ""].dropna(subset="value")
    classes = adata.obs.groupby("sample", observed=True)[CLASS].first().astype(str)
    found = []
    for measure, rows in table.groupby("measure", observed=True):
        is_mixed = rows["sample"].astype(str).map(classes).to_numpy() != REFERENCE
        values = rows["value"].to_numpy(float)
        apart = np.sign(values[is_mixed][:, None] - values[~is_mixed][None])
        found.append({"measure": measure, "AUROC": (apart.mean() + 1) / 2, "patients": len(rows)})
    return pd.DataFrame(found)


def permuted(adata: ad.AnnData, permutations: int) -> pd.DataFrame:
    """Measures with p of at most 0.05, and with adjusted p, where classes are dealt at random."""
    samples = adata.obs["sample"].cat.categories
    classes = adata.obs.groupby("sample", observed=True)[CLASS].first().reindex(samples).astype(str)
    found = []
    for number in range(permutations):
        dealt = np.random.default_rng(number).permutation(classes.to_numpy())
        adata.obs[DEALT] = adata.obs["sample"].map(dict(zip(samples, dealt, strict=True)))
        for what in WHAT:
            table = compared(adata, what, DEALT)
            tested = table["pval"].notna().sum()
            low, differ = ((table[each] <= ALPHA).sum() for each in ("pval", "padj"))
            found.append({"what": what, "share": low / tested, "differ": differ, "tested": tested})
    by = pd.DataFrame(found).groupby("what", sort=False)
    table = by.agg(
        tested=("tested", "median"),
        share=("share", "mean"),
        sem=("share", "sem"),
        any_differs=("differ", lambda differ: (differ > 0).mean()),
    )
    return table.assign(upper=table["share"] + 1.96 * table.pop("sem"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shifts", type=int, default=999)
    parser.add_argument("--permutations", type=int, default=35)
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args()
    adata = read_niches(given.shifts)
    tables = [compared(adata, what, CLASS) for what in WHAT]
    columns = ["feature", "group", "mean", "mean_reference", "n", "n_reference", "pval", "padj"]
    for table in tables:
        tested, differ = table["pval"].notna().sum(), (table["padj"] <= ALPHA).sum()
        print(f"\n{table['what'].iloc[0]}: {differ} of {tested} differ")
        print(table[columns].head(SHOWN).round(5).to_string(index=False))
    print(f"\n{auroc(adata).round(3).to_string(index=False)}")
    dealt = permuted(adata, given.permutations)
    print(f"\n{dealt.round(3).to_string()}")
    given.out.mkdir(parents=True, exist_ok=True)
    pd.concat(tables).to_csv(given.out / "tissue_patients.csv", index=False)


if __name__ == "__main__":
    main()
