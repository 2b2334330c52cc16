"""The analytic null where the two sides share cells, genes or most of the data."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas._stats import permutation_pvalue
from tmeatlas.interactions import Interaction, Interactions
from tmeatlas.lr import _engine
from tmeatlas.lr._analytic import analytic_pvalues
from tmeatlas.lr._match import match_interactions
from tmeatlas.lr._moments import gene_sums, moments_between, pair_sums, read_design
from tmeatlas.lr._null import Null, fixed_groups

N_PERMS = 50_000


def made_up_values(n_cells: int, n_genes: int, *, together: float = 0.0) -> np.ndarray:
    """Sparse positive values; `together` is how far all genes follow one factor of the cells."""
    rng = np.random.default_rng(3)
    factor = np.exp(together * rng.normal(size=(n_cells, 1)))
    shown = rng.random((n_cells, n_genes)) < 0.35 * factor
    return (rng.lognormal(0, 0.4, (n_cells, n_genes)) * factor * shown).astype(np.float32)


def problem(dense, codes, entries, blocks=None, genes=None):
    """Rows of the interactions on these genes, and values in the order of their columns."""
    genes = [f"G{i}" for i in range(dense.shape[1])] if genes is None else genes
    matched = match_interactions(Interactions("made up", tuple(entries)), genes)
    values, sizes = sp.csc_matrix(dense[:, matched.columns]), np.bincount(codes)
    statistics = _engine.group_statistics(values, codes, sizes, matched.partners)
    fixed = None if blocks is None else fixed_groups(codes, blocks, len(sizes))
    return values, codes, sizes, matched, _engine.rows_seen(matched, statistics, fixed=fixed)


def analytic(values, codes, sizes, matched, rows, blocks=None):
    return analytic_pvalues(values, codes, len(sizes), matched, rows, Null(99, 0, blocks))


def permuted(values, codes, sizes, matched, rows, blocks=None):
    null = Null(N_PERMS, 0, blocks)
    counts = _engine.count_exceeding(values, codes, sizes, matched, rows, null)
    return permutation_pvalue(counts, N_PERMS)


@pytest.mark.parametrize("blocks", [np.zeros(8, int), np.array([0, 0, 0, 0, 0, 1, 1, 1])])
def test_moments_between_groups_are_those_of_all_labellings(blocks):
    from itertools import permutations, product

    dense = np.array([[0, 2, 0, 1, 0.5, 0, 3, 1], [1, 0, 0, 2, 0.25, 0, 1, 4]], np.float32).T
    codes = np.array([0, 0, 1, 2, 1, 0, 1, 2], dtype=np.int32)
    orders = [
        sorted(set(permutations(codes[blocks == block].tolist()))) for block in np.unique(blocks)
    ]
    labellings = np.array([np.concatenate(choice) for choice in product(*orders)])
    centred = []
    for gene, group in ((0, 0), (1, 1)):
        means = (dense[:, gene] * (labellings == group)).sum(axis=1) / (codes == group).sum()
        centred.append(means - means.mean())
    x, y = centred
    design, stored = read_design(codes, blocks, 3), sp.csc_matrix(dense)
    left, right = np.array([0]), np.array([1])
    products = pair_sums(stored, design, left, right)
    between = moments_between(gene_sums(stored, design), products, left, right, design)
    covariance, third = between(np.array([0]), np.array([0]), np.array([1]))
    assert covariance[0] == pytest.approx((x * y).mean(), abs=1e-6)
    assert third[0] == pytest.approx(3 * (x * x * y + x * y * y).mean(), abs=1e-6)


@pytest.mark.parametrize("with_blocks", [False, True])
def test_one_gene_on_both_sides(with_blocks):
    # Two groups that hold nearly all the cells: what one draws of the gene the other lacks.
    dense = made_up_values(400, 6)
    dense[:, :3] **= 2
    codes = np.repeat([0, 1, 2], [210, 150, 40]).astype(np.int32)
    blocks = np.arange(400) % 2 if with_blocks else None
    given = problem(dense, codes, [Interaction(f"i{i}", (f"G{i}",), (f"G{i}",)) for i in range(6)])
    found, exact = analytic(*given, blocks), permuted(*given, blocks)
    apart = ~found.weak & (given[-1].source != given[-1].target)
    assert apart.sum() > 20
    assert np.abs(found.pval - exact)[apart].max() < 0.01


def test_a_complex_within_one_group_shares_its_cells():
    dense = made_up_values(500, 12, together=0.5)
    codes = np.repeat([0, 1, 2], [100, 150, 250]).astype(np.int32)
    dense[codes == 0] *= np.float32(1.1)
    entries = [
        Interaction(f"i{i}", (f"G{i}",), (f"G{i + 1}", f"G{(i + 5) % 12}")) for i in range(11)
    ]
    given = problem(dense, codes, entries)
    found, exact = analytic(*given), permuted(*given)
    within = ~found.weak & (given[-1].source == given[-1].target)
    assert within.sum() > 20
    assert np.abs(found.pval - exact)[within].max() < 0.015


def test_a_group_of_nearly_all_cells_is_as_coarse_as_the_rest():
    dense = made_up_values(300, 4)
    codes = (np.arange(300) >= 290).astype(np.int32)
    given = problem(dense, codes, [Interaction("i", ("G0",), ("G1",))])
    # 290 cells hold some 100 that show a gene, but the 10 left out only 3 or 4.
    assert (given[0].getnnz(axis=0) < 130).all()
    assert analytic(*given).weak.all()


def test_a_group_alone_in_its_sample_is_no_cause_for_permutations():
    dense = made_up_values(400, 4)
    codes = np.repeat([0, 1, 2], [60, 170, 170]).astype(np.int32)
    blocks = (codes == 0).astype(np.int32)
    entries = [Interaction("i", ("G0",), ("G1",)), Interaction("j", ("G2",), ("G0", "G3"))]
    given = problem(dense, codes, entries, blocks)
    rows = given[-1]
    one_fixed = rows.testable & ((rows.source == 0) | (rows.target == 0))
    assert one_fixed.sum() == 8
    found = analytic(*given, blocks)
    assert not found.weak[one_fixed].any()
    exact = permuted(*given, blocks)
    assert np.abs(found.pval - exact)[one_fixed].max() < 0.015


@pytest.mark.parametrize("with_blocks", [False, True])
def test_the_order_of_the_genes_changes_nothing(with_blocks):
    dense, rng = made_up_values(300, 10, together=0.4), np.random.default_rng(1)
    codes = rng.integers(3, size=300).astype(np.int32)
    blocks = np.arange(300) % 3 if with_blocks else None
    names = [f"G{i}" for i in range(10)]
    entries = [
        Interaction("three", ("G1",), ("G2", "G3", "G4")),
        Interaction("four", ("G5", "G0"), ("G6", "G7", "G8", "G9")),
        Interaction("genes", ("G3",), ("G8",)),
    ]
    expected = analytic(*problem(dense, codes, entries, blocks, names), blocks)
    for _ in range(3):
        order = rng.permutation(10)
        given = problem(dense[:, order], codes, entries, blocks, [names[i] for i in order])
        found = analytic(*given, blocks)
        assert found.pval.tobytes() == expected.pval.tobytes()
        assert found.weak.tobytes() == expected.weak.tobytes()


def test_threads_change_nothing(monkeypatch):
    import numba

    dense = made_up_values(300, 8)
    codes = (np.arange(300) % 4).astype(np.int32)
    given = problem(dense, codes, [Interaction("i", ("G1",), ("G2", "G3"))])
    results = []
    for n_threads in (1, 3):
        monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", n_threads)
        results.append(analytic(*given).pval.tobytes())
    assert results[0] == results[1]
