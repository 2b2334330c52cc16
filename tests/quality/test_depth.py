"""Shallow samples and groups of very different depth are named; others are not."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.quality import judge_depth
from tmeatlas.quality._medians import median_with_interval

NAMES = ("T cells", "Malignant", "Few")


def depths(*sizes: tuple[int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells of each group, so many at such a depth: molecules, genes, groups."""
    rng = np.random.default_rng(0)
    molecules = np.concatenate([rng.poisson(depth, n) for n, depth in sizes])
    groups = np.repeat(np.arange(len(sizes)), [n for n, _ in sizes])
    return molecules, molecules // 3, groups


def test_depth_is_measured_for_all_cells_and_each_group():
    judged = judge_depth(*depths((100, 2000), (50, 8000), (0, 1)), NAMES, n_genes=20_000)
    rows = {(each.measure, each.group): each for each in judged.measured}
    assert set(rows) == {("depth", ""), ("depth", "T cells"), ("depth", "Malignant"), ("genes", "")}
    assert rows["depth", "T cells"].value == pytest.approx(2000, rel=0.02)
    assert rows["depth", "Malignant"].cells == 50
    assert rows["depth", ""].unit == "molecules"
    assert judged.remarks == ()


def test_shallow_samples_are_named():
    (remark,) = judge_depth(*depths((60, 600)), NAMES, n_genes=20_000).remarks
    assert remark.word == "shallow"
    assert remark.against("single genes of single cells")
    assert "below 1,000" in remark.reason


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ([(100, 2000), (50, 30_000)], ["groups differ in depth"]),
        ([(100, 2000), (50, 15_000)], []),
        ([(100, 2000), (19, 90_000)], []),  # too few cells
    ],
)
def test_groups_of_very_different_depth(sizes, words):
    judged = judge_depth(*depths(*sizes), NAMES, n_genes=20_000)
    assert [remark.word for remark in judged.remarks] == words
    for remark in judged.remarks:
        assert "of Malignant" in remark.reason
        assert "of T cells" in remark.reason


@pytest.mark.parametrize(
    ("options", "note"),
    [
        ({"n_genes": 300}, "300 genes in the data"),
        ({"n_genes": 20_000, "why_not": "there are no counts"}, "there are no counts"),
    ],
)
def test_depth_that_is_not_known_is_not_judged(options, note):
    judged = judge_depth(*depths((60, 100), (60, 9000)), NAMES, **options)
    assert judged.remarks == ()
    for each in judged.measured:
        assert each.note.startswith(note) is (each.measure == "depth")
        assert np.isnan(each.value) == (each.measure == "depth")


def test_intervals_of_medians_hold_them():
    rng = np.random.default_rng(0)
    ends = np.array([median_with_interval(rng.exponential(size=41))[1:] for _ in range(400)])
    inside = (ends[:, 0] <= np.log(2)) & (np.log(2) <= ends[:, 1])
    assert 0.93 < inside.mean() < 0.995
    median, low, high = median_with_interval(np.array([3.0, 1.0, 2.0]))
    assert (median, np.isnan(low), np.isnan(high)) == (2.0, True, True)
    assert np.isnan(median_with_interval(np.array([]))[0])
