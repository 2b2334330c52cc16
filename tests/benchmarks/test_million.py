"""The cells of the benchmark of a million: counts have the moments that they are meant to have."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest


@pytest.fixture(scope="module")
def data(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("million_data")
    del sys.modules["million_data"]


def test_counts_have_the_mean_and_the_variance_of_the_design(data):
    mean, shape = np.array([0.02, 0.5, 3.0, 40.0]), np.array([4.0, 2.0, 4.0, 8.0])
    drawn = data.draw_counts(mean, shape, np.ones(20_000), seed=1).toarray()
    np.testing.assert_allclose(drawn.mean(axis=0), mean, rtol=0.1)
    np.testing.assert_allclose(drawn.var(axis=0), mean + mean**2 / shape, rtol=0.15)


def test_shallow_cells_lose_molecules_and_keep_the_dispersion(data):
    mean, shape = np.array([6.0]), np.array([4.0])
    drawn = data.draw_counts(mean, shape, np.full(20_000, 0.5), seed=2).toarray()
    assert drawn.mean() == pytest.approx(3.0, rel=0.05)
    assert drawn.var() == pytest.approx(3.0 + 9.0 / 4.0, rel=0.1)


def test_a_sample_is_the_same_whoever_draws_it(data):
    drawing = data.Drawing(n_cells=240, n_genes=8_000, n_patients=4, seed=0)
    counts, obs = drawing.sample(2)
    again, _ = drawing.sample(2)
    assert counts.shape == (60, 8_000)
    assert (counts != again).nnz == 0
    assert set(obs["condition"]) == {"case"}
    assert obs["cell_type"].nunique() > 3
    assert 500 < np.median(counts.getnnz(axis=1)) < 2_000
