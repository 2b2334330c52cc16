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
from tmeatlas.methods import AUCell
from tmeatlas.sig import Signature
from tmeatlas.sig._match import match_signatures


def recovery(ranks, columns, cut):
    """Σ (cut − rank) over the genes of each cell, by the first ranks' own sum."""
    best = np.maximum(cut - 1 - np.arange(len(columns)), 0).sum()
    return np.maximum(cut - ranks[:, columns], 0).sum(axis=1) / best


def shuffled_mean(values, columns, cut, n_draws, seed=0):
    """The mean over many shuffles that break ties, as the peers do with one."""
    rng = np.random.default_rng(seed)
    total = np.zeros(len(values))
    for _ in range(n_draws):
        order = rng.permutation(values.shape[1])
        ranks = np.empty(values.shape)
        ranks[:, order] = rankdata(-values[:, order], axis=1, method="ordinal")
        total += recovery(ranks, columns, cut)
    return total / n_draws


@pytest.mark.parametrize("run", ["decoupler", "decoupler_cut", "ctxcore", "ctxcore_seed"])
def test_parity_equals_frozen_peers(frozen, frozen_counts, frozen_lognorm, score, run):
    names = frozen["facts"]["unsigned"]
    signatures = {name: frozen["facts"]["signatures"][name] for name in names}
    expected = frozen[f"aucell/{run}"]
    assert expected.std() > 0.05
    for data in (frozen_counts, frozen_lognorm):
        scores = score(AUCell(**frozen["facts"]["aucell"][run]), data, signatures)
        assert scores.dtype == np.float32
        np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("options", [{}, {"cut": 0.2}, {"cut": 300}])
def test_parity_equals_installed_decoupler(tumour, drawn_signatures, score, as_net, options):
    dc = pytest.importorskip("decoupler")
    adata = tumour[1][:60].copy()
    signatures = drawn_signatures(adata, signed=False)
    n_seen = int((np.asarray((adata.X > 0).sum(axis=0)) > 0).sum())
    cut = options.get("cut", 0.05)
    dc.mt.aucell(adata, as_net(signatures), tmin=1, n_up=cut if cut >= 2 else cut * n_seen)
    expected = adata.obsm["score_aucell"][list(signatures)].to_numpy()
    scores = score(AUCell(parity="decoupler", **options), adata, signatures)
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 5])
def test_parity_equals_installed_ctxcore(tumour, drawn_signatures, score, seed):
    recovery_of = pytest.importorskip("ctxcore.recovery")
    adata = tumour[1][:40].copy()
    signatures = drawn_signatures(adata, signed=False)
    # pySCENIC's rankings: shuffled columns, first come first ranked.
    shuffled = adata.to_df().sample(frac=1.0, replace=False, axis=1, random_state=seed)
    ranks = shuffled.rank(axis=1, ascending=False, method="first").astype(np.uint32) - 1
    expected = []
    for genes in signatures.values():
        found = ranks.loc[:, ranks.columns.isin(genes)]
        weights = np.ones(found.shape[1])
        expected.append(recovery_of.aucs(found, adata.n_vars, weights, 0.05))
    scores = score(AUCell(parity="ctxcore", rng=seed), adata, signatures)
    np.testing.assert_allclose(scores, np.column_stack(expected), rtol=0, atol=1e-6)


def test_expectation_is_the_mean_of_shuffles(frozen_counts, score):
    columns = np.arange(0, 400, 17)
    signature = {"s": [f"G{i}" for i in columns]}
    # The cut lies among the zeros of most cells.
    scores = score(AUCell(cut=150), frozen_counts, signature)
    values = frozen_counts.X.toarray()
    mean = shuffled_mean(values, columns, 150, 2000)
    assert np.abs(scores[:, 0] - mean).max() < 0.01
    again = shuffled_mean(values, columns, 150, 2000, seed=1)
    assert np.abs(scores[:, 0] - (mean + again) / 2).mean() < np.abs(mean - again).mean()


@settings(max_examples=60)
@given(
    values=hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(8, 30)),
        elements=st.sampled_from([0, 0, 1, 2, 3, 5]),
    ),
    cut=st.integers(2, 8),
)
def test_expectation_equals_the_definition(values, cut):
    """Each of `n` tied genes has each of their `n` ranks in one of `n` cases."""
    names = [f"G{i}" for i in range(values.shape[1])]
    matrix = ExpressionMatrix(values, pd.Index(names), "X")
    signature = Signature(id="s", genes=("G0", "G3", "G5"))
    scores = AUCell(cut=cut).score(matrix, match_signatures([signature], names))
    first = rankdata(-values, axis=1, method="min").astype(int)
    last = rankdata(-values, axis=1, method="max").astype(int)
    best = np.maximum(cut - np.array([1, 2, 3]), 0).sum()
    for cell in range(len(values)):
        gains = [
            np.maximum(cut - np.arange(first[cell, g], last[cell, g] + 1), 0).mean()
            for g in (0, 3, 5)
        ]
        assert scores[cell, 0] == pytest.approx(sum(gains) / best, abs=1e-6)


@pytest.mark.parametrize("parity", [None, "decoupler", "ctxcore"])
def test_cells_with_many_different_values(score, parity):
    """No ties, so that every mode gives the same ranks; ranks come from buckets."""
    rng = np.random.default_rng(0)
    values = rng.lognormal(0, 3, size=(5, 900)).astype(np.float32)
    columns = np.arange(0, 900, 31)
    ranks = rankdata(-values, axis=1)
    expected = recovery(ranks, columns, 180)
    if parity == "ctxcore":
        best = (180 - 1 - np.arange(len(columns))).sum()
        expected = expected * best / (180 * len(columns))
    signatures = {"s": [f"G{i}" for i in columns]}
    scores = score(AUCell(cut=180, parity=parity), values, signatures)
    np.testing.assert_allclose(scores[:, 0], expected, atol=1e-6)


@pytest.mark.parametrize("n_different", [0, 900])
def test_many_tied_among_others(score, n_different):
    """Groups of 300 equal values, alone and beside more values than are tabulated."""
    rng = np.random.default_rng(0)
    tied = np.repeat(np.array([1.0, 2.0, 7.0, 0.0], dtype=np.float32), 300)
    row = np.concatenate([tied, rng.lognormal(0, 3, n_different).astype(np.float32)])
    values = np.stack([rng.permutation(row) for _ in range(4)])
    n, columns = len(row), np.arange(0, len(row), 7)
    order = np.random.RandomState(3).choice(n, n, replace=False)
    ranks = np.empty(values.shape)
    ranks[:, order] = rankdata(-values[:, order], axis=1, method="ordinal")
    cut = n - 100
    expected = np.maximum(cut - ranks[:, columns], 0).sum(axis=1) / (cut * len(columns))
    method = AUCell(cut=cut, parity="ctxcore", rng=3)
    scores = score(method, values, {"s": [f"G{i}" for i in columns]})
    np.testing.assert_allclose(scores[:, 0], expected, atol=1e-6)


def test_genes_at_the_top_score_one(score):
    values = np.zeros((1, 100), dtype=np.float32)
    values[0, :5] = [9, 8, 7, 6, 5]
    signatures = {"top": [f"G{i}" for i in range(5)], "low": ["G50"]}
    scores = score(AUCell(cut=6), values, signatures)
    np.testing.assert_allclose(scores, [[1.0, 0.0]], atol=1e-7)


@pytest.mark.parametrize("parity", [None, "decoupler", "ctxcore"])
def test_signed_is_up_less_down(frozen_lognorm, score, parity):
    up, down = [f"G{i}" for i in range(20, 35)], [f"G{i}" for i in range(9)]
    signatures = {"up": up, "down": down, "both": [*up, *(f"{gene}-" for gene in down)]}
    scores = score(AUCell(cut=100, parity=parity), frozen_lognorm, signatures)
    np.testing.assert_allclose(scores[:, 2], scores[:, 0] - scores[:, 1], atol=1e-6)
    assert (scores[:, 2] < 0).any()


@pytest.mark.parametrize("parity", [None, "ctxcore"])
def test_weights_count(frozen_lognorm, score, parity):
    genes = ("G3", "G50", "G77")
    signatures = [
        Signature(id="plain", genes=genes),
        Signature(id="equal", genes=genes, weights=dict.fromkeys(genes, 0.2)),
        Signature(id="one", genes=genes, weights={"G3": 1.0, "G50": 1e-9, "G77": 1e-9}),
        Signature(id="alone", genes=("G3",)),
        Signature(id="against", genes=genes, weights={"G50": 1e-9, "G77": -1.0}),
    ]
    scores = score(AUCell(cut=100, parity=parity), frozen_lognorm, signatures)
    np.testing.assert_allclose(scores[:, 0], scores[:, 1], atol=1e-6)
    np.testing.assert_allclose(scores[:, 2], scores[:, 3], atol=1e-6)
    assert (scores[:, 4] < 0).any()
    assert (scores[:, 4] > 0).any()


def test_decoupler_has_no_weights(frozen_lognorm, score):
    weighted = Signature(id="heavy", genes=("G1", "G2"), weights={"G1": 2.0})
    with pytest.raises(InputError, match=r"parity='decoupler'.*no.*weights.*'heavy'.*'aucell'"):
        score(AUCell(parity="decoupler"), frozen_lognorm, [weighted])


def test_genes_that_no_cell_shows(frozen_counts, score):
    counts = frozen_counts.X.toarray()
    counts[:, [7, 8]] = 0
    signatures = {"unseen": ["G7", "G8"], "seen": ["G1", "G7"]}
    scores = score(AUCell(parity="decoupler"), counts, signatures)
    assert np.isnan(scores[:, 0]).all()
    alone = score(AUCell(parity="decoupler"), counts, {"seen": ["G1"]})
    np.testing.assert_array_equal(scores[:, 1], alone[:, 0])


def test_more_ranks_than_genes(frozen_counts, score):
    with pytest.raises(InputError, match=r"cut=401.*\(400\).*cut=0.05"):
        score(AUCell(cut=401), frozen_counts, {"s": ["G1"]})


@pytest.mark.parametrize("options", [{"cut": 0}, {"cut": 1}, {"cut": 2.5}, {"parity": "pyscenic"}])
def test_options_without_a_meaning(options):
    with pytest.raises(InputError, match="must be"):
        AUCell(**options)
