"""The steps that others have too, beside them: cells per second on one part of the file.

    python benchmarks/million_data.py part.h5ad --cells 20000
    python benchmarks/million_peers.py part.h5ad --database cellphonedb-v5.0.0.zip

All read the same cells from memory, each in a process of its own, after one call on 500 of them,
which loads and compiles what is loaded and compiled once. Steps are: normalising and logarithms;
variable genes and 30 components; the core signatures by score_genes and by UCell; crosstalk with
one CellPhoneDB release, of which cellphonedb's statistical method has 1,000 permutations on one
thread (with more it can hang) and ours exact tests. `MB` is the most memory beyond the input.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
import warnings
from pathlib import Path

from crosstalk import cpu_seconds, forget_peak, peak_gb

WARM = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--database", type=Path, help="the zip of a CellPhoneDB release")
    parser.add_argument("--only", nargs="*", choices=[name for name, _, _ in CALLS])
    given = parser.parse_args()
    print("| step | by | cells | s | CPU s | cells/s | MB |\n|---|---|---|---|---|---|---|")
    for number, (name, who, _) in enumerate(CALLS):
        if given.only and name not in given.only:
            continue
        if name == "crosstalk" and given.database is None:
            continue
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            n, wall, cpu, mb = pool.apply(measured, (number, given.path, given.database))
        print(f"| {name} | {who} | {n:,} | {wall:.1f} | {cpu:.1f} | {n / wall:,.0f} | {mb:.0f} |")


def measured(number: int, path: Path, database: Path | None):
    """How many cells, and what the call took."""
    warnings.simplefilter("ignore")
    import anndata as ad

    name, _, call = CALLS[number]
    adata = ad.read_h5ad(path)
    if name != "normalise":
        import tmeatlas as tme

        tme.settings.verbosity = 0
        tme.pp.prepare(adata, embed=False)
    call(adata[:: max(1, adata.n_obs // WARM)].copy(), database)
    before, wall, cpu = forget_peak(), time.perf_counter(), cpu_seconds()
    call(adata, database)
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    return adata.n_obs, wall, cpu, 1024 * (peak_gb() - before)


def our_normalise(adata, _):
    import tmeatlas as tme

    tme.pp.prepare(adata, embed=False)


def their_normalise(adata, _):
    import scanpy as sc

    adata.layers["counts"] = adata.X.copy()
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)


def our_components(adata, _):
    import tmeatlas as tme

    tme.pp.prepare(adata, embed="pca")


def their_components(adata, _):
    import scanpy as sc

    sc.pp.highly_variable_genes(adata, n_top_genes=2000)
    sc.pp.pca(adata, n_comps=30)


def our_score_genes(adata, _):
    import tmeatlas as tme

    tme.tl.score(adata, "core", method="score_genes")


def their_score_genes(adata, _):
    import scanpy as sc

    for name, genes in signatures(adata).items():
        sc.tl.score_genes(adata, genes, score_name=name)


def our_default_score(adata, _):
    import tmeatlas as tme

    tme.tl.score(adata, "core")


def our_ucell(adata, _):
    import tmeatlas as tme

    tme.tl.score(adata, "core", method="ucell")


def their_ucell(adata, _):
    import pyucell

    pyucell.compute_ucell_scores(adata, signatures(adata), n_jobs=os.cpu_count())


def our_crosstalk(adata, database):
    import tmeatlas as tme

    tme.tl.crosstalk(adata, "cell_type", database=tme.sig.interactions(database))


def their_crosstalk(adata, database):
    os.environ["NUMBA_THREADING_LAYER"] = "workqueue"
    from cellphonedb.src.core.methods import cpdb_statistical_analysis_method

    with tempfile.TemporaryDirectory() as folder:
        meta = Path(folder) / "meta.tsv"
        adata.obs["cell_type"].to_csv(meta, sep="\t", index_label="Cell")
        cpdb_statistical_analysis_method.call(
            cpdb_file_path=str(database),
            meta_file_path=str(meta),
            counts_file_path=adata,
            counts_data="hgnc_symbol",
            output_path=folder,
            iterations=1000,
            threads=1,
            debug_seed=0,
        )


def signatures(adata) -> dict[str, list[str]]:
    """The genes of the core signatures that the cells have, those that go up."""
    import tmeatlas as tme

    found = {
        signature.id: [gene for gene in signature.genes if gene in adata.var_names]
        for signature in tme.sig.load("core").values()
    }
    return {name: genes for name, genes in found.items() if genes}


CALLS = [
    ("normalise", "tmeatlas", our_normalise),
    ("normalise", "scanpy", their_normalise),
    ("components", "tmeatlas", our_components),
    ("components", "scanpy", their_components),
    ("score_genes", "tmeatlas", our_score_genes),
    ("score_genes", "scanpy", their_score_genes),
    ("ucell", "tmeatlas", our_ucell),
    ("ucell", "pyucell", their_ucell),
    ("default scores", "tmeatlas", our_default_score),
    ("crosstalk", "tmeatlas", our_crosstalk),
    ("crosstalk", "cellphonedb", their_crosstalk),
]


if __name__ == "__main__":
    main()
