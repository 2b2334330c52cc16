"""Named neighbourhoods: their parts, and what it takes to be in one."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.lineages import tree
from tmeatlas.sig import load
from tmeatlas.spatial import (
    MEASURED,
    SUPPRESSIVE,
    TLS,
    Graph,
    Tissue,
    named_measure,
    named_score,
    named_scores,
)
from tmeatlas.spatial._tiles import jackknifed, jackknifed_share, tiles


def line_of(n):
    """Each row beside the one before and the one after."""
    edges = sp.diags([1.0, 1.0], [-1, 1], shape=(n, n), dtype=np.float32).tocsr()
    return Graph(edges, "touching")


def test_parts_are_what_the_package_ships():
    library = load("all")
    for parts in named_scores().values():
        assert sum(part.needed for part in parts) == 2
        for part in parts:
            assert set(part.lineages) | set(part.without) <= set(tree())
            assert all(each in library for each in part.signatures)
            assert part.lineages or part.signatures or part.genes
    ligands = named_scores()[SUPPRESSIVE][2]
    assert set(ligands.genes) == {"CD274", "PDCD1LG2"}
    assert not ligands.needed


@pytest.mark.parametrize(
    ("measure", "lineage", "parts"),
    [
        (SUPPRESSIVE, "treg", [0]),
        (SUPPRESSIVE, "t_cd4", []),
        (SUPPRESSIVE, "macrophage", [1]),
        (SUPPRESSIVE, "granulocyte", [1]),
        (SUPPRESSIVE, "dendritic", []),
        (TLS, "b_cell", [0]),
        (TLS, "plasma", []),
        (TLS, "b_lineage", [0]),
        (TLS, "treg", [1]),
        (TLS, "nk", []),
    ],
)
def test_which_lineages_count(measure, lineage, parts):
    found = [i for i, part in enumerate(named_scores()[measure]) if part.counts(lineage)]
    assert found == parts


def test_the_least_abundant_part_decides():
    first = np.array([1, 1, 0, 0, 0, 0, 1, 0, 0, 0], float)
    second = np.array([0, 0, 0, 0, 0, 0, 1, 1, 0, 0], float)
    score = named_score(line_of(10), [first, second])
    # Means over a row and its neighbours, of each, and the share of rows with less.
    around = [
        np.array([np.mean(x[max(i - 1, 0) : i + 2]) for i in range(10)]) for x in (first, second)
    ]
    shares = [[(each < value - 1e-9).mean() for value in each] for each in around]
    assert score == pytest.approx(np.min(shares, axis=0))
    assert np.flatnonzero(score).tolist() == [5, 6, 7]  # elsewhere one of them is not near
    assert score.dtype == np.float32


def test_scores_are_of_any_unit_and_unknown_rows_have_none():
    rng = np.random.default_rng(0)
    level, other = rng.normal(size=50), rng.normal(size=50)
    score = named_score(line_of(50), [level, other])
    assert np.array_equal(score, named_score(line_of(50), [1000 * level + 5, other]))
    edges = line_of(50).edges.tolil()
    edges[10], edges[:, 10] = 0, 0
    edges = edges.tocsr()
    edges.eliminate_zeros()
    known = level.copy()
    known[[30, 31, 32]] = np.nan
    found = named_score(Graph(edges, ""), [known, other])
    assert np.flatnonzero(np.isnan(found)).tolist() == [10, 31]


def test_the_mean_of_each_section_has_an_interval():
    rng = np.random.default_rng(1)
    xy = rng.uniform(size=(600, 2))
    tissue = Tissue(xy, np.repeat([0, 1, 2], 200), ("a", "b", "c"), spots=False)
    score = rng.uniform(size=600).astype(np.float32)
    score[200:400] = np.nan
    table = named_measure(tissue, score, TLS)
    assert list(table.columns) == list(MEASURED)
    assert table["value"][0] == pytest.approx(score[:200].mean())
    assert np.isnan(table["value"][1])
    assert table["cells"].tolist() == [200, 0, 200]
    assert (table["low"] < table["value"])[[0, 2]].all()
    assert (table["value"] < table["high"])[[0, 2]].all()


def test_tiles_hold_as_many_rows_each_and_lie_together():
    xy = np.random.default_rng(2).uniform(size=(1000, 2))
    tile = tiles(xy)
    assert np.bincount(tile).tolist() == [40] * 25
    spread = [np.ptp(xy[tile == number], axis=0).max() for number in range(25)]
    assert max(spread) < 0.35
    assert np.array_equal(tile, tiles(xy * 7 + 3))


def test_the_interval_of_a_mean_is_that_of_means_of_tiles():
    values = np.random.default_rng(3).normal(size=1000)
    tile = np.arange(1000) % 25
    sums = np.column_stack([values, np.ones(1000)])
    mean, low, high = jackknifed(tile, sums, lambda total: total[0] / total[1])
    of_tiles = values.reshape(40, 25).mean(axis=0)
    half = 2.0639 * of_tiles.std(ddof=1) / 5  # t of 24 degrees of freedom, 97.5 %
    assert mean == pytest.approx(values.mean())
    assert (high - mean, mean - low) == pytest.approx((half, half), rel=1e-4)


def test_intervals_of_shares_hold_them_and_say_something_of_none_and_all():
    tile = np.arange(1000) % 25
    for part in (np.zeros(1000), np.ones(1000)):
        value, low, high = jackknifed_share(tile, part)
        assert value == part[0]
        assert high - low == pytest.approx(0.1332, abs=1e-4)  # Wilson, none of 25
        assert low <= value <= high
    few = (np.arange(1000) < 3).astype(float)
    value, low, high = jackknifed_share(tile, few)
    assert 0 < low <= value == 0.003 <= high < 0.02
    mixed = np.random.default_rng(4).uniform(size=1000)
    value, low, high = jackknifed_share(tile, mixed)
    _, plain_low, plain_high = jackknifed(
        tile, np.column_stack([mixed, np.ones(1000)]), lambda total: total[0] / total[1]
    )
    assert (low, high) == pytest.approx((plain_low, plain_high), abs=2e-3)
