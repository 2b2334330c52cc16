"""How close the analytic null of crosstalk comes to 100,000 permutations, and what it costs.

    python benchmarks/analytic.py [FILE.h5ad ...] [--groupby cell_type] [--samples sample]
                                  [--cellphonedb cellphonedb.zip] [--perms 100000]
    python benchmarks/analytic.py --speed [--cells 10000] [--groups 15] [--cellphonedb ...]

FILEs hold log-normalised expression; without one, the simulated tumour is used. Each is
shuffled among all cells and, where it has several samples, within them. |dp| is the
difference from the p-value of the permutations, which itself is off by about
0.5 / sqrt(perms). "weak" rows are those that `tl.crosstalk` permutes all the same; "1,000
permutations" shows the error that a usual number of them makes. "0.05" and "0.01" are the
shares of rows on the same side of that limit. "tail" is the ratio of the p-values where
that of the permutations is in the given range: its 5th, 50th and 95th percentile.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas._stats import permutation_pvalue
from tmeatlas.cells._groups import read_groups
from tmeatlas.interactions import as_interactions
from tmeatlas.lr import _engine as engine
from tmeatlas.lr._analytic import analytic_pvalues
from tmeatlas.lr._match import match_interactions
from tmeatlas.lr._null import Null, fixed_groups
from tmeatlas.matrix._expression import open_matrix

TAILS = ((1e-4, 1e-3), (1e-3, 1e-2))
FEW_PERMS = 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", type=Path, nargs="*")
    options.add_argument("--groupby", default="cell_type")
    options.add_argument("--samples", default="sample")
    options.add_argument("--cellphonedb", type=Path, help="a CellPhoneDB database zip")
    options.add_argument("--perms", type=int, default=100_000)
    options.add_argument("--speed", action="store_true", help="time it on random data instead")
    options.add_argument("--cells", type=int, default=10_000)
    options.add_argument("--groups", type=int, default=15)
    options.add_argument("--density", type=float, default=0.1)
    given = options.parse_args()
    warnings.simplefilter("ignore", tme._errors.TMEWarning)
    database = as_interactions(given.cellphonedb or "tme")
    if given.speed:
        print_speed(database, given)
        return
    print(
        f"{'rows of':36} {'rows':>8} {'mean |dp|':>10} {'99.9 %':>8} {'max |dp|':>9}"
        f" {'0.05':>8} {'0.01':>8}"
    )
    for name, adata in data_sets(given.files):
        print_errors(name, adata, None, database, given)
        if len(adata.obs[given.samples].unique()) > 1:
            print_errors(f"{name}, within", adata, given.samples, database, given)


def data_sets(files):
    """Each file, or the simulated tumour."""
    if not files:
        adata = tme.datasets.simulated(3000)
        tme.pp.prepare(adata)
        yield "simulated", adata
    for file in files:
        yield file.stem, ad.read_h5ad(file)


def print_errors(name, adata, sample_key, database, given):
    """Compare all rows of one data set, and those that are not weak."""
    problem = read_problem(adata, given.groupby, sample_key, database)
    rows, blocks = problem["rows"], problem.pop("blocks")
    result = analytic_pvalues(**arguments(problem), null=Null(FEW_PERMS, 0, blocks))
    exact = permuted(problem, Null(given.perms, 1, blocks))
    few = permuted(problem, Null(FEW_PERMS, 2, blocks))
    testable, n_genes = rows.testable, problem["matched"].partners.n_genes
    of_complex = np.maximum(*sides(problem)) >= n_genes
    strong = testable & ~result.weak
    mixed = np.where(result.weak, few, result.pval)
    for what, pval, chosen in (
        ("all", result.pval, testable),
        ("not weak", result.pval, strong),
        ("not weak, genes", result.pval, strong & ~of_complex),
        ("not weak, complexes", result.pval, strong & of_complex),
        ("weak", result.pval, testable & result.weak),
        ("weak ones permuted", mixed, testable),
        ("1,000 permutations", few, testable),
        ("1,000 permutations, not weak", few, strong),
    ):
        print_row(f"{name}: {what}", pval[chosen], exact[chosen])
    for low, high in TAILS:
        chosen = strong & (exact >= low) & (exact < high)
        if chosen.any():
            ratio = np.quantile(result.pval[chosen] / exact[chosen], [0.05, 0.5, 0.95])
            tail = " ".join(f"{value:.2f}" for value in ratio)
            print(f"{name}: tail {low:g} to {high:g}".ljust(36), f"{chosen.sum():8,}  {tail}")


def print_row(name, pval, exact):
    if not len(pval):
        return
    off = np.abs(pval - exact)
    agree = [np.mean((pval <= limit) == (exact <= limit)) for limit in (0.05, 0.01)]
    print(
        f"{name:36} {len(pval):8,} {off.mean():10.5f} {np.quantile(off, 0.999):8.4f}"
        f" {off.max():9.4f} {agree[0]:8.5f} {agree[1]:8.5f}",
        flush=True,
    )


def read_problem(adata, groupby, sample_key, database):
    """What both nulls are given: values, groups, interactions, rows and blocks."""
    matrix, groups = open_matrix(adata), read_groups(adata, groupby, min_cells=10)
    matched = match_interactions(database, matrix.genes)
    kept = groups.codes >= 0
    values = matrix.columns(matched.columns)[kept]
    values.sort_indices()
    blocks = None
    if sample_key is not None:
        blocks = adata.obs[sample_key].astype("category").cat.codes.to_numpy()[kept]
    return as_problem(values, groups.codes[kept], groups.sizes, matched, blocks)


def as_problem(values, codes, sizes, matched, blocks=None):
    statistics = engine.group_statistics(values, codes, sizes, matched.partners)
    fixed = None if blocks is None else fixed_groups(codes, blocks, len(sizes))
    rows = engine.rows_seen(matched, statistics, fixed=fixed)
    return {
        **{"values": values, "codes": codes, "sizes": sizes, "matched": matched},
        **{"rows": rows, "blocks": blocks},
    }


def arguments(problem):
    """The problem as `analytic_pvalues` takes it."""
    named = {name: problem[name] for name in ("values", "codes", "matched", "rows")}
    return {**named, "n_groups": len(problem["sizes"])}


def permuted(problem, null):
    return permutation_pvalue(engine.count_exceeding(**problem, null=null), null.n_perms)


def sides(problem):
    """The ligand and the receptor of each row."""
    matched, of = problem["matched"], problem["rows"].interaction
    return matched.ligand[of], matched.receptor[of]


def print_speed(database, given):
    """Seconds on random data with the genes of the interactions, compiling left out."""
    problem = random_problem(database, given)
    problem.pop("blocks")
    n_rows, n_genes = len(problem["rows"]), problem["values"].shape[1]
    print(
        f"{given.cells:,} cells, {given.groups} groups, {n_genes:,} genes, {n_rows:,} rows,"
        f" {problem['values'].nnz:,} values"
    )
    null = Null(FEW_PERMS, 0)
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        result = analytic_pvalues(**arguments(problem), null=null)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"analytic: {wall:.2f} s, {cpu:.2f} s of CPU; weak: {result.weak.mean():.1%}")


def random_problem(database, given):
    """Log-normal values at random places, in genes of different frequency."""
    rng = np.random.default_rng(0)
    matched = match_interactions(database, pd.Index(database.genes))
    share = np.clip(rng.exponential(given.density, len(database.genes)), 0.001, 0.9)
    columns = [np.flatnonzero(rng.random(given.cells, np.float32) < each) for each in share]
    starts = np.cumsum([0, *map(len, columns)])
    data = rng.lognormal(0.0, 0.5, starts[-1]).astype(np.float32)
    shape = (given.cells, len(share))
    values = sp.csc_matrix((data, np.concatenate(columns), starts), shape=shape)
    codes = rng.integers(given.groups, size=given.cells).astype(np.int32)
    sizes = np.bincount(codes, minlength=given.groups)
    return as_problem(values[:, matched.columns], codes, sizes, matched)


if __name__ == "__main__":
    main()
