"""Cells that are two: by the markers of two lineages."""

from __future__ import annotations

import numpy as np
import pytest
from made_molecules import ALL_GENES, column, made_counts, read_cells
from sklearn.metrics import roc_auc_score

from tmeatlas.quality import estimate_ambient, judge_doublets, marker_doublets

NO_GENES = np.zeros(len(ALL_GENES), dtype=bool)
NAMES = ("A", "B")


def called(counts, lineages):
    cells, candidates = read_cells(counts, lineages)
    return marker_doublets(cells, candidates, estimate_ambient(cells, candidates, NO_GENES))


def doubled(counts, lineages, n, rng):
    """Cells of which `n` have the molecules of a cell of another lineage too, and which."""
    first = rng.choice(len(counts), n, replace=False)
    second = [rng.choice(np.flatnonzero(lineages != lineages[each])) for each in first]
    both = counts.copy()
    both[first] += counts[second]
    return both, np.isin(np.arange(len(counts)), first)


@pytest.mark.parametrize("ambient", [0.0, 0.05, 0.2])
def test_single_cells_are_none(ambient):
    counts, lineages = made_counts(100, np.random.default_rng(0), ambient=ambient)
    found = called(counts, lineages)
    assert found.called.mean() <= 0.004
    assert found.note == ""


@pytest.mark.parametrize("ambient", [0.0, 0.1])
def test_doublets_are_found(ambient):
    rng = np.random.default_rng(1)
    counts, lineages = made_counts(100, rng, ambient=ambient)
    counts, true = doubled(counts, lineages, 50, rng)
    found = called(counts, lineages)
    assert found.called[true].mean() > 0.6
    assert found.called[~true].mean() <= 0.005
    assert roc_auc_score(true, found.level) > 0.97


def test_a_weaker_second_half_is_enough():
    counts, lineages = made_counts(100, np.random.default_rng(2))
    t_cell, epithelial = (np.flatnonzero(lineages == x)[0] for x in ("t_cell", "epithelial"))
    counts[t_cell] = counts[t_cell] * 2 + counts[epithelial] // 2
    found = called(counts, lineages)
    assert found.called[t_cell]
    assert not found.called[epithelial]


def test_wrong_labels_are_no_doublets():
    rng = np.random.default_rng(3)
    counts, lineages = made_counts(100, rng, ambient=0.05)
    wrong = rng.choice(500, 25, replace=False)
    lineages[wrong] = lineages[(wrong + 250) % 500]
    assert called(counts, lineages).called.mean() <= 0.005


def test_one_gene_makes_no_doublet():
    counts, lineages = made_counts(100, np.random.default_rng(4))
    counts[lineages == "t_cell", column("KRT8")] += 100 * (np.arange(100) % 10 == 0)
    assert not called(counts, lineages).called.any()


def test_cells_without_a_lineage_may_be_doublets():
    rng = np.random.default_rng(5)
    counts, lineages = made_counts(100, rng)
    counts, true = doubled(counts, lineages, 20, rng)
    lineages = np.where(true, "", lineages)
    assert called(counts, lineages).called[true].mean() > 0.6


def test_one_lineage_is_not_judged():
    counts, lineages = made_counts(100, np.random.default_rng(6))
    inside = lineages == "t_cell"
    found = called(counts[inside], lineages[inside])
    assert not found.called.any()
    assert np.isnan(found.level).all()
    assert "fewer than two" in found.note


def test_empty_cells_are_none():
    counts, lineages = made_counts(100, np.random.default_rng(7))
    counts[::50] = 0
    found = called(counts, lineages)
    assert not found.called[::50].any()
    assert np.isfinite(found.level).all()


def judged(n_called: int, n: int, *, group: int = 0, **options):
    markers = np.arange(n) < n_called
    groups = np.where(np.arange(n) < group, 0, 1)
    return judge_doublets(markers, np.zeros(n, dtype=bool), groups, NAMES, **options)


def test_few_are_no_remark():
    measured, remarks = judged(8, 500)
    assert remarks == ()
    assert measured[0].value == 8 / 500
    assert [each.measure for each in measured[:3]] == [
        "doublets",
        "doublets_markers",
        "doublets_scrublet",
    ]


def test_many_are_a_remark():
    (remark,) = judged(30, 500).remarks
    assert remark.word == "doublets"
    assert remark.reason.startswith("6.0% of 500 cells look like two cells (")


def test_few_cells_may_have_many_by_chance():
    assert judged(1, 30).remarks == ()


def test_a_group_of_doublets_is_named():
    (remark,) = judged(10, 1000, group=20).remarks
    assert remark.reason.startswith("50% of 20 cells of A have the markers of two lineages")


def test_a_few_cells_of_a_group_are_not_named():
    assert judged(3, 1000, group=6).remarks == ()


def test_scrublet_alone_does_not_name_a_group():
    """It also calls cells of kinds of which a sample has few."""
    groups, none = np.where(np.arange(1000) < 20, 0, 1), np.zeros(1000, dtype=bool)
    _, remarks = judge_doublets(none, np.arange(1000) < 15, groups, NAMES)
    assert remarks == ()


def test_either_way_counts_once():
    markers, scrublet = np.arange(100) < 10, np.arange(100) < 15
    measured, _ = judge_doublets(markers, scrublet, np.zeros(100, dtype=int), NAMES)
    assert measured[0].value == 0.15
    assert measured[1].value == 0.1
    assert measured[2].value == 0.15


def test_what_was_not_told_has_its_reason():
    measured, remarks = judged(0, 50, why_not=("no lineages", "few cells"))
    assert remarks == ()
    assert [each.note for each in measured[:3]] == [
        "no lineages; few cells",
        "no lineages",
        "few cells",
    ]
    (both, *_), _ = judged(0, 50, why_not=("no counts", "no counts"))
    assert both.note == "no counts"
    measured, _ = judged(5, 50, why_not=("", "few cells"))
    assert measured[0].value == 0.1
