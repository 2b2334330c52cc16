"""Time and memory of ``tl.niches`` on 180,000 cells, beside squidpy for the same question.

    python benchmarks/tissue_speed.py [--times 2] [--shifts 999] [--skip-peers]

The cells are those of keren2018 (the folder ``data`` of the environment variable TMEATLAS_SHARED)
as often as told, in sections of their own: twice are 178,376 cells of 16 types in 34 sections.
Imports and compilation are excluded by a call on a few cells before. `CPU seconds` are those of all
processors together: to be compared where others work on the machine. `extra MB` is the largest
memory in use during a call above that before it (Linux only).

- ``tl.niches``: all of it: neighbours, niches and their number, what lies beside what, border,
  infiltration, named scores
- ``co_locate``: what lies beside what alone, per section, against so many shifts
- ``squidpy nhood_enrichment``: the same pairs of types in all sections at once, against as many
  free shuffles
- ``squidpy co_occurrence``: the same pairs at 10 distances without any test, in three sections
  and from these for all of them
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

import tmeatlas as tme
from tmeatlas.cells import read_tissue
from tmeatlas.spatial import Types, build_graph, co_locate

SECTIONS_OF_PEER = 3


def cells(times: int) -> ad.AnnData:
    """The cells of the study, several times, each time in sections of their own."""
    path = Path(os.environ["TMEATLAS_SHARED"]) / "data" / "keren2018_tnbc_mibi_dev.h5ad"
    one = ad.read_h5ad(path)
    parts = []
    for time_ in range(times):
        part = one.copy()
        part.obs["sample"] = [f"{name}_{time_}" for name in part.obs["sample"]]
        part.obs_names = [f"{name}_{time_}" for name in part.obs_names]
        parts.append(part)
    found = ad.concat(parts)
    found.obs["sample"] = found.obs["sample"].astype("category")
    found.obs["cell_type"] = found.obs["cell_type"].astype("category")
    return found


def memory(which: str) -> float:
    """Of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(which):
            return float(line.split()[1]) / 1024
    return float("nan")


def measured(run: Callable[[], object]) -> dict[str, float]:
    """Seconds, those of all processors, and MB above what was in use before."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is that of the call
    before, start, worked = memory("VmRSS"), time.perf_counter(), time.process_time()
    run()
    return {
        "seconds": time.perf_counter() - start,
        "CPU seconds": time.process_time() - worked,
        "extra MB": memory("VmHWM") - before,
    }


def ours(adata: ad.AnnData, n_shifts: int) -> dict[str, Callable[[], object]]:
    def all_of_it() -> None:
        tme.tl.niches(adata, "cell_type", sample_key="sample", scores=False, n_shifts=n_shifts)

    def beside() -> None:
        tissue = read_tissue(adata, "sample")
        of = adata.obs["cell_type"].cat
        types = Types(of.codes.to_numpy().astype(np.intp), tuple(of.categories))
        co_locate(tissue, build_graph(tissue), types, n_shifts=n_shifts)

    return {"tl.niches": all_of_it, "co_locate": beside}


def peers(adata: ad.AnnData, n_shuffles: int) -> dict[str, Callable[[], object]]:
    import squidpy as sq

    def enrichment() -> None:
        sq.gr.spatial_neighbors(adata, library_key="sample", coord_type="generic", n_neighs=10)
        sq.gr.nhood_enrichment(
            adata, "cell_type", n_perms=n_shuffles, seed=0, n_jobs=1, show_progress_bar=False
        )

    def occurrence() -> None:
        for name in adata.obs["sample"].cat.categories[:SECTIONS_OF_PEER]:
            section = adata[adata.obs["sample"] == name].copy()
            section.obs["cell_type"] = section.obs["cell_type"].cat.remove_unused_categories()
            sq.gr.co_occurrence(
                section, "cell_type", interval=11, n_jobs=1, show_progress_bar=False
            )

    return {"squidpy nhood_enrichment": enrichment, "squidpy co_occurrence": occurrence}


def run(times: int, n_shifts: int, *, with_peers: bool) -> pd.DataFrame:
    few = cells(1)[:6000].copy()
    every = cells(times)
    rows = []
    make = [ours, peers] if with_peers else [ours]
    for contestants in make:
        for call in contestants(few, 59).values():
            call()
        for name, call in contestants(every, n_shifts).items():
            found = measured(call)
            if "co_occurrence" in name:
                sections = every.obs["sample"].nunique()
                found |= {
                    clock: found[clock] * sections / SECTIONS_OF_PEER
                    for clock in ("seconds", "CPU seconds")
                }
            rows.append({"what": name, **found})
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    alone = table.loc[table["what"] == "co_locate", "CPU seconds"].iloc[0]
    table["by co_locate"] = table["CPU seconds"] / alone
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--shifts", type=int, default=999)
    parser.add_argument("--skip-peers", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    table = run(given.times, given.shifts, with_peers=not given.skip_peers)
    print(table.round(2).to_string(index=False))


if __name__ == "__main__":
    main()
