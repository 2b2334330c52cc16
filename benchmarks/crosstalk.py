"""Crosstalk against the cellphonedb package: wall seconds, CPU seconds and memory, in one run.

python benchmarks/crosstalk.py [--cells 10000] [--groups 15] [--cellphonedb cellphonedb.zip]

The data are random and sparse, with the genes of the interactions. Without
``--cellphonedb`` the built-in axes are run alone; with it, both tools test the
interactions of that file. Each tool runs in a process of its own, cellphonedb
with one thread, as more can hang.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cells", type=int, default=10_000)
    options.add_argument("--groups", type=int, default=15)
    options.add_argument("--density", type=float, default=0.1)
    options.add_argument("--perms", type=int, default=1000)
    options.add_argument("--cellphonedb", type=Path, help="a CellPhoneDB database zip")
    given = options.parse_args()

    tools = {"tmeatlas, first call": run_ours, "tmeatlas, second call": run_ours_again}
    if given.cellphonedb:
        tools["cellphonedb, 1 thread"] = run_cellphonedb
    print(f"{given.cells} cells, {given.groups} groups, {given.perms} permutations")
    print(f"{'tool':24} {'rows':>9} {'wall s':>8} {'CPU s':>8} {'peak GB':>8}")
    for name, tool in tools.items():
        rows, wall, cpu, peak = in_new_process(tool, given)
        print(f"{name:24} {rows:9,} {wall:8.2f} {cpu:8.2f} {peak:8.2f}", flush=True)


def in_new_process(tool, given):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(tool, (given,))


def measured(call):
    wall, cpu = time.perf_counter(), time.process_time()
    rows = call()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return rows, wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def run_ours(given):
    import tmeatlas as tme

    database = interactions(given)
    adata = random_data(given, database.genes)

    def call() -> int:
        tme.tl.crosstalk(adata, "group", database=database, n_perms=given.perms)
        return len(adata.uns["tme_crosstalk"])

    return measured(call)


def run_ours_again(given):
    run_ours(given)
    return run_ours(given)


def run_cellphonedb(given):
    os.environ["NUMBA_THREADING_LAYER"] = "workqueue"
    from cellphonedb.src.core.methods import cpdb_statistical_analysis_method

    adata = random_data(given, interactions(given).genes)
    with tempfile.TemporaryDirectory() as folder:
        meta = Path(folder) / "meta.tsv"
        adata.obs["group"].to_csv(meta, sep="\t", index_label="Cell")

        def call() -> int:
            result = cpdb_statistical_analysis_method.call(
                cpdb_file_path=str(given.cellphonedb),
                meta_file_path=str(meta),
                counts_file_path=adata,
                counts_data="hgnc_symbol",
                output_path=folder,
                iterations=given.perms,
                threads=1,
                debug_seed=0,
            )
            return len(result["pvalues"]) * given.groups**2

        return measured(call)


def interactions(given):
    """The built-in axes, or the interactions of a CellPhoneDB file."""
    from tmeatlas.lr import as_interactions

    if not given.cellphonedb:
        return as_interactions("tme")
    from cellphonedb.utils import db_utils

    pairs, genes, members, *_ = db_utils.get_interactions_genes_complex(str(given.cellphonedb))
    symbol = genes.drop_duplicates("id_multidata").set_index("id_multidata")["hgnc_symbol"]
    subunits = members["protein_multidata_id"].map(symbol).groupby(members["complex_multidata_id"])
    names = pd.concat([symbol, subunits.agg(lambda parts: "_".join(sorted(parts)))])
    return as_interactions(
        pd.DataFrame(
            {
                "interaction": pairs["id_cp_interaction"],
                "ligand": pairs["multidata_1_id"].map(names),
                "receptor": pairs["multidata_2_id"].map(names),
            }
        ).dropna()
    )


def random_data(given, genes):
    """Log-normal values at random places, every fifth gene high in one group."""
    rng = np.random.default_rng(0)
    group = rng.integers(given.groups, size=given.cells)
    matrix = sp.random_array(
        (given.cells, len(genes)),
        density=given.density,
        format="csr",
        dtype=np.float32,
        rng=rng,
        data_sampler=lambda size: rng.lognormal(0.0, 0.5, size).astype(np.float32),
    ).tocoo()
    favourite = rng.integers(given.groups, size=len(genes))
    raised = (group[matrix.row] == favourite[matrix.col]) & (matrix.col % 5 == 0)
    matrix.data[raised] *= 2.0
    obs = pd.DataFrame(
        {"group": pd.Categorical([f"group{g}" for g in group])},
        index=[f"cell{i}" for i in range(given.cells)],
    )
    return ad.AnnData(sp.csr_matrix(matrix), obs=obs, var=pd.DataFrame(index=list(genes)))


if __name__ == "__main__":
    main()
