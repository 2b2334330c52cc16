from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tmeatlas._errors import InputError, TMEWarning
from tmeatlas.spatial import REPRODUCED, Graph, Tissue, build_graph, find_niches, surroundings
from tmeatlas.spatial._clusters import _choice, _draw

MIXTURES = np.array(
    [[0.7, 0.1, 0.1, 0.1], [0.1, 0.6, 0.2, 0.1], [0.1, 0.1, 0.2, 0.6]],
)
"""Shares of four types in each of three niches."""


def striped(
    n_sections: int = 4, n: int = 900, *, seed: int = 0, planted: bool = True
) -> tuple[Tissue, np.ndarray, np.ndarray]:
    """Sections of three stripes, each with its own mixture of types; none if not `planted`."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 30, (n_sections * n, 2))
    niche = (places[:, 0] // 10).astype(int)
    mixture = MIXTURES if planted else np.full((3, 4), 0.25)
    types = np.array([rng.choice(4, p=mixture[of]) for of in niche])
    section = np.repeat(np.arange(n_sections), n)
    names = tuple(f"section {i}" for i in range(n_sections))
    return Tissue(places, section, names, spots=False), types, niche


@pytest.fixture(scope="module")
def planted():
    tissue, types, niche = striped()
    graph = build_graph(tissue)
    return tissue, graph, surroundings(graph, types, 4), niche


def found_in(planted, **options):
    tissue, graph, features, _ = planted
    return find_niches(tissue, graph, features, n_types=4, **options)


def test_planted_niches_are_found_and_counted(planted):
    found = found_in(planted)
    assert adjusted_rand_score(planted[-1], found.codes) > 0.8
    assert found.codes.max() + 1 == found.tried["k"][found.tried["chosen"]].item() == 3
    assert found.tried["k"].tolist() == list(range(2, 13))
    assert (found.tried["low"] <= found.tried["stability"]).all()
    assert found.stability > 0.9
    assert found.halves == "sections"


def test_sections_of_a_few_rows_do_not_make_halves():
    tissue, types, _ = striped(1, 200)
    few = np.arange(len(types)) < 6
    names = tuple(f"section {i}" for i in range(4))
    section = np.where(few, 1 + np.arange(len(types)) % 3, 0)
    tissue = Tissue(tissue.coordinates, section, names, spots=False)
    graph = build_graph(tissue)
    features = surroundings(graph, types, 4)
    found = find_niches(tissue, graph, features, n_types=4)
    assert found.halves == "cells"
    assert np.isfinite(found.tried["stability"]).all()
    found = find_niches(tissue, graph, features, n_types=4, n_niches=120)
    assert np.isnan(found.stability)  # a half has fewer cells


def test_the_largest_niche_is_the_first(planted):
    sizes = np.bincount(found_in(planted, n_niches=5).codes)
    assert len(sizes) == 5
    assert (np.diff(sizes) <= 0).all()


def test_the_number_can_be_given(planted):
    found = found_in(planted, n_niches=6)
    assert found.codes.max() + 1 == 6
    assert found.tried["k"].tolist() == [6]
    assert found.tried["chosen"].tolist() == [True]
    assert found.stability < 0.9, "three niches cut into six"


def test_the_order_of_the_rows_does_not_matter(planted):
    tissue, graph, features, _ = planted
    mixed = np.random.default_rng(1).permutation(len(features))
    moved = Tissue(tissue.coordinates[mixed], tissue.section[mixed], tissue.sections, spots=False)
    edges = graph.edges[mixed][:, mixed]
    again = find_niches(moved, Graph(edges, ""), features[mixed], n_types=4)
    assert (again.codes == found_in(planted).codes[mixed]).mean() > 0.999


@pytest.mark.thorough
def test_the_seed_decides_alone(planted):
    first, again, other = (found_in(planted, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.codes, again.codes)
    np.testing.assert_array_equal(first.tried["stability"], again.tried["stability"])
    assert (first.tried["stability"] != other.tried["stability"]).any()
    assert adjusted_rand_score(first.codes, other.codes) > 0.95


def test_few_sections_are_halved_by_their_rows():
    tissue, types, niche = striped(2)
    graph = build_graph(tissue)
    found = find_niches(tissue, graph, surroundings(graph, types, 4), n_types=4)
    assert found.halves == "cells"
    assert adjusted_rand_score(niche, found.codes) > 0.8


def test_tissue_without_niches_is_told_by_its_stability():
    tissue, types, _ = striped(planted=False)
    graph = build_graph(tissue)
    found = find_niches(tissue, graph, surroundings(graph, types, 4), n_types=4)
    assert found.stability < REPRODUCED
    assert found.codes.max() + 1 == 2


def test_scores_that_are_higher_in_one_section_make_no_niche_of_it():
    tissue, _types, niche = striped()
    graph = build_graph(tissue)
    rng = np.random.default_rng(0)
    scores = np.stack([niche == 0, niche == 2], axis=1) + rng.normal(0, 0.3, (len(niche), 2))
    scores += 20 * tissue.section[:, None]
    features = surroundings(graph, np.full(len(niche), -1), 0, scores.astype(np.float32))
    found = find_niches(tissue, graph, features, n_types=0)
    assert adjusted_rand_score(niche, found.codes) > 0.8
    assert abs(adjusted_rand_score(tissue.section, found.codes)) < 0.05


def test_a_programme_divides_what_types_do_not():
    tissue, types, niche = striped()
    graph = build_graph(tissue)
    hypoxic = (niche == 0) & (tissue.coordinates[:, 1] > 15)
    scores = hypoxic[:, None] + np.random.default_rng(0).normal(0, 0.3, (len(niche), 1))
    features = surroundings(graph, types, 4, scores.astype(np.float32))
    found = find_niches(tissue, graph, features, n_types=4, n_niches=4)
    alone = find_niches(tissue, graph, features[:, :4], n_types=4, n_niches=4)
    truth = np.where(hypoxic, 3, niche)
    agreement = [adjusted_rand_score(truth, each.codes) for each in (found, alone)]
    assert agreement[0] > 0.75
    assert agreement[0] > agreement[1] + 0.1


def test_rows_of_which_nothing_is_known_are_in_no_niche(planted):
    tissue, graph, features, _ = planted
    features = features.copy()
    features[:7] = np.nan
    found = find_niches(tissue, graph, features, n_types=4, n_niches=3)
    assert (found.codes[:7] == -1).all()
    assert (found.codes[7:] >= 0).all()


def test_tissue_that_is_alike_everywhere_is_one_niche():
    tissue, *_ = striped(1, 60)
    graph = build_graph(tissue)
    found = find_niches(tissue, graph, surroundings(graph, np.zeros(60, dtype=int), 1), n_types=1)
    assert set(found.codes) == {0}
    assert found.tried["k"].tolist() == [1]
    assert np.isnan(found.stability)


@pytest.mark.parametrize("n_niches", [0, -1, 2.5, True, "three", 10_000])
def test_a_number_of_niches_that_cannot_be(planted, n_niches):
    with pytest.raises(InputError, match=r"from 1 to .* as `n_niches=`, found"):
        found_in(planted, n_niches=n_niches)


@pytest.mark.parametrize(
    ("stability", "taken"),
    [
        ({2: 0.9, 3: 0.9, 4: 0.88, 5: 0.7}, 4),
        ({2: 0.9, 3: 0.7, 4: 0.6, 5: 0.66}, 5),
        ({2: 0.9, 3: 0.5, 4: 0.4}, 2),
        ({2: 0.99, 3: 0.85, 4: 0.6}, 2),
        ({2: 0.99, 3: 0.91, 4: 0.6}, 3),
        ({2: 0.9, 3: 0.65, 4: 0.5}, 3),
        ({2: 0.3}, 2),
        ({7: 0.3}, 7),
    ],
)
def test_which_number_is_taken(stability, taken):
    assert _choice(stability) == taken


def test_a_large_section_does_not_decide_alone():
    sections = np.split(np.arange(106_000), [3_000, 6_000])
    drawn = _draw(sections, 20_000, np.random.default_rng(0))
    sizes = [np.isin(drawn, rows).sum() for rows in sections]
    assert sizes == [3_000] * 3
    assert len(np.unique(drawn)) == len(drawn)


@pytest.mark.parametrize(("n_kinds", "found"), [(1, "Only 1 of 3"), (2, "Only 2 of 3")])
def test_fewer_surroundings_than_niches_are_told_once(n_kinds, found):
    places = np.random.default_rng(0).uniform(0, 30, (400, 2))
    section = np.repeat(np.arange(4), 100)
    tissue = Tissue(places, section, tuple("abcd"), spots=False)
    graph = build_graph(tissue)
    # All of a section are of one type, so all that lies in it is surrounded alike.
    features = surroundings(graph, section % n_kinds, n_kinds)
    with pytest.warns(TMEWarning, match=found) as told:
        niches = find_niches(tissue, graph, features, n_types=n_kinds, n_niches=3)
    assert len(told) == 1
    assert len(np.unique(niches.codes)) == n_kinds
