from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata

from tmeatlas._errors import InputError
from tmeatlas.methods import SSGSEA
from tmeatlas.sig import Signature


def walked(values, columns, alpha, order=None):
    """The definition: walk down the ranking, add up the difference of the two curves."""
    scores = []
    n_genes = values.shape[1]
    order = np.arange(n_genes) if order is None else order
    for cell in values[:, order]:
        inside = np.isin(order, columns)
        weight = rankdata(cell) ** alpha
        walk = np.argsort(cell, kind="stable")[::-1]
        hit = np.cumsum(np.where(inside, weight, 0)[walk]) / weight[inside].sum()
        miss = np.cumsum(~inside[walk]) / (n_genes - inside.sum())
        scores.append((hit - miss).sum())
    return np.array(scores)


@pytest.mark.parametrize("run", ["default", "alpha", "flat", "normalised"])
def test_equals_frozen_gseapy(frozen, frozen_counts, frozen_lognorm, score, run):
    names = frozen["facts"]["unsigned"]
    signatures = {name: frozen["facts"]["signatures"][name] for name in names}
    expected = frozen[f"ssgsea/{run}"]
    assert expected.std() > 0.1
    for data in (frozen_counts, frozen_lognorm):
        scores = score(SSGSEA(**frozen["facts"]["ssgsea"][run]), data, signatures)
        assert scores.dtype == np.float32
        np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("alpha", [0.25, 1.0])
@pytest.mark.parametrize("normalise", [False, True])
def test_equals_installed_gseapy(tumour, drawn_signatures, score, alpha, normalise):
    gseapy = pytest.importorskip("gseapy")
    adata = tumour[1][:25].copy()
    signatures = drawn_signatures(adata, signed=False)
    result = gseapy.ssgsea(
        data=adata.to_df().T,
        gene_sets=signatures,
        weight=alpha,
        min_size=1,
        max_size=1000,
        outdir=None,
        no_plot=True,
    ).res2d
    column = "NES" if normalise else "ES"
    table = result.pivot_table(index="Name", columns="Term", values=column, aggfunc="first")
    expected = table.loc[list(adata.obs_names), list(signatures)].to_numpy(dtype=float)
    scores = score(SSGSEA(alpha=alpha, normalise=normalise), adata, signatures)
    np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("alpha", [0, 0.25, 2])
def test_equals_the_definition(frozen_counts, score, alpha):
    columns = np.arange(3, 400, 29)
    values = frozen_counts.X.toarray()
    scores = score(SSGSEA(alpha=alpha), values, {"s": [f"G{i}" for i in columns]})
    np.testing.assert_allclose(scores[:, 0], walked(values, columns, alpha), rtol=1e-5, atol=1e-4)


def test_mean_place_is_the_mean_over_orders(frozen_counts, score):
    columns = np.arange(3, 400, 29)
    values = frozen_counts.X.toarray()[:6]
    rng = np.random.default_rng(0)
    draws = [walked(values, columns, 0.25, rng.permutation(400)) for _ in range(400)]
    scores = score(SSGSEA(ties="mean"), values, {"s": [f"G{i}" for i in columns]})[:, 0]
    error = np.std(draws, axis=0) / np.sqrt(400)
    assert error.min() > 0
    assert (np.abs(scores - np.mean(draws, axis=0)) / error).max() < 4


@pytest.mark.parametrize("ties", ["order", "mean"])
def test_cells_with_many_different_values(score, ties):
    rng = np.random.default_rng(0)
    values = rng.lognormal(0, 3, size=(4, 900)).astype(np.float32)
    values[3] = 0
    columns = np.arange(0, 900, 31)
    scores = score(SSGSEA(ties=ties), values, {"s": [f"G{i}" for i in columns]})
    expected = walked(values, columns, 0.25)
    np.testing.assert_allclose(scores[:3, 0], expected[:3], rtol=1e-5, atol=1e-3)
    if ties == "order":
        assert scores[3, 0] == pytest.approx(expected[3], abs=1e-4)
    else:
        assert scores[3, 0] == pytest.approx(0, abs=1e-3)  # nothing to tell the genes apart


def test_ties_beside_many_different_values(score):
    rng = np.random.default_rng(0)
    tied = np.repeat(np.array([1.0, 2.0, 0.0], dtype=np.float32), 300)
    row = np.concatenate([tied, rng.lognormal(0, 3, 900).astype(np.float32)])
    values = np.stack([rng.permutation(row) for _ in range(4)])
    columns = np.arange(0, len(row), 7)
    scores = score(SSGSEA(), values, {"s": [f"G{i}" for i in columns]})
    expected = walked(values, columns, 0.25)
    np.testing.assert_allclose(scores[:, 0], expected, rtol=1e-5, atol=1e-3)


def test_normalised_scores_depend_on_what_is_scored_together(frozen_lognorm, score):
    signatures = {"a": [f"G{i}" for i in range(0, 60, 3)], "b": ["G5", "G9", "G200"]}
    plain = score(SSGSEA(), frozen_lognorm, signatures)
    together = score(SSGSEA(normalise=True), frozen_lognorm, signatures)
    np.testing.assert_allclose(together, plain / (plain.max() - plain.min()), rtol=1e-6)
    alone = score(SSGSEA(normalise=True), frozen_lognorm, {"a": signatures["a"]})
    assert np.abs(alone[:, 0] - together[:, 0]).max() > 0.01


@pytest.mark.parametrize("ties", ["order", "mean"])
def test_signed_is_up_less_down(frozen_lognorm, score, ties):
    up, down = [f"G{i}" for i in range(9)], [f"G{i}" for i in range(20, 35)]
    signatures = {"both": [*up, *(f"{gene}-" for gene in down)], "up": up, "down": down}
    scores = score(SSGSEA(ties=ties), frozen_lognorm, signatures)
    np.testing.assert_allclose(scores[:, 0], scores[:, 1] - scores[:, 2], rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("ties", ["order", "mean"])
def test_weights_count(frozen_lognorm, score, ties):
    genes = ("G3", "G50", "G77")
    signatures = [
        Signature(id="plain", genes=genes),
        Signature(id="equal", genes=genes, weights=dict.fromkeys(genes, 0.2)),
        Signature(id="weighted", genes=genes, weights={"G3": 5.0}),
    ]
    scores = score(SSGSEA(ties=ties), frozen_lognorm, signatures)
    np.testing.assert_allclose(scores[:, 0], scores[:, 1], rtol=1e-6)
    values = frozen_lognorm.X.toarray()
    ranks = rankdata(values, axis=1)
    # More weight on a gene draws the score to where that gene is.
    higher = ranks[:, 3] > ranks[:, [50, 77]].max(axis=1)
    lower = ranks[:, 3] < ranks[:, [50, 77]].min(axis=1)
    assert higher.any()
    assert lower.any()
    assert (scores[higher, 2] > scores[higher, 0]).all()
    assert (scores[lower, 2] < scores[lower, 0]).all()


def test_signature_of_all_genes(frozen_counts, score):
    everything = {"everything": [f"G{i}" for i in range(400)], "b": ["G1"]}
    with pytest.raises(InputError, match=r"'everything' leave none of the 400 genes.*'mean'"):
        score(SSGSEA(), frozen_counts, everything)


@pytest.mark.parametrize("options", [{"alpha": -1}, {"alpha": np.nan}, {"ties": "random"}])
def test_options_without_a_meaning(options):
    with pytest.raises(InputError, match="must be"):
        SSGSEA(**options)
