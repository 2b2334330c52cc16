"""Levels of genes: log2 of counts per 10,000 with half a molecule, the same for all samples."""

from __future__ import annotations

import numpy as np

from tmeatlas.cohort import log_levels


def test_by_hand():
    counts = np.array([[[8.0, 0.0]], [[3.0, 0.0]]])
    totals = np.array([[20_000.0], [10_000.0]])
    # Half a molecule of 15,000, the mean depth, is a third of one in 10,000.
    expected = np.log2([[4 + 1 / 3, 1 / 3], [3 + 1 / 3, 1 / 3]])
    assert np.allclose(log_levels(counts, totals)[:, 0], expected)


def test_what_no_sample_shows_has_one_level_whatever_the_depth():
    levels = log_levels(np.zeros((3, 2, 1)), np.array([[1e3, 5.0], [1e6, 7.0], [1e5, 9.0]]))
    assert (levels == levels[:1]).all()


def test_groups_without_cells_have_no_level_and_no_part_in_the_depth():
    counts = np.array([[[8.0], [1.0]], [[3.0], [0.0]]])
    totals = np.array([[20_000.0, 100.0], [np.nan, 0.0]])
    levels = log_levels(counts, totals)[:, :, 0]
    assert np.isnan(levels[1]).all()
    assert levels[0].tolist() == np.log2([4.25, 150.0]).tolist()
