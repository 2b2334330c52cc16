"""What the atlas costs to build and to open, side by side with other pages of the same cells.

    python benchmarks/atlas.py                                  # 2,000, 100,000 and 1,000,000 cells
    python benchmarks/atlas.py --cells 100000 --repeats 3
    python benchmarks/atlas.py --skip-naive                     # the naive page takes minutes
    python benchmarks/atlas.py --datamapplot-python venv/bin/python
    python benchmarks/atlas.py --plotlyjs plotly-basic.min.js   # ours with a smaller library

All pages show the same cells: those of the simulated cohort, drawn again as often as needed. Ours
has all that the defaults make: the map, groups, samples, conditions, the scores of the core
signatures, their consensus, the crosstalk, and what is shown of 1,500 genes. "plotly express" is
what one writes without us: a scatter by cell type, a menu with a trace for each of 12 signatures
(its page grows by as much with every further one), and the library inside. datamapplot, with the
same 12, is looked at only as far as it goes without a network.

Each page is built in a process of its own, after one small page that loads what is loaded once,
and opened as often as `--repeats` says in a headless Chromium without a network, with drawing by
software; the table shows medians. Memory is what is in use at the peak of building, beside the
input. What is above its target is marked. On a machine that has other work to do,
the work of the main thread says more than the time on the clock.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from atlas_browser import KINDS, chromium, measure

HERE = Path(__file__).parent
SIZES = [2_000, 100_000, 1_000_000]
NEVER = math.inf


@dataclass(frozen=True)
class Measure:
    """A line of the table: its name, and the targets of ours by number of cells."""

    key: str
    name: str
    targets: dict[int, float]
    digits: int = 0


def everywhere(target: float) -> dict[int, float]:
    return dict.fromkeys(SIZES, target)


MEASURES = [
    Measure("page", "page, MB", {2_000: 3.5, 100_000: 6, 1_000_000: 30}, 2),
    Measure("cell_bytes", "cell data but genes, bytes per cell", {1_000_000: 24}, 1),
    Measure("seconds", "building, s", {}, 2),
    Measure("memory", "memory while building, GB", {1_000_000: 2}, 2),
    Measure("map", "map visible, ms", everywhere(1000)),
    Measure("first", "first screen drawn, ms", {}),
    Measure("ready", "everything ready, ms", {100_000: 1500, 1_000_000: 2000}),
    Measure("ready_cpu", "  work of its main thread, ms", {}),
    Measure("colour", "new colour, all panels, ms", {100_000: 60, 1_000_000: 120}),
    Measure("colour_cpu", "  work of its main thread, ms", {}),
    Measure("again", "colour seen before, ms", {100_000: 60, 1_000_000: 120}),
    Measure("lasso", "lasso to all panels, ms", {100_000: 100, 1_000_000: 200}),
    Measure("pan", "frame while panning, ms", everywhere(50)),
    Measure("heap", "JavaScript heap, MB", everywhere(25), 1),
    Measure("arrays", "arrays beside the heap, MB", {}, 1),
    Measure("requests", "network requests", everywhere(0)),
    Measure("webgl", "WebGL contexts", everywhere(0)),
    Measure("axe", "axe findings", everywhere(0)),
]


@dataclass(frozen=True)
class Contestant:
    """A page: who builds it, in which Python, and how to work it."""

    name: str
    builder: str
    python: str


def build(contestant: Contestant, data: Path, page: Path, options: list[str]) -> dict[str, float]:
    """Build a page in a process of its own; what that took."""
    command = [contestant.python, "-W", "ignore", str(HERE / "atlas_pages.py")]
    command += [contestant.builder, str(data), str(page), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{contestant.name} could not be built:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return {**found, "page": page.stat().st_size / 1e6}


def visits(contestant: Contestant, page: Path, repeats: int) -> dict[str, float]:
    """Medians over visits in a new browser each."""
    found = []
    for _ in range(repeats if contestant.builder in KINDS else 1):
        with chromium() as browser:
            found.append(measure(browser, page, contestant.builder))
    return {key: statistics.median(visit[key] for visit in found) for key in found[0]}


def shown(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def report(n_cells: int, results: dict[str, dict[str, float]]) -> int:
    """Print the table of one size; how many targets ours misses."""
    missed = 0
    print(
        f"\n{n_cells:,} cells".ljust(36) + f"{'target':>10}" + "".join(f"{n:>17}" for n in results)
    )
    for line in MEASURES:
        target = line.targets.get(n_cells, NEVER)
        cells = []
        for name, found in results.items():
            value = found.get(line.key, math.nan)
            over = name == "tmeatlas" and value > target
            missed += over
            cells.append(f"{shown(value, line.digits)}{' !' if over else '  '}")
        wanted = "" if target == NEVER else f"{target:,g}"
        print(f"{line.name:35}{wanted:>10}" + "".join(f"{cell:>17}" for cell in cells), flush=True)
    return missed


def contestants(options: argparse.Namespace) -> list[Contestant]:
    here = sys.executable
    found = [Contestant("tmeatlas", "ours", here)]
    if not options.skip_naive:
        found.append(Contestant("plotly express", "naive", here))
    python = options.datamapplot_python
    if python is not None:
        tried = subprocess.run(
            [python, "-c", "import datamapplot"], capture_output=True, check=False
        )
        if tried.returncode == 0:
            found.append(Contestant("datamapplot", "datamapplot", python))
        else:
            print(f"datamapplot cannot be imported by {python}: left out")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", type=int, nargs="+", default=SIZES)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--skip-naive", action="store_true", help="leave plotly express out")
    parser.add_argument("--datamapplot-python", metavar="PYTHON", help="one that has datamapplot")
    parser.add_argument("--plotlyjs", metavar="FILE", help="a smaller plotly.js for our page")
    options = parser.parse_args()
    players = contestants(options)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, median of {options.repeats}")
    missed = 0
    for n_cells in options.cells:
        with tempfile.TemporaryDirectory() as folder:
            data, results = Path(folder) / "cells.npz", {}
            script = [sys.executable, "-W", "ignore", str(HERE / "atlas_pages.py")]
            subprocess.run([*script, "simulate", str(n_cells), str(data)], check=True)
            for player in players:
                page = Path(folder) / f"{player.builder}.html"
                own = [options.plotlyjs] if options.plotlyjs and player.builder == "ours" else []
                results[player.name] = build(player, data, page, [str(options.repeats), *own])
                results[player.name] |= visits(player, page, options.repeats)
                page.unlink()
            missed += report(n_cells, results)
    print(f"\n{missed} targets missed (marked !)" if missed else "\nall targets met")


if __name__ == "__main__":
    main()
