from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, TMEWarning
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import MLM, SSGSEA, ULM, AUCell, Mean, ScoreGenes, UCell, ZScore, _runner
from tmeatlas.methods._null import null_test
from tmeatlas.methods._random_sets import expression_bins, random_signatures
from tmeatlas.sig._load import as_signatures
from tmeatlas.sig._match import match_signatures

SIGNATURES = {
    "a": [f"G{i}" for i in range(0, 60, 3)],
    "b": ["G5", "G9", "G200", "NOT_THERE"],
    "c": [*(f"G{i}" for i in range(100, 130)), *(f"G{i}-" for i in range(300, 310))],
}
METHODS = [
    UCell(max_rank=100),
    UCell(max_rank="detected"),
    ScoreGenes(n_bins=10),
    AUCell(cut=0.3),
    AUCell(cut=0.3, parity="decoupler"),
    SSGSEA(),
    SSGSEA(normalise=True),
    ZScore(),
    ULM(),
    Mean(),
]


@pytest.fixture
def run(frozen_lognorm):
    def run_(method, signatures=SIGNATURES, *, values=None, n_null=39, seed=0):
        values = frozen_lognorm.X if values is None else values
        matrix = ExpressionMatrix(values, pd.Index([f"G{i}" for i in range(400)]), "X")
        matched = match_signatures(as_signatures(signatures).values(), matrix.genes)
        return null_test(method, matrix, matched, n_null=n_null, seed=seed)

    return run_


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_scores_are_those_without_a_null(run, frozen_lognorm, score, method):
    scores, test = run(method)
    expected = score(method, frozen_lognorm, SIGNATURES)
    np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)
    assert test.pvalues.dtype == np.float32
    assert test.pvalues.min() >= np.float32(1 / 40)
    assert test.pvalues.max() <= 1
    assert len(np.unique(test.pvalues)) > 5


def test_pvalues_count_random_signatures_that_score_as_high(run, frozen_lognorm, score):
    method = Mean()
    scores, test = run(method)
    matrix = ExpressionMatrix(frozen_lognorm.X, frozen_lognorm.var_names, "X")
    bins = expression_bins(_runner.gene_means(matrix), matrix.genes)
    for k, signature in enumerate(
        match_signatures(as_signatures(SIGNATURES).values(), matrix.genes)
    ):
        drawn = random_signatures(signature, bins, number=39, seed=0)
        random = method.score(matrix, drawn)
        expected = (1 + (random >= scores[:, [k]]).sum(axis=1)) / 40
        np.testing.assert_allclose(test.pvalues[:, k], expected, rtol=1e-6)
        spread = random.astype(float).var(axis=0)
        as_wide = (spread >= scores[:, k].astype(float).var()).sum()
        assert test.spread_pvalue[k] == (1 + as_wide) / 40
    np.testing.assert_allclose(test.share_above, (test.pvalues <= 0.05).mean(axis=0))


def test_random_signatures_match_in_size_weights_and_expression(frozen_lognorm):
    means = np.asarray(frozen_lognorm.X.mean(axis=0)).ravel()
    genes_of_bins = expression_bins(means, frozen_lognorm.var_names)
    assert [len(genes) for genes in genes_of_bins] == [20] * 20
    assert all(
        means[low].max() <= means[high].min() for low, high in itertools.pairwise(genes_of_bins)
    )
    bins = np.empty(len(means), dtype=int)
    for number, genes in enumerate(genes_of_bins):
        bins[genes] = number
    signature = match_signatures(as_signatures(SIGNATURES).values(), frozen_lognorm.var_names)[2]
    drawn = random_signatures(signature, genes_of_bins, number=200, seed=3)
    assert len(drawn) == 200
    own = np.concatenate([signature.up, signature.down])
    seen = set()
    for random in drawn:
        genes = np.concatenate([random.up, random.down])
        np.testing.assert_array_equal(bins[genes], bins[own])
        assert len(set(genes)) == len(own)
        assert len(random.up) == 30
        np.testing.assert_array_equal(random.down_weights, signature.down_weights)
        seen.update(genes)
    # Every gene of the visited bins has its turn, those of the signature too.
    assert seen == set(np.flatnonzero(np.isin(bins, bins[own])))


def test_draws_are_as_likely_for_every_gene():
    bins = [np.arange(12, dtype=np.int32)]
    genes = {"s": ["G0", "G1", "G2"]}
    signature = match_signatures(as_signatures(genes).values(), genes["s"])[0]
    drawn = random_signatures(signature, bins, number=20_000, seed=0)
    for place in range(3):
        counts = np.bincount([random.up[place] for random in drawn], minlength=12)
        # Each of 12 genes 1667 times, give or take 4 standard deviations.
        assert np.abs(counts - 20_000 / 12).max() < 4 * np.sqrt(20_000 / 12)


def test_the_same_seed_gives_the_same(run):
    first, again, other = run(UCell()), run(UCell()), run(UCell(), seed=1)
    np.testing.assert_array_equal(first[1].pvalues, again[1].pvalues)
    assert (first[1].pvalues != other[1].pvalues).any()
    np.testing.assert_array_equal(first[0], other[0])


@pytest.mark.parametrize("method", [UCell(max_rank=100), ULM(), ScoreGenes(n_bins=10)], ids=repr)
def test_other_signatures_do_not_matter(run, method):
    together = run(method)[1]
    for k, (name, genes) in enumerate(SIGNATURES.items()):
        alone = run(method, {name: genes})[1]
        np.testing.assert_array_equal(alone.pvalues[:, 0], together.pvalues[:, k])
        assert alone.spread_pvalue[0] == together.spread_pvalue[k]


def test_the_order_of_the_genes_does_not_matter(frozen_lognorm):
    adata = frozen_lognorm[:, np.random.default_rng(0).permutation(frozen_lognorm.n_vars)].copy()
    frames = []
    for data in (frozen_lognorm.copy(), adata):
        with pytest.warns(TMEWarning, match="'NOT_THERE'"):
            tme.tl.score(data, SIGNATURES, method="ucell", n_null=39, rng=4)
        frames.append((data.obsm["tme_scores_pval"], data.uns["tme_coverage"]["null_pval"]))
    pd.testing.assert_frame_equal(frames[0][0], frames[1][0])
    pd.testing.assert_series_equal(frames[0][1], frames[1][1])


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("threads", [1, 3])
def test_block_size_and_threads_do_not_matter(run, monkeypatch, size, threads):
    expected = run(UCell(max_rank=100))[1]
    monkeypatch.setattr(_runner, "BLOCK_ROWS", size)
    monkeypatch.setattr(_runner, "n_threads", lambda: threads)
    test = run(UCell(max_rank=100))[1]
    np.testing.assert_array_equal(test.pvalues, expected.pvalues)
    np.testing.assert_array_equal(test.spread_pvalue, expected.spread_pvalue)


def test_blocks_shrink_with_the_number_of_random_signatures(frozen_lognorm, monkeypatch):
    monkeypatch.setattr(_runner, "BLOCK_NUMBERS", 1000)
    matrix = ExpressionMatrix(frozen_lognorm.X, frozen_lognorm.var_names, "X")

    def sizes(n_columns):
        parts = _runner.work_through(matrix, lambda block: None, n_columns=n_columns)
        return {part.stop - part.start for part in parts}

    assert sizes(300) == {3, 1}
    assert sizes(5000) == {1}


def test_a_programme_stands_out_and_random_signatures_do_not(run, frozen_lognorm):
    """Genes that rise together in some cells vary more than random ones; chance is uniform."""
    rng = np.random.default_rng(0)
    values = frozen_lognorm.X.toarray()
    means = values.mean(axis=0)
    programme = np.argsort(means)[100:300:15]
    values[:20, programme] += 4
    values = values.astype(np.float32)
    signatures = {
        "programme": [f"G{i}" for i in programme],
        **{f"random{k}": [f"G{i}" for i in rng.choice(400, 15, replace=False)] for k in range(60)},
    }
    _, test = run(Mean(), signatures, values=values, n_null=99)
    assert test.spread_pvalue[0] == 0.01
    assert test.spread_padj[0] <= 0.61  # the smallest that 99 random signatures and 61 tests give
    assert (test.pvalues[:20, 0] <= 0.05).mean() > 0.8
    assert (test.pvalues[20:, 0] <= 0.05).mean() < 0.2
    # Of 60 uniform p-values, 3 are expected up to 0.05, and hardly ever more than 9.
    assert (test.spread_pvalue[1:] <= 0.05).sum() <= 9
    assert 0.35 < test.spread_pvalue[1:].mean() < 0.65
    assert 0.02 < (test.pvalues[:, 1:] <= 0.05).mean() < 0.09


def test_cells_without_a_score_have_no_pvalue(run, frozen_lognorm):
    values = frozen_lognorm.X.toarray()
    values[3] = 0
    scores, test = run(ULM(), values=values)
    assert np.isnan(scores[3]).all()
    assert np.isnan(test.pvalues[3]).all()
    assert np.isfinite(test.spread_pvalue).all()


def test_signature_without_a_score_has_no_pvalue(run, frozen_lognorm):
    values = frozen_lognorm.X.toarray()
    values[:, [7, 8]] = 0
    _, test = run(ULM(), {"unseen": ["G7", "G8"], "a": SIGNATURES["a"]}, values=values)
    assert np.isnan(test.pvalues[:, 0]).all()
    assert np.isnan(test.spread_pvalue[0])
    assert np.isnan(test.spread_padj[0])
    assert np.isfinite(test.spread_pvalue[1])


def test_mlm_has_no_single_signatures(run):
    with pytest.raises(InputError, match=r"'mlm'.*all signatures at once.*Leave out .n_null="):
        run(MLM())
