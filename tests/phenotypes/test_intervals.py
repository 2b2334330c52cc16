"""Intervals of shares, ratios and means, and genes at a common depth, beside other ways to them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tmeatlas.phenotypes import Values, chance_to_show
from tmeatlas.phenotypes._intervals import clearance, log_ratios, means, nothing, shares


@pytest.mark.parametrize(("molecules", "depth"), [(1, 1500), (3, 1000), (4, 2600), (700, 1200)])
def test_the_chance_to_show_a_gene_is_hypergeometric(molecules, depth):
    expected = stats.hypergeom(depth, molecules, 1000).sf(0)
    found = chance_to_show(np.array([molecules]), np.array([depth]), 1000)
    assert found[0] == pytest.approx(expected, rel=1e-9)


def test_it_is_what_drawing_molecules_gives():
    rng = np.random.default_rng(0)
    molecules, depth = np.array([2, 5, 0]), np.array([4000, 2000, 3000])
    drawn = rng.hypergeometric(molecules, depth - molecules, 1000, size=(20_000, 3)) > 0
    found = chance_to_show(molecules, depth, 1000)
    np.testing.assert_allclose(found, drawn.mean(axis=0), atol=0.015)
    assert found[2] == 0


def test_shallower_cells_have_none_and_cells_of_that_depth_show_what_they_show():
    found = chance_to_show(np.array([1, 0, 1]), np.array([1000, 1000, 999]), 1000)
    assert found[:2].tolist() == [1, 0]
    assert np.isnan(found[2])


def test_shares_have_wilsons_interval():
    share, low, high = shares(np.array([8, 0]), np.array([100, 0]))
    expected = stats.binomtest(8, 100).proportion_ci(method="wilson")
    assert (share[0], low[0], high[0]) == pytest.approx((0.08, expected.low, expected.high))
    assert np.isnan([share[1], low[1], high[1]]).all()


def test_ratios_are_log2_with_half_a_cell_added_and_finite_for_none():
    ratio, low, high = log_ratios(np.array([20, 0, 0]), np.array([5, 7, 0]))
    half = 1.96 * np.sqrt(1 / 20.5 + 1 / 5.5) / np.log(2)
    assert ratio[0] == pytest.approx(np.log2(20.5 / 5.5))
    assert (low[0], high[0]) == pytest.approx((ratio[0] - half, ratio[0] + half), rel=1e-4)
    assert np.isfinite([ratio[1], low[1], high[1]]).all()
    assert np.isnan(ratio[2])


def test_means_have_students_interval_and_samples_with_few_cells_none():
    rng = np.random.default_rng(1)
    values = np.append(rng.normal(2, 3, 40), [1.0, np.nan, 5.0, 7.0])
    codes = np.repeat([0, 1, -1], [40, 3, 1])
    mean, low, high, n = means(values, codes, 3, least=5)
    sample = values[:40]
    expected = stats.t.interval(0.95, 39, sample.mean(), stats.sem(sample))
    assert (mean[0], low[0], high[0]) == pytest.approx((sample.mean(), *expected))
    assert n.tolist() == [40, 2, 0]
    assert np.isnan(mean[1:]).all()


def test_clearance_is_1_where_the_interval_ends_at_the_threshold():
    value, low, high = np.array([5.0, 5.0, 5.0]), np.array([4.0] * 3), np.array([8.0] * 3)
    found = [clearance(value, low, high, threshold)[0] for threshold in (4, 8, 3, 6.5)]
    assert found == pytest.approx([1, 1, 2, 0.5])


def test_what_there_is_a_reason_against_is_not_read():
    both = Values(np.ones(2), np.zeros(2), np.full(2, 2.0), np.array([9, 9]), ("", ""), "T cells")
    found = both.unless(["", "too few"])
    assert found.note == ("", "too few")
    assert (found.value[0], found.lineage) == (1, "T cells")
    assert np.isnan([found.value[1], found.low[1], found.high[1]]).all()
    assert np.isnan(nothing(2, "none").value).all()
