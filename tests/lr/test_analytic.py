from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from scipy import stats

from tmeatlas._stats import permutation_pvalue
from tmeatlas.interactions import Interaction, Interactions
from tmeatlas.lr import _engine
from tmeatlas.lr._analytic import FEWEST_SHOWN, LOWEST, analytic_pvalues
from tmeatlas.lr._match import match_interactions
from tmeatlas.lr._moments import gene_sums, group_moments, pair_moments, pair_sums, read_design
from tmeatlas.lr._null import Null
from tmeatlas.lr._pearson import both_survive, pearson3_survival


def all_labellings(codes, blocks):
    """Every way to give the labels of each block to its cells."""
    per_block = []
    for block in np.unique(blocks):
        cells = np.flatnonzero(blocks == block)
        orders = set(itertools.permutations(codes[cells].tolist()))
        per_block.append([(cells, np.array(order)) for order in sorted(orders)])
    for choice in itertools.product(*per_block):
        labels = np.empty(len(codes), dtype=int)
        for cells, order in choice:
            labels[cells] = order
        yield labels


@pytest.mark.parametrize("blocks", [np.zeros(7, int), np.array([0, 0, 0, 0, 1, 1, 1])])
def test_moments_are_those_of_all_labellings(blocks):
    values = np.array(
        [[0, 2, 0, 1, 0.5, 0, 3], [1, 0, 0, 2, 0.25, 0, 1], [0, 0, 0, 0, 4, 0, 0]], dtype=float
    ).T
    codes = np.array([0, 0, 1, 1, 0, 1, 1], dtype=np.int32)
    means = np.array(
        [
            [values[labels == group].mean(axis=0) for group in (0, 1)]
            for labels in all_labellings(codes, blocks)
        ]
    ).transpose(2, 1, 0)  # genes × groups × labellings
    stored = sp.csc_matrix(values.astype(np.float32))
    design = read_design(codes, blocks, 2)
    sums = gene_sums(stored, design)
    moments = group_moments(sums, design)
    centred = means - means.mean(axis=2, keepdims=True)
    np.testing.assert_allclose(moments.mean, means.mean(axis=2), atol=1e-12)
    np.testing.assert_allclose(moments.variance, (centred**2).mean(axis=2), atol=1e-12)
    np.testing.assert_allclose(moments.third, (centred**3).mean(axis=2), atol=1e-12)
    np.testing.assert_allclose(moments.zero, (means == 0).mean(axis=2), atol=1e-12)
    left, right = np.array([0, 0]), np.array([1, 2])
    products = pair_sums(stored, design, left, right)
    covariance, crossed = pair_moments(sums, products, left, right, design)
    for pair, (a, b) in enumerate(zip(left, right, strict=True)):
        together = centred[a] * centred[b]
        np.testing.assert_allclose(covariance[pair], together.mean(axis=1), atol=1e-12)
        third = ((centred[a] + centred[b]) ** 3).mean(axis=1)
        alone = moments.third[a] + moments.third[b]
        np.testing.assert_allclose(crossed[pair], third - alone, atol=1e-12)


def test_tails():
    z = np.linspace(-3, 6, 50)
    for skewness in (-1.5, -0.2, 0.0, 0.7, 2.0):
        expected = stats.pearson3.sf(z, skewness)
        np.testing.assert_allclose(pearson3_survival(z, np.array(skewness)), expected, atol=1e-9)
    for rho in (-0.6, 0.0, 0.3, 0.9):
        normal = stats.multivariate_normal(cov=[[1, rho], [rho, 1]])
        for h, k in ((0, 0), (1.5, 0.5), (2, 3)):
            found = both_survive(*(np.array(stats.norm.sf(at)) for at in (h, k)), np.array(rho))
            assert found == pytest.approx(normal.cdf([-h, -k]), abs=1e-6)


@pytest.fixture(params=["all cells", "within samples"])
def problem(request):
    """Cells of four groups of unequal size, in three samples; genes, complexes, homodimers."""
    rng = np.random.default_rng(0)
    n_cells, n_genes = 600, 24
    codes = rng.choice(4, n_cells, p=[0.1, 0.2, 0.3, 0.4]).astype(np.int32)
    samples = rng.choice(3, n_cells).astype(np.int32)
    shared = rng.lognormal(0, 0.5, n_cells)  # depth, so that genes go together
    shown = rng.random((n_cells, n_genes)) < np.linspace(0.02, 0.6, n_genes)
    values = rng.lognormal(0, 0.6, (n_cells, n_genes)) * shown * shared[:, None]
    values *= 1 + 0.4 * samples[:, None]
    # Some genes are a little higher in their group, so that all sizes of p-values occur.
    for gene in range(n_genes):
        values[codes == gene % 4, gene] *= 1.4
    genes = [f"G{i}" for i in range(n_genes)]
    entries = [
        Interaction(f"i{i}", side(rng, genes, i % 3 == 0), side(rng, genes, i % 4 == 0))
        for i in range(60)
    ]
    entries.append(Interaction("self", ("G20",), ("G20",)))
    matched = match_interactions(Interactions("made up", tuple(entries)), genes)
    stored = sp.csc_matrix(values[:, matched.columns].astype(np.float32))
    sizes = np.bincount(codes)
    statistics = _engine.group_statistics(stored, codes, sizes, matched.partners)
    rows = _engine.rows_seen(matched, statistics)
    blocks = samples if request.param == "within samples" else None
    return stored, codes, sizes, matched, rows, blocks


def side(rng, genes, is_complex: bool) -> tuple[str, ...]:
    return tuple(rng.choice(genes, size=rng.choice([2, 3]) if is_complex else 1, replace=False))


def test_equals_a_hundred_thousand_permutations(problem):
    values, codes, sizes, matched, rows, blocks = problem
    found = analytic_pvalues(values, codes, len(sizes), matched, rows, Null(99, 0, blocks))
    null = Null(n_perms=100_000, seed=0, blocks=blocks)
    exact = permutation_pvalue(
        _engine.count_exceeding(values, codes, sizes, matched, rows, null), 100_000
    )
    off = np.abs(found.pval - exact)
    assert 0.3 < (~found.weak).mean() < 1
    assert off[~found.weak].max() < 0.05
    assert off[~found.weak].mean() < 0.005
    assert ((found.pval <= 0.05) == (exact <= 0.05))[~found.weak].mean() > 0.98
    tail = ~found.weak & (exact > 1e-3) & (exact < 1e-2)
    assert tail.sum() > 10
    ratio = found.pval[tail] / exact[tail]
    low, middle, high = np.quantile(ratio, [0.1, 0.5, 0.9])
    assert low > 0.5
    assert 0.8 < middle < 1.25
    assert high < 2


def test_rare_genes_are_weak(problem):
    values, codes, sizes, matched, rows, blocks = problem
    found = analytic_pvalues(values, codes, len(sizes), matched, rows, Null(99, 0, blocks))
    ligand = matched.ligand[rows.interaction]
    genes = ligand < matched.partners.n_genes
    shown = np.diff(values.indptr)[ligand[genes]]
    expected = shown * sizes[rows.source[genes]] / len(codes)
    rare = expected < FEWEST_SHOWN * 0.8
    assert rare.any()
    assert found.weak[genes][rare].all()


def test_never_zero_and_missing_where_not_testable(problem):
    values, codes, sizes, matched, rows, blocks = problem
    testable = np.arange(len(rows)) % 3 > 0
    rows = replace(rows, testable=testable, score=rows.score + 50)
    found = analytic_pvalues(values, codes, len(sizes), matched, rows, Null(99, 0, blocks))
    assert np.isnan(found.pval[~testable]).all()
    assert not found.weak[~testable].any()
    assert (found.pval[testable] == LOWEST).all()
