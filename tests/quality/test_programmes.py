"""Stress is a remark where most groups show it; cycling is a number."""

from __future__ import annotations

import numpy as np

from tmeatlas.quality import CYCLING_LISTS, STRESS_LIST, judge_programmes
from tmeatlas.sig import load

NAMES = ("T cells", "Endothelium", "Malignant")
GROUPS = np.repeat([0, 1, 2, -1], [100, 60, 50, 10])


def high(*shares: float) -> np.ndarray:
    """The first cells of each group are high, so many of a hundred."""
    sizes = np.bincount(GROUPS + 1)[[1, 2, 3, 0]]
    parts = [np.arange(n) < share * n for n, share in zip(sizes, shares, strict=True)]
    return np.concatenate(parts)


def test_shares_of_all_cells_and_of_groups():
    judged = judge_programmes(high(0.2, 0.8, 0.1, 0), high(0, 0, 0.5, 0), GROUPS, NAMES)
    rows = {(each.measure, each.group): each for each in judged.measured}
    assert rows["stress", ""].value == (20 + 48 + 5) / 220
    assert rows["stress", "Endothelium"].value == 0.8
    assert rows["cycling", "Malignant"].value == 0.5
    assert rows["cycling", "Malignant"].low < 0.5 < rows["cycling", "Malignant"].high
    assert judged.remarks == ()  # one lineage that has these genes anyway


def test_stress_of_most_groups_is_named():
    (remark,) = judge_programmes(high(0.9, 0.95, 0.8, 1), None, GROUPS, NAMES).remarks
    assert remark.word == "dissociation stress"
    assert remark.against("stress and immediate early genes")
    assert "90% in the middle one of 3 groups" in remark.reason


def test_stress_that_chance_may_have_made_is_no_remark():
    groups = np.repeat([0, 1, 2], 25)
    most = np.tile(np.arange(25) < 20, 3)  # 80 % of each
    assert judge_programmes(most, None, groups, NAMES).remarks == ()
    groups, most = np.repeat(groups, 100), np.repeat(most, 100)
    assert len(judge_programmes(most, None, groups, NAMES).remarks) == 1


def test_stress_of_one_lineage_is_no_remark():
    groups = np.zeros(100, dtype=int)
    judged = judge_programmes(np.ones(100, dtype=bool), None, groups, NAMES)
    assert judged.measured[0].value == 1
    assert judged.remarks == ()


def test_lists_that_cannot_be_read_are_said():
    judged = judge_programmes(None, None, GROUPS, NAMES, why_not=("few genes", "no genes"))
    assert [(each.measure, each.note) for each in judged.measured] == [
        ("stress", "few genes"),
        ("cycling", "no genes"),
    ]
    assert judged.remarks == ()


def test_the_lists_exist():
    assert {STRESS_LIST, *CYCLING_LISTS} <= set(load("all"))
