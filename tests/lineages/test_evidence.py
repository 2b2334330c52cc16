"""Support of marker lists and calls of lineages, on small arrays worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.lineages import (
    around_cells,
    call_cells,
    call_groups,
    match_markers,
    read_evidence,
)
from tmeatlas.lineages._around import group_means, spread_over
from tmeatlas.lineages._evidence import list_support, upper_mean
from tmeatlas.lineages._markers import MarkerList

RNG_SEED = 0


def lists_of(**genes: list[int]) -> tuple[MarkerList, ...]:
    return tuple(
        MarkerList(
            lineage, np.array(up, np.int32), np.full(len(up), 1 / len(up)), np.array([], np.int32)
        )
        for lineage, up in genes.items()
    )


def blocks(levels: dict[str, list[float]], each: int = 30) -> sp.csc_matrix:
    rng = np.random.default_rng(RNG_SEED)
    rows = np.vstack([np.tile(row, (each, 1)) for row in levels.values()])
    return sp.csc_matrix((rows * rng.uniform(0.9, 1.1, rows.shape)).astype(np.float32))


def linked(n_blocks: int, each: int = 30):
    """Cells of a block are neighbours of each other, and a cluster."""
    weights = sp.block_diag([np.ones((each, each)) - np.eye(each)] * n_blocks, format="csr")
    clusters = np.repeat(np.arange(n_blocks, dtype=np.int32), each)
    return around_cells(weights, [clusters], n_blocks * each)


def test_support_is_the_mean_less_one_standard_error():
    levels = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]])
    even = np.full(4, 0.25)
    # One gene of four: mean 1/4, standard error sqrt(3/16 / 3) = 1/4.
    np.testing.assert_allclose(list_support(levels, even), [1.0, 0.0])


def test_weights_of_the_support():
    levels = np.array([[1.0, 0.5]])
    weights = np.array([0.75, 0.25])
    mean = 0.875
    variance = 0.75 * 0.125**2 + 0.25 * 0.375**2
    error = np.sqrt(variance * 0.625 / 0.375)
    np.testing.assert_allclose(list_support(levels, weights), [mean - error])


def test_top_is_the_mean_of_five_or_one_in_a_hundred():
    values = np.arange(100.0)[:, None]
    assert upper_mean(values)[0] == 97
    assert upper_mean(np.arange(1000.0)[:, None])[0] == 994.5
    assert upper_mean(np.array([[1.0], [3.0]]))[0] == 2


def test_walk_rows_add_up_to_one_and_hold_the_cell():
    around = around_cells(sp.csr_matrix([[0.0, 1.0, 0], [1, 0, 0], [0, 0, 0]]), [], 3)
    np.testing.assert_allclose(around.walk.toarray(), [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]])
    np.testing.assert_allclose(around.share(np.array([0, 1, 1])), [0.5, 0.5, 1])
    assert around.common(np.array([1, 1, 0])).tolist() == [1, 1, 0]


def test_means_of_groups_and_over_clusterings():
    values = np.array([1.0, 3.0, 5.0])
    np.testing.assert_allclose(group_means(values, np.array([1, 1, 0])), [5, 2])
    spread = spread_over(values, [np.array([0, 0, 0])], np.array([0, 0, 1]))
    np.testing.assert_allclose(spread, [2, 2, 5])


@pytest.fixture(scope="module")
def three():
    """T cells, fibroblasts, and cells without markers that show a fibroblast gene or two."""
    lists = lists_of(t_cell=[0, 1, 2, 3], fibroblast=[4, 5, 6, 7])
    values = blocks(
        {
            "t": [3, 3, 3, 3, 0, 0, 0, 0],
            "f": [0, 0, 0, 0, 4, 4, 4, 4],
            "other": [0, 0, 0, 0, 1.2, 0, 0.2, 0],
        }
    )
    return read_evidence(values, lists, linked(3)), linked(3)


def test_cells_get_their_lineage_and_others_none(three):
    evidence, around = three
    calls, units = call_cells(evidence, around)
    named = np.array(evidence.ids)[calls.codes]
    assert (named[:30] == "t_cell").all()
    assert (named[30:60] == "fibroblast").all()
    assert calls.fits[:60].all()
    assert not calls.fits[60:].any()
    assert calls.confidence[:60].min() > 0.9
    assert units.support_needed == 0.18


def test_groups_are_called_by_their_mean(three):
    evidence, around = three
    _, units = call_cells(evidence, around)
    calls = call_groups(evidence, np.repeat([2, 0, 1], 30), units)
    assert [evidence.ids[code] for code in calls.codes[[0, 2]]] == ["fibroblast", "t_cell"]
    assert calls.fits.tolist() == [True, False, True]


def test_a_gene_that_must_not_be_there_speaks_against():
    nk = MarkerList("nk", np.array([0, 1, 2], np.int32), np.full(3, 1 / 3), np.array([3], np.int32))
    other = lists_of(fibroblast=[4, 5, 6])
    values = blocks({"with": [3, 3, 3, 3, 0, 0, 0], "f": [0, 0, 0, 0, 4, 4, 4]})
    calls, _ = call_cells(read_evidence(values, [nk, *other], linked(2)), linked(2))
    assert not calls.fits[:30].any()
    assert calls.fits[30:].all()


def test_lists_need_three_genes_and_a_third_of_their_own():
    t_cell = ["CD3D", "CD3E", "CD2", "CD3G", "TRAC"]
    mast = ["CPA3", "TPSAB1", "KIT"]
    # Three of the eleven genes of mural cells are not their list any more.
    mural = ["ANGPT2", "MCAM", "MGP"]
    genes = ["nothing", *t_cell, *mast, *mural]
    markers = match_markers(genes)
    assert {each.lineage for each in markers.lineages} == {"t_cell", "mast"}
    assert 0 not in markers.columns
    assert {"fibroblast", "pericyte"} <= set(markers.unreadable)
    without = match_markers(genes, without=("t_cell",))
    assert {each.lineage for each in without.lineages} == {"mast"}
