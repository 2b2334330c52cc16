"""Each gene and complex in each group against other cells of like depth."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import scipy.sparse as sp
from scipy import stats

from tmeatlas.lr import SideTest, Strata, assess_sides

PLAIN = SideTest(min_fold=1.0)
HALF_MORE = SideTest(min_fold=1.5)


def made_cells(n_genes=40, n_cells=1200, n_groups=6, seed=0, share=0.2):
    """Genes that no group differs in, shown more often by deep cells."""
    rng = np.random.default_rng(seed)
    depth = rng.lognormal(0, 0.4, n_cells)
    shown = rng.random((n_cells, n_genes)) < 1 - np.exp(-share * depth[:, None])
    values = np.where(shown, rng.lognormal(0.3, 0.4, shown.shape), 0.0).astype(np.float32)
    codes = rng.integers(0, n_groups, n_cells).astype(np.int32)
    return values, codes, Strata.of((depth * 1000).astype(np.int64))


def sides(values, codes, strata, members=None, **options):
    if members is None:
        members = list(np.arange(values.shape[1])[:, None])
    return assess_sides(sp.csc_matrix(values), codes, strata, members, **options)


def test_labels_at_random_give_uniform_p_values():
    found = []
    for seed in range(8):
        values, codes, strata = made_cells(seed=seed, n_genes=60)
        found.append(sides(values, codes, strata, settings=PLAIN).pval.ravel())
    pvals = np.concatenate(found)
    n = len(pvals)
    for limit in (0.3, 0.05, 0.005):
        share = (pvals <= limit).mean()
        assert share == pytest.approx(limit, abs=4 * np.sqrt(limit / n) + 0.03 * limit)


def test_depth_alone_makes_nothing_specific():
    values, _, strata = made_cells(n_genes=80, n_cells=3000, share=0.4)
    deep = strata.codes >= 3
    codes = np.where(deep, 0, 1 + np.arange(len(deep)) % 3).astype(np.int32)
    codes[::7] = 1 + np.arange(len(codes[::7])) % 3  # so that the groups overlap
    shuffled = Strata(np.zeros(len(codes), dtype=np.int32))
    assert (sides(values, codes, shuffled, settings=PLAIN).pval <= 1e-4).sum() > 10
    assert (sides(values, codes, strata, settings=PLAIN).pval <= 1e-4).sum() == 0


def test_a_second_source_is_not_hidden_by_the_first():
    values, codes, strata = made_cells(n_genes=1, share=0.01)
    rng = np.random.default_rng(1)
    for group, share in ((0, 0.9), (1, 0.35)):
        values[codes == group, 0] = rng.random((codes == group).sum()) < share
    never = SideTest(min_fold=1.5, stands_out=0.0)
    hidden = sides(values, codes, strata, settings=never).pval[0]
    found = sides(values, codes, strata, settings=HALF_MORE).pval[0]
    assert hidden[1] > 1e-4 > 1e-20 > found[1]
    assert found[0] <= hidden[0]
    assert (found[2:] > 0.01).all()


def test_at_most_half_of_the_groups_are_set_aside():
    values, codes, strata = made_cells(n_genes=1, share=0.01, n_groups=6)
    high = np.isin(codes, [0, 1, 2, 3])
    values[high, 0] = 1.0 + np.random.default_rng(0).random(high.sum())
    found = sides(values, codes, strata)
    assert (found.pval[0, [4, 5]] == 1.0).all()
    # Four groups of six are alike: three can be set aside, and the fourth and two more remain.
    assert (found.pval[0, :4] < 1e-6).sum() >= 3


def test_a_factor_has_to_be_exceeded_however_many_cells_there_are():
    rng = np.random.default_rng(3)
    codes = np.repeat([0, 1, 2], 20_000).astype(np.int32)
    strata = Strata(rng.integers(0, 5, len(codes)).astype(np.int32))
    for share, specific in ((0.13, False), (0.2, True)):
        values = (rng.random(len(codes)) < np.where(codes == 0, share, 0.1)).astype(np.float32)
        found = sides(values[:, None], codes, strata, settings=HALF_MORE)
        assert (found.pval[0, 0] < 1e-6) == specific
        assert (found.high[0, 0] < 1.5) == (not specific)
        assert found.specificity[0, 0] == pytest.approx(share / 0.1, rel=0.1)
        assert sides(values[:, None], codes, strata, settings=PLAIN).pval[0, 0] < 1e-6


def test_a_complex_is_as_strong_as_its_weakest_subunit():
    rng = np.random.default_rng(4)
    codes = np.repeat(np.arange(4), 150).astype(np.int32)
    strata = Strata(rng.integers(0, 3, 600).astype(np.int32))
    everywhere = rng.lognormal(0.5, 0.3, 600)
    here = np.where((codes == 0) & (rng.random(600) < 0.6), rng.lognormal(0, 0.3, 600), 0.0)
    there = np.where((codes == 1) & (rng.random(600) < 0.6), rng.lognormal(0, 0.3, 600), 0.0)
    values = np.stack([everywhere, here, there], axis=1).astype(np.float32)
    members = [np.array(m) for m in ([0], [1], [0, 1], [1, 2])]
    found = sides(values, codes, strata, members)
    assert found.pval[2, 0] < 1e-10
    assert found.seen[2].tolist() == found.seen[1].tolist()
    # Of two genes that are never in the same group, nothing is left.
    assert (found.pval[3] == 1.0).all()
    assert found.specificity[2, 0] > 5


def test_an_interval_holds_what_is_true():
    """Nine intervals of ten hold the ratio; here the share of cells, at equal depth."""
    rng = np.random.default_rng(5)
    codes = np.repeat([0, 1, 2, 3], [100, 300, 300, 300]).astype(np.int32)
    strata = Strata(np.zeros(1000, dtype=np.int32))
    shown = rng.random((1000, 400)) < np.where(codes == 0, 0.3, 0.1)[:, None]
    values = np.where(shown, rng.lognormal(0, 0.3, shown.shape), 0.0).astype(np.float32)
    found = sides(values, codes, strata, settings=SideTest(stands_out=0.0))
    held = (found.low[:, 0] <= 3.0) & (found.high[:, 0] >= 3.0)
    assert 0.86 <= held.mean() <= 0.97


def test_p_values_are_those_of_scipy_where_cells_are_counted():
    rng = np.random.default_rng(6)
    codes = np.repeat([0, 1], [20, 180]).astype(np.int32)
    values = (rng.random(200) < np.where(codes == 0, 0.3, 0.05)).astype(np.float32)[:, None]
    found = sides(values, codes, Strata(np.zeros(200, dtype=np.int32)), settings=PLAIN)
    shown = int(values.sum())
    expected = stats.hypergeom(200, shown, 20).sf(int(values[:20].sum()) - 1)
    assert found.pval[0, 0] == pytest.approx(expected, rel=1e-9)


def test_groups_without_cells_of_like_depth_are_not_tested():
    values, codes, _ = made_cells(n_genes=3, n_groups=3)
    found = sides(values, codes, Strata((codes == 0).astype(np.int32)))
    assert np.isnan(found.pval[:, 0]).all()
    assert np.isfinite(found.pval[:, 1:]).all()
    assert (found.others[:, 0] == 0).all()


def test_a_gene_that_no_cell_shows():
    values, codes, strata = made_cells(n_genes=2)
    values[:, 0] = 0
    found = sides(values, codes, strata)
    assert (found.pval[0] == 1.0).all()
    assert np.isnan(found.specificity[0]).all()


def test_threads_order_of_genes_and_scale_change_nothing():
    values, codes, strata = made_cells()
    values[codes == 2, :5] *= 3
    found = sides(values, codes, strata, n_threads=1)
    order = np.random.default_rng(0).permutation(values.shape[1])
    for other, back in (
        (sides(values, codes, strata, n_threads=4), slice(None)),
        (sides(values[:, order], codes, strata), np.argsort(order)),
        (sides(values * 2, codes, strata), slice(None)),
    ):
        for field in fields(found):
            theirs = getattr(other, field.name)[back]
            np.testing.assert_array_equal(theirs, getattr(found, field.name))


def test_order_of_cells_changes_no_p_value():
    values, codes, strata = made_cells()
    order = np.random.default_rng(1).permutation(len(codes))
    found = sides(values, codes, strata)
    other = sides(values[order], codes[order], Strata(strata.codes[order]))
    np.testing.assert_allclose(other.pval, found.pval, rtol=1e-5)
    small = found.pval < 0.01
    np.testing.assert_allclose(other.pval[small], found.pval[small], rtol=1e-9)
    np.testing.assert_allclose(other.specificity, found.specificity, rtol=1e-12)
