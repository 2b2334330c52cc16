"""Steps on a cluster of one, two and four workers: time, cost per chunk, memory, same result.

    python benchmarks/cluster.py [--cells 20000] [--workers 1 2 4]

Cells are simulated, written to zarr and read by workers, each a process with one thread. Time
is that of the step alone, after a first step of the same kind by which kernels are loaded. The
share of the kernel is what each worker notes of its own blocks.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

import tmeatlas as tme

ROWS = 1000
"""Of a chunk."""


def written(n_cells: int, path: Path) -> ad.AnnData:
    """Simulated cells many times over, with counts and log-normalised values in zarr."""
    few = tme.datasets.simulated(2000)
    few.uns.clear()
    tme.pp.prepare(few, embed=False)
    times = -(-n_cells // few.n_obs)
    values = sp.vstack([few.X] * times, format="csr")[:n_cells]
    obs = pd.concat([few.obs] * times).iloc[:n_cells]
    obs.index = [f"c{number}" for number in range(n_cells)]
    cells = ad.AnnData(values, obs, few.var)
    cells.layers["counts"] = sp.vstack([few.layers["counts"]] * times, format="csr")[:n_cells]
    cells.write_zarr(path)
    return cells


def on_disk(path: Path, like: ad.AnnData) -> ad.AnnData:
    import zarr

    group = zarr.open_group(path, mode="r")
    chunks = (ROWS, like.n_vars)
    found = ad.AnnData(
        ad.experimental.read_elem_lazy(group["X"], chunks=chunks), like.obs.copy(), like.var.copy()
    )
    found.layers["counts"] = ad.experimental.read_elem_lazy(group["layers/counts"], chunks=chunks)
    found.uns["log1p"] = {}
    return found


STEPS = {
    "tl.score, core": lambda adata: tme.tl.score(adata, "core"),
    "tl.score, score_genes": lambda adata: tme.tl.score(adata, "core", method="score_genes"),
    "tl.crosstalk": lambda adata: tme.tl.crosstalk(adata, "cell_type"),
}
RESULTS = {"tl.crosstalk": lambda adata: adata.uns["tme_crosstalk"].astype(str).to_numpy()}


def resident(process: int) -> float:
    """MB that a process holds."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


class Peak:
    """The most that any of some processes holds, above what each held at first."""

    def __init__(self, processes: list[int]) -> None:
        self._first = {process: resident(process) for process in processes}
        self._done = threading.Event()
        self.above = 0.0

    def _look(self) -> None:
        while not self._done.wait(0.02):
            held = [resident(each) - first for each, first in self._first.items()]
            self.above = max(self.above, *held)

    def __enter__(self) -> Peak:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


def timed(adata: ad.AnnData, step: str, processes: list[int]) -> tuple[float, float, np.ndarray]:
    with Peak(processes) as peak:
        begin = time.perf_counter()
        STEPS[step](adata)
        seconds = time.perf_counter() - begin
    found = RESULTS.get(step, lambda each: each.obsm["tme_scores"].to_numpy())(adata)
    return seconds, peak.above, found


def measured(path: Path, cells: ad.AnnData, workers: list[int]) -> pd.DataFrame:
    import dask
    from distributed import Client, LocalCluster

    rows, expected = [], {}
    n_chunks = -(-cells.n_obs // ROWS)

    def add(where: str, step: str, seconds: float, above: float, found: np.ndarray) -> None:
        alike = found.shape == expected[step].shape and bool((found == expected[step]).all())
        rows.append(
            {
                "where": where,
                "step": step,
                "seconds": round(seconds, 2),
                "ms per chunk": round(1000 * seconds / n_chunks, 1),
                "MB above start": round(above),
                "equal": "yes" if alike else "no",
            }
        )

    for step in STEPS:
        timed(cells[:ROWS].copy(), step, [os.getpid()])
        seconds, above, expected[step] = timed(cells, step, [os.getpid()])
        add("memory", step, seconds, above, expected[step])
        with dask.config.set(scheduler="threads"):
            add("dask here", step, *timed(on_disk(path, cells), step, [os.getpid()]))
    for number in workers:
        with (
            LocalCluster(
                n_workers=number, threads_per_worker=1, processes=True, dashboard_address=":0"
            ) as cluster,
            Client(cluster) as client,
        ):
            processes = list(client.run(os.getpid).values())
            for step in STEPS:
                timed(on_disk(path, cells), step, processes)
                add(f"{number} workers", step, *timed(on_disk(path, cells), step, processes))
    return pd.DataFrame(rows)


def overhead(workers: int = 1, n_chunks: int = 200) -> float:
    """Milliseconds per chunk in which nothing is to be done: what the cluster itself takes."""
    import dask.array as da
    from distributed import Client, LocalCluster

    from tmeatlas.matrix import map_blocks, open_matrix

    values = da.zeros((n_chunks * 2, 10), chunks=(2, 10), dtype=np.float32) + np.float32(0.5)
    adata = ad.AnnData(values)
    adata.uns["log1p"] = {}
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        Client(cluster),
    ):
        matrix = open_matrix(adata)
        list(map_blocks(matrix, lambda block: block.start))
        begin = time.perf_counter()
        list(map_blocks(matrix, lambda block: block.start))
        return 1000 * (time.perf_counter() - begin) / n_chunks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("-o", "--output", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cells = written(asked.cells, Path(folder) / "cells.zarr")
        table = measured(Path(folder) / "cells.zarr", cells, asked.workers)
    print(table.to_string(index=False))
    print(f"{overhead():.1f} ms for a chunk in which nothing is done; {os.cpu_count()} cores")
    if asked.output:
        table.to_csv(asked.output, index=False)


if __name__ == "__main__":
    main()
