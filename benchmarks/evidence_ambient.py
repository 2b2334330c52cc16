"""Are rows mostly ambient that are said to be? The molecules added to each cell are known."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from damages import add_ambient, molecules
from evidence_data import stored

import tmeatlas as tme
from tmeatlas.lr import ALPHA, Verdict
from tmeatlas.results import Crosstalk

GROUPS = "cell_type"
ROW = ["interaction", "source", "target"]
HALF = 0.5
SHARES = (0.0, 0.05, 0.1, 0.2)
ENDS = {"ligand": "source", "receptor": "target"}


def data() -> Iterator[tuple[str, ad.AnnData, str | None]]:
    """Cells with counts, and their column of samples."""
    yield "wu2021", stored("wu2021"), None
    kim = stored("kim2020")
    kim.X = sp.csr_matrix(kim.layers["counts"], dtype=np.float32)
    yield "kim2020", kim, None
    yield "simulated", tme.datasets.simulated(3000), "sample"


def print_ambient(given: argparse.Namespace) -> None:
    """Of each data set, rows that stand out after ambient RNA was added, and what is said."""
    print("| data | added | stand out | mostly what was added | said | both |")
    print("|---|---|---|---|---|---|")
    for name, adata, sample_key in data():
        for share in SHARES:
            for even in (False, True) if share else (False,):
                how = ", evenly" if even else ""
                found = flags(adata, share, sample_key, even=even)
                print(f"| {name} | {share:.0%}{how} | " + " | ".join(map(str, found)) + " |")


def flags(
    adata: ad.AnnData, share: float, sample_key: str | None, *, even: bool
) -> tuple[int, int, int, int]:
    """Rows that stand out: all, by what was added, said to be mostly ambient, and both."""
    before = ad.AnnData(molecules(adata), obs=adata.obs.copy(), var=adata.var[[]].copy())
    after = add_ambient(before, share, sample_key, even=even) if share else before.copy()
    added = added_shares(before, after)
    tme.pp.prepare(after, embed=False)
    added.index = pd.Index(after.var["tme_symbol"].astype(str))
    tme.tl.quality(after, groupby=GROUPS, sample_key=sample_key)
    tme.tl.crosstalk(after, GROUPS)
    rows = Crosstalk.read(after).table
    rows = rows[rows["padj"] <= ALPHA]
    said = (rows["verdict"] == Verdict.AMBIENT.value).to_numpy()
    true = truly_ambient(rows, added)
    return len(rows), int(true.sum()), int(said.sum()), int((true & said).sum())


def added_shares(before: ad.AnnData, after: ad.AnnData) -> pd.DataFrame:
    """Genes × groups: the share of the molecules that was added; 0 where there are none."""
    labels = before.obs[GROUPS].astype(str)
    names = sorted(labels.unique())
    members = sp.csr_matrix(pd.get_dummies(labels)[names].to_numpy(np.float32).T)
    own, all_ = ((members @ molecules(each)).toarray() for each in (before, after))
    share = np.divide(all_ - own, all_, out=np.zeros_like(all_), where=all_ > 0)
    return pd.DataFrame(share.T, index=before.var_names, columns=names)


def truly_ambient(rows: pd.DataFrame, added: pd.DataFrame) -> np.ndarray:
    """Which rows have a side, or a subunit of it, half of which or more was added."""
    true = np.zeros(len(rows), dtype=np.bool_)
    mostly = {group: set(added.index[added[group] >= HALF]) for group in added}
    for side, end in ENDS.items():
        partners = zip(rows[f"{side}_complex"].astype(str), rows[end].astype(str), strict=True)
        true |= [not mostly[group].isdisjoint(name.split("_")) for name, group in partners]
    return true
