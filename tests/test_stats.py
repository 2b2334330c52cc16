from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tmeatlas._stats import (
    benjamini_hochberg,
    both_sides_adjusted,
    permutation_pvalue,
    true_in_at_least,
    wilson_interval,
)


def test_a_permutation_pvalue_is_never_zero():
    np.testing.assert_allclose(permutation_pvalue([0, 9, 99], 99), [0.01, 0.1, 1.0])


def test_benjamini_hochberg_by_hand():
    # Four tests: 0.01*4/1, 0.02*4/2, 0.03*4/3 and 0.5*4/4, made monotone from the right.
    adjusted = benjamini_hochberg([0.03, 0.01, 0.5, 0.02])
    np.testing.assert_allclose(adjusted, [0.04, 0.04, 0.5, 0.04])


def test_benjamini_hochberg_equals_scipy():
    pvalues = np.random.default_rng(0).uniform(size=200) ** 2
    np.testing.assert_allclose(benjamini_hochberg(pvalues), stats.false_discovery_control(pvalues))


def test_untested_rows_do_not_count():
    adjusted = benjamini_hochberg([0.01, np.nan, 0.02])
    np.testing.assert_allclose(adjusted, [0.02, np.nan, 0.02])
    assert benjamini_hochberg([]).shape == (0,)


def test_both_sides_by_hand():
    larger = np.array([0.001, 0.02, 0.03, 0.9, 1.0, np.nan])
    smaller = np.array([0.0001, 0.01, 0.025, 0.02, 0.5, np.nan])
    # At 0.001 one row has a side as low, at 0.02 three, at 0.03 four; one, two and three pass.
    expected = [0.001, 0.02 * 3 / 2, 0.03 * 4 / 3, 0.9 * 5 / 4, 1.0, np.nan]
    np.testing.assert_allclose(
        both_sides_adjusted(larger, smaller), [min(p, 1.0) for p in expected]
    )


def test_both_sides_equal_their_definition():
    rng = np.random.default_rng(0)
    for n in (1, 7, 80):
        sides = np.round(rng.random((2, n)) ** 4, 3)  # with ties
        larger, smaller = sides.max(axis=0), sides.min(axis=0)
        expected = [
            min(
                1.0,
                min(
                    level * (smaller <= level).sum() / (larger <= level).sum()
                    for level in larger[larger >= own]
                ),
            )
            for own in larger
        ]
        np.testing.assert_allclose(both_sides_adjusted(larger, smaller), expected)


def test_a_false_side_under_many_true_ones_is_held_to_its_level():
    """Every ligand is true, no receptor is: false rows stay at one in twenty data sets."""
    rng = np.random.default_rng(0)
    found = [both_sides_adjusted(rng.random(400), np.zeros(400)).min() <= 0.05 for _ in range(400)]
    assert np.mean(found) < 0.09


def test_rows_without_a_true_side_hardly_ever_pass():
    rng = np.random.default_rng(0)
    sides = np.sort(rng.random((2, 300, 400)), axis=0)
    found = [both_sides_adjusted(sides[1, i], sides[0, i]).min() <= 0.05 for i in range(300)]
    assert np.mean(found) < 0.09


def test_rows_all_at_one_and_rows_untested():
    np.testing.assert_array_equal(
        both_sides_adjusted(np.array([1.0, np.nan, 1.0]), np.array([0.1, np.nan, 1.0])),
        [1.0, np.nan, 1.0],
    )
    assert both_sides_adjusted(np.zeros(0), np.zeros(0)).shape == (0,)


@pytest.mark.parametrize("least", [1, 2, 3, 5])
def test_true_in_at_least_so_many_is_fishers_method_on_what_is_left(least):
    pvalues = np.array([[0.7, 1e-6, 0.02, 1.0, 0.3]])
    left = np.sort(pvalues[0])[least - 1 :]
    expected = stats.combine_pvalues(left, method="fisher").pvalue
    found = true_in_at_least(pvalues, np.array([least]))
    np.testing.assert_allclose(found, [expected], rtol=1e-8)


def test_one_sample_of_three_cannot_carry_a_row():
    pvalues = np.array([[1e-300, 1.0, 1.0], [1e-300, 0.8, 0.9], [1e-300, 1e-8, 1.0]])
    found = true_in_at_least(pvalues, np.array([2, 2, 2]))
    assert found[0] == 1.0
    assert found[1] > 0.9
    assert found[2] < 1e-6


def test_samples_that_say_nothing_are_not_counted():
    pvalues = np.array([[0.01, np.nan, 0.02], [np.nan, np.nan, np.nan]])
    found = true_in_at_least(pvalues, np.array([1, 0]))
    expected = stats.combine_pvalues([0.01, 0.02], method="fisher").pvalue
    np.testing.assert_allclose(found, [expected, np.nan])


def test_combined_pvalues_are_never_zero():
    assert true_in_at_least(np.full((1, 40), 1e-300), np.array([1])).item() > 0


@pytest.mark.parametrize(("seen", "size"), [(0, 12), (1, 12), (5, 40), (40, 40), (2, 5000)])
def test_wilson_interval_is_that_of_scipy(seen, size):
    low, high = wilson_interval([seen], [size])
    exact = stats.binomtest(seen, size).proportion_ci(method="wilson")
    np.testing.assert_allclose([low[0], high[0]], [exact.low, exact.high], atol=1e-12)
    assert low[0] <= seen / size <= high[0]


def test_a_share_of_nothing_has_no_interval():
    low, high = wilson_interval([[0, 1]], [[0, 2]])
    assert np.isnan([low[0, 0], high[0, 0]]).all()
    assert np.isfinite([low[0, 1], high[0, 1]]).all()
