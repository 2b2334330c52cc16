"""Crosstalk side by side with cellphonedb, liana, squidpy and FastCCC: time, memory, agreement.

    python benchmarks/crosstalk.py cellphonedb-v5.0.0.zip --cells 10000
    python benchmarks/crosstalk.py cellphonedb-v5.0.0.zip --cells 50000 --skip cellphonedb
    python benchmarks/crosstalk.py cellphonedb-v5.0.0.zip --cells 1000000 --groups 30 --ours

All tools test the interactions of one CellPhoneDB release on the same made-up
cells, each in a process of its own: log-normal values at random places, every
fifth gene higher in one group. `wall` and `CPU` are those of the call, without
imports and without making the data; CPU counts all threads and child processes.
`extra` is the most memory in use during the call above that before it (Linux only).
`agreement` is the
share of rows, of those that a tool and the reference both have, on which side
of 0.05 the tool puts the p-value where 20,000 permutations do (those between
0.045 and 0.055 left out). cellphonedb runs with one thread: with more it can hang.
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

TRUTH_PERMS = 20_000
HIGHEST = 8.0
NAMES = ["ligand", "receptor", "source", "target"]


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
    parser.add_argument("--agreement", action="store_true", help="compare with many permutations")
    given = parser.parse_args()

    chosen = {name: tool for name, tool in TOOLS.items() if name not in given.skip}
    if given.ours:
        chosen = {name: tool for name, tool in chosen.items() if name.startswith("tmeatlas")}
    print(f"{given.cells:,} cells, {given.groups} groups, {given.perms} permutations")
    truth = in_new_process(run_truth, given)[0] if given.agreement else None
    print(f"{'tool':24} {'rows':>9} {'wall s':>8} {'CPU s':>8} {'extra GB':>8} {'agreement':>10}")
    for name, tool in chosen.items():
        package = name.split(",")[0].split(" ")[0].lower()
        if find_spec(package) is None:
            print(f"{name:24} not installed")
            continue
        try:
            rows, n_rows, wall, cpu, extra = in_new_process(tool, given)
        except Exception as error:
            print(f"{name:24} failed: {error!r}", flush=True)
            continue
        agreed = "" if truth is None else f"{agreement(rows, truth):10.4f}"
        print(f"{name:24} {n_rows:9,} {wall:8.2f} {cpu:8.2f} {extra:8.2f} {agreed}", flush=True)


def in_new_process(tool, given):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(quietly, (tool, given))


def quietly(tool, given):
    warnings.simplefilter("ignore")
    return tool(given)


def measured(call, given):
    """What the call gives as rows, their number, and what it took."""
    before = forget_peak()
    wall, cpu = time.perf_counter(), cpu_seconds()
    result = call()
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    n_rows, rows = result
    extra = peak_gb() - before
    return rows() if given.agreement else None, n_rows, wall, cpu, extra


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


def agreement(rows: pd.DataFrame, truth: pd.DataFrame) -> float:
    both = truth.merge(rows, on=NAMES, suffixes=("", "_tool"))
    clear = both[(both["pval"] < 0.045) | (both["pval"] > 0.055)]
    return float(((clear["pval"] <= 0.05) == (clear["pval_tool"] <= 0.05)).mean())


def ours(**options):
    def run(given):
        import tmeatlas as tme

        adata = made_up_cells(given)

        def call():
            database = tme.sig.interactions(given.database)
            tme.tl.crosstalk(adata, "group", database=database, n_perms=given.perms, **options)
            table = adata.uns["tme_crosstalk"]
            return len(table), lambda: tidy(
                tme.get.liana(adata, min_fraction=0.1), "cellphone_pvals"
            )

        return measured(call, given)

    return run


def tidy(table: pd.DataFrame, pval: str) -> pd.DataFrame:
    return table.rename(
        columns={"ligand_complex": "ligand", "receptor_complex": "receptor", pval: "pval"}
    )[[*NAMES, "pval"]].astype(dict.fromkeys(NAMES, str))


def run_truth(given):
    given = argparse.Namespace(**{**vars(given), "perms": TRUTH_PERMS})
    return run_ours(given)


def run_ours(given):
    return ours()(given)


def run_analytic(given):
    return ours(null="analytic")(given)


def run_tables(given):
    """CellPhoneDB's own tables, wide as it writes them."""
    import tmeatlas as tme

    adata = made_up_cells(given)

    def call():
        method = tme.cellphonedb.Statistical(n_perms=given.perms)
        tme.tl.cellphonedb(adata, "group", database=given.database, method=method)
        tables = tme.get.cellphonedb(adata)
        return tables["pvalues"].shape[0] * given.groups**2, lambda: long(tables["pvalues"], given)

    return measured(call, given)


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
            pvalues = result["pvalues"]
            return len(pvalues) * given.groups**2, lambda: long(pvalues, given)

        return measured(call, given)


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
        table = adata.uns["liana_res"]
        return len(table), lambda: tidy(
            table[["ligand_complex", "receptor_complex", "source", "target", "cellphone_pvals"]],
            "cellphone_pvals",
        )

    return measured(call, given)


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
        pvalues = result["pvalues"]

        def rows():
            tall = pvalues.sparse.to_dense() if hasattr(pvalues, "sparse") else pvalues
            tall.index.names, tall.columns.names = ["ligand", "receptor"], ["source", "target"]
            tall = tall.stack(["source", "target"], future_stack=True)  # noqa: PD013
            return tall.dropna().rename("pval").reset_index()

        return pvalues.size, rows

    return measured(call, given)


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
            return table.size, lambda: fastccc_rows(table, given)

        return measured(call, given)


def fastccc_rows(table: pd.DataFrame, given) -> pd.DataFrame:
    """Groups joined by "|" in the rows, interactions in the columns."""
    names = interaction_pairs(given)
    tall = table.stack(future_stack=True).rename("pval").reset_index()  # noqa: PD013
    tall.columns = ["groups", "id_cp_interaction", "pval"]
    tall[["source", "target"]] = tall["groups"].str.split("|", expand=True)
    return tall.merge(names, on="id_cp_interaction")[[*NAMES, "pval"]]


def long(pvalues: pd.DataFrame, given) -> pd.DataFrame:
    """CellPhoneDB's wide table, a row per interaction and pair of groups."""
    names = interaction_pairs(given)
    pairs = [column for column in pvalues if "|" in column]
    tall = pvalues.melt("id_cp_interaction", pairs, "groups", "pval")
    tall[["source", "target"]] = tall["groups"].str.split("|", expand=True)
    return tall.merge(names, on="id_cp_interaction")[[*NAMES, "pval"]]


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
    "tmeatlas, permutations": run_ours,
    "tmeatlas, analytic": run_analytic,
    "fastccc": run_fastccc,
    "liana": run_liana,
    "squidpy": run_squidpy,
    "cellphonedb": run_cellphonedb,
}


if __name__ == "__main__":
    main()
