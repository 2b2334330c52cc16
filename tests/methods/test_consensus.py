from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import expon, rankdata, spearmanr

from tmeatlas.methods._consensus import (
    agreement_weights,
    combine,
    exponential_scores,
    spearman,
    split_point,
)


@pytest.fixture
def cells():
    """600 cells, 60 of the compartment; four signatures that find them, a weak one and noise."""
    rng = np.random.default_rng(0)
    truth = np.arange(600) < 60
    good = [truth * strength + rng.normal(0, 1, 600) for strength in (3.0, 2.5, 2.5, 2.0)]
    weak = truth * 0.3 + rng.normal(0, 1, 600)
    return truth, np.column_stack([*good, weak, rng.normal(0, 1, 600)])


def auroc(score, truth):
    ranks = rankdata(score)
    n = truth.sum()
    return (ranks[truth].sum() - n * (n + 1) / 2) / (n * (len(truth) - n))


def test_exponential_scores_by_hand():
    scores = exponential_scores(np.array([1.0, 2.5, 2.5, 4.0]))
    expected = -np.log([1 - 0.125, 1 - 0.5, 1 - 0.5, 1 - 0.875])
    np.testing.assert_allclose(scores, expected)


def test_weak_signatures_weigh_little_and_drag_nothing_down(cells):
    truth, scores = cells
    result = combine(scores)
    assert result.weights.sum() == pytest.approx(1)
    assert result.weights[:4].min() > 0.15
    assert result.weights[4:].max() < 0.02
    best = max(auroc(column, truth) for column in scores.T)
    mean_rank = auroc(rankdata(scores, axis=0).mean(axis=1), truth)
    assert auroc(result.score, truth) > best - 0.005
    assert auroc(result.score, truth) > mean_rank


def test_correlations_are_those_with_each_other_and_with_the_consensus(cells):
    _, scores = cells
    result = combine(scores)
    np.testing.assert_allclose(result.correlations, spearmanr(scores).statistic, atol=1e-12)
    expected = [spearmanr(column, result.score).statistic for column in scores.T]
    np.testing.assert_allclose(result.with_consensus, expected, atol=1e-12)


def test_a_signature_that_runs_the_other_way_has_no_weight(cells):
    _, scores = cells
    turned = np.column_stack([scores[:, :4], -scores[:, 0]])
    assert agreement_weights(turned)[4] == 0


@pytest.mark.parametrize("number", [1, 2])
def test_one_or_two_signatures_have_equal_weights(cells, number):
    scores = cells[1][:, [0, 5][:number]]
    np.testing.assert_array_equal(agreement_weights(scores), np.full(number, 1 / number))
    result = combine(scores)
    expected = expon.ppf((rankdata(scores, axis=0) - 0.5) / len(scores)).mean(axis=1)
    np.testing.assert_allclose(result.score, expected)


def test_constant_signatures():
    nothing = np.zeros((20, 4))
    np.testing.assert_array_equal(agreement_weights(nothing), np.full(4, 0.25))
    result = combine(nothing)
    assert np.ptp(result.score) == 0
    assert np.isnan(result.correlations).all()
    one_constant = np.column_stack([nothing[:, 0], *[np.arange(20.0)] * 3])
    weights = agreement_weights(one_constant)
    assert weights[0] == 0
    np.testing.assert_allclose(weights[1:], 1 / 3)


def test_cells_in_another_order_get_the_same_score(cells):
    scores = np.round(cells[1], 1)
    order = np.random.default_rng(1).permutation(len(scores))
    first, again = combine(scores), combine(scores[order])
    np.testing.assert_array_equal(again.weights, first.weights)
    np.testing.assert_array_equal(again.score, first.score[order])


def test_only_the_order_of_the_cells_counts(cells):
    scores = np.maximum(cells[1], 0)
    first, again = combine(scores), combine(scores**3 * 100)
    np.testing.assert_array_equal(again.score, first.score)


def test_split_point_by_trying_all():
    rng = np.random.default_rng(0)
    values = np.round(np.concatenate([rng.normal(0, 1, 50), rng.normal(4, 1, 10)]), 1)

    def between(cut):
        low, high = values[values <= cut], values[values > cut]
        return len(low) * len(high) * (low.mean() - high.mean()) ** 2

    cuts = np.unique(values)[:-1]
    assert split_point(values) == cuts[np.argmax([between(cut) for cut in cuts])]
    assert split_point(np.ones(5)) == np.inf


def test_rounding_is_no_split():
    assert split_point(np.array([0.1 + 0.2, 0.3, 0.3, 0.3])) == np.inf
    values = np.array([0.3, 0.1 + 0.2, 0.3, 5.0])
    assert (values > split_point(values)).tolist() == [False, False, False, True]


def test_a_signature_beside_constant_ones_finds_nothing_that_others_find():
    # What is left of the sum once the signature is taken off is constant but for rounding.
    rng = np.random.default_rng(0)
    scores = np.column_stack([rng.normal(1, 1, 500), np.ones(500), np.ones(500), np.ones(500)])
    np.testing.assert_array_equal(agreement_weights(scores), np.full(4, 0.25))


def test_spearman_equals_scipy(cells):
    scores = np.round(cells[1], 1)
    expected = spearmanr(scores).statistic
    np.testing.assert_allclose(spearman(rankdata(scores, axis=0)), expected, atol=1e-12)


def test_weights_are_powers_among_equals_times_powers_by_weight(cells):
    truth, scores = cells
    scores = scores - 1
    weights = agreement_weights(scores)
    floored = np.maximum(scores, 0)
    values = expon.ppf((rankdata(floored, axis=0) - 0.5) / len(floored))

    def power(k, given):
        others = np.delete(np.arange(6), k)
        combined = values[:, others] @ given[others]
        return max(0, 2 * auroc(floored[:, k], combined > split_point(combined)) - 1)

    found = np.array([power(k, np.ones(6)) * power(k, weights) for k in range(6)])
    np.testing.assert_allclose(weights, found / found.sum(), atol=0.005)
    assert auroc(combine(scores).score, truth) > 0.97
