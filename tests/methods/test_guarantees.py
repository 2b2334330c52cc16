"""What a score may not depend on, and what a method says that it does depend on."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas._values import MatrixKind
from tmeatlas.methods import METHODS as NAMED
from tmeatlas.methods import MLM, SSGSEA, ULM, AUCell, ScoreGenes, UCell, ZScore, _runner
from tmeatlas.methods._protocol import ORDER_OF_GENES, OTHER_CELLS, OTHER_SIGNATURES

VARIANTS = [
    UCell(max_rank=100),
    UCell(max_rank="detected"),
    AUCell(cut=0.3),
    AUCell(cut=0.3, parity="ctxcore"),
    AUCell(cut=0.3, parity="decoupler"),
    SSGSEA(),
    SSGSEA(ties="mean"),
    SSGSEA(normalise=True),
    ZScore(),
    ZScore(drop_empty=False),
    ZScore(centred=True, drop_empty=False),
    ULM(),
    ULM(drop_empty=False),
    MLM(),
    MLM(drop_empty=False),
    ScoreGenes(n_bins=10),
    ScoreGenes(ctrl_size=20, n_bins=10, parity="scanpy"),
]
WITHOUT_OPTIONS = set(map(type, NAMED.values())) - set(map(type, VARIANTS))
METHODS = [*VARIANTS, *(method for method in NAMED.values() if type(method) in WITHOUT_OPTIONS)]
RANK_BASED = [method for method in METHODS if MatrixKind.COUNTS in method.accepts]


def each(methods):
    return pytest.mark.parametrize("method", methods, ids=repr)


EVERY_METHOD = each(METHODS)
SIGNATURES = {
    "a": [f"G{i}" for i in range(0, 60, 3)],
    "b": ["G5", "G9", "G200", "NOT_THERE"],
    "c": [*(f"G{i}" for i in range(100, 130)), *(f"G{i}-" for i in range(300, 310))],
}


@EVERY_METHOD
def test_other_signatures(frozen_lognorm, score, method):
    together = score(method, frozen_lognorm, SIGNATURES)
    alone = [score(method, frozen_lognorm, {name: genes}) for name, genes in SIGNATURES.items()]
    is_same = np.array_equal(together, np.hstack(alone))
    assert is_same == (OTHER_SIGNATURES not in method.depends_on)


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


@each(RANK_BASED)
@pytest.mark.parametrize("dtype", [np.int32, np.uint16, np.float64])
def test_counts_of_any_type(frozen, frozen_counts, score, method, dtype, storage):
    expected = score(method, frozen_counts, SIGNATURES)
    values = storage(frozen["counts"].astype(dtype))
    np.testing.assert_array_equal(score(method, values, SIGNATURES), expected)


@each(RANK_BASED)
def test_counts_rank_like_log_values(frozen_counts, frozen_lognorm, score, method):
    expected = score(method, frozen_counts, SIGNATURES)
    np.testing.assert_array_equal(score(method, frozen_lognorm, SIGNATURES), expected)


@EVERY_METHOD
def test_order_of_cells(frozen_lognorm, score, method):
    order = np.random.default_rng(0).permutation(frozen_lognorm.n_obs)
    expected = score(method, frozen_lognorm, SIGNATURES)
    np.testing.assert_array_equal(score(method, frozen_lognorm[order], SIGNATURES), expected[order])


@EVERY_METHOD
def test_order_of_genes(frozen_lognorm, score, method):
    order = np.random.default_rng(0).permutation(frozen_lognorm.n_vars)
    expected = score(method, frozen_lognorm, SIGNATURES)
    turned = score(method, frozen_lognorm[:, order], SIGNATURES)
    is_same = np.allclose(turned, expected, rtol=1e-6, atol=1e-6)
    assert is_same == (ORDER_OF_GENES not in method.depends_on)


@EVERY_METHOD
def test_other_cells(frozen_lognorm, score, method):
    expected = score(method, frozen_lognorm, SIGNATURES)
    alone = score(method, frozen_lognorm[[4, 8]], SIGNATURES)
    is_same = np.array_equal(alone, expected[[4, 8]])
    assert is_same == (OTHER_CELLS not in method.depends_on)


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
