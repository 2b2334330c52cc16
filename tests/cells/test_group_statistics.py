"""Means, relative means and shares of groups, with numbers known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.cells import (
    group_means,
    high_shares,
    high_threshold,
    mean_and_spread,
    relative_means,
)

NAN = np.nan
VALUES = np.array([1.0, 3.0, 5.0, 7.0, NAN, 100.0])
CODES = np.array([0, 0, 1, 1, 1, -1])
"""The last cell has no group; the third group has no cell."""


def test_means_are_over_the_cells_with_a_value():
    np.testing.assert_array_equal(group_means(VALUES, CODES, 3), [2, 6, NAN])


def test_mean_and_spread_are_over_all_cells_that_have_a_group():
    mean, spread = mean_and_spread(VALUES, CODES)
    assert mean == 4
    assert spread == pytest.approx(np.sqrt(5))


def test_relative_means_are_standard_deviations_from_the_mean_of_all_cells():
    found = relative_means(np.array([2.0, 6.0, NAN]), 4.0, 0.5)
    np.testing.assert_array_equal(found, [-4, 4, NAN])


def test_a_large_group_draws_the_mean_of_all_cells_to_itself():
    """Of the means 0, 0 and 1 the second would lie below their mean, 1/3, and lies on 0.1."""
    values, codes = np.array([0.0, *[0.0] * 8, 1.0]), np.array([0, *[1] * 8, 2])
    mean, spread = mean_and_spread(values, codes)
    assert (mean, spread) == pytest.approx((0.1, 0.3))
    found = relative_means(group_means(values, codes, 3), mean, spread)
    np.testing.assert_allclose(found, [-1 / 3, -1 / 3, 3])


def test_values_that_differ_by_rounding_alone_are_equal():
    values = np.array([0.1, 0.1 + 2e-16, 0.1])
    assert values[1] > values[0]
    assert mean_and_spread(values, np.arange(3))[1] == 0
    np.testing.assert_array_equal(relative_means(np.array([0.1, NAN]), 0.1, 0.0), [0, NAN])
    assert mean_and_spread(np.array([1.0, 1.001]), np.arange(2))[1] == pytest.approx(0.0005)


@pytest.mark.parametrize("values", [[NAN, NAN], [1.0, 2.0]])
def test_without_a_cell_that_counts_there_is_no_spread(values):
    values, codes = np.array(values), np.array([0, 0] if np.isnan(values[0]) else [-1, -1])
    assert mean_and_spread(values, codes) == (0.0, 0.0)
    assert np.isnan(high_threshold(values, codes))
    assert np.isnan(group_means(values, codes, 1)).all()


def test_high_cells_lie_above_three_quarters_of_those_with_a_group():
    assert high_threshold(VALUES, CODES) == 5.5
    np.testing.assert_array_equal(high_shares(VALUES, CODES, 3, 5.5), [0, 0.5, NAN])
    assert high_threshold(VALUES, CODES, 0.5) == 4


def test_cells_on_the_threshold_are_not_high():
    values, codes = np.array([0.0, 0.0, 0.0, 0.0, 1.0]), np.array([0, 0, 0, 1, 1])
    assert high_threshold(values, codes) == 0
    np.testing.assert_array_equal(high_shares(values, codes, 2, 0.0), [0, 0.5])
