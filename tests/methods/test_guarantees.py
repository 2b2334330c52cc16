"""What a score may not depend on."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.methods import ScoreGenes, UCell, _runner

METHODS = [UCell(max_rank=100), ScoreGenes(n_bins=10), ScoreGenes(n_bins=10, parity="scanpy")]
EVERY_METHOD = pytest.mark.parametrize("method", METHODS, ids=repr)
SIGNATURES = {
    "a": [f"G{i}" for i in range(0, 60, 3)],
    "b": ["G5", "G9", "G200", "NOT_THERE"],
    "c": [*(f"G{i}" for i in range(100, 130)), *(f"G{i}-" for i in range(300, 310))],
}


@EVERY_METHOD
def test_other_signatures(frozen_lognorm, score, method):
    together = score(method, frozen_lognorm, SIGNATURES)
    for k, (name, genes) in enumerate(SIGNATURES.items()):
        alone = score(method, frozen_lognorm, {name: genes})
        np.testing.assert_array_equal(together[:, [k]], alone)


@EVERY_METHOD
@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("threads", [1, 3])
def test_block_size_and_threads(frozen_lognorm, score, method, size, threads, monkeypatch):
    expected = score(method, frozen_lognorm, SIGNATURES)
    monkeypatch.setattr(_runner, "BLOCK_ROWS", size)
    monkeypatch.setattr(_runner, "n_threads", lambda: threads)
    np.testing.assert_array_equal(score(method, frozen_lognorm, SIGNATURES), expected)


@EVERY_METHOD
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_storage_and_precision(frozen_lognorm, score, method, storage, dtype):
    values = frozen_lognorm.X.toarray().astype(dtype)
    expected = score(method, frozen_lognorm, SIGNATURES)
    np.testing.assert_array_equal(score(method, storage(values), SIGNATURES), expected)


@pytest.mark.parametrize("dtype", [np.int32, np.uint16, np.float64])
def test_counts_of_any_type(frozen, frozen_counts, score, dtype, storage):
    expected = score(UCell(), frozen_counts, SIGNATURES)
    values = storage(frozen["counts"].astype(dtype))
    np.testing.assert_array_equal(score(UCell(), values, SIGNATURES), expected)


@EVERY_METHOD
def test_order_of_cells(frozen_lognorm, score, method):
    order = np.random.default_rng(0).permutation(frozen_lognorm.n_obs)
    expected = score(method, frozen_lognorm, SIGNATURES)
    np.testing.assert_array_equal(score(method, frozen_lognorm[order], SIGNATURES), expected[order])


@pytest.mark.parametrize("method", METHODS[:2], ids=repr)
def test_order_of_genes(frozen_lognorm, score, method):
    order = np.random.default_rng(0).permutation(frozen_lognorm.n_vars)
    expected = score(method, frozen_lognorm, SIGNATURES)
    turned = score(method, frozen_lognorm[:, order], SIGNATURES)
    np.testing.assert_allclose(turned, expected, rtol=0, atol=1e-6)


def test_ucell_does_not_see_other_cells(frozen_lognorm, score):
    expected = score(UCell(), frozen_lognorm, SIGNATURES)
    alone = score(UCell(), frozen_lognorm[[4, 8]], SIGNATURES)
    np.testing.assert_array_equal(alone, expected[[4, 8]])


@EVERY_METHOD
def test_input_is_left_alone(frozen_lognorm, score, method):
    before = frozen_lognorm.X.copy()
    score(method, frozen_lognorm, SIGNATURES)
    np.testing.assert_array_equal(frozen_lognorm.X.data, before.data)
    np.testing.assert_array_equal(frozen_lognorm.X.indices, before.indices)


@EVERY_METHOD
def test_stored_zeros_are_zeros(frozen_lognorm, score, method):
    expected = score(method, frozen_lognorm, SIGNATURES)
    values = frozen_lognorm.X.toarray()
    everything_stored = sp.csr_matrix(
        (values.ravel(), np.tile(np.arange(400), 40), np.arange(0, 16_001, 400)), shape=(40, 400)
    )
    assert everything_stored.nnz == 16_000
    np.testing.assert_array_equal(score(method, everything_stored, SIGNATURES), expected)
