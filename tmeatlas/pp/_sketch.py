"""A map learnt from some of the cells, on which the others are placed."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

MANY_CELLS = 300_000
"""Of more cells, the map is learnt from a part."""
LEARNT = 100_000
"""That part, unless told otherwise."""
PART = 50_000
"""Cells that are placed at a time, about: how they are divided hangs on their number alone."""
MIN_DIST = 0.5
"""Scanpy's default."""
FEW_PAIRS = 10_000_000
"""Of learnt and placed cells, up to which umap may look at each."""


def n_to_learn_from(n_cells: int, asked: int | None) -> int:
    """From how many cells the map is learnt: all, those that were asked for, or the usual part."""
    if asked is not None:
        return min(asked, n_cells)
    return n_cells if n_cells <= MANY_CELLS else LEARNT


def map_by_part(
    points: NDArray[np.floating], n_learnt: int, *, n_neighbours: int, seed: int
) -> NDArray[np.float32]:
    """UMAP of `n_learnt` cells drawn at random; the others where it places them (`transform`).

    A cell that is placed moves among those that the map was learnt from, and not among others.
    """
    n = len(points)
    drawn = np.sort(np.random.default_rng(seed).choice(n, n_learnt, replace=False))
    rest = np.setdiff1d(np.arange(n), drawn, assume_unique=True)
    found = np.empty((n, 2), dtype=np.float32)
    with warnings.catch_warnings():
        # umap warns of what it lacks and of its own defaults (threads and seeds, small data).
        warnings.simplefilter("ignore")
        from umap import UMAP

        learnt = UMAP(
            n_neighbors=n_neighbours,
            min_dist=MIN_DIST,
            random_state=seed,
            transform_seed=seed,
            force_approximation_algorithm=n_learnt * len(rest) > FEW_PAIRS,
        )
        found[drawn] = learnt.fit_transform(np.asarray(points[drawn], dtype=np.float32))
        for part in np.array_split(rest, max(1, round(len(rest) / PART))):
            if len(part):
                found[part] = learnt.transform(np.asarray(points[part], dtype=np.float32))
    return found
