"""Contacts between groups, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.spatial import Tissue, build_graph, count_contacts

pytest.importorskip("squidpy")

#  Section one: a a b . . c, section two on top of it: a b b.
PLACES = np.array([[0, 0], [1, 0], [2, 0], [9, 0], [0, 0.1], [1, 0.1], [2, 0.1]])
CODES = np.array([0, 0, 1, 2, 0, 1, 1])
SECTION = np.array([0, 0, 0, 0, 1, 1, 1])


@pytest.fixture
def contacts():
    tissue = Tissue(PLACES, SECTION, ("one", "two"), spots=False)
    return count_contacts(build_graph(tissue, radius=1.2), tissue, CODES, 3)


def test_pairs_of_neighbours_are_counted_once_and_never_across_sections(contacts):
    one, two = contacts.links
    assert one.tolist() == [[1, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert two.tolist() == [[0, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_rows_beside_a_group(contacts):
    assert contacts.near.astype(int).tolist() == [
        *([1, 0, 0], [1, 1, 0], [1, 0, 0], [0, 0, 0]),
        *([0, 1, 0], [1, 1, 0], [0, 1, 0]),
    ]
    assert contacts.beside[0].tolist() == [[2, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert contacts.beside[1].tolist() == [[0, 1, 0], [1, 2, 0], [0, 0, 0]]


def test_who_touches_depends_on_how_many_do_on_both_sides(contacts):
    assert contacts.touch(1)[0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    # A group reaches itself, however few it is.
    assert contacts.touch(2)[0].tolist() == np.eye(3).tolist()


def test_one_sided_neighbours_are_neighbours():
    """The nearest of the cell far off is b, whose own nearest is a."""
    tissue = Tissue(np.array([[0.0, 0], [1, 0], [5, 0]]), np.zeros(3, int), ("one",), spots=False)
    found = count_contacts(build_graph(tissue, n_neighbors=1), tissue, np.array([0, 1, 2]), 3)
    assert found.links[0].tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    assert found.near.astype(int).tolist() == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]


def test_rows_without_a_group_are_nobodys_neighbours():
    tissue = Tissue(PLACES[:3], np.zeros(3, int), ("one",), spots=False)
    graph = build_graph(tissue, n_neighbors=2)
    found = count_contacts(graph, tissue, np.array([0, -1, 1]), 2)
    assert found.links[0].tolist() == [[0, 1], [1, 0]]
    assert found.of_rows(np.array([True, False, True])).near.tolist() == [
        [False, True],
        [True, False],
    ]
