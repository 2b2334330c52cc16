from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import rankdata

from tmeatlas._errors import InputError
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import UCell, _runner
from tmeatlas.sig import Signature
from tmeatlas.sig._match import match_signatures

DETECTED = UCell(max_rank="detected")


def plain_scores(values, up, down, *, w_neg=1.0):
    """The definition, one cell at a time."""
    scores = []
    for cell in np.asarray(values, dtype=float):
        n, d = len(cell), int((cell > 0).sum())
        if d < 2:
            scores.append(0.0)
            continue
        gain = np.zeros(n)
        gain[cell > 0] = 1 - rankdata(-cell[cell > 0]) / d
        chance = (d - 1) / (2 * n)
        deviation = np.sqrt((d - 1) * (2 * d - 1) / (6 * d * n) - chance**2)
        difference = gain[up].mean() - chance - w_neg * (gain[down].mean() - chance)
        scores.append(difference / deviation / np.sqrt(1 / len(up) + w_neg**2 / len(down)))
    return np.array(scores)


@settings(max_examples=60)
@given(
    values=hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(8, 30)),
        elements=st.integers(0, 50).map(float),
    ),
    w_neg=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_equals_the_definition(values, w_neg):
    names = [f"G{i}" for i in range(values.shape[1])]
    signature = Signature(id="s", genes=("G0", "G3", "G5", "MISSING"), down=("G6", "G7"))
    matrix = ExpressionMatrix(values, pd.Index(names), "X")
    method = UCell(max_rank="detected", w_neg=w_neg)
    scores = method.score(matrix, match_signatures([signature], names))
    expected = plain_scores(values, [0, 3, 5], [6, 7], w_neg=w_neg)
    np.testing.assert_allclose(scores[:, 0], expected, rtol=1e-5, atol=1e-6)


def test_random_sets_score_zero_with_deviation_one(score):
    """The unit of the score: what sets of random genes get, without ties, in every cell."""
    rng = np.random.default_rng(0)
    values = np.zeros((3, 4000))
    for cell, depth in zip(values, (300, 1200, 3900), strict=True):
        cell[rng.choice(4000, depth, replace=False)] = rng.lognormal(0, 1, depth)
    genes = [f"G{i}" for i in range(4000)]
    sets = {f"s{k}": list(rng.choice(genes, 20, replace=False)) for k in range(1500)}
    scores = score(DETECTED, values, sets)
    assert np.abs(scores.mean(axis=1)).max() < 0.1
    assert np.abs(scores.std(axis=1) - 1).max() < 0.06


def test_depth_alone_does_not_raise_a_score(score):
    """Two cells of one kind, one four times as deep: UCell(1500) sees a difference, this not."""
    rng = np.random.default_rng(0)
    abundance = rng.lognormal(0, 2, 5000)
    abundance /= abundance.sum()
    values = np.concatenate(
        [rng.multinomial(1000, abundance, size=200), rng.multinomial(4000, abundance, size=200)]
    )
    genes = rng.choice(5000, 50, replace=False, p=abundance)
    signatures = {"s": [f"G{i}" for i in genes]}

    def difference(method):
        scores = score(method, values.astype(np.float32), signatures)[:, 0].astype(float)
        return (scores[200:].mean() - scores[:200].mean()) / scores[:200].std()

    assert difference(UCell()) > 3
    assert abs(difference(DETECTED)) < 0.5 * difference(UCell())


def test_cells_without_genes_score_zero(score):
    values = np.zeros((3, 10))
    values[1, 0] = 5
    values[2, :2] = 5, 4
    scores = score(DETECTED, values, {"s": ["G0", "G1", "G2"]})[:, 0]
    assert scores[0] == 0
    assert scores[1] == 0
    assert scores[2] > 0


def test_many_different_values(score):
    values = np.random.default_rng(0).lognormal(0, 3, size=(3, 1500))
    columns = np.arange(0, 1500, 31)
    down = np.setdiff1d(np.arange(7, 1500, 97), columns)
    genes = [*(f"G{i}" for i in columns), *(f"G{i}-" for i in down)]
    scores = score(DETECTED, values.astype(np.float32), {"s": genes})
    expected = plain_scores(values.astype(np.float32), columns, down)
    np.testing.assert_allclose(scores[:, 0], expected, rtol=1e-4, atol=1e-5)


def test_only_down_genes_turn_the_score_round(frozen_counts, score):
    genes = [f"G{i}" for i in range(0, 60, 3)]
    down = [f"{gene}-" for gene in genes]
    scores = score(DETECTED, frozen_counts, {"up": genes, "down": down})
    assert scores[:, 0].std() > 0
    np.testing.assert_array_equal(scores[:, 0], -scores[:, 1])
    ignored = score(UCell(max_rank="detected", w_neg=0), frozen_counts, {"down": down})
    assert (ignored == 0).all()


def test_weights(frozen_counts, score):
    genes = tuple(f"G{i}" for i in range(30))
    plain = Signature(id="plain", genes=genes)
    equal = Signature(id="equal", genes=genes, weights=dict.fromkeys(genes, 0.3))
    first_only = Signature(id="first", genes=genes, weights=dict.fromkeys(genes[1:], 0.0))
    alone = Signature(id="alone", genes=genes[:1])
    turned = Signature(id="turned", genes=genes, weights=dict.fromkeys(genes, -2.0))
    scores = score(DETECTED, frozen_counts, [plain, equal, first_only, alone, turned])
    np.testing.assert_array_equal(scores[:, 0], scores[:, 1])
    np.testing.assert_allclose(scores[:, 2], scores[:, 3], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(scores[:, 0], -scores[:, 4])


SIGNATURES = {
    "a": [f"G{i}" for i in range(0, 60, 3)],
    "b": ["G5", "G9", "G200", "NOT_THERE"],
    "c": [*(f"G{i}" for i in range(100, 130)), *(f"G{i}-" for i in range(300, 310))],
}


def test_rests_on_the_cell_alone(frozen_lognorm, score, monkeypatch, storage):
    expected = score(DETECTED, frozen_lognorm, SIGNATURES)
    some = frozen_lognorm[[8, 4]]
    np.testing.assert_array_equal(score(DETECTED, some, SIGNATURES), expected[[8, 4]])
    alone = score(DETECTED, frozen_lognorm, {"b": SIGNATURES["b"]})
    np.testing.assert_array_equal(alone[:, 0], expected[:, 1])
    stored = storage(frozen_lognorm.X.toarray())
    np.testing.assert_array_equal(score(DETECTED, stored, SIGNATURES), expected)
    monkeypatch.setattr(_runner, "BLOCK_ROWS", 7)
    np.testing.assert_array_equal(score(DETECTED, frozen_lognorm, SIGNATURES), expected)
    turned = frozen_lognorm[:, ::-1]
    np.testing.assert_allclose(score(DETECTED, turned, SIGNATURES), expected, rtol=0, atol=1e-6)


def test_counts_and_log_values_give_the_same(frozen_counts, frozen_lognorm, score):
    np.testing.assert_array_equal(
        score(DETECTED, frozen_counts, SIGNATURES), score(DETECTED, frozen_lognorm, SIGNATURES)
    )


@pytest.mark.parametrize("given_rank", [1, 2.5, "cell", None])
def test_other_values_are_refused(given_rank):
    with pytest.raises(InputError, match="'detected'"):
        UCell(max_rank=given_rank)
