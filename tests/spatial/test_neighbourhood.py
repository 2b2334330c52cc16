from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas.spatial import Graph, mean_around, surroundings


def graph(*neighbours: tuple[int, ...]) -> Graph:
    """Which rows are neighbours of each."""
    edges = np.zeros((len(neighbours),) * 2, dtype=np.float32)
    for row, of_row in enumerate(neighbours):
        edges[row, list(of_row)] = 1
    return Graph(sp.csr_matrix(edges), "as given")


def test_shares_of_types_among_the_neighbours_without_the_row_itself():
    found = surroundings(graph((1, 2), (0, 2, 3), (3,), (0,)), np.array([0, 1, 1, 2]), 3)
    assert found.dtype == np.float32
    expected = [[0, 1, 0], [1 / 3, 1 / 3, 1 / 3], [0, 0, 1], [1, 0, 0]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_neighbours_without_a_type_are_not_counted():
    found = surroundings(graph((1, 2), (0,), (1,)), np.array([0, -1, 1]), 2)
    np.testing.assert_array_equal(found, [[0, 1], [1, 0], [np.nan, np.nan]])


def test_scores_are_means_over_the_row_and_its_neighbours():
    scores = np.array([[1.0, 10], [3, 20], [5, 60]], dtype=np.float32)
    found = surroundings(graph((1, 2), (0,), (0,)), np.full(3, -1), 0, scores)
    np.testing.assert_allclose(found, [[3, 30], [2, 15], [3, 35]])


def test_scores_that_are_not_known_are_left_out():
    scores = np.array([[1.0], [np.nan], [np.nan]], dtype=np.float32)
    found = mean_around(graph((1,), (0,), (1,)).edges, scores)
    np.testing.assert_array_equal(found, [[1], [1], [np.nan]])


def test_a_row_without_neighbours_has_no_surroundings():
    scores = np.ones((3, 1), dtype=np.float32)
    found = surroundings(graph((1,), (0,), ()), np.zeros(3, dtype=int), 1, scores)
    np.testing.assert_array_equal(found, [[1, 1], [1, 1], [np.nan, np.nan]])


@pytest.mark.parametrize("known", [1.0, 0.7])
def test_every_row_is_the_mean_that_a_loop_gives(known):
    rng = np.random.default_rng(0)
    neighbours = [tuple(rng.choice(60, rng.integers(1, 8), replace=False)) for _ in range(60)]
    scores = rng.normal(size=(60, 3)).astype(np.float32)
    scores[rng.random(scores.shape) > known] = np.nan
    found = mean_around(graph(*neighbours).edges, scores)
    for row, of_row in enumerate(neighbours):
        around = pd.DataFrame(np.vstack([scores[list(of_row)], scores[[row]]]))
        np.testing.assert_allclose(found[row], around.mean(), atol=1e-5)
