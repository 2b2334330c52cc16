from __future__ import annotations

import numpy as np
import pytest
import scanpy as sc
from scipy.stats import rankdata

from tmeatlas._errors import InputError
from tmeatlas.methods import ScoreGenes
from tmeatlas.sig import Signature


def scanpy_scores(adata, signatures, *, rng=0, **options):
    adata = adata.copy()
    for name, genes in signatures.items():
        found = [gene for gene in genes if gene in adata.var_names]
        sc.tl.score_genes(adata, found, score_name=name, use_raw=False, random_state=rng, **options)
    return adata.obs[list(signatures)].to_numpy()


def plain_expected(values, own, *, ctrl_size=50, n_bins=25, ctrl_as_ref=True):
    """The definition: each possible control weighted by its probability to be drawn."""
    means = values.mean(axis=0)
    bins = rankdata(means, method="min") // int(np.round(len(means) / (n_bins - 1)))
    weight = np.zeros(len(means))
    for code in np.unique(bins[own]):
        members = np.flatnonzero(bins == code)
        left = np.setdiff1d(members, own)
        drawn_from = len(members) if ctrl_as_ref else len(left)
        weight[left] = min(1, ctrl_size / drawn_from) if drawn_from else 0
    return values[:, own].mean(axis=1) - values @ weight / weight.sum()


@pytest.mark.parametrize("run", ["default", "fewer", "own_out", "seed", "pool"])
def test_parity_equals_frozen_scanpy(frozen, frozen_lognorm, score, run):
    signatures = {k: v for k, v in frozen["facts"]["signatures"].items() if k != "signed"}
    method = ScoreGenes(parity="scanpy", **frozen["facts"]["score_genes"][run])
    scores = score(method, frozen_lognorm, signatures)
    expected = frozen[f"score_genes/{run}"]
    assert expected.std() > 0.1
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "options",
    [{}, {"ctrl_size": 20, "n_bins": 12}, {"ctrl_as_ref": False}, {"rng": 7}],
)
def test_parity_equals_installed_scanpy(tumour, drawn_signatures, score, options):
    adata = tumour[1]
    signatures = drawn_signatures(adata, signed=False)
    expected = scanpy_scores(adata, signatures, **options)
    scores = score(ScoreGenes(parity="scanpy", **options), adata, signatures)
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-6)


def test_parity_equals_installed_scanpy_with_a_pool(tumour, drawn_signatures, score):
    adata = tumour[1]
    signatures = drawn_signatures(adata, signed=False)
    rng = np.random.default_rng(5)
    others = rng.choice(adata.var_names, adata.n_vars // 2, replace=False)
    pool = rng.permutation(np.unique(np.concatenate([others, *signatures.values()])))
    expected = scanpy_scores(adata, signatures, gene_pool=list(pool))
    method = ScoreGenes(parity="scanpy", gene_pool=tuple(pool))
    np.testing.assert_allclose(score(method, adata, signatures), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("parity", [None, "scanpy"])
def test_global_random_state_is_left_alone(frozen_lognorm, score, parity):
    before = np.random.get_state()  # noqa: NPY002 - the global state is what this is about
    score(ScoreGenes(parity=parity), frozen_lognorm, {"s": ["G1", "G2"]})
    after = np.random.get_state()  # noqa: NPY002
    assert before[2] == after[2]
    np.testing.assert_array_equal(before[1], after[1])


@pytest.mark.parametrize(
    "options", [{}, {"ctrl_size": 5, "n_bins": 10}, {"ctrl_as_ref": False, "ctrl_size": 10}]
)
def test_expected_controls_equal_the_definition(frozen_lognorm, score, options):
    own = np.array([3, 50, 77, 120, 301, 302, 303])
    scores = score(ScoreGenes(**options), frozen_lognorm, {"s": [f"G{i}" for i in own]})
    expected = plain_expected(frozen_lognorm.X.toarray().astype(float), own, **options)
    np.testing.assert_allclose(scores[:, 0], expected, atol=1e-6)


def test_expected_controls_are_the_mean_of_draws(frozen_lognorm, score):
    signature = {"s": [f"G{i}" for i in range(0, 200, 9)]}
    options = {"ctrl_size": 4, "n_bins": 8, "ctrl_as_ref": False}
    draws = [
        score(ScoreGenes(parity="scanpy", rng=seed, **options), frozen_lognorm, signature)
        for seed in range(300)
    ]
    expected = score(ScoreGenes(**options), frozen_lognorm, signature)
    spread = np.std(draws, axis=0)
    assert spread.min() > 0
    # The mean of 300 draws is within a few standard errors of the expectation, in every cell.
    assert (np.abs(np.mean(draws, axis=0) - expected) / (spread / np.sqrt(300))).max() < 4.5


def test_order_of_the_pool_does_not_confuse_genes(frozen_lognorm, score):
    names = list(frozen_lognorm.var_names)
    # With more controls than genes nothing is left to chance, so the order cannot matter.
    options = {"parity": "scanpy", "ctrl_size": 1000}
    plain = score(ScoreGenes(**options), frozen_lognorm, {"s": names[:9]})
    turned = score(
        ScoreGenes(gene_pool=tuple(names[::-1]), **options), frozen_lognorm, {"s": names[:9]}
    )
    np.testing.assert_allclose(turned, plain, atol=1e-6)


def test_genes_outside_the_pool_are_compared_with_like_genes(frozen_lognorm, score):
    means = np.asarray(frozen_lognorm.X.mean(axis=0)).ravel()
    top = int(means.argmax())
    names = list(frozen_lognorm.var_names)
    pool = tuple(name for i, name in enumerate(names) if i != top)
    scores = score(ScoreGenes(gene_pool=pool, n_bins=12), frozen_lognorm, {"s": [names[top]]})
    values = frozen_lognorm.X.toarray().astype(float)
    in_pool = np.delete(np.arange(400), top)
    ranks = rankdata(means[in_pool], method="min")
    last_bin = in_pool[ranks // 36 == (ranks // 36).max()]
    expected = values[:, top] - values[:, last_bin].mean(axis=1)
    np.testing.assert_allclose(scores[:, 0], expected, atol=1e-6)


def test_the_first_gene_of_the_data_can_be_the_only_control(frozen_lognorm, score):
    method = ScoreGenes(gene_pool=("G0",), n_bins=2, ctrl_size=1)
    scores = score(method, frozen_lognorm, {"s": ["G5"]})
    values = frozen_lognorm.X.toarray().astype(float)
    np.testing.assert_allclose(scores[:, 0], values[:, 5] - values[:, 0], atol=1e-6)


@pytest.mark.parametrize("parity", [None, "scanpy"])
def test_signed_is_up_less_down(frozen_lognorm, score, parity):
    up, down = [f"G{i}" for i in range(9)], [f"G{i}" for i in range(20, 35)]
    signatures = {"up": up, "down": down, "both": [*up, *(f"{gene}-" for gene in down)]}
    scores = score(ScoreGenes(parity=parity), frozen_lognorm, signatures)
    np.testing.assert_allclose(scores[:, 2], scores[:, 0] - scores[:, 1], atol=1e-6)


def test_weights_give_the_weighted_mean(frozen_lognorm, score):
    genes = ("G3", "G50", "G77")
    plain = Signature(id="plain", genes=genes)
    weighted = Signature(id="weighted", genes=genes, weights={"G3": 3.0, "G50": 1.0, "G77": 0.5})
    scores = score(ScoreGenes(), frozen_lognorm, [plain, weighted])
    values = frozen_lognorm.X.toarray()[:, [3, 50, 77]]
    difference = values @ np.array([3, 1, 0.5]) / 4.5 - values.mean(axis=1)
    np.testing.assert_allclose(scores[:, 1] - scores[:, 0], difference, atol=2e-6)


def test_negative_weights_count_against_it_in_proportion(frozen_lognorm, score):
    mixed = Signature(id="mixed", genes=("G3", "G50", "G77"), weights={"G77": -2.0})
    signatures = [mixed, Signature(id="up", genes=("G3", "G50")), Signature(id="n", genes=("G77",))]
    scores = score(ScoreGenes(), frozen_lognorm, signatures)
    np.testing.assert_allclose(scores[:, 0], scores[:, 1] / 2 - scores[:, 2] / 2, atol=1e-6)


@pytest.mark.parametrize("parity", [None, "scanpy"])
def test_signature_that_fills_its_bins(frozen_lognorm, score, parity):
    small = frozen_lognorm[:, :30]
    everything = [f"G{i}" for i in range(30)]
    with pytest.raises(InputError, match="No control gene is left for 'everything'"):
        score(ScoreGenes(parity=parity, n_bins=5), small, {"everything": everything, "b": ["G1"]})


def test_fewer_genes_than_bins(frozen_lognorm, score):
    with pytest.raises(InputError, match=r"25 bins .* more than 10 genes.*n_bins="):
        score(ScoreGenes(), frozen_lognorm[:, :10], {"s": ["G1"]})


def test_pool_without_a_gene(frozen_lognorm, score):
    with pytest.raises(InputError, match=r"gene_pool.*'X1'.*'G0'"):
        score(ScoreGenes(gene_pool=("X1",)), frozen_lognorm, {"s": ["G1"]})


@pytest.mark.parametrize("options", [{"ctrl_size": 0}, {"n_bins": 1}, {"parity": "seurat"}])
def test_options_without_a_meaning(options):
    with pytest.raises(InputError, match="must be"):
        ScoreGenes(**options)
