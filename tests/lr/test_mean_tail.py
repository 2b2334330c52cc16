"""The saddlepoint tail of a mean, against draws and against what is known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from tmeatlas.lr._mean_tail import FAILED, mean_tail

N_DRAWS = 200_000


def tail(x, stratum, cells, drawn, total, expected=0.0):
    """`cells` per stratum, of which those without an entry in `x` are 0."""
    x, stratum = np.asarray(x, dtype=float), np.asarray(stratum, dtype=np.int64)
    cells, drawn = np.asarray(cells, dtype=np.int64), np.asarray(drawn, dtype=np.int64)
    zeros = (cells - np.bincount(stratum, minlength=len(cells))).astype(float)
    points = (x, np.ones(len(x)), stratum)
    return mean_tail(points, zeros, cells, drawn, total, expected)


@pytest.fixture(scope="module")
def cells_in_strata():
    rng = np.random.default_rng(0)
    stratum = np.repeat([0, 1, 2], [120, 80, 100])
    shown = rng.random(300) < 0.4 + 0.1 * stratum
    values = np.where(shown, rng.lognormal(-1.5, 0.5, 300), 0.0)
    return values / values.max(), stratum, np.array([30, 20, 10])


def draws(values, stratum, drawn, rng):
    """Sums of many draws without replacement from every stratum."""
    sums = np.zeros(N_DRAWS)
    for b, n in enumerate(drawn):
        of_stratum = values[stratum == b]
        order = rng.random((N_DRAWS, len(of_stratum)), dtype=np.float32)
        sums += of_stratum[np.argpartition(order, n, axis=1)[:, :n]].sum(axis=1)
    return sums


def test_tail_is_that_of_draws_without_replacement(cells_in_strata):
    values, stratum, drawn = cells_in_strata
    sums = draws(values, stratum, drawn, np.random.default_rng(1))
    x, of = values[values > 0], stratum[values > 0]
    for quantile in (0.9, 0.99, 0.999):
        total = np.quantile(sums, quantile)
        found = tail(x, of, [120, 80, 100], drawn, total, expected=sums.mean())
        drawn_share = (sums >= total).mean()
        error = 4 * np.sqrt(drawn_share / N_DRAWS)
        assert found == pytest.approx(drawn_share, abs=error + 0.02 * drawn_share)


def test_a_factor_is_a_tilted_draw():
    """Cells are in the group with odds that grow with their value: sampled by rejection."""
    rng = np.random.default_rng(2)
    n_cells, n_drawn, fold = 200, 40, 1.5
    x = np.where(rng.random(n_cells) < 0.5, rng.uniform(0.1, 1.0, n_cells), 0.0)
    expected = n_drawn * fold * x.sum() / (fold * n_drawn + n_cells - n_drawn)

    def lacks(parameters):
        p = 1 / (1 + np.exp(-(parameters[0] + parameters[1] * x)))
        return p.sum() - n_drawn, (p * x).sum() - expected

    u, t = optimize.fsolve(lacks, (-1.4, 0.0))
    p = 1 / (1 + np.exp(-(u + t * x)))
    chosen = rng.random((N_DRAWS * 8, n_cells), dtype=np.float32) < p
    sums = chosen[chosen.sum(axis=1) == n_drawn].astype(np.float32) @ x
    assert sums.mean() == pytest.approx(expected, rel=0.01)
    for quantile in (0.9, 0.99):
        total = np.quantile(sums, quantile)
        share = (sums >= total).mean()
        found = tail(x[x > 0], np.zeros((x > 0).sum()), [n_cells], [n_drawn], total, expected)
        assert found == pytest.approx(share, abs=4 * np.sqrt(share / len(sums)) + 0.03 * share)


def test_far_out_it_still_holds():
    """Binary values: far in the tail the hypergeometric one is known, if not its steps."""
    cells, shown, drawn = 1000, 300, 100
    known = stats.hypergeom(cells, shown, drawn)
    for count in (50, 60, 70):
        found = tail(np.ones(shown), np.zeros(shown), [cells], [drawn], count - 0.5, expected=30.0)
        assert np.log(found) == pytest.approx(np.log(known.sf(count - 1)), rel=0.02)


def test_no_more_than_expected_has_a_p_of_one(cells_in_strata):
    values, stratum, drawn = cells_in_strata
    x, of = values[values > 0], stratum[values > 0]
    assert tail(x, of, [120, 80, 100], drawn, total=3.0, expected=3.0) == 1.0


def test_all_that_there_is_is_bounded_from_above():
    """Where a group has all that it can there is no saddlepoint: p is that of a bit less."""
    found = tail(np.full(20, 0.5), np.zeros(20), [400], [30], total=10.0, expected=0.75)
    exact = stats.hypergeom(400, 20, 30).sf(19)
    assert exact <= found < 30 * exact


@pytest.mark.parametrize("apart", [30, 29, 25])
def test_many_strata_in_which_the_group_has_the_highest_values(apart):
    """Thirty strata of four cells that all show it; in most the group has the upper two."""
    rng = np.random.default_rng(0)
    values = np.sort(rng.uniform(0.2, 0.9, (30, 4)), axis=1)
    stratum = np.repeat(np.arange(30), 4)
    total = values[:apart, 2:].sum() + values[apart:, :2].sum()
    expected = values.sum() / 2
    found = tail(values.ravel(), stratum, [4] * 30, [2] * 30, total=total, expected=expected)
    # That the group has the upper two cells in so many strata is no likelier than this.
    assert found >= (1 / 6) ** 30
    assert found < stats.binom(30, 1 / 6).sf(apart - 1) ** 0.3 < 1e-4


def test_values_that_do_not_differ_have_no_saddlepoint():
    assert tail(np.full(8, 0.5), np.zeros(8), [8], [4], total=2.1, expected=2.0) == FAILED


def test_cells_that_cannot_be_elsewhere_count_for_nothing(cells_in_strata):
    """A stratum of the group alone adds the same to every draw."""
    values, stratum, drawn = cells_in_strata
    x, of = values[values > 0], stratum[values > 0]
    alone = tail(x, of, [120, 80, 100], drawn, total=14.0, expected=8.0)
    with_more = tail(
        np.append(x, [0.7, 0.9]), np.append(of, [3, 3]), [120, 80, 100, 2], [*drawn, 2],
        total=14.0 + 1.6, expected=8.0 + 1.6,
    )  # fmt: skip
    assert with_more == pytest.approx(alone, rel=1e-9)
