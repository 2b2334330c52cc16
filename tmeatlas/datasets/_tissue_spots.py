"""Spots of an array over simulated tissue: each holds the counts of the cells under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas.datasets._cohort_design import CELL_TYPES, TYPE_OF, CohortDesign
from tmeatlas.datasets._cohort_truth import add_batches, describe_samples, named
from tmeatlas.datasets._sampling import ACTIVITY, Cells, Floats
from tmeatlas.datasets._tissue_design import (
    CELLS_OF_SPOT,
    NICHES,
    SPOT_DIAMETER,
    SPOT_DISTANCE,
)
from tmeatlas.datasets._tissue_places import Codes, draw_grid, grid_places

TRUE_SHARES = "true_shares"


def draw_spot_places(n: int, rng: np.random.Generator) -> Floats:
    """`n` places in µm under spots, which lie as those of Visium slides do."""
    grid = draw_grid(max(round(n / CELLS_OF_SPOT), 1), rng)
    spot = rng.integers(len(grid), size=n)
    radius = SPOT_DIAMETER / 2 * np.sqrt(rng.random(n))
    angle = rng.uniform(0, 2 * np.pi, n)
    within = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return np.asarray(SPOT_DISTANCE * grid_places(grid)[spot] + within)


def spot_of(places: Floats) -> Codes:
    """Row and column of the spot above each place."""
    row = np.round(places[:, 1] / SPOT_DISTANCE / np.sqrt(0.75)).astype(np.intp)
    column = np.round(places[:, 0] / SPOT_DISTANCE - row % 2 / 2).astype(np.intp)
    return np.column_stack([row, 2 * column + row % 2])


@dataclass(frozen=True, eq=False)
class Spots:
    """Which cells lie under which spot; spots of a sample one after another."""

    key: Codes
    """Spots × (sample, row, column)."""
    members: sp.csr_matrix
    """Spots × cells."""

    @classmethod
    def over(cls, sample: Codes, places: Floats) -> Spots:
        """The spots that have cells under them."""
        at = np.column_stack([sample, spot_of(places)])
        at, spot = np.unique(at, axis=0, return_inverse=True)
        ones = np.ones(len(sample), np.float32)
        return cls(at, sp.csr_matrix((ones, (spot.ravel(), np.arange(len(sample))))))

    @property
    def n_cells(self) -> Codes:
        return np.diff(self.members.indptr).astype(np.intp)

    @property
    def places(self) -> Floats:
        """The centre of each spot, in µm."""
        return np.asarray(SPOT_DISTANCE * grid_places(self.key[:, 1:]))

    def means(self, values: Floats) -> NDArray[np.float32]:
        """Mean of each column over the cells of each spot."""
        return np.asarray(self.members @ values / self.n_cells[:, None], np.float32)

    def shares(self, codes: Codes, n: int) -> NDArray[np.float32]:
        """Share of each code among the cells of each spot."""
        return self.means(np.eye(n)[codes])


def describe_spots(spots: Spots, cells: Cells, niche: Codes, design: CohortDesign) -> pd.DataFrame:
    """The `obs` of the spots."""
    sample = spots.key[:, 0]
    obs = describe_samples(sample, design)
    add_batches(obs, sample, design)
    obs["in_tissue"] = 1
    obs["array_row"], obs["array_col"] = spots.key[:, 1], spots.key[:, 2]
    obs["true_cells"] = spots.n_cells
    most = spots.shares(niche, len(NICHES)).argmax(axis=1)
    obs["true_niche"] = named(most, NICHES)
    activity = spots.means(cells.activity)
    for column, programme in enumerate(ACTIVITY):
        obs[f"true_{programme}"] = activity[:, column]
    return obs


def add_slides(adata: AnnData, spots: Spots, cells: Cells, samples: Sequence[str]) -> None:
    """What is known of spots beyond their counts: places, cell types under them, slides."""
    adata.obsm[keys.SPATIAL] = spots.places
    shares = spots.shares(TYPE_OF[cells.population], len(CELL_TYPES))
    adata.obsm[TRUE_SHARES] = pd.DataFrame(shares, adata.obs_names, list(CELL_TYPES))
    adata.uns[keys.SPATIAL] = {name: _slide() for name in samples}


def _slide() -> dict[str, Any]:
    """What squidpy and scanpy keep of a slide, without an image; a pixel is a µm."""
    factors = {"spot_diameter_fullres": SPOT_DIAMETER, "tissue_hires_scalef": 1.0}
    return {"images": {}, "scalefactors": factors, "metadata": {}}
