"""How often the intervals of a section hold what sections of the kind have on average.

    python benchmarks/tissue_intervals.py [--repeats 200] [--out .]

Sections of 2,000 cells in a square are drawn anew: tumour where a smooth field is high, immune
cells where another is, which goes along with the first in part. Each measure has its mean over all
sections of a length of smoothness, and its intervals hold that mean in 95 of 100 if they are right.
Lengths are in sides of the section.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from tmeatlas.datasets._tissue_places import smooth_fields
from tmeatlas.spatial import (
    TLS,
    Tissue,
    Types,
    build_graph,
    co_locate,
    infiltration,
    inside_tumour,
    named_measure,
    named_score,
    tumour_distance,
)

LENGTHS = (0.025, 0.05, 0.1, 0.2)
CELLS = 2000
TUMOUR, IMMUNE, STROMA = range(3)
NAMES = ("tumour", "immune", "stroma")


def draw_sections(length: float, repeats: int) -> tuple[Tissue, np.ndarray]:
    """Places of all sections, and the type of each cell."""
    places, codes = [], []
    for number in range(repeats):
        rng = np.random.default_rng([number, int(1000 * length)])
        xy = rng.uniform(size=(CELLS, 2))
        around = rng.uniform(-1, 2, size=(3 * CELLS, 2))
        # Over more than the section, or all sections would hold as much of everything.
        nest, other = smooth_fields(np.concatenate([xy, around]), 2, length, rng)[:CELLS].T
        nest = nest + rng.normal(0, 0.3, CELLS)
        immune = 0.5 * nest + other > 0.2
        places.append(xy)
        codes.append(np.where(nest > 0.3, TUMOUR, np.where(immune, IMMUNE, STROMA)))
    section = np.repeat(np.arange(repeats), CELLS)
    names = tuple(map(str, range(repeats)))
    return Tissue(np.concatenate(places), section, names, spots=False), np.concatenate(codes)


def measured(length: float, repeats: int) -> pd.DataFrame:
    tissue, codes = draw_sections(length, repeats)
    graph = build_graph(tissue)
    types = Types(codes, NAMES)
    tumour, immune = codes == TUMOUR, codes == IMMUNE
    inside = inside_tumour(tissue, tumour_distance(tissue, graph, tumour), types)
    beside = co_locate(tissue, graph, types, n_shifts=1)
    return pd.concat(
        [
            infiltration(tissue, graph, tumour, immune),
            inside[inside["feature"] == "immune"],
            named_measure(tissue, named_score(graph, [tumour, immune]), TLS),
            beside[(beside["feature"] == "stroma") & (beside["partner"] == "immune")],
            beside[(beside["feature"] == "immune") & (beside["partner"] == "immune")],
        ]
    ).dropna(subset="value")


def run(repeats: int) -> pd.DataFrame:
    """Share of the intervals that hold the mean, by measure and length."""
    found = []
    for length in LENGTHS:
        for name, rows in measured(length, repeats).groupby("name", sort=False):
            mean = rows["value"].mean()
            held = (rows["low"] <= mean) & (mean <= rows["high"])
            found.append({"measure": name, "length": length, "held": held.mean()})
    table = pd.DataFrame(found)
    return table.pivot_table(index="measure", columns="length", values="held", sort=False)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args()
    table = run(given.repeats)
    print(table.round(2).to_string())
    given.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(given.out / "tissue_intervals.csv")


if __name__ == "__main__":
    main()
