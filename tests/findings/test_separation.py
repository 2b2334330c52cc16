"""How far a group lies above others of the same samples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from tmeatlas.findings._separation import separate


def test_one_sample_is_the_test_of_mann_and_whitney():
    rng = np.random.default_rng(0)
    values = np.round(rng.normal(size=80), 2)
    inside = np.arange(80) < 30
    values[inside] += 0.7
    found = separate(values, inside, np.zeros(80, int))
    u = mannwhitneyu(values[inside], values[~inside]).statistic
    assert found.auc == pytest.approx(u / (30 * 50))
    assert found.z == pytest.approx((u - 750) / np.sqrt(30 * 50 * 81 / 12))
    assert (found.n_samples, found.n_higher) == (1, 1)


def test_what_differs_between_samples_alone_does_not_separate():
    """All cells of the group are in the sample with the higher values."""
    rng = np.random.default_rng(1)
    samples = np.repeat([0, 1], 100)
    inside = rng.random(200) < np.where(samples == 0, 0.2, 0.8)
    values = rng.normal(size=200) + 10 * samples
    found = separate(values, inside, samples)
    assert found.n_samples == 2
    assert abs(found.z) < 3
    assert mannwhitneyu(values[inside], values[~inside]).pvalue < 1e-6


def test_samples_with_few_cells_say_nothing():
    samples = np.repeat([0, 1], 20)
    inside = np.zeros(40, bool)
    inside[:10] = True
    inside[20:24] = True
    found = separate(np.arange(40.0)[::-1], inside, samples)
    assert (found.n_samples, found.n_higher) == (1, 1)
    assert separate(np.arange(40.0), inside & (samples == 1), samples) is None


def test_shuffled_labels_do_not_separate():
    rng = np.random.default_rng(2)
    z = [
        separate(rng.normal(size=60), rng.permutation(60) < 20, np.repeat([0, 1, 2], 20)).z
        for _ in range(300)
    ]
    assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.05, abs=0.035)
