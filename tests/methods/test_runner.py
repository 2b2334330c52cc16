from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas._asker import asked_from_shell
from tmeatlas._errors import InputError, TMEWarning
from tmeatlas._guard import guarded, warn
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import _runner


def matrix_of(values) -> ExpressionMatrix:
    return ExpressionMatrix(values, pd.Index([f"G{i}" for i in range(values.shape[1])]), "X")


def test_gene_means_are_exact_to_float64():
    values = np.random.default_rng(0).lognormal(0, 4, size=(3000, 5)).astype(np.float32)
    means = _runner.gene_means(matrix_of(values))
    exact = [math.fsum(column) / 3000 for column in values.T.astype(float)]
    np.testing.assert_allclose(means, exact, rtol=1e-13)


def test_every_row_is_scored_once_in_its_place(monkeypatch):
    monkeypatch.setattr(_runner, "BLOCK_ROWS", 3)
    values = sp.random(100, 8, density=0.4, format="csr", dtype=np.float32, rng=0)
    scores = _runner.score_rows(
        matrix_of(values), lambda rows: np.diff(rows.indptr)[:, None].astype(float), 1
    )
    np.testing.assert_array_equal(scores[:, 0], np.diff(values.indptr))


def test_an_error_in_a_block_reaches_the_caller():
    def broken(rows):
        raise RuntimeError("broken kernel")

    with pytest.raises(RuntimeError, match="broken kernel"):
        _runner.score_rows(matrix_of(np.ones((5, 3))), broken, 1)


def test_an_error_in_a_block_speaks_to_the_one_who_asked():
    values = np.ones((5, 3))
    values[2, 1] = np.nan
    with asked_from_shell(), pytest.raises(InputError, match="with `--layer`"):
        _runner.score_rows(matrix_of(values), lambda rows: np.zeros((rows.n_rows, 1)), 1)


def test_what_each_block_warns_of_is_said_once(monkeypatch):
    monkeypatch.setattr(_runner, "BLOCK_ROWS", 1)

    def warned(rows):
        warn("the same of each block")
        return np.zeros((rows.n_rows, 1))

    score = guarded(_runner.score_rows, "tmeatlas.tl.score")
    with pytest.warns(TMEWarning, match="the same of each block") as said:
        score(matrix_of(np.ones((8, 3))), warned, 1)
    assert len(said) == 1


@pytest.mark.parametrize("broken", [0, 2])
def test_an_error_in_one_of_several_blocks_reaches_the_caller(monkeypatch, broken):
    blocks = iter(range(3))

    def rows_of(block):
        if next(blocks) == broken:
            raise RuntimeError("broken block")
        return as_it_is(block)

    as_it_is = _runner.sparse_rows
    monkeypatch.setattr(_runner, "BLOCK_ROWS", 2)
    monkeypatch.setattr(_runner, "sparse_rows", rows_of)
    with pytest.raises(RuntimeError, match="broken block"):
        _runner.gene_means(matrix_of(np.ones((6, 3))))


def test_bad_values_in_a_late_block_reach_the_caller(monkeypatch):
    monkeypatch.setattr(_runner, "BLOCK_ROWS", 2)
    values = np.ones((9, 3))
    values[8, 1] = np.nan
    with pytest.raises(InputError, match="NaN"):
        _runner.score_rows(matrix_of(values), lambda rows: np.zeros((rows.n_rows, 1)), 1)
    with pytest.raises(InputError, match="NaN"):
        _runner.gene_means(matrix_of(values))


def test_threads_follow_numba(monkeypatch):
    import numba

    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", 5)
    assert _runner.n_threads() == 5
