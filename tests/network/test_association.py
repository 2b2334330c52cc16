"""Differences between cells with and without a gene, beside other ways to them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tmeatlas.network import LEAST_SHOWING, Effect, association, combined


def cells(n=240, *, slope=0.0, seed=0):
    """Strata of unequal level, a number beside that moves both gene and score, and the gene."""
    rng = np.random.default_rng(seed)
    strata = rng.integers(0, 6, n)
    beside = rng.normal(size=(n, 2)) + strata[:, None] / 3
    shows = rng.random(n) < 1 / (1 + np.exp(1.5 - beside[:, 0] - strata / 4))
    score = slope * shows + beside @ [0.7, -0.4] + strata + rng.normal(size=n) * (1 + shows)
    return shows, score, beside, strata


def test_slope_and_error_are_those_of_a_whole_regression():
    api = pytest.importorskip("statsmodels.api")
    shows, score, beside, strata = cells(slope=0.8)
    found = association(shows, score, beside, strata)
    dummies = (strata[:, None] == np.unique(strata)).astype(float)
    design = np.column_stack([shows.astype(float), beside, dummies])
    fit = api.OLS(score / score.std(), design).fit(cov_type="HC3")
    assert found.value == pytest.approx(fit.params[0], rel=1e-9)
    assert found.error == pytest.approx(fit.bse[0], rel=1e-9)
    assert found.low < found.value < found.high
    assert 0 < found.pval < 1e-4


def test_a_column_that_says_the_same_changes_nothing():
    shows, score, beside, strata = cells(slope=0.3)
    twice = np.column_stack([beside, beside[:, 0] * 2 + 1, np.ones(len(shows))])
    assert association(shows, score, twice, strata).value == pytest.approx(
        association(shows, score, beside, strata).value, rel=1e-8
    )


def test_what_stands_beside_explains_a_difference_away():
    plain, adjusted = [], []
    for seed in range(12):
        shows, score, beside, strata = cells(1000, seed=seed)
        nothing = np.empty((len(shows), 0))
        plain.append(association(shows, score, nothing, np.zeros(len(shows), int)).value)
        adjusted.append(association(shows, score, beside, strata).value)
    assert np.mean(plain) > 0.3
    assert abs(np.mean(adjusted)) < 3 * stats.sem(adjusted)


def test_errors_of_chance_are_as_many_as_they_should_be():
    """Twelve of 60 cells show the gene, in twelve strata."""
    rng = np.random.default_rng(1)
    strata = np.repeat(np.arange(12), 5)
    pvals = []
    for _ in range(1500):
        shows = np.zeros(60, dtype=bool)
        shows[rng.choice(60, 12, replace=False)] = True
        score = rng.normal(size=60) * (1 + shows) + strata
        pvals.append(association(shows, score, rng.normal(size=(60, 2)), strata).pval)
    share = np.mean(np.array(pvals) <= 0.05)
    assert share < 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(pvals))


def test_a_few_cells_say_nothing():
    shows, score, beside, strata = cells()
    few = shows & (np.cumsum(shows) < LEAST_SHOWING)
    for gene in (few, ~few):
        assert np.isnan(association(gene, score, beside, strata).value)
    assert np.isnan(association(shows, np.ones(len(shows)), beside, strata).value)


def test_a_gene_that_strata_tell_apart_is_not_compared():
    strata = np.repeat([0, 1], 30)
    score = np.random.default_rng(0).normal(size=60)
    assert np.isnan(association(strata == 1, score, np.empty((60, 0)), strata).value)


def test_alike_samples_are_combined_by_their_precision():
    effects = [Effect(value, error=error) for value, error in ((0.5, 0.1), (0.5, 0.2), (0.5, 0.4))]
    found = combined(effects)
    weight = 1 / np.array([0.01, 0.04, 0.16])
    assert found.value == pytest.approx(0.5)
    assert found.error == pytest.approx(1 / np.sqrt(weight.sum()))
    half = stats.t(2).ppf(0.975) * found.error
    assert (found.low, found.high) == pytest.approx((0.5 - half, 0.5 + half))


def test_samples_that_disagree_widen_the_interval():
    """With errors of nothing, it is the t interval of the samples."""
    values = np.array([-0.4, 0.9, 0.3, 1.2])
    found = combined([Effect(value, error=1e-4) for value in values])
    expected = stats.t(3, values.mean(), stats.sem(values)).interval(0.95)
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-3)
    assert found.pval == pytest.approx(stats.ttest_1samp(values, 0).pvalue, rel=1e-3)
