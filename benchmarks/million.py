"""`tmeatlas atlas` on a million cells: time and memory of each step, from raw counts to the page.

    python benchmarks/million_data.py million.h5ad
    python benchmarks/million.py million.h5ad -o million.html
    python benchmarks/million.py million.h5ad -o million.html --json million.json
    python benchmarks/million.py part.h5ad --streaming

It runs the command in a process of its own and watches that from outside. `MB` is the most
resident memory in a step beyond what the process held before it opened the file, with everything
imported and one small cohort analysed; what the kernel keeps of files for whoever reads them next
is nobody's and not counted. `held` is what is left at the end of the step: results, and tables of
the file. Neighbours and UMAP are scanpy's, run within the first step, and have rows of their own.
CPU says how much work it was on a machine that has other work to do. `--streaming` reads a small
file as a large one is read: where it lies.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

MARK = "BENCHMARK "
RUN = f"""
import sys
import umap, sklearn.decomposition
import scanpy as sc
import tmeatlas as tme

small = tme.datasets.simulated(600)
given = dict(sample_key="sample", condition_key="condition")
tme.analyse(small, "cell_type", **given)
tme.pl.atlas(small, groupby="cell_type", **given).to_html()
del small

def told(room, name):
    call = getattr(room, name)
    def told_call(*args, **kwargs):
        print("{MARK}scanpy's " + name, file=sys.stderr, flush=True)
        try:
            return call(*args, **kwargs)
        finally:
            print("{MARK}after " + name, file=sys.stderr, flush=True)
    setattr(room, name, told_call)

if "--streaming" in sys.argv:
    sys.argv.remove("--streaming")
    from tmeatlas.readers import _in_place
    _in_place.LARGE = 0

told(sc.pp, "neighbors")
told(sc.tl, "umap")
from tmeatlas.shell import main
print("{MARK}imported", file=sys.stderr, flush=True)
sys.stdin.readline()
main()
"""
NO_STEPS = ("Warning:", "Error:", "Wrote")


@dataclass
class Step:
    """What one step took."""

    name: str
    wall: float = 0.0
    cpu: float = 0.0
    mb: float = 0.0
    held: float = 0.0


class Watched:
    """A process, seen from outside."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.folder = Path(f"/proc/{process.pid}")

    def begin(self) -> None:
        """Forget the peak so far."""
        self.time, self.used = time.perf_counter(), self.cpu()
        (self.folder / "clear_refs").write_text("5")

    def end(self, name: str) -> Step:
        """What the step took that began last."""
        return Step(
            name,
            time.perf_counter() - self.time,
            self.cpu() - self.used,
            self.mb("VmHWM"),
            self.mb("VmRSS"),
        )

    def cpu(self) -> float:
        """Seconds of work of all threads so far."""
        fields = (self.folder / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def mb(self, name: str) -> float:
        """Memory by the name that the kernel has for it."""
        lines = (self.folder / "status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("million.html"))
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--cells", type=int, help="for cells/s; else read from the file")
    given, options = parser.parse_known_args()
    n_cells = given.cells or cells_of(given.path)
    steps, before = run(given.path, given.output, options)
    if given.json is not None:
        found = {"cells": n_cells, "before": before, "steps": [asdict(step) for step in steps]}
        given.json.write_text(json.dumps(found, indent=1))
    tell(steps, n_cells)
    if given.output.is_file():
        print(f"\npage: {given.output.stat().st_size / 1e6:.1f} MB; {before:.0f} MB held before")


def cells_of(path: Path) -> int:
    import h5py

    with h5py.File(path) as file:
        return int(file["X"].attrs["shape"][0])


def run(path: Path, output: Path, options: list[str]) -> tuple[list[Step], float]:
    """Each step in the order in which they began, and what was held before the first."""
    command = [sys.executable, "-c", RUN, "atlas", str(path), "-o", str(output)]
    keys = ("--groupby", "cell_type", "--sample-key", "sample", "--condition-key", "condition")
    process = subprocess.Popen(
        [*command, *keys, *options], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    watched, steps, name, before = Watched(process), [], "", 0.0
    for line in process.stderr:
        print(f"{time.strftime('%H:%M:%S')} {line}", end="", file=sys.stderr, flush=True)
        told = line.rstrip()
        if told.startswith(f"{MARK}imported"):
            before = watched.mb("VmRSS")
            process.stdin.write("\n")
            process.stdin.flush()
        if not before or not told or told.startswith((" ", *NO_STEPS)) or "imported" in told:
            continue
        if name:
            steps.append(watched.end(name))
            print(f"{MARK}{steps[-1]}", file=sys.stderr, flush=True)
        name = told.removeprefix(MARK)
        watched.begin()
    process.wait()
    for step in steps:
        step.mb, step.held = step.mb - before, step.held - before
    return steps, before


def tell(steps: list[Step], n_cells: int) -> None:
    """A table in Markdown."""
    print("| step | s | CPU s | cells/s | MB | held |\n|---|---|---|---|---|---|")
    for step in steps:
        print(
            f"| {step.name} | {step.wall:.0f} | {step.cpu:.0f} | {n_cells / step.wall:,.0f} | "
            f"{step.mb:.0f} | {step.held:.0f} |"
        )


if __name__ == "__main__":
    main()
