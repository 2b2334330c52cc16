"""Beside LIANA: whether both tell the same rows apart."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

import pandas as pd
from evidence_data import FEWEST_CELLS, labelled

import tmeatlas as tme
from tmeatlas.lr import Verdict

PERMUTATIONS = 200


def main(given: argparse.Namespace) -> None:
    if find_spec("liana") is None:
        print("liana is not installed")
        return
    import liana

    adata = labelled("wu2021")
    liana.mt.rank_aggregate(
        adata,
        groupby="cell_type",
        resource_name="consensus",
        expr_prop=0.1,
        min_cells=FEWEST_CELLS,
        use_raw=False,
        n_perms=PERMUTATIONS,
        seed=1,
        verbose=False,
    )
    tme.tl.crosstalk(adata, "cell_type", database="consensus", min_cells=FEWEST_CELLS)
    ours, theirs = _named(adata.uns["tme_crosstalk"]), _named(adata.uns["liana_res"])
    keys = ["source", "target", "ligand", "receptor"]
    ranks = ["cellphone_pvals", "specificity_rank"]
    both = ours.merge(theirs[[*keys, *ranks]], on=keys)
    print(f"{liana.__version__}, wu2021, {len(both):,} rows that both list")
    spearman = both[["pval", "cellphone_pvals"]].corr("spearman").iloc[0, 1]
    ranked = -both[["score", "specificity_rank"]].corr("spearman").iloc[0, 1]
    print(f"Spearman of p {spearman:.2f}, of score and specificity rank {ranked:.2f}")
    low = both["cellphone_pvals"] <= 0.05
    print(pd.crosstab(both["verdict"].astype(str), low.rename("its p <= 0.05")))
    rest = both[low & (both["verdict"] != Verdict.SPECIFIC)]
    weak = (rest[["ligand_pval", "receptor_pval"]] > 0.05).any(axis=1).mean()
    print(
        f"of its p <= 0.05 that are not specific, {weak:.0%} have a side with p > 0.05", flush=True
    )


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Complexes with their subunits in one order."""
    names = {
        side: table[f"{side}_complex"].astype(str).map(lambda x: "_".join(sorted(x.split("_"))))
        for side in ("ligand", "receptor")
    }
    ends = {end: table[end].astype(str) for end in ("source", "target")}
    return table.drop(columns=[c for c in names if c in table]).assign(**names, **ends)
