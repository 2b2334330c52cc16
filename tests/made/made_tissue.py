"""Cells in a tissue: in bands that are known, or anywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData


def place(adata: AnnData, *, seed: int = 0) -> AnnData:
    """The same cells, each somewhere in a square of 1 mm; those of samples stand in a row."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 1000, size=(adata.n_obs, 2))
    if "sample" in adata.obs:
        places[:, 0] += 2000 * pd.factorize(adata.obs["sample"])[0]
    adata.obsm["spatial"] = places
    return adata


BANDS = {
    "tumour": {"Tumour": 0.9, "Macrophage": 0.1},
    "stroma": {"Fibroblast": 0.7, "Endothelial": 0.2, "Macrophage": 0.1},
    "aggregate": {"B cell": 0.5, "CD4 T cell": 0.5},
}
"""Side by side in each section, and the types that each is of."""


def banded(n_sections: int = 6, *, n: int = 600, seed: int = 0) -> AnnData:
    """Sections of three bands of cells without genes; the bands are in ``obs["band"]``.

    The second half of the sections has three times as much of the aggregate.
    """
    rng = np.random.default_rng(seed)
    sections = []
    for number in range(n_sections):
        rich = number >= n_sections // 2
        shares = [0.4, 0.3, 0.3] if rich else [0.5, 0.4, 0.1]
        x, y = rng.uniform(0, 1000, n), rng.uniform(0, 300, n)
        band = np.array(list(BANDS), dtype=object)[np.digitize(x / 1000, np.cumsum(shares)[:2])]
        types = np.empty(n, dtype=object)
        for name, of_band in BANDS.items():
            here = band == name
            types[here] = rng.choice(list(of_band), here.sum(), p=list(of_band.values()))
        obs = pd.DataFrame(
            {
                **{"cell_type": types, "band": band, "section": f"S{number}"},
                "arm": "rich" if rich else "poor",
            }
        )
        sections.append((obs, np.column_stack([x, y])))
    obs = pd.concat([each for each, _ in sections], ignore_index=True)
    obs.index = [f"cell {i}" for i in range(len(obs))]
    places = np.concatenate([each for _, each in sections])
    return AnnData(obs=obs, obsm={"spatial": places})
