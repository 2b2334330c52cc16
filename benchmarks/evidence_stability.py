"""What verdicts become with fewer and with more cells; and by the settings of the test."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from evidence_data import (
    Input,
    labelled,
    of_cells,
    read,
    shuffled_genes,
    simulated,
    thinned,
)
from evidence_errors import false_interactions

import tmeatlas as tme
from tmeatlas.lr import ALPHA, MIN_FOLD, STANDING, SideTest, Verdict

ROW, AXIS = ["interaction", "source", "target"], ["axis", "source", "target"]
FEW = 10_000
SETTINGS = [
    *(SideTest(min_fold=fold) for fold in (1.0, 1.1, 1.25, 1.5, 2.0)),
    *(SideTest(few_expected=few) for few in (3.0, 8.0)),
    *(SideTest(stands_out=p) for p in (1e-3, 1e-5)),
    *(SideTest(most_aside=share) for share in (0.34, 0.67)),
]


def print_cells(given: argparse.Namespace) -> None:
    """Half and a quarter of the cells; ten times as many; other orders."""
    for name, data in (("wu2021", read(labelled("wu2021"))), ("simulated", read(simulated(3000)))):
        _print_order(name, data)
        for share in (0.5, 0.25):
            _print_fewer(name, data, share)
    for seed in range(3):
        large = read(simulated(given.cells, 5 + seed))
        chosen = np.random.default_rng(seed).choice(given.cells, FEW, replace=False)
        small = of_cells(large, np.sort(chosen))
        print(f"\nverdicts of {FEW:,} cells among all {given.cells:,} of them, seed {seed}")
        for what, keys, test in _TESTS:
            _print_change(what, test(small), test(large), keys)


_TESTS: list[tuple[str, list[str], Callable[[Input], pd.DataFrame]]] = [
    ("rows", ROW, lambda data: data.rows().table),
    ("axes", AXIS, lambda data: data.axes().table),
]


def _print_fewer(name: str, data: Input, share: float) -> None:
    rng = np.random.default_rng(0)
    kept = np.flatnonzero(rng.random(len(data.cells.codes)) < share)
    codes = data.cells.codes[kept]
    large = np.bincount(codes, minlength=len(data.cells.labels)) >= 5
    part = of_cells(data, kept[large[codes]])
    labels = [label for label, enough in zip(data.cells.labels, large, strict=True) if enough]
    part = part.with_cells(
        codes=(np.cumsum(large) - 1)[part.cells.codes].astype(np.int32), labels=labels
    )
    print(f"\n{name}, {share:.0%} of the cells: what specific ones become")
    for what, keys, test in _TESTS:
        full = test(data)
        full = full[full["source"].isin(labels) & full["target"].isin(labels)]
        both = _side_by_side(full, test(part), keys)
        became = both.loc[both["verdict"].isin(STANDING), "later"].value_counts(normalize=True)
        backwards = _side_by_side(test(part), full, keys)
        new = backwards.loc[backwards["verdict"].isin(STANDING), "later"]
        lost = int((~new.isin(STANDING)).sum())
        print(
            f"  {what}:",
            became.round(3).to_dict(),
            f"specific in the part only: {lost} of {len(new)}",
        )


def _side_by_side(before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    columns = [*keys, "verdict"]
    one, two = (table[columns].astype(str) for table in (before, after))
    both = one.merge(two.rename(columns={"verdict": "later"}), on=keys, how="left")
    return both.fillna({"later": "not listed"})


def _print_change(what: str, before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> None:
    both = _side_by_side(before, after, keys)
    both = both[~both["verdict"].isin([Verdict.TOO_FEW, Verdict.NONE])]
    changed = both["verdict"] != both["later"]
    print(f"{what}: {100 * changed.mean():.2f} % of {len(both):,} change;", end=" ")
    print(pd.crosstab(both["verdict"], both["later"]).to_dict("index"), flush=True)


def _print_order(name: str, data: Input) -> None:
    """The same cells in another order."""
    order = np.random.default_rng(1).permutation(len(data.cells.codes))
    other = of_cells(data, order)
    for what, keys, test in _TESTS:
        one, two = test(data), test(other)
        both = one.merge(two, on=keys, suffixes=("", "_other"))
        same = (both["verdict"] == both["verdict_other"]).all() and len(both) == len(one)
        far = (both["pval"] / both["pval_other"] - 1).abs().max()
        print(f"{name}, cells in another order: {what} the same {same}, p-values within {far:.0e}")


def print_constants(given: argparse.Namespace) -> None:
    """What each setting finds, and what of it is false."""
    tumours = {name: read(labelled(name)) for name in ("wu2021", "kim2020", "puram2017")}
    counts = tme.datasets.simulated(2000)
    planted = counts.uns["truth"].astype(str)
    shallow = [read(thinned(counts, share)) for share in (0.1, 0.05)]
    print("rows / axes that stand out | planted rows, thinned | rows (false), half of them false")
    for settings in SETTINGS:
        found = [f"{name} {_n(data, settings)}" for name, data in tumours.items()]
        thin = [str(_n_planted(data, planted, settings)) for data in shallow]
        errors = partial(_half_false, settings=settings, repeats=max(2, given.repeats // 4))
        false = [f"{name} {errors(data)}" for name, data in tumours.items()]
        print(
            _differs(settings),
            "|",
            ", ".join(found),
            "|",
            ", ".join(thin),
            "|",
            ", ".join(false),
            flush=True,
        )


def _differs(settings: SideTest) -> str:
    usual = vars(SideTest())
    changed = {k: v for k, v in vars(settings).items() if v != usual[k]}
    return ", ".join(f"{k} {v}" for k, v in changed.items()) or f"as it is (min_fold {MIN_FOLD})"


def _n(data: Input, settings: SideTest) -> str:
    tables = data.rows(settings).table, data.axes(settings).table
    return " / ".join(str(int(table["verdict"].isin(STANDING).sum())) for table in tables)


def _n_planted(data: Input, truth: pd.DataFrame, settings: SideTest) -> int:
    table = data.rows(settings).table
    keys = ["ligand_complex", "receptor_complex", "source", "target"]
    names = table.loc[table["padj"] <= ALPHA, keys].astype(str)
    return len(truth[keys].merge(names.drop_duplicates(), on=keys))


def _half_false(data: Input, settings: SideTest, repeats: int) -> str:
    rng, found = np.random.default_rng(7), []
    for _ in range(repeats):
        bad = rng.random(data.cells.expression.shape[1]) < 0.5
        stands = shuffled_genes(data, bad, rng).rows(settings).overall.tests.padj <= ALPHA
        false = stands & false_interactions(data, bad)[:, None, None]
        found.append((stands.sum(), false.sum() / max(1, stands.sum())))
    rows, share = np.mean(found, axis=0)
    return f"{rows:.0f} ({100 * share:.1f} %)"
