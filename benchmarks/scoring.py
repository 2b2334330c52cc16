"""Time and memory of scoring, side by side with the packages that define the methods.

    python benchmarks/scoring.py                          # 10,000 cells, 20 signatures
    python benchmarks/scoring.py --cells 50000 --repeats 5
    python benchmarks/scoring.py --signatures 100 --skip pyucell
    python benchmarks/scoring.py --only ulm decoupler.ulm # a few contestants
    python benchmarks/scoring.py --values continuous --before ../older  # an older checkout too
    python benchmarks/scoring.py --first-call             # what a new process waits for

All contestants score the same made-up cells, in turns, after one untimed call
each; the table shows medians. The values are log-normalised counts, or nearly
all distinct: `continuous` (a gamma distribution, as imputed or corrected values)
or `tpm` (a log-normal one). `ratio` is the time of the package that defines the
method by the time of ours, `before` that of an older checkout, in a process of
its own, by the time of ours. `reads` is the time by that of one plain read of
the stored values, the least that any method needs. `extra MB` is the largest memory in
use during the call, of this process and its children, above that before it
(Linux only). Packages that are not installed are left out, with a line that says
so; those that take minutes or gigabytes score the first cells only, and so do
ours in comparison.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

SIZES = [10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 120, 150, 180, 200]
"""Genes per signature; with more signatures the sizes come again."""

PEERS = {
    "ucell": "pyucell",
    "score_genes": "scanpy",
    "score_genes, scanpy": "scanpy",
    "aucell": "decoupler.aucell",
    "aucell, decoupler": "decoupler.aucell",
    "aucell, ctxcore": "ctxcore",
    "ulm": "decoupler.ulm",
    "mlm": "decoupler.mlm",
    "zscore": "decoupler.zscore",
    "ssgsea": "gseapy",
    "ssgsea, mean ties": "gseapy",
}
"""What defines a method, where anything does: a package, or one of its functions."""


@dataclass
class Contestant:
    """Something that scores, and what was measured of it."""

    name: str
    run: Callable[[ad.AnnData, dict[str, list[str]]], object]
    peer: str = ""
    """The contestant to compare with; empty for the peers themselves."""
    needs: str = "tmeatlas"
    """The module that it calls."""
    cells: int = 0
    """Score the first of these only; 0 for all."""
    before: str = ""
    """The contestant that runs an older state of the same."""
    seconds: list[float] = field(default_factory=list)
    extra_mb: float = 0.0


def ours(method: object) -> Callable:
    def run(adata, signatures):
        import tmeatlas as tme

        tme.tl.score(adata, signatures, method=method)

    return run


SERVE = """
import sys, time, warnings
import anndata as ad, tmeatlas as tme
warnings.simplefilter("ignore")
tme.settings.verbosity = 0
adata, signatures = ad.read_h5ad(sys.argv[1]), None
for line in sys.stdin:
    method, signatures = eval(line, vars(tme.methods))
    start = time.perf_counter()
    tme.tl.score(adata, signatures, method=method)
    print(time.perf_counter() - start, flush=True)
"""


class Before:
    """An older checkout that scores the same cells when it is told to, in its own process."""

    def __init__(self, checkout: str, adata: ad.AnnData, folder: str) -> None:
        file = Path(folder) / "cells.h5ad"
        adata.write_h5ad(file)
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(file)],
            env={**os.environ, "PYTHONPATH": checkout},
            cwd=checkout,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, method: object) -> Callable:
        """Score with a method, and give the seconds that it took there."""

        def ask(_, signatures):
            print(repr((method, signatures)), file=self.process.stdin, flush=True)
            return float(self.process.stdout.readline())

        return ask

    def close(self) -> None:
        """Let it end."""
        self.process.stdin.close()
        self.process.wait()


def with_before(players: list[Contestant], before: Before, n_cells: int) -> list[Contestant]:
    """The same, and of each of ours that takes part whole its older state."""
    from tmeatlas.methods import METHODS

    older = [p for p in players if p.name in METHODS and p.cells in (0, n_cells)]
    for player in older:
        player.before = f"{player.name}, before"
    return [*players, *(Contestant(p.before, before.run(METHODS[p.name])) for p in older)]


def pyucell_scores(adata, signatures):
    import pyucell

    pyucell.compute_ucell_scores(adata, signatures, n_jobs=os.cpu_count())


def scanpy_scores(adata, signatures):
    import scanpy as sc

    for name, genes in signatures.items():
        sc.tl.score_genes(adata, genes, score_name=name)


def as_net(signatures):
    rows = [(name, gene, 1.0) for name, genes in signatures.items() for gene in genes]
    return pd.DataFrame(rows, columns=["source", "target", "weight"])


def decoupler_scores(method: str) -> Callable:
    def run(adata, signatures):
        import decoupler
        import numba

        threads = numba.get_num_threads()
        # It opens a parallel region for every cell: one thread is its best configuration.
        numba.set_num_threads(1 if method == "aucell" else threads)
        try:
            getattr(decoupler.mt, method)(adata, as_net(signatures), tmin=1)
        finally:
            numba.set_num_threads(threads)
            for key in (f"score_{method}", f"padj_{method}"):
                adata.obsm.pop(key, None)

    return run


def ctxcore_scores(adata, signatures):
    from ctxcore.recovery import aucs

    # The rankings are pySCENIC's.
    shuffled = adata.to_df().sample(frac=1.0, replace=False, axis=1, random_state=0)
    ranks = shuffled.rank(axis=1, ascending=False, method="first").astype(np.uint32) - 1
    for genes in signatures.values():
        found = ranks.loc[:, ranks.columns.isin(genes)]
        aucs(found, adata.n_vars, np.ones(found.shape[1]), 0.05)


def gseapy_scores(adata, signatures):
    import gseapy

    gseapy.ssgsea(
        data=adata.to_df().T,
        gene_sets=signatures,
        min_size=1,
        max_size=1000,
        threads=os.cpu_count(),
        outdir=None,
        no_plot=True,
    )


def contestants(
    skip: list[str], only: list[str], *, n_cells: int, few: dict[str, int]
) -> list[Contestant]:
    """Every method of ours, some with options, and the packages that define them."""
    from tmeatlas.methods import METHODS, SSGSEA, AUCell, ScoreGenes

    cells = {peer: min(number, n_cells) for peer, number in few.items()}
    methods = {
        **METHODS,
        "score_genes, scanpy": ScoreGenes(parity="scanpy"),
        "aucell, decoupler": AUCell(parity="decoupler"),
        "aucell, ctxcore": AUCell(parity="ctxcore"),
        "ssgsea, mean ties": SSGSEA(ties="mean"),
    }
    everyone = [
        Contestant(name, ours(method), PEERS.get(name, ""), cells=cells.get(PEERS.get(name, ""), 0))
        for name, method in methods.items()
    ]
    scored_by = {
        "pyucell": pyucell_scores,
        "scanpy": scanpy_scores,
        "ctxcore": ctxcore_scores,
        "gseapy": gseapy_scores,
    }
    for peer in dict.fromkeys(PEERS.values()):
        needs, _, method = peer.partition(".")
        run = decoupler_scores(method) if method else scored_by[peer]
        everyone.append(Contestant(peer, run, needs=needs, cells=cells.get(peer, 0)))
    chosen = [c for c in everyone if c.name not in skip and (not only or c.name in only)]
    missing = {c.needs for c in chosen if find_spec(c.needs) is None}
    for package in sorted(missing):
        print(f"{package} is not installed: left out")
    return [contestant for contestant in chosen if contestant.needs not in missing]


def made_up_counts(n_cells: int, n_genes: int, *, depth: int, seed: int = 0) -> sp.csr_matrix:
    """Counts of a dozen cell types: multinomial draws from log-normal abundances."""
    rng = np.random.default_rng(seed)
    abundance = rng.lognormal(0.0, 2.2, n_genes)
    cumulative = []
    for _ in range(12):
        profile = abundance.copy()
        changed = rng.choice(n_genes, n_genes // 25, replace=False)
        profile[changed] *= rng.lognormal(0.6, 1.2, len(changed))
        cumulative.append(np.cumsum(profile / profile.sum()))
    blocks = []
    for start in range(0, n_cells, 500):
        block = np.zeros((min(500, n_cells - start), n_genes), dtype=np.float32)
        for cell in block:
            molecules = rng.random(int(depth * rng.lognormal(0.0, 0.45)))
            genes = np.searchsorted(cumulative[rng.integers(12)], molecules)
            cell += np.bincount(np.minimum(genes, n_genes - 1), minlength=n_genes)
        blocks.append(sp.csr_matrix(block))
    return sp.vstack(blocks, format="csr")


def made_up_tumour(n_cells: int, n_genes: int, *, depth: int, values: str) -> ad.AnnData:
    counts = made_up_counts(n_cells, n_genes, depth=depth)
    totals = np.repeat(np.asarray(counts.sum(axis=1)).ravel(), np.diff(counts.indptr))
    rng = np.random.default_rng(1)
    made = {
        "counts": lambda: np.log1p(counts.data * (1e4 / totals)),
        "continuous": lambda: rng.gamma(1.5, 0.8, counts.nnz) + 0.1,
        "tpm": lambda: rng.lognormal(2.0, 2.0, counts.nnz),
    }
    counts.data = made[values]().astype(np.float32)
    var = pd.DataFrame(index=[f"GENE{i}" for i in range(n_genes)])
    obs = pd.DataFrame(index=[f"cell{i}" for i in range(n_cells)])
    return ad.AnnData(counts, obs=obs, var=var)


def made_up_signatures(adata: ad.AnnData, number: int) -> dict[str, list[str]]:
    """Genes drawn with a preference for those that are expressed, as in real signatures."""
    rng = np.random.default_rng(7)
    chance = (np.asarray(adata.X.mean(axis=0)).ravel() + 1e-4) ** 0.35
    chance /= chance.sum()
    return {
        f"signature{i}": list(rng.choice(adata.var_names, SIZES[i % 20], replace=False, p=chance))
        for i in range(number)
    }


def memory_mb() -> float:
    """Resident memory of this process and its children; 0 where /proc is missing."""
    pids = [os.getpid()]
    for pid in pids:
        for listing in Path(f"/proc/{pid}/task").glob("*/children"):
            pids += [int(child) for child in listing.read_text().split()]
    pages = 0
    for pid in pids:
        statm = Path(f"/proc/{pid}/statm")
        if statm.exists():
            pages += int(statm.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def extra_memory(call: Callable[[], object]) -> float:
    """MB in use at the peak of `call`, above those before it."""
    before, peak, done = memory_mb(), 0.0, threading.Event()

    def watch():
        nonlocal peak
        while not done.wait(0.005):
            peak = max(peak, memory_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        call()
    finally:
        done.set()
        watcher.join()
    return max(0.0, peak - before)


def plain_read(adata: ad.AnnData) -> float:
    """Seconds to look at every stored value and index once, on two threads."""
    arrays = [part for a in (adata.X.data, adata.X.indices) for part in np.array_split(a, 2)]
    times = []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            start = time.perf_counter()
            list(pool.map(np.max, arrays))
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def compete(players: list[Contestant], adata: ad.AnnData, signatures: dict, repeats: int) -> None:
    parts = {0: adata, adata.n_obs: adata}
    for player in players:
        if player.cells not in parts:
            parts[player.cells] = adata[: player.cells].copy()
    obs = {cells: part.obs.copy() for cells, part in parts.items()}

    def call(player: Contestant) -> float:
        part = parts[player.cells]
        start = time.perf_counter()
        told = player.run(part, signatures)
        # A process of its own tells its time.
        seconds = told if isinstance(told, float) else time.perf_counter() - start
        part.obs = obs[player.cells].copy()
        part.uns.clear()
        return seconds

    for player in players:
        # The first call compiles and loads; the second is measured for memory.
        call(player)
        player.extra_mb = extra_memory(lambda player=player: call(player))
    for _ in range(repeats):
        for player in players:
            player.seconds.append(call(player))


def report(players: list[Contestant], adata: ad.AnnData) -> None:
    median = {player.name: statistics.median(player.seconds) for player in players}
    read = plain_read(adata) / adata.n_obs
    print(
        f"{'':22}{'cells':>8}{'seconds':>9}{'cells/s':>10}{'ratio':>8}{'before':>8}"
        f"{'reads':>8}{'extra MB':>10}"
    )
    for player in players:
        cells = player.cells or adata.n_obs
        seconds = median[player.name]
        ratio, before = (
            f"{median[other] / seconds:.1f}" if other in median else ""
            for other in (player.peer, player.before)
        )
        print(
            f"{player.name:22}{cells:>8,}{seconds:>9.3f}{cells / seconds:>10,.0f}{ratio:>8}"
            f"{before:>8}{seconds / cells / read:>8.0f}{player.extra_mb:>10.0f}"
        )
    print(f"one plain read of all stored values: {read * adata.n_obs * 1000:.1f} ms")


FIRST_CALL = """
import time; start = time.perf_counter()
import numpy as np, scipy.sparse as sp, anndata as ad, scanpy; scanpy_in = time.perf_counter()
import tmeatlas as tme; imported = time.perf_counter()
x = sp.random(500, 2000, density=0.1, format="csr", dtype=np.float32, rng=0)
adata = ad.AnnData(x); adata.var_names = [f"G{i}" for i in range(2000)]
def call():
    begin = time.perf_counter()
    tme.tl.score(adata, {"s": ["G1", "G2"]}, method=METHOD)
    return time.perf_counter() - begin
first, second = call(), call()
print(f"{imported - scanpy_in:.2f} {first:.2f} {second:.3f}")
"""


def first_calls() -> None:
    """Import and first call in a new process: nothing compiled yet, and with the cache."""
    from tmeatlas.methods import METHODS

    print(f"{'seconds':22}{'':>8}{'import':>9}{'1st call':>10}{'2nd call':>10}")
    for method in METHODS:
        with tempfile.TemporaryDirectory() as cache:
            for state in ("cold", "cached"):
                code = FIRST_CALL.replace("METHOD", repr(method))
                environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
                done = subprocess.run(
                    [sys.executable, "-W", "ignore", "-c", code],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                imported, first, second = done.stdout.split()
                print(f"{method:22}{state:>8}{imported:>9}{first:>10}{second:>10}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--depth", type=int, default=5_000, help="molecules per cell")
    parser.add_argument("--signatures", type=int, default=20)
    parser.add_argument("--values", choices=["counts", "continuous", "tpm"], default="counts")
    parser.add_argument("--before", metavar="FOLDER", help="an older checkout to compare with")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--skip", nargs="*", default=[], metavar="NAME", help="leave these out")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="only these")
    parser.add_argument("--ctxcore-cells", type=int, default=1_000)
    parser.add_argument("--gseapy-cells", type=int, default=500)
    parser.add_argument("--first-call", action="store_true", help="only the first calls")
    options = parser.parse_args()
    if options.first_call:
        first_calls()
        return
    adata = made_up_tumour(options.cells, options.genes, depth=options.depth, values=options.values)
    signatures = made_up_signatures(adata, options.signatures)
    density = adata.X.nnz / adata.n_obs / adata.n_vars
    print(
        f"{adata.n_obs:,} cells × {adata.n_vars:,} genes, {density:.1%} of them detected, "
        f"{len(signatures)} signatures, {os.cpu_count()} cores"
    )
    few = {"ctxcore": options.ctxcore_cells, "gseapy": options.gseapy_cells}
    players = contestants(options.skip, options.only, n_cells=adata.n_obs, few=few)
    packages = sorted({player.needs for player in players})
    print(", ".join(f"{package} {version(package)}" for package in packages))
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # of the peers: fragmented frames
        before = Before(options.before, adata, folder) if options.before else None
        players = with_before(players, before, adata.n_obs) if before else players
        compete(players, adata, signatures, options.repeats)
        if before:
            before.close()
    report(players, adata)


if __name__ == "__main__":
    main()
