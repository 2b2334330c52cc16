"""What detecting a gene tells at the depth of a cell, and which part of its lineage a cell is."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.lineages import Detected, MarkerList, around_cells, call_parts, read_detected
from tmeatlas.lineages import usual_rates as rates_of_groups

DEPTH = 0.25
"""2,500 transcripts."""


def seen(genes: list[list[int]], depths: list[float] | None = None) -> Detected:
    matrix = sp.csr_matrix(np.array(genes, dtype=np.float32))
    known = depths or [DEPTH] * len(genes)
    steps, at = np.unique(known, return_inverse=True)
    return Detected(matrix, steps, at)


def drawn(rates: list[list[float]], each: int = 40, seed: int = 0) -> Detected:
    """Cells of several kinds, one after the other, by the rates of their genes."""
    rng = np.random.default_rng(seed)
    rows = np.repeat(np.array(rates), each, axis=0)
    return seen((rng.random(rows.shape) < 1 - np.exp(-DEPTH * rows)).astype(int).tolist())


def kinds(n: int, each: int = 40):
    """Cells of a kind are neighbours of each other, and a cluster."""
    weights = sp.block_diag([np.ones((each, each)) - np.eye(each)] * n, format="csr")
    return around_cells(weights, [np.repeat(np.arange(n, dtype=np.int32), each)], n * each)


def lists_of(**genes: list[int]) -> list[MarkerList]:
    none = np.array([], np.int32)
    return [
        MarkerList(lineage, np.array(up, np.int32), np.full(len(up), 1 / len(up)), none)
        for lineage, up in genes.items()
    ]


def called(calls) -> list[str]:
    return [calls.ids[code] if code >= 0 else "" for code in calls.codes]


def test_the_smallest_value_of_a_cell_stands_for_one_count():
    counts = np.array([[1, 0, 3, 996], [2, 1, 0, 3997], [0, 0, 0, 0]], dtype=float)
    totals = np.array([1000.0, 4000.0, 1.0])
    values = sp.csc_matrix(np.log1p(counts / totals[:, None] * 1e4))
    detected = read_detected(values)
    np.testing.assert_allclose(detected.depths[detected.at[:2]], [0.1, 0.4], rtol=0.1)
    np.testing.assert_array_equal(detected.genes.toarray(), counts > 0)


def test_explicit_zeros_are_not_detected():
    values = sp.csc_matrix(np.array([[1.0, 2.0], [3.0, 1.0]]))
    values.data[0] = 0
    assert read_detected(values).genes.toarray().tolist() == [[0, 1], [1, 1]]


def test_rates_are_those_that_make_the_detections_as_likely_as_can_be():
    detected = seen([[1]] * 63 + [[0]] * 37)
    found = detected.rates(np.ones((100, 1)))
    np.testing.assert_allclose(found, -np.log(0.37) / DEPTH, rtol=1e-6)


def test_rates_of_cells_of_two_depths():
    rate, depths = 3.0, [0.1] * 1000 + [0.8] * 1000
    hits = [round(1000 * (1 - np.exp(-rate * depth))) for depth in (0.1, 0.8)]
    rows = [[int(k < hits[half])] for half in (0, 1) for k in range(1000)]
    np.testing.assert_allclose(seen(rows, depths).rates(np.ones((2000, 1))), rate, rtol=0.01)


def test_without_cells_rates_are_what_was_expected():
    prior = np.array([[0.5, 4.0]])
    found = seen([[1, 0]]).rates(np.zeros((1, 1)), prior, 10.0)
    np.testing.assert_allclose(found, prior, rtol=1e-6)


def test_what_a_gene_tells_if_detected_and_if_not():
    told = seen([[1], [0]]).told(np.array([[2.0], [1.0]]), np.array([1.0]))
    there = np.log((1 - np.exp(-2 * DEPTH)) / (1 - np.exp(-DEPTH)))
    np.testing.assert_allclose(told, [[there, 0], [-DEPTH, 0]], atol=1e-12)


def test_one_gene_tells_no_more_than_the_most():
    told = seen([[1], [0]]).told(np.array([[900.0]]), np.array([0.01]))
    np.testing.assert_allclose(told, [[2.0], [-2.0]])


def test_usual_rates_are_those_in_the_middle_of_the_groups():
    detected = drawn([[0.2], [0.2], [30.0]], each=400)
    groups = np.repeat([0, 1, 2], 400)
    assert rates_of_groups(detected, groups, 0.5)[0] == pytest.approx(0.2, rel=0.5)
    assert rates_of_groups(detected, groups, 1.0)[0] > 10


B, PLASMA = [6.0] * 4 + [0.3] * 6, [0.1] * 4 + [40.0] * 6
USUAL = np.array([0.1] * 4 + [0.3] * 4 + [5.0] * 2)
"""The last two are genes that every lineage has, and plasma cells more of."""
LISTS = {"b_cell": [0, 1, 2, 3], "plasma": [4, 5, 6, 7, 8, 9]}


def test_two_parts():
    calls = call_parts(drawn([B, PLASMA]), lists_of(**LISTS), kinds(2), USUAL)
    assert called(calls) == ["b_cell"] * 40 + ["plasma"] * 40
    assert calls.confidence.min() > 0.95


@pytest.mark.parametrize(("rates", "part"), [(B, "b_cell"), (PLASMA, "plasma")])
def test_cells_of_one_part_stay_of_one_part(rates, part):
    calls = call_parts(drawn([rates, rates]), lists_of(**LISTS), kinds(2), USUAL)
    assert called(calls) == [part] * 80


def test_a_part_is_told_by_what_is_missing():
    """Cells without markers of CD8 T cells are the others, where CD8 T cells are known."""
    cd8, other = [8.0] * 5 + [0.1] * 3, [0.1] * 5 + [0.4] * 3
    lists = lists_of(t_cd8=[0, 1, 2, 3, 4], t_cd4=[5, 6, 7])
    calls = call_parts(drawn([cd8, other]), lists, kinds(2), np.full(8, 0.1))
    assert called(calls) == ["t_cd8"] * 40 + ["t_cd4"] * 40


def test_what_leaks_tells_no_part():
    calls = call_parts(
        drawn([[3.0] * 6]), lists_of(a=[0, 1, 2], b=[3, 4, 5]), kinds(1), np.full(6, 3.0)
    )
    assert called(calls) == [""] * 40
    assert calls.confidence.max() < 0.4


def test_the_wider_part_where_a_kind_of_it_cannot_be_told():
    lists = lists_of(t_cd8=[0, 1, 2], t_cd4=[3, 4, 5], treg=[6, 7, 8])
    cd8, cd4 = [6.0] * 3 + [0.1] * 6, [0.1] * 3 + [6.0] * 3 + [0.4] * 3
    calls = call_parts(drawn([cd8, cd4, cd4]), lists, kinds(3), np.full(9, 0.1))
    assert called(calls) == ["t_cd8"] * 40 + ["t_cd4"] * 80
    treg = [0.1] * 3 + [2.0] * 3 + [6.0] * 3
    calls = call_parts(drawn([cd8, cd4, treg]), lists, kinds(3), np.full(9, 0.1))
    assert called(calls)[80:] == ["treg"] * 40


def test_one_list_tells_no_parts():
    calls = call_parts(drawn([B]), lists_of(b_cell=[0, 1, 2, 3]), kinds(1), USUAL)
    assert called(calls) == [""] * 40
    assert np.isnan(calls.confidence).all()


def test_around_some_of_the_cells():
    weights = sp.csr_matrix([[0.0, 1, 1], [1, 0, 1], [1, 1, 0]])
    inside = around_cells(weights, [np.array([4, 2, 2])], 3).within(np.array([0, 2]))
    np.testing.assert_allclose(inside.walk.toarray(), np.full((2, 2), 0.5))
    assert [codes.tolist() for codes in inside.partitions] == [[1, 0]]
