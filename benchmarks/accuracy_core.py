"""What is core, chosen by the figures of `accuracy.py`, and how that choice does on other data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from accuracy_data import DATA
from accuracy_pairs import Pair
from scipy.stats import rankdata

import tmeatlas as tme

MAX_SHORTFALL = 0.05
"""Core signatures fall short of the best one by no more than this, in the mean over data sets."""
MIN_SHARE = 0.5
"""Share of the data sets with such labels in which a core signature has enough of its genes."""
MOST = 3
"""From three signatures on, a consensus weighs them."""
MARGIN = 0.005
"""What the consensus may fall behind the best signature."""
DRAWS = 2000


def choose(aurocs: pd.DataFrame) -> dict[str, list[str]]:
    """What would be core by these AUROCs, for each thing marked of which they can decide."""
    single = aurocs[~aurocs["signature"].str.startswith("(") & aurocs["decides"]]
    chosen: dict[str, list[str]] = {}
    for marks, rows in single[~single["own_study"]].groupby("marks", sort=False):
        wide = rows.pivot_table(index="signature", columns="data", values="auroc")
        shortfall = wide.max() - wide
        is_known = shortfall.notna().mean(axis=1) >= MIN_SHARE
        mean = shortfall.mean(axis=1)[is_known].sort_values(kind="stable")
        chosen[str(marks)] = [str(name) for name in mean.index[mean <= MAX_SHORTFALL][:MOST]]
    return chosen


def against_best(pair: Pair, chosen: Sequence[str], draws: int = DRAWS) -> dict[str, float]:
    """The consensus of some signatures less the best of all, and what drawing cells again leaves.

    The best signature stays that of all cells.
    """
    best = max(pair.signatures, key=lambda name: pair.auroc(pair.of(name)))
    wanted, seen = pair.cells.of(pair.adata.obs)
    wanted = wanted[seen]
    both = [pair.consensus(list(chosen)), pair.of(best)]
    values = np.column_stack([scores[seen] for scores in both])
    rng = np.random.default_rng(0)
    inside, outside = np.flatnonzero(wanted), np.flatnonzero(~wanted)
    drawn = []
    for _ in range(draws):
        cells = np.concatenate([rng.choice(inside, len(inside)), rng.choice(outside, len(outside))])
        a, b = _aurocs(values[cells], len(inside))
        drawn.append(a - b)
    combined, single = (pair.auroc(scores) for scores in both)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {
        "best": single,
        "consensus": combined,
        "difference": combined - single,
        "low": float(low),
        "high": float(high),
    }


def _aurocs(values: np.ndarray, n_first: int) -> np.ndarray:
    """AUROC of each column, where the cells to be found are the first ones."""
    ranks = rankdata(values, axis=0)[:n_first]
    return (ranks.sum(axis=0) - n_first * (n_first + 1) / 2) / (n_first * (len(values) - n_first))


def finding_table(pairs: Sequence[Pair]) -> pd.DataFrame:
    """The consensus of finding signatures beside the best of them, in each data set of cells."""
    rows = []
    for pair in pairs:
        ids = list(pair.signatures)
        if not pair.decides or len(ids) < 2 or pair.signatures[ids[0]].purpose != "finds":
            continue
        row = {"data": pair.data, "marks": pair.marks, "cells": _n_wanted(pair)}
        row |= {"signatures": len(ids)} | against_best(pair, ids)
        row["core consensus"] = pair.auroc(pair.consensus(pair.core)) if pair.core else np.nan
        row["behind"] = "yes" if row["high"] < -MARGIN else ""
        rows.append(row)
    return pd.DataFrame(rows).set_index(["data", "marks"])


def left_out_table(aurocs: pd.DataFrame, pairs: Sequence[Pair]) -> pd.DataFrame:
    """What is core, and what would be without a data set, on that data set."""
    rows = []
    for pair in pairs:
        others = choose(aurocs[aurocs["data"] != pair.data]).get(pair.marks)
        if not (pair.decides and pair.signatures) or others is None:
            continue
        scored = [name for name in others if name in pair.signatures]
        row = {"data": pair.data, "marks": pair.marks, "chosen without it": ", ".join(others)}
        row["best"] = max(pair.auroc(pair.of(name)) for name in pair.signatures)
        row["core"] = pair.auroc(pair.consensus(pair.core)) if pair.core else np.nan
        row["without it"] = pair.auroc(pair.consensus(scored)) if scored else np.nan
        rows.append(row)
    return pd.DataFrame(rows).set_index(["data", "marks"])


def signature_table(aurocs: pd.DataFrame) -> pd.DataFrame:
    """Signatures × data sets; a star marks a signature of the data set's own study."""
    signatures = tme.sig.load("all")
    rows = aurocs[~aurocs["signature"].str.startswith("(")].copy()
    rows["text"] = rows["auroc"].map("{:.3f}".format) + np.where(rows["own_study"], "*", "")
    rows["core"] = ["yes" if signatures[n].tier == "core" else "" for n in rows["signature"]]
    by = ["marks", "signature", "core"]
    wide = rows.pivot_table(index=by, columns="data", values="text", aggfunc="first")
    names = [name for name in DATA if name in wide]
    wide = wide[names].fillna("").reset_index()
    mean = rows[~rows["own_study"]].groupby(["marks", "signature"])["auroc"].mean()
    wide["mean"] = pd.MultiIndex.from_frame(wide[["marks", "signature"]]).map(mean)
    place = {marks: i for i, marks in enumerate(dict.fromkeys(rows["marks"]))}
    wide["place"] = wide["marks"].map(place)
    wide = wide.sort_values(["place", "core", "mean"], ascending=[True, False, False])
    return wide.drop(columns="place").set_index(["marks", "signature", "core"])


def near_core(table: pd.DataFrame, others: int = 2) -> pd.DataFrame:
    """Of a table of signatures, those in core and the best of those that are not."""
    is_core = table.index.get_level_values("core") == "yes"
    place = table.groupby(["marks", "core"], sort=False).cumcount()
    return table[is_core | (place < others)]


def few_genes_table(pairs: Sequence[Pair]) -> pd.DataFrame:
    """What was done to the cells, told by signatures however few of their genes are there."""
    rows = []
    everything = tme.sig.load("all").values()
    for pair in pairs:
        signatures = [s for s in everything if s.marks == pair.marks]
        adata = pair.adata.copy()
        scorer = tme.methods.UCell(max_rank="detected")
        tme.tl.score(adata, signatures, method=scorer, min_coverage=0.01, obs=False)
        found = adata.uns["tme_coverage"]
        for name in found.index[found["scored"]]:
            genes = f"{found.loc[name, 'n_found']} of {found.loc[name, 'n_genes']}"
            row = {"marks": pair.marks, "signature": name, "genes found": genes}
            rows.append(row | {"auroc": pair.auroc(adata.obsm["tme_scores"][name])})
    return pd.DataFrame(rows).set_index(["marks", "signature"])


def print_core(aurocs: pd.DataFrame, pairs: Sequence[Pair]) -> None:
    """The tables of single signatures, of their consensus, and of the choice of core."""
    print("\n## The consensus of finding signatures beside the best of them\n")
    print(markdown(finding_table(pairs)))
    print("\n## Core, chosen without each data set and reported on it\n")
    print(markdown(left_out_table(aurocs, pairs)))
    print("\n## Core by the rule, and as it is\n")
    core = tme.sig.load("core").values()
    table = {
        marks: (", ".join(ids), ", ".join(s.id for s in core if s.marks == marks))
        for marks, ids in choose(aurocs).items()
    }
    print(markdown(pd.DataFrame(table, index=["by the rule", "core"]).T.rename_axis("marks")))
    mixed = ~aurocs["data"].map({name: data.decides for name, data in DATA.items()})
    of_cells = signature_table(aurocs[~mixed])
    print("\n## Core and what came near (* from the same study, not in the mean)\n")
    print(markdown(near_core(of_cells)))
    print("\n## Each signature\n")
    print(markdown(of_cells))
    print("\n## Each signature, in what decides nothing: bulk samples and spots\n")
    print(markdown(signature_table(aurocs[mixed])))
    stimulated = [p for p in pairs if p.data == "kang2018" and p.marks.startswith("ifn")]
    if stimulated:
        print("\n## kang2018: stimulated cells, by signatures with any of their genes\n")
        print(markdown(few_genes_table(stimulated)))


def _n_wanted(pair: Pair) -> int:
    return int(pair.cells.of(pair.adata.obs)[0].sum())


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
