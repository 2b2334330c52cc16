"""How well methods and signatures find the cells that they are meant to find.

    python benchmarks/accuracy.py FOLDER                     # all data sets, all methods
    python benchmarks/accuracy.py FOLDER --data wu2021 --thin 0.5
    python benchmarks/accuracy.py FOLDER --tables core --tsv aurocs.tsv

FOLDER holds labelled data (`accuracy_data.py` names the files and the labels
that are read). For each data set and each thing that signatures mark, all
built-in signatures that mark it are scored, and the cells that have it are told
from the others: AUROC. Signatures by the first author of the data set are marked
and left out of every mean. `accuracy_core.py` chooses `core` from these figures.
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
from accuracy_core import markdown, print_core
from accuracy_data import DATA, WITH_COUNTS
from accuracy_pairs import Pair, candidates, pairs_of, read

import tmeatlas as tme

# Every method would warn again of the signatures that a data set hardly has.
warnings.filterwarnings("ignore", message=r"\d+ of \d+ signatures are NaN")

DEFAULT = "ucell, detected"
"""The method of the tables of single signatures, and of those that choose core."""


def methods(adata: ad.AnnData, largest: int) -> dict[str, object]:
    """What is compared; `largest` is the number of genes of the largest signature."""
    m = tme.methods
    median = int(np.median(np.diff(adata.X.indptr)))
    return {
        "score_genes": m.ScoreGenes(),
        "ucell": m.UCell(),
        "ucell, median": m.UCell(max_rank=max(median, largest)),
        DEFAULT: m.UCell(max_rank="detected"),
        "aucell": m.AUCell(),
        "ssgsea": m.SSGSEA(),
        "zscore": m.ZScore(),
        "ulm": m.ULM(),
        "mean": m.Mean(),
    }


def judge(pair: Pair, method: str) -> Iterator[dict]:
    """One row per signature, then the mean rank and the two consensus scores."""
    wanted, seen = pair.cells.of(pair.adata.obs)
    row = {"data": pair.data, "marks": pair.marks, "method": method, "counted": pair.is_counted}
    row |= {
        "decides": pair.decides,
        "cells": int(wanted.sum()),
        "others": int((seen & ~wanted).sum()),
    }
    for signatures, own in ((pair.signatures, False), (pair.own, True)):
        for name in signatures:
            value = pair.auroc(pair.of(name))
            yield row | {"signature": name, "own_study": own, "auroc": value}
    ids = list(pair.signatures)
    if len(ids) > 1:
        ranks = pair.adata.obsm["tme_scores"].loc[seen, ids].rank().mean(axis=1)
        mean_rank = ranks.reindex(pair.adata.obs_names)
        yield row | {"signature": "(mean rank)", "auroc": pair.auroc(mean_rank)}
    for label, chosen in (("(consensus)", ids), ("(core consensus)", pair.core)):
        if chosen:
            yield row | {"signature": label, "auroc": pair.auroc(pair.consensus(chosen))}


def summary(aurocs: pd.DataFrame) -> pd.DataFrame:
    """One row per data set, what is marked, and method; of the pairs that count."""
    counted = aurocs[aurocs["counted"]]
    single = counted[~counted["signature"].str.startswith("(") & ~counted["own_study"]]
    by = ["data", "marks", "method"]
    table = single.groupby(by, sort=False)["auroc"].agg(["size", "median", "max"])
    table = table.rename(columns={"size": "signatures", "max": "best"})
    for name in ("mean rank", "consensus", "core consensus"):
        table[name] = counted[counted["signature"] == f"({name})"].set_index(by)["auroc"]
    table["consensus - best"] = table["consensus"] - table["best"]
    return table


def print_methods(aurocs: pd.DataFrame) -> None:
    """The mean over the pairs of each data set, and over all."""
    table = summary(aurocs)
    kinds = ["median", "best", "mean rank", "consensus", "core consensus"]
    for name in table.index.unique("data"):
        one = table.loc[name]
        pairs = one.index.get_level_values("marks").nunique()
        print(f"\n## {name}: mean AUROC over {pairs} pairs\n")
        print(markdown(one.groupby("method", sort=False)[kinds].mean()))
    pairs = len(table.groupby(["data", "marks"]))
    print(f"\n## All {pairs} pairs that count: mean AUROC\n")
    overall = table.groupby("method", sort=False)[kinds].mean()
    overall["consensus - best, worst"] = table.groupby("method")["consensus - best"].min()
    print(markdown(overall))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder with the .h5ad files")
    parser.add_argument("--data", nargs="+", choices=list(DATA), default=list(DATA))
    parser.add_argument("--thin", type=float, help="keep this share of the molecules")
    parser.add_argument("--tables", choices=("all", "methods", "core"), default="all")
    parser.add_argument("--tsv", type=Path, help="write every AUROC to this file")
    options = parser.parse_args()
    absent = [name for name in options.data if not (options.folder / DATA[name].file).exists()]
    if absent:
        parser.error(f"{options.folder} lacks {', '.join(DATA[name].file for name in absent)}")
    if options.thin is not None and not set(options.data) <= set(WITH_COUNTS):
        parser.error(f"only these have counts to thin: --data {' '.join(WITH_COUNTS)}")

    rows: list[dict] = []
    judged: list[Pair] = []
    for name in options.data:
        data = DATA[name]
        adata = read(options.folder / data.file, data, options.thin)
        largest = max(len(s.genes) for found in candidates(data).values() for s in found)
        for method, scorer in methods(adata, largest).items():
            if method != DEFAULT and (options.tables == "core" or not data.decides):
                continue
            pairs = list(pairs_of(name, adata.copy(), scorer))
            rows += [row for pair in pairs for row in judge(pair, method)]
            judged += pairs if method == DEFAULT else []
    aurocs = pd.DataFrame(rows)
    aurocs["own_study"] = aurocs["own_study"].eq(True)
    if options.tsv:
        aurocs.to_csv(options.tsv, sep="\t", index=False, float_format="%.4f")
    if options.tables != "core":
        print_methods(aurocs)
    if options.tables != "methods":
        print_core(aurocs[aurocs["method"] == DEFAULT], judged)


if __name__ == "__main__":
    main()
