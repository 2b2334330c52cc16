"""Scrublet without scikit-image: scanpy's scores, and the valley between two modes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import roc_auc_score

from tmeatlas.datasets import simulated
from tmeatlas.quality import scrublet_of
from tmeatlas.quality._scrublet import valley_between


@pytest.fixture(scope="module")
def cells():
    """300 cells of three kinds with 1,200 genes, of which the last 30 are two."""
    rng = np.random.default_rng(0)
    mean = rng.gamma(1.0, 1.0, size=(1200,)) * np.where(rng.random((3, 1200)) < 0.1, 8, 1)
    kind = np.tile([0, 1, 2], 100)
    counts = rng.poisson(mean[kind] * rng.gamma(10, 0.1, size=(300, 1)))
    counts[270:] += counts[kind == 0][:30] * (kind[270:, None] != 0) + 0
    counts[270:] += counts[kind == 1][:30] * (kind[270:, None] == 0)
    return sp.csr_matrix(counts)


def test_doublets_have_higher_scores(cells):
    found = scrublet_of(cells, 0)
    true = np.arange(300) >= 270
    assert found.note == ""
    assert roc_auc_score(true, found.score) > 0.95
    assert found.called[true].mean() > 0.5
    assert found.called[~true].mean() < 0.05


def test_a_seed_gives_the_same_again(cells):
    first, again = scrublet_of(cells, 3), scrublet_of(cells, 3)
    assert np.array_equal(first.score, again.score)


def test_scanpy_calls_the_same(cells):
    """Where scikit-image is there, scanpy finds the threshold itself."""
    pytest.importorskip("skimage")
    sc = pytest.importorskip("scanpy")
    theirs = sc.AnnData(cells.astype(np.float32))
    theirs.obs_names = [str(k) for k in range(300)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sc.pp.scrublet(theirs, random_state=0, verbose=False)
    ours = scrublet_of(cells, 0)
    assert np.array_equal(ours.called, theirs.obs["predicted_doublet"].to_numpy(dtype=bool))
    threshold = valley_between(theirs.uns["scrublet"]["doublet_scores_sim"])
    assert threshold == pytest.approx(theirs.uns["scrublet"]["threshold"])


def test_cells_of_one_kind_have_scores_only():
    """Their doublets look like them, and a threshold would call a tenth of them or more."""
    adata = simulated(6000)
    found = scrublet_of(adata[adata.obs["cell_type"] == "TAM C1Q"].X, 0)
    assert not found.called.any()
    assert found.note == "the threshold of scrublet is not between doublets and single cells"
    assert np.isfinite(found.score).all()


def test_few_cells_are_not_judged(cells):
    found = scrublet_of(cells[:299], 0)
    assert np.isnan(found.score).all()
    assert not found.called.any()
    assert found.note == "299 cells; scrublet is read from 300 on"


def test_panels_are_not_judged(cells):
    found = scrublet_of(cells[:, :300].tocsr(), 0)
    assert np.isnan(found.score).all()
    assert "scrublet needs 1,000" in found.note


def test_empty_cells_have_no_score(cells):
    counts = cells.tolil()
    counts[5] = 0
    found = scrublet_of(counts.tocsr(), 0)
    assert np.isnan(found.score[5])
    assert not found.called[5]
    assert np.isfinite(np.delete(found.score, 5)).all()


def test_the_valley_lies_between_two_modes():
    rng = np.random.default_rng(0)
    scores = np.concatenate([rng.normal(0.1, 0.03, 4000), rng.normal(0.5, 0.05, 2000)])
    assert 0.18 < valley_between(scores) < 0.4


def test_one_mode_has_no_valley():
    rising = np.repeat(np.arange(256) / 255, np.arange(1, 257))
    assert valley_between(rising) is None


def test_more_cells_than_one_capture_are_several_samples():
    found = scrublet_of(sp.csr_matrix((20_001, 5), dtype=np.float32), 0)
    assert "sample_key" in found.note
    assert np.isnan(found.score).all()
    assert not found.called.any()
