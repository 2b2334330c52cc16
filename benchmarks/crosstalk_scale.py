"""Crosstalk of a file too large for memory: joint and by sample together, backed and by dask.

    python benchmarks/million_data.py million.h5ad
    python benchmarks/crosstalk_scale.py million.h5ad --samples 100
    python benchmarks/crosstalk_scale.py million.h5ad --database cellphonedb-v5.0.0.zip
    python benchmarks/crosstalk_scale.py cells.h5ad --storages memory backed dask

Each storage has a process of its own. Cells are divided into `--samples` of equal size in the order
of the file, in which the cells of a patient follow each other. `prepare` makes raw counts readable
as logarithms, `crosstalk` has the rows of all cells and those of each sample, `axes` follows it.
`reads` is how often each row was taken from the file by the two together: expression and counts,
which are the same rows here, count once each. MB is the most resident memory beyond that before
the file was opened, with the same calls made on a small cohort. In memory the file has to fit
twice.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from crosstalk import cpu_seconds, forget_peak, peak_gb

STORAGES = ("memory", "backed", "dask")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--groupby", default="cell_type")
    parser.add_argument("--database", default="tme")
    parser.add_argument("--storages", nargs="*", choices=STORAGES, default=STORAGES[1:])
    given = parser.parse_args()
    print("| storage | cells | samples | step | rows | s | CPU s | cells/s | MB | reads |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for storage in given.storages:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            for line in pool.apply(measured, (storage, given)):
                print(line, flush=True)


def measured(storage: str, given: argparse.Namespace) -> list[str]:
    """A line for each step."""
    warnings.simplefilter("ignore")
    import tmeatlas as tme

    tme.settings.verbosity = 0
    small = tme.datasets.simulated_cohort(3, n_cells=60)
    for _, step in steps(small, "cell_type", "sample", given.database):
        step()
    before = forget_peak()
    adata = opened(given.path, storage)
    adata.obs["part"] = parts(adata.n_obs, given.samples)
    reads = counted_reads()
    lines = []
    for name, step in steps(adata, given.groupby, "part", given.database):
        forget_peak()
        reads.clear()
        wall, cpu = time.perf_counter(), cpu_seconds()
        n_rows = step()
        wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
        lines.append(
            f"| {storage} | {adata.n_obs:,} | {given.samples} | {name} | {n_rows:,} | {wall:.0f} | "
            f"{cpu:.0f} | {adata.n_obs / wall:,.0f} | {1024 * (peak_gb() - before):.0f} | "
            f"{sum(reads) / adata.n_obs:.2f} |"
        )
    return lines


def steps(adata, groupby, sample_key, database):
    """Name and call of each step; each call says how many rows it has made."""
    import tmeatlas as tme

    def prepare():
        tme.pp.prepare(adata, embed=False)
        return 0

    def crosstalk():
        tme.tl.crosstalk(adata, groupby, sample_key=sample_key, by_sample=True, database=database)
        return len(adata.uns["tme_crosstalk"])

    def axes():
        tme.tl.axes(adata, database=database)
        return len(adata.uns["tme_axes"])

    return [("prepare", prepare), ("crosstalk", crosstalk), ("axes", axes)]


def opened(path: Path, storage: str):
    """The cells, with their matrix where it is asked for."""
    import anndata as ad

    if storage == "memory":
        return ad.read_h5ad(path)
    adata = ad.read_h5ad(path, backed="r")
    if storage == "dask":
        import h5py

        x = ad.experimental.read_elem_lazy(h5py.File(path)["X"])
        adata = ad.AnnData(x, obs=adata.obs, var=adata.var, uns=adata.uns)
    return adata


def parts(n_cells: int, n_samples: int) -> pd.Categorical:
    """Samples of equal size, in the order of the cells."""
    codes = np.arange(n_cells) * n_samples // n_cells
    return pd.Categorical.from_codes(codes, [f"part{number:03d}" for number in range(n_samples)])


def counted_reads() -> list[int]:
    """Rows that are taken from any matrix from now on are noted in this list."""
    from tmeatlas.matrix import ExpressionMatrix

    noted: list[int] = []
    take = ExpressionMatrix._rows

    def counting(self, start, stop):
        noted.append(stop - start)
        return take(self, start, stop)

    ExpressionMatrix._rows = counting
    return noted


if __name__ == "__main__":
    main()
