"""How well methods and signatures find the cells that they are meant to find.

    python benchmarks/accuracy.py FOLDER                     # all data sets, all methods
    python benchmarks/accuracy.py FOLDER --data wu2021 --thin 0.5
    python benchmarks/accuracy.py FOLDER --signatures "ucell, detected" --tsv aurocs.tsv

FOLDER holds labelled tumours (`accuracy_data.py` names the files and the labels
that are read). For each data set and compartment, every built-in signature of
the compartment is scored, and the cells of the compartment are told from the
others: AUROC. Signatures by the first author of the data set are marked and
left out of every mean. The same input gives the same tables.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp
from accuracy_data import CANDIDATES, DATA, PLASMA, STATES, WITH_COUNTS, Data
from scipy.stats import rankdata

import tmeatlas as tme
from tmeatlas.sig import Signature, SignatureSet

# Every method would warn again of the signatures that a data set hardly has.
warnings.filterwarnings("ignore", message=r"\d+ of \d+ signatures are NaN")

FEWEST_SIGNATURES = 3
"""Pairs with fewer signatures say little of a median; they are left out of the means."""


def methods(adata: ad.AnnData, largest: int) -> dict[str, object]:
    """What is compared; `largest` is the number of genes of the largest signature."""
    m = tme.methods
    median = int(np.median(np.diff(adata.X.indptr)))
    return {
        "score_genes": m.ScoreGenes(),
        "ucell": m.UCell(),
        "ucell, median": m.UCell(max_rank=max(median, largest)),
        "ucell, detected": m.UCell(max_rank="detected"),
        "aucell": m.AUCell(),
        "ssgsea": m.SSGSEA(),
        "zscore": m.ZScore(),
        "ulm": m.ULM(),
        "mean": m.Mean(),
    }


def candidates() -> dict[str, list[Signature]]:
    """The signatures that are compared, by compartment."""
    everything = tme.sig.load("all").values()
    return {
        name: [
            s for s in everything if s.id in more or (s.compartment == file and s.id not in PLASMA)
        ]
        for name, (file, more) in CANDIDATES.items()
    }


def is_own_study(signature: Signature, data: Data) -> bool:
    """Whether a signature may have been derived from the very cells it is judged on."""
    return str(signature.reference.get("authors", "")).startswith(f"{data.study} ")


def read(path: Path, data: Data, thin: float | None) -> ad.AnnData:
    """Log values in CSR; with `thin`, of a random share of the molecules."""
    adata = ad.read_h5ad(path)
    if thin is not None:
        adata.X = thinned(adata.X if data.kind == "counts" else adata.layers["counts"], thin)
    if thin is not None or data.kind == "counts":
        adata.X = sp.csr_matrix(adata.X).astype(np.float32)
        sc.pp.normalize_total(adata, target_sum=1e4)
        sc.pp.log1p(adata)
    elif data.kind == "linear":
        adata.X = np.log2(1 + sp.csr_matrix(adata.X).toarray())
    adata.X = sp.csr_matrix(adata.X).astype(np.float32)
    return adata


def thinned(counts: sp.csr_matrix, share: float) -> sp.csr_matrix:
    counts = sp.csr_matrix(counts).astype(np.int64)
    counts.data = np.random.default_rng(0).binomial(counts.data, share)
    counts.eliminate_zeros()
    return counts


def auroc(scores: np.ndarray, wanted: np.ndarray) -> float:
    ranks = rankdata(scores)
    n = int(wanted.sum())
    return float((ranks[wanted].sum() - n * (n + 1) / 2) / (n * (len(wanted) - n)))


def judge(name: str, data: Data, adata: ad.AnnData, method: str, scorer: object) -> Iterator[dict]:
    """One row per compartment and signature, then the mean rank and the two consensus scores."""
    compared = {name: found for name, found in candidates().items() if name in data.truth}
    signatures = SignatureSet({s.id: s for found in compared.values() for s in found}.values())
    tme.tl.score(adata, signatures, method=scorer, obs=False)
    scores = adata.obsm["tme_scores"]
    for compartment, cells in data.truth.items():
        wanted, seen = cells.of(adata.obs)
        row = {
            "data": name,
            "compartment": compartment,
            "cells": int(wanted.sum()),
            "others": int((seen & ~wanted).sum()),
            "method": method,
        }
        clean = []
        for signature in compared[compartment]:
            if scores[signature.id].isna().all():
                continue
            own = is_own_study(signature, data)
            clean += [] if own else [signature.id]
            value = auroc(scores.loc[seen, signature.id], wanted[seen])
            yield row | {"signature": signature.id, "own_study": own, "auroc": value}
        if len(clean) < FEWEST_SIGNATURES or compartment in STATES:
            continue
        ranks = scores.loc[seen, clean].rank().mean(axis=1)
        yield row | {"signature": "(mean rank)", "auroc": auroc(ranks, wanted[seen])}
        within = seen if cells.within else None
        core = [signature for signature in clean if signatures[signature].tier == "core"]
        for label, chosen in (("(consensus)", clean), ("(core consensus)", core)):
            if chosen:
                combined = consensus(adata, compartment, chosen, within)
                yield row | {"signature": label, "auroc": auroc(combined[seen], wanted[seen])}


def consensus(
    adata: ad.AnnData, compartment: str, signatures: list[str], within: np.ndarray | None
) -> np.ndarray:
    """The consensus of some of the signatures; over all cells, or those of the lineage alone."""
    inside = np.ones(adata.n_obs, bool) if within is None else within
    table = ad.AnnData(np.zeros((int(inside.sum()), 1), np.float32), obs=adata.obs[inside])
    table.obsm["tme_scores"] = adata.obsm["tme_scores"].loc[inside, signatures]
    table.uns["tme_coverage"] = pd.DataFrame({"compartment": compartment}, index=signatures)
    tme.tl.consensus(table, compartments=compartment)
    result = np.full(adata.n_obs, np.nan)
    result[inside] = table.obsm["tme_consensus"][compartment]
    return result


def summary(aurocs: pd.DataFrame) -> pd.DataFrame:
    """One row per data set, compartment and method."""
    single = aurocs[~aurocs["signature"].str.startswith("(") & ~aurocs["own_study"]]
    single = single[~single["compartment"].isin(STATES)]
    by = ["data", "compartment", "method"]
    table = single.groupby(by, sort=False)["auroc"].agg(["size", "median", "max"])
    table = table.rename(columns={"size": "signatures", "max": "best"})
    for name in ("mean rank", "consensus", "core consensus"):
        rows = aurocs[aurocs["signature"] == f"({name})"].set_index(by)
        table[name] = rows["auroc"]
    table["consensus - best"] = table["consensus"] - table["best"]
    return table[table["signatures"] >= FEWEST_SIGNATURES]


def markdown(table: pd.DataFrame) -> str:
    """A table with three decimals; missing values stay empty."""
    table = table.reset_index()

    def text(value: object) -> str:
        if isinstance(value, float):
            return "" if np.isnan(value) else f"{value:.3f}"
        return str(value)

    lines = [list(table.columns.astype(str)), ["---"] * table.shape[1]]
    lines += [[text(value) for value in row] for row in table.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def per_signature(aurocs: pd.DataFrame, method: str) -> pd.DataFrame:
    """Signatures × data sets; a star marks a signature of the data set's own study."""
    tiers = {name: signature.tier for name, signature in tme.sig.load("all").items()}
    rows = aurocs[(aurocs["method"] == method) & ~aurocs["signature"].str.startswith("(")].copy()
    rows["text"] = rows["auroc"].map("{:.3f}".format) + np.where(rows["own_study"], "*", "")
    rows["tier"] = rows["signature"].map(tiers)
    wide = rows.pivot_table(
        index=["compartment", "signature", "tier"], columns="data", values="text", aggfunc="first"
    )
    wide["mean"] = (
        rows[~rows["own_study"]].groupby(["compartment", "signature", "tier"])["auroc"].mean()
    )
    names = [name for name in DATA if name in wide]
    wide = wide[[*names, "mean"]].fillna(dict.fromkeys(names, ""))
    order = {name: place for place, name in enumerate(CANDIDATES)}
    return wide.sort_values("mean", ascending=False).sort_index(
        level="compartment", key=lambda c: c.map(order), sort_remaining=False, kind="stable"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder with the .h5ad files")
    parser.add_argument("--data", nargs="+", choices=list(DATA), default=list(DATA))
    parser.add_argument("--thin", type=float, help="keep this share of the molecules")
    parser.add_argument("--signatures", default="score_genes", help="method of the long table")
    parser.add_argument("--tsv", type=Path, help="write every AUROC to this file")
    options = parser.parse_args()
    absent = [name for name in options.data if not (options.folder / DATA[name].file).exists()]
    if absent:
        parser.error(f"{options.folder} lacks {', '.join(DATA[name].file for name in absent)}")
    if options.thin is not None and not set(options.data) <= set(WITH_COUNTS):
        parser.error(f"only these have counts to thin: --data {' '.join(WITH_COUNTS)}")

    largest = max(len(s.genes) for found in candidates().values() for s in found)
    rows: list[dict] = []
    for name in options.data:
        adata = read(options.folder / DATA[name].file, DATA[name], options.thin)
        for method, scorer in methods(adata, largest).items():
            rows += judge(name, DATA[name], adata, method, scorer)
    aurocs = pd.DataFrame(rows)
    aurocs["own_study"] = aurocs["own_study"].eq(True)
    if options.tsv:
        aurocs.to_csv(options.tsv, sep="\t", index=False, float_format="%.4f")

    table = summary(aurocs)
    kinds = ["median", "best", "mean rank", "consensus", "core consensus"]
    for name in options.data:
        one = table.loc[name]
        pairs = one.index.get_level_values("compartment").nunique()
        print(f"\n## {name}: mean AUROC over {pairs} compartments\n")
        print(markdown(one.groupby("method", sort=False)[kinds].mean()))
    pairs = len(table.groupby(["data", "compartment"]))
    print(f"\n## All {pairs} pairs of data set and compartment: mean AUROC\n")
    overall = table.groupby("method", sort=False)[kinds].mean()
    overall["consensus - best, worst"] = table.groupby("method")["consensus - best"].min()
    print(markdown(overall))
    print(f"\n## Each pair: {options.signatures}\n")
    print(markdown(table.xs(options.signatures, level="method")))
    print(f"\n## Each signature: {options.signatures} (* from the same study, not in the mean)\n")
    print(markdown(per_signature(aurocs, options.signatures)))


if __name__ == "__main__":
    main()
