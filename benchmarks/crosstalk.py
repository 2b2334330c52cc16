"""Crosstalk side by side with cellphonedb, liana, squidpy and FastCCC: time and memory.

    python benchmarks/crosstalk.py cellphonedb-v5.0.0.zip --cells 10000
    python benchmarks/crosstalk.py cellphonedb-v5.0.0.zip --cells 50000 --skip cellphonedb
    python benchmarks/crosstalk.py cellphonedb-v5.0.0.zip --cells 1000000 --groups 30 --ours

All tools test the interactions of one CellPhoneDB release on the same made-up
cells, each in a process of its own: log-normal values at random places, every
fifth gene higher in one group. `wall` and `CPU` are those of the call, without
imports and without making the data; CPU counts all threads and child processes.
`extra` is the most memory in use during the call above that before it (Linux only).
Ours has exact p-values of either side and no permutations; what its verdicts are
worth is measured by `benchmarks/crosstalk_evidence.py`. cellphonedb runs with one
thread: with more it can hang.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
import warnings
import zipfile
from importlib.util import find_spec
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

HIGHEST = 8.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", type=Path, help="the zip of a CellPhoneDB release")
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=15)
    parser.add_argument("--genes", type=int, default=5_000)
    parser.add_argument("--density", type=float, default=0.1)
    parser.add_argument("--perms", type=int, default=1000)
    parser.add_argument("--skip", nargs="*", default=[], metavar="TOOL")
    parser.add_argument("--ours", action="store_true", help="leave out all peers")
    given = parser.parse_args()

    chosen = {name: tool for name, tool in TOOLS.items() if name not in given.skip}
    if given.ours:
        chosen = {name: tool for name, tool in chosen.items() if name.startswith("tmeatlas")}
    print(f"{given.cells:,} cells, {given.groups} groups, {given.perms} permutations")
    print(f"{'tool':24} {'rows':>9} {'wall s':>8} {'CPU s':>8} {'extra GB':>8}")
    for name, tool in chosen.items():
        package = name.split(",")[0].split(" ")[0].lower()
        if find_spec(package) is None:
            print(f"{name:24} not installed")
            continue
        try:
            n_rows, wall, cpu, extra = in_new_process(tool, given)
        except Exception as error:
            print(f"{name:24} failed: {error!r}", flush=True)
            continue
        print(f"{name:24} {n_rows:9,} {wall:8.2f} {cpu:8.2f} {extra:8.2f}", flush=True)


def in_new_process(tool, given):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(quietly, (tool, given))


def quietly(tool, given):
    warnings.simplefilter("ignore")
    return tool(given)


def measured(call):
    """How many rows the call gives, and what it took."""
    before = forget_peak()
    wall, cpu = time.perf_counter(), cpu_seconds()
    n_rows = call()
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    return n_rows, wall, cpu, peak_gb() - before


def cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def forget_peak() -> float:
    """Start to watch the memory of this process anew (Linux); what it holds now, in GB."""
    Path("/proc/self/clear_refs").write_text("5")
    return status_gb("VmRSS")


def peak_gb() -> float:
    """The most that this process held since, and the largest of its children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return status_gb("VmHWM") + children / 2**20


def status_gb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 2**20


def run_ours(given):
    import tmeatlas as tme

    adata = made_up_cells(given)

    def call():
        database = tme.sig.interactions(given.database)
        tme.tl.crosstalk(adata, "group", database=database)
        return len(adata.uns["tme_crosstalk"])

    return measured(call)


def run_tables(given):
    """CellPhoneDB's own tables, wide as it writes them."""
    import tmeatlas as tme

    adata = made_up_cells(given)

    def call():
        method = tme.cellphonedb.Statistical(n_perms=given.perms)
        tme.tl.cellphonedb(adata, "group", database=given.database, method=method)
        tables = tme.get.cellphonedb(adata)
        return tables["pvalues"].shape[0] * given.groups**2

    return measured(call)


def run_cellphonedb(given):
    os.environ["NUMBA_THREADING_LAYER"] = "workqueue"
    from cellphonedb.src.core.methods import cpdb_statistical_analysis_method

    adata = made_up_cells(given)
    with tempfile.TemporaryDirectory() as folder:
        meta = written_meta(adata, folder)

        def call():
            result = cpdb_statistical_analysis_method.call(
                cpdb_file_path=str(given.database),
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


def run_liana(given):
    import liana

    adata, pairs = made_up_cells(given), interaction_pairs(given)

    def call():
        liana.mt.cellphonedb(
            adata,
            groupby="group",
            resource=pairs,
            expr_prop=0.1,
            n_perms=given.perms,
            n_jobs=os.cpu_count(),
            use_raw=False,
            verbose=False,
        )
        return len(adata.uns["liana_res"])

    return measured(call)


def run_squidpy(given):
    import squidpy as sq

    adata, pairs = made_up_cells(given), interaction_pairs(given)
    pairs = pairs.rename(columns={"ligand": "source", "receptor": "target"})

    def call():
        result = sq.gr.ligrec(
            adata,
            "group",
            interactions=pairs,
            n_perms=given.perms,
            threshold=0.1,
            use_raw=False,
            copy=True,
            n_jobs=os.cpu_count(),
            show_progress_bar=False,
        )
        return result["pvalues"].size

    return measured(call)


def run_fastccc(given):
    import fastccc

    adata = made_up_cells(given)
    with tempfile.TemporaryDirectory() as folder:
        meta, counts = written_meta(adata, folder), Path(folder) / "counts.h5ad"
        adata.write_h5ad(counts)
        with zipfile.ZipFile(given.database) as archive:
            archive.extractall(f"{folder}/database")

        def call():
            fastccc.statistical_analysis_method(
                f"{folder}/database",
                str(meta),
                str(counts),
                style="cpdb",
                save_path=f"{folder}/out",
            )
            table = pd.read_csv(
                next(Path(folder, "out").glob("*_pvals.tsv")), sep="\t", index_col=0
            )
            return table.size

        return measured(call)


def interaction_pairs(given) -> pd.DataFrame:
    """Ligand, receptor (subunits joined by "_") and id of every interaction of the release."""
    import tmeatlas as tme

    entries = tme.sig.interactions(given.database)
    return pd.DataFrame(
        {
            "ligand": [entry.ligand_complex for entry in entries],
            "receptor": [entry.receptor_complex for entry in entries],
            "id_cp_interaction": [entry.id for entry in entries],
        }
    )


def written_meta(adata: ad.AnnData, folder: str) -> Path:
    path = Path(folder) / "meta.tsv"
    adata.obs["group"].rename("cell_type").to_csv(path, sep="\t", index_label="Cell")
    return path


def made_up_cells(given) -> ad.AnnData:
    """The genes of the interactions, and others up to `--genes`, in blocks of cells."""
    import tmeatlas as tme

    genes = list(tme.sig.interactions(given.database).genes)
    genes += [f"OTHER{i}" for i in range(max(0, given.genes - len(genes)))]
    rng = np.random.default_rng(0)
    favourite = rng.integers(given.groups, size=len(genes))
    groups, blocks = [], []
    for start in range(0, given.cells, 20_000):
        n = min(20_000, given.cells - start)
        group = rng.integers(given.groups, size=n)
        block = sp.random_array(
            (n, len(genes)),
            density=given.density,
            format="coo",
            dtype=np.float32,
            rng=rng,
            data_sampler=lambda size: rng.lognormal(0.0, 0.5, size).astype(np.float32),
        )
        raised = (group[block.row] == favourite[block.col]) & (block.col % 5 == 0)
        block.data[raised] *= 2.0
        # FastCCC refuses higher values.
        np.minimum(block.data, HIGHEST, out=block.data)
        groups.append(group)
        blocks.append(sp.csr_matrix(block))
    obs = pd.DataFrame(
        {"group": pd.Categorical([f"group{g}" for g in np.concatenate(groups)])},
        index=[f"cell{i}" for i in range(given.cells)],
    )
    return ad.AnnData(sp.vstack(blocks, format="csr"), obs=obs, var=pd.DataFrame(index=genes))


TOOLS = {
    "tmeatlas, tables": run_tables,
    "tmeatlas": run_ours,
    "fastccc": run_fastccc,
    "liana": run_liana,
    "squidpy": run_squidpy,
    "cellphonedb": run_cellphonedb,
}


if __name__ == "__main__":
    main()
