"""What is found: a lone pair, planted axes in shallow data, with the cells needed, by samples."""

from __future__ import annotations

import argparse

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp
from evidence_data import (
    FEWEST_CELLS,
    Input,
    lone_pair,
    normalised,
    read,
    simulated,
    thinned,
    with_lone_pair,
)

import tmeatlas as tme
from tmeatlas.lr import ALPHA, MIN_FOLD, STANDING, SideTest, assess_sides
from tmeatlas.lr._needed import Seen, cells_needed
from tmeatlas.lr._strata import Strata
from tmeatlas.results import Verdict

SHARES = (0.05, 0.1, 0.2, 0.4, 1.0)
SIZES = (300, 1500, 10_000)
ENDS = ("Endothelial", "T CD4")
TEN = 10
THINNED = (1.0, 0.5, 0.25, 0.1, 0.05)
ROW = ["ligand_complex", "receptor_complex", "source", "target"]
EFFECTS = ((0.01, 0.05), (0.01, 0.1), (0.01, 0.4), (0.05, 0.15), (0.1, 0.25), (0.2, 0.5))
EFFECTS += ((0.1, 0.2), (0.2, 0.4))
"""Share of the other cells, and of the group, that show a gene. In the last two the group has it
less often than `cells_needed` supposes at least, so they fall short of the aim."""
OTHERS = 15
"""Cells outside for each cell of the group."""


def print_pair(given: argparse.Namespace) -> None:
    """A ligand and its receptor in a share of one group each, and in 1 % of the others."""
    print("a lone pair: share of the runs in which it is specific, by share of its groups")
    for n_cells in SIZES:
        data = read(simulated(n_cells, 1))
        repeats = given.repeats if n_cells < max(SIZES) else max(2, given.repeats // 3)
        for labels in ("shuffled", "real"):
            rng = np.random.default_rng(1)
            codes = data.cells.codes
            if labels == "shuffled":
                codes = rng.permutation(codes)
            background = data.with_cells(codes=codes)
            ends = tuple(data.cells.labels.index(name) for name in ENDS)
            _print_found(background, ends, labels, repeats, rng)
            _print_found(*_groups_of_ten(background, rng), labels, repeats, rng)


def _groups_of_ten(data: Input, rng: np.random.Generator) -> tuple[Input, tuple[int, int]]:
    """The same cells, with two further groups of ten random ones."""
    codes, n = data.cells.codes.copy(), len(data.cells.labels)
    chosen = rng.choice(len(codes), 2 * TEN, replace=False)
    codes[chosen] = np.repeat([n, n + 1], TEN)
    labels = [*data.cells.labels, "ten", "another ten"]
    return data.with_cells(codes=codes, labels=labels), (n, n + 1)


def _print_found(
    data: Input, ends: tuple[int, int], labels: str, repeats: int, rng: np.random.Generator
) -> None:
    found = []
    for share in SHARES:
        tests = [
            with_lone_pair(data, ends, share, rng).rows().overall.tests for _ in range(repeats)
        ]
        padj = np.array([test.padj[(lone_pair(data), *ends)] for test in tests])
        found.append(f"{(padj <= ALPHA).mean():.2f} at {share:.0%}")
    sizes = " and ".join(str(data.cells.sizes[group]) for group in ends)
    n_cells = len(data.cells.codes)
    print(
        f"{n_cells:>7,} cells, {labels:8} labels, groups of {sizes}: {', '.join(found)}", flush=True
    )


def print_planted(given: argparse.Namespace) -> None:
    """Planted interactions and axes as the molecules are thinned, by the verbs."""
    for seed in range(3):
        counts = tme.datasets.simulated(2000, rng=seed)
        truth = counts.uns["truth"].astype(str)
        print(
            f"planted, simulated 2,000 cells, seed {seed}: found of {len(truth)} (stand out in all)"
        )
        for share in THINNED:
            adata = normalised(counts) if share == 1 else thinned(counts, share)
            genes = int(np.median(np.diff(adata.X.indptr)))
            found = [
                f"{name} {_n_found(table, truth[keys])} ({len(table)})"
                for name, table, keys in _standing(adata)
            ]
            print(f"  {genes:4d} genes per cell: {'; '.join(found)}", flush=True)


def _standing(adata: ad.AnnData) -> list[tuple[str, pd.DataFrame, list[str]]]:
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    tables = adata.uns["tme_crosstalk"], adata.uns["tme_axes"]
    rows, axes = (table[table["verdict"].isin(STANDING)] for table in tables)
    return [("rows", rows, ROW), ("axes", axes, ["axis", "source", "target"])]


def _n_found(table: pd.DataFrame, truth: pd.DataFrame) -> int:
    keys = list(truth.columns)
    names = table[keys].astype(str).drop_duplicates()
    return len(truth.drop_duplicates().merge(names, on=keys))


def print_needed(given: argparse.Namespace) -> None:
    """One side with as many cells as it is said to need by counts; aim 80 %."""
    rng, times = np.random.default_rng(2), 10 * given.repeats
    print(f"cells needed, aim 80 %, {times} runs: share outside -> inside, threshold: cells, found")
    for outside, inside in EFFECTS:
        for threshold in (1e-3, 1e-4):
            seen = Seen(
                *(np.array([share]) for share in (inside, outside, 0.5)),
                *(np.array([cells]) for cells in (1, OTHERS)),
            )
            needed = cells_needed(seen, fold=MIN_FOLD, threshold=np.array([threshold]))[0]
            n = int(needed) if np.isfinite(needed) else 0
            found = [_passes(n, inside, outside, threshold, rng) for _ in range(times if n else 0)]
            says = f"{needed:8.0f}, {np.mean(found):.2f}" if n else "never"
            print(f"  {outside:.2f} -> {inside:.2f}, {threshold}: {says}", flush=True)


def _passes(
    n: int, inside: float, outside: float, threshold: float, rng: np.random.Generator
) -> bool:
    codes = np.repeat([0, 1], [n, OTHERS * n]).astype(np.int32)
    shown = rng.random(len(codes)) < np.where(codes == 0, inside, outside)
    values = sp.csc_matrix((shown * rng.lognormal(0.5, 0.4, len(codes)))[:, None], dtype=np.float32)
    strata = Strata(np.zeros(len(codes), dtype=np.int32))
    settings = SideTest(most_aside=0.0)
    return bool(
        assess_sides(values, codes, strata, [np.array([0])], settings=settings).pval[0, 0]
        <= threshold
    )


def print_samples(given: argparse.Namespace) -> None:
    """Planted rows over eight patients; and a pair that one patient alone has."""
    adata = simulated(3000)
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=FEWEST_CELLS)
    truth = adata.uns["truth"].astype(str)
    rows = adata.uns["tme_crosstalk"]
    rows = rows.assign(**{key: rows[key].astype(str) for key in ROW})
    columns = ["n_samples", "n_samples_seen", "n_samples_specific", "pval", "padj", "verdict"]
    print("planted rows over the samples of 3,000 simulated cells")
    print(truth[ROW].merge(rows[[*ROW, *columns]], on=ROW, how="left").to_string(index=False))
    tme.tl.axes(adata)
    axes = adata.uns["tme_axes"]
    standing = axes[axes["verdict"].isin(STANDING)]
    keys = ["axis", "source", "target"]
    n_axes = len(truth[keys].drop_duplicates())
    print(f"planted axes {_n_found(standing, truth[keys])} of {n_axes}; in all {len(standing)}")
    print("specific rows, by samples:", _n_specific_dealt(adata))
    data, rng = read(adata, sample_key="sample"), np.random.default_rng(3)
    ends = tuple(data.cells.labels.index(name) for name in ENDS)
    found = []
    for sample in range(len(data.samples)):
        changed = with_lone_pair(data, ends, 1.0, rng)
        own = data.cells.samples == sample
        alone = with_lone_pair(data, ends, 0.01, rng).cells.expression
        mixed = sp.diags(own.astype(np.float32)) @ changed.cells.expression
        mixed = mixed + sp.diags((~own).astype(np.float32)) @ alone
        expression = sp.csc_matrix(mixed, dtype=np.float32)
        expression.eliminate_zeros()
        expression.sort_indices()
        tested = data.with_cells(expression=expression).rows()
        at = (lone_pair(data), *ends)
        row = tested.rows.interaction, tested.rows.source, tested.rows.target
        here = np.flatnonzero(np.all([a == b for a, b in zip(row, at, strict=True)], axis=0))
        found.append(str(tested.table["verdict"].iloc[here[0]]) if len(here) else "not listed")
    print("a pair in all cells of its groups in one sample, 1 % in the others:", found, flush=True)


def _n_specific_dealt(adata: ad.AnnData) -> dict[str, int]:
    """Specific rows over all cells, over its samples, and over three that mean nothing."""
    dealt = {"none": None, "its own": "sample"}
    for seed in range(3):
        key = f"three at random, seed {seed}"
        adata.obs[key] = np.random.default_rng(seed).integers(0, 3, adata.n_obs).astype(str)
        dealt[key] = key
    found = {}
    for name, key in dealt.items():
        tme.tl.crosstalk(adata, "cell_type", sample_key=key)
        found[name] = int((adata.uns["tme_crosstalk"]["verdict"] == Verdict.SPECIFIC).sum())
    return found
