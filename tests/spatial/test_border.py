"""Inside and outside of the tumour, and immune cells among its cells, on tissue laid by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.spatial import KDTree

from tmeatlas.spatial import (
    INFILTRATION,
    INSIDE,
    Graph,
    Tissue,
    Types,
    infiltration,
    inside_tumour,
    tumour_distance,
)

SIDE = 20


def lattice(side=SIDE):
    row, column = np.divmod(np.arange(side * side), side)
    return np.column_stack([column, row]).astype(float)


def tissue_of(*sections):
    """Sections one after the other, each row beside those one step away."""
    xy = np.concatenate(sections)
    codes = np.repeat(np.arange(len(sections)), list(map(len, sections)))
    blocks = []
    for places in sections:
        pairs = KDTree(places).query_pairs(1.1, output_type="ndarray")
        both = np.concatenate([pairs, pairs[:, ::-1]])
        ones = np.ones(len(both), np.float32)
        blocks.append(sp.csr_matrix((ones, both.T), shape=(len(places),) * 2))
    names = tuple("stuv"[: len(sections)])
    return Tissue(xy, codes, names, spots=False), Graph(sp.block_diag(blocks).tocsr(), "touching")


def test_distance_to_the_border_is_signed():
    xy = lattice()
    tissue, graph = tissue_of(xy)
    distance = tumour_distance(tissue, graph, xy[:, 0] < 10)
    assert distance.dtype == np.float32
    assert np.array_equal(distance[xy[:, 0] < 10], xy[xy[:, 0] < 10, 0] - 10)
    assert np.array_equal(distance[xy[:, 0] >= 10], xy[xy[:, 0] >= 10, 0] - 9)


def test_a_lone_cell_of_either_side_takes_the_side_of_its_neighbours():
    xy = lattice()
    tissue, graph = tissue_of(xy)
    tumour = xy[:, 0] < 10
    nest, stroma = 5 * SIDE + 4, 5 * SIDE + 15
    tumour[nest], tumour[stroma] = False, True
    distance = tumour_distance(tissue, graph, tumour)
    assert distance[nest] == 4 - 10
    assert distance[stroma] == 15 - 9


def test_sections_without_a_border_and_rows_without_neighbours_have_no_distance():
    xy = lattice()
    lone = np.concatenate([xy, [[100.0, 100.0]]])
    tissue, graph = tissue_of(lone, xy, xy)
    tumour = np.concatenate([lone[:, 0] < 10, np.ones(400, bool), np.zeros(400, bool)])
    distance = tumour_distance(tissue, graph, tumour)
    assert np.isfinite(distance[:400]).all()
    assert np.isnan(distance[400:]).all()


def test_share_of_a_type_inside():
    xy = lattice()
    tissue, graph = tissue_of(xy, xy)
    tumour = np.concatenate([xy[:, 0] < 10, np.zeros(400, bool)])
    codes = np.where(tumour, 0, 1)
    codes[:400][(xy[:, 0] == 5) | (xy[:, 0] == 15) | (xy[:, 0] == 17)] = 2
    codes[:19][xy[:19, 0] > 17] = 3  # too few to be read
    distance = tumour_distance(tissue, graph, tumour)
    table = inside_tumour(tissue, distance, Types(codes, ("T", "S", "I", "F")))
    assert set(table["sample"]) == {"s"}
    found = table.set_index("feature")
    assert list(found.index) == ["T", "S", "I"]
    assert found["value"].tolist() == pytest.approx([1.0, 0.0, 1 / 3])
    assert found["expected"].tolist() == pytest.approx([0.5] * 3)
    assert found["cells"].tolist() == [180, 159, 60]
    assert found.loc["I", "low"] < 1 / 3 < found.loc["I", "high"]
    assert found["low"].min() >= 0
    assert found["high"].max() <= 1
    assert set(table["measure"]) == {INSIDE}
    assert table["name"].iloc[2] == "I inside the tumour"


def test_infiltration_is_counted_over_neighbours():
    xy = lattice()
    tissue, graph = tissue_of(xy)
    tumour = xy[:, 0] < 10
    immune = (xy[:, 0] == 10) | ((xy[:, 0] == 3) & (xy[:, 1] % 4 == 0))
    tumour &= ~immune
    table = infiltration(tissue, graph, tumour, immune)
    start, end = graph.edges.nonzero()
    mine = tumour[start]
    near, size = immune[end[mine]].sum(), mine.sum()
    row = table.iloc[0]
    assert row["value"] == pytest.approx(np.log2((near + 0.5) / (size * immune.mean() + 0.5)))
    assert row["expected"] == pytest.approx(immune.mean())
    assert row["low"] < row["value"] < row["high"]
    assert (row["measure"], row["cells"], row["note"]) == (INFILTRATION, tumour.sum(), "")


def test_mixed_and_apart_are_told_apart():
    xy = lattice(30)
    rng = np.random.default_rng(0)
    mixed = rng.permutation(np.arange(900) < 450)
    apart = xy[:, 0] < 15
    tissue, graph = tissue_of(xy, xy)
    tumour = np.concatenate([mixed, apart])
    table = infiltration(tissue, graph, tumour, ~tumour).set_index("sample")
    assert table.loc["s", "low"] < 0 < table.loc["s", "high"]
    assert table.loc["t", "high"] < -3


def test_sections_with_few_cells_of_either_say_so():
    xy = lattice()
    tissue, graph = tissue_of(xy, xy, xy)
    tumour, immune = np.zeros(1200, bool), np.zeros(1200, bool)
    tumour[:19] = True
    immune[20:200] = True
    tumour[400:600] = True
    immune[800:810] = True
    table = infiltration(tissue, graph, tumour, immune)
    assert table["value"].isna().all()
    assert table["note"].tolist() == [
        "fewer than 20 tumour cells",
        "fewer than 20 immune cells",
        "fewer than 20 tumour and immune cells",
    ]
    assert table["cells"].tolist() == [19, 200, 0]
