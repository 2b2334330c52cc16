"""`ULM`, `MLM` and `ZScore`: the linear methods of decoupler."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pytest
from scipy.stats import linregress

from tmeatlas._errors import InputError
from tmeatlas.methods import MLM, ULM, ZScore
from tmeatlas.sig import Signature

METHODS = {"ulm": ULM, "mlm": MLM, "zscore": ZScore}
SIGNATURES = {
    "a": [f"G{i}" for i in range(0, 60, 3)],
    "b": ["G5", "G9", "G200"],
    "c": [*(f"G{i}" for i in range(100, 130)), *(f"G{i}-" for i in range(300, 310))],
}


def design(signatures) -> np.ndarray:
    weights = np.zeros((400, len(signatures)))
    for k, genes in enumerate(signatures.values()):
        for gene in genes:
            weights[int(gene.strip("G-")), k] = -1.0 if gene.endswith("-") else 1.0
    return weights


@pytest.mark.parametrize(
    "run", ["ulm", "ulm_weighted", "ulm_all_genes", "mlm", "mlm_weighted", "zscore", "ksea"]
)
def test_equals_frozen_decoupler(frozen, frozen_lognorm, score, run):
    method, options = frozen["facts"]["linear"][run]
    weights = frozen["facts"]["weights"] if run.endswith("weighted") else {}
    signatures = [
        Signature(
            id=name,
            genes=tuple(gene for gene in genes if not gene.endswith("-")),
            down=tuple(gene.strip("-") for gene in genes if gene.endswith("-")),
            weights={gene: weights[gene] for gene in map(clean, genes) if gene in weights},
        )
        for name, genes in frozen["facts"]["signatures"].items()
    ]
    expected = frozen[f"linear/{run}"]
    assert expected.std() > 0.1
    scores = score(METHODS[method](**options), frozen_lognorm, signatures)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)


def clean(gene: str) -> str:
    return gene.strip("-")


@pytest.mark.parametrize("name", ["ulm", "mlm"])
@pytest.mark.parametrize("drop_empty", [True, False])
def test_equals_installed_decoupler(tumour, drawn_signatures, score, as_net, name, drop_empty):
    dc = pytest.importorskip("decoupler")
    adata = tumour[1][:80].copy()
    signatures = drawn_signatures(adata, signed=True)
    scores = score(METHODS[name](drop_empty=drop_empty), adata, signatures)
    getattr(dc.mt, name)(adata, as_net(signatures), tmin=1, empty=drop_empty)
    expected = adata.obsm[f"score_{name}"][list(signatures)].to_numpy()
    np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("centred", [False, True])
def test_zscore_equals_installed_decoupler(tumour, drawn_signatures, score, as_net, centred):
    dc = pytest.importorskip("decoupler")
    adata = tumour[1][:80].copy()
    signatures = drawn_signatures(adata, signed=True)
    scores = score(ZScore(centred=centred), adata, signatures)
    # Before 2.3, decoupler took off the mean for the flavour that has none, and the reverse.
    confused = tuple(map(int, version("decoupler").split(".")[:2])) < (2, 3)
    flavor = "KSEA" if centred != confused else "RoKAI"
    dc.mt.zscore(adata, as_net(signatures), tmin=1, flavor=flavor)
    expected = adata.obsm["score_zscore"][list(signatures)].to_numpy()
    np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)


def test_ulm_is_the_t_value_of_the_slope(frozen_lognorm, score):
    values = frozen_lognorm.X.toarray().astype(float)
    scores = score(ULM(drop_empty=False), frozen_lognorm, SIGNATURES)
    for k, weights in enumerate(design(SIGNATURES).T):
        for cell in (0, 7, 39):
            fit = linregress(weights, values[cell])
            assert scores[cell, k] == pytest.approx(fit.slope / fit.stderr, rel=1e-5)


def test_mlm_is_the_t_values_of_all_slopes(frozen_lognorm, score):
    values = frozen_lognorm.X.toarray().astype(float)
    predictors = np.column_stack([np.ones(400), design(SIGNATURES)])
    inverse = np.linalg.inv(predictors.T @ predictors)
    coefficients = inverse @ predictors.T @ values.T
    residuals = values.T - predictors @ coefficients
    errors = np.sqrt(np.diag(inverse)[:, None] * (residuals**2).sum(axis=0) / (400 - 4))
    scores = score(MLM(drop_empty=False), frozen_lognorm, SIGNATURES)
    np.testing.assert_allclose(scores, (coefficients / errors)[1:].T, rtol=1e-5)


@pytest.mark.parametrize("centred", [False, True])
def test_zscore_by_its_formula(frozen_lognorm, score, centred):
    values = frozen_lognorm.X.toarray().astype(float)
    weights = design(SIGNATURES)
    means = values @ weights / np.abs(weights).sum(axis=0)
    means -= values.mean(axis=1, keepdims=True) * centred
    errors = values.std(axis=1, ddof=1, keepdims=True) / np.sqrt((weights != 0).sum(axis=0))
    scores = score(ZScore(centred=centred, drop_empty=False), frozen_lognorm, SIGNATURES)
    np.testing.assert_allclose(scores, means / errors, rtol=1e-5)


@pytest.mark.parametrize("name", METHODS)
def test_empty_genes_count_only_on_request(frozen_lognorm, score, name):
    values = frozen_lognorm.X.toarray()
    padded = np.hstack([values, np.zeros((40, 600), dtype=np.float32)])
    method = METHODS[name]
    dropped = score(method(), padded, SIGNATURES)
    np.testing.assert_allclose(dropped, score(method(), values, SIGNATURES), rtol=1e-6)
    kept = score(method(drop_empty=False), padded, SIGNATURES)
    assert np.abs(kept - dropped).max() > 0.1


@pytest.mark.parametrize("name", METHODS)
def test_cells_without_values_are_nan(frozen_lognorm, score, name):
    values = frozen_lognorm.X.toarray()
    values[3] = 0
    scores = score(METHODS[name](), values, SIGNATURES)
    assert np.isnan(scores[3]).all()
    assert np.isfinite(np.delete(scores, 3, axis=0)).all()


@pytest.mark.parametrize("name", ["ulm", "zscore"])
def test_genes_that_no_cell_shows(frozen_lognorm, score, name):
    values = frozen_lognorm.X.toarray()
    values[:, [7, 8]] = 0
    scores = score(METHODS[name](), values, {"unseen": ["G7", "G8"], "seen": ["G1"]})
    assert np.isnan(scores[:, 0]).all()
    assert np.isfinite(scores[:, 1]).all()


def test_ulm_of_all_genes_has_no_slope(frozen_lognorm, score):
    everything = {"everything": [f"G{i}" for i in range(400)]}
    assert np.isnan(score(ULM(drop_empty=False), frozen_lognorm, everything)).all()


def test_mlm_depends_on_the_other_signatures(frozen_lognorm, score):
    overlapping = {**SIGNATURES, "d": SIGNATURES["a"][:10]}
    together = score(MLM(), frozen_lognorm, overlapping)
    alone = score(MLM(), frozen_lognorm, SIGNATURES)
    assert np.abs(together[:, 0] - alone[:, 0]).max() > 0.1


@pytest.mark.parametrize(
    "signatures",
    [
        {"a": ["G1", "G2"], "twin": ["G1", "G2"]},
        {"a": ["G1", "G2"], "b": ["G3"], "twin": ["G1", "G2", "G3"]},
        {"b": ["G3"], "twin": [f"G{i}" for i in range(400)]},
    ],
)
def test_mlm_refuses_sums_of_others(frozen_lognorm, score, signatures):
    with pytest.raises(InputError, match=r"sums of others.*'ulm'"):
        score(MLM(drop_empty=False), frozen_lognorm, signatures)


def test_mlm_needs_more_genes_than_signatures(frozen_lognorm, score):
    small = frozen_lognorm[:, :4]
    signatures = {f"s{i}": [f"G{i}"] for i in range(4)}
    with pytest.raises(InputError, match="4 genes and 4 signatures"):
        score(MLM(drop_empty=False), small, signatures)
