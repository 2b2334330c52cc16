from __future__ import annotations

import numpy as np

from tmeatlas.cells._order import cells_in_order
from tmeatlas.cells._plane import Plane


def test_cells_are_ordered_by_group_and_neighbours_stay_together():
    rng = np.random.default_rng(0)
    groups = rng.integers(-1, 5, 4000)
    coordinates = rng.normal(size=(4000, 2))
    drawn = rng.random(4000) < 0.9
    order = cells_in_order(Plane("X_umap", "UMAP", coordinates, drawn, n_dimensions=2), groups)
    assert sorted(order) == np.flatnonzero(drawn).tolist()
    by_group = groups[order]
    labelled = by_group >= 0
    assert (np.diff(by_group[labelled]) >= 0).all()
    assert not labelled[-(~labelled).sum() :].any(), "cells without a group come last"
    steps = np.hypot(*np.diff(coordinates[order], axis=0).T)
    unordered = np.hypot(*np.diff(coordinates[drawn], axis=0).T)
    assert np.median(steps) < 0.2 * np.median(unordered)


def test_cells_all_in_one_place_keep_their_order():
    plane = Plane("X_umap", "UMAP", np.full((5, 2), 3.0), np.ones(5, dtype=bool), n_dimensions=2)
    assert cells_in_order(plane, np.array([1, 0, 1, 0, 0])).tolist() == [1, 3, 4, 0, 2]
