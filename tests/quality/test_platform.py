"""Molecules, reads and spots are told by ties among values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tmeatlas.quality import judge_platform, ties_with_least


@pytest.fixture(scope="module")
def counts() -> csr_matrix:
    """Molecules of 60 cells, with rates as uneven as those of genes are."""
    rng = np.random.default_rng(0)
    return csr_matrix(rng.poisson(rng.lognormal(-2.5, 1.5, 3000), (60, 3000)).astype(np.float32))


def test_ties_are_counted_row_by_row():
    block = csr_matrix(np.array([[1, 0, 2, 1], [0, 0, 0, 0], [0.5, 0.5, 0.5, 3], [0, 7, 0, 0]]))
    block.data[block.data == 2] = 0  # stored, not shown
    shown, least = ties_with_least(block)
    assert shown.tolist() == [2, 0, 4, 1]
    assert least.tolist() == [2, 0, 3, 1]


@pytest.mark.parametrize("made", ["counts", "logarithms", "per million"])
def test_molecules_are_molecules_whatever_was_made_of_them(counts, made):
    block = counts.copy()
    if made != "counts":
        block = csr_matrix(block.multiply(1e4 / block.sum(axis=1)), dtype=np.float32)
    if made == "logarithms":
        block = block.log1p()
    judged, platform = judge_platform(*ties_with_least(block), spots=False)
    assert platform == "molecules"
    assert judged.remarks == ()
    assert judged.measured[0].value > 0.3
    assert judged.measured[0].cells == 60


def test_reads_per_length_are_full_length(counts):
    lengths = np.random.default_rng(1).lognormal(7, 0.7, counts.shape[1])
    per_length = csr_matrix(counts.multiply(50 / lengths[None, :]))
    judged, platform = judge_platform(*ties_with_least(per_length), spots=False)
    assert platform == "reads"
    (remark,) = judged.remarks
    assert (remark.word, remark.forbids) == ("full-length reads", "counts of molecules")


def test_between_the_two_nothing_is_said():
    judged, platform = judge_platform(np.full(9, 100), np.full(9, 20), spots=False)
    assert (judged.remarks, platform) == ((), "")


def test_spots_are_said_whatever_their_values(counts):
    judged, platform = judge_platform(*ties_with_least(counts), spots=True)
    assert platform == "spots"
    assert judged.remarks[0].word == "spots"
    assert judged.remarks[0].against("shares of all cells")


def test_values_that_cannot_be_read_are_said():
    judged, platform = judge_platform(
        np.array([3]), np.array([1]), spots=False, why_not="values are centred"
    )
    assert platform == ""
    assert judged.measured[0].note == "values are centred"
    assert judge_platform(np.zeros(3, int), np.zeros(3, int), spots=False)[1] == ""
