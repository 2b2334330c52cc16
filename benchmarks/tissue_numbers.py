"""How many niches are found where a number was planted, and how alike they are to those.

    python benchmarks/tissue_numbers.py      # about five minutes

Cells of ten types in niches that are patches of smooth fields; each niche has a mixture of types of
its own, drawn by Dirichlet's distribution: with 0.3 few types make a niche, with 0.8 many do, and
niches are hard to tell even by a cell's ten neighbours. The limits by which a number is chosen were
set on such tissue of other seeds.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.metrics import adjusted_rand_score

from tmeatlas.spatial import Tissue, build_graph, find_niches, surroundings

N_TYPES = 10
SIDE, LENGTH = 128, 12
"""Of a section, and over how far its niches are smooth."""
PLANTED = (2, 3, 4, 5, 6, 8)
MIXTURES = (0.3, 0.8)
SECTIONS = {1: 3_000, 8: 1_500}
"""Numbers of sections, and of the cells of each."""
SEEDS = range(3)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    found = pd.DataFrame(
        [
            {"sections": n_sections, "planted": planted}
            | recovered(planted, mixture, n_sections, seed)
            for n_sections in SECTIONS
            for planted in PLANTED
            for mixture in MIXTURES
            for seed in SEEDS
        ]
    )
    show(table(found))


def show(table: pd.DataFrame) -> None:
    """The table as Markdown."""
    rows = [list(table.columns), ["---"] * table.shape[1], *table.to_numpy(str).tolist()]
    print("\n".join(f"| {' | '.join(row)} |" for row in rows), flush=True)


def planted_tissue(
    planted: int, mixture: float, n_sections: int, n_cells: int, rng: np.random.Generator
) -> tuple[Tissue, NDArray[np.intp], NDArray[np.intp]]:
    """Cells, and the type and niche of each."""
    of_niche = rng.dirichlet(np.full(N_TYPES, mixture), planted)
    places = rng.uniform(0, SIDE, (n_sections * n_cells, 2))
    section = np.repeat(np.arange(n_sections), n_cells)
    niche = np.empty(len(places), dtype=np.intp)
    for code in range(n_sections):
        noise = rng.normal(size=(planted, SIDE, SIDE))
        fields = np.stack([gaussian_filter(each, LENGTH, mode="wrap") for each in noise])
        fields /= fields.std(axis=(1, 2), keepdims=True)
        here = section == code
        niche[here] = fields.argmax(axis=0)[tuple(places[here].astype(int).T)]
    types = np.array([rng.choice(N_TYPES, p=of_niche[code]) for code in niche])
    names = tuple(map(str, range(n_sections)))
    return Tissue(places, section, names, spots=False), types, niche


def recovered(planted: int, mixture: float, n_sections: int, seed: int) -> dict[str, float]:
    rng = np.random.default_rng([planted, n_sections, seed, int(10 * mixture)])
    tissue, types, niche = planted_tissue(planted, mixture, n_sections, SECTIONS[n_sections], rng)
    graph = build_graph(tissue)
    around = surroundings(graph, types, N_TYPES)
    chosen = find_niches(tissue, graph, around, n_types=N_TYPES)
    told = find_niches(tissue, graph, around, n_types=N_TYPES, n_niches=planted)
    return {
        "mixture": mixture,
        "chosen": int(chosen.tried.loc[chosen.tried["chosen"], "k"].iloc[0]),
        "stability": chosen.stability,
        "as chosen": adjusted_rand_score(niche, chosen.codes),
        "as planted": adjusted_rand_score(niche, told.codes),
    }


def table(found: pd.DataFrame) -> pd.DataFrame:
    """One row per number of sections and of planted niches."""
    rows = []
    for (n_sections, planted), here in found.groupby(["sections", "planted"]):
        counts = here["chosen"].value_counts().sort_index()
        rows.append(
            {
                **{"sections": n_sections, "planted": planted},
                "chosen (times)": ", ".join(f"{k} ({times})" for k, times in counts.items()),
                "ARI as chosen": f"{here['as chosen'].mean():.2f}",
                "ARI as planted": f"{here['as planted'].mean():.2f}",
                "stability": f"{here['stability'].mean():.2f}",
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    main()
