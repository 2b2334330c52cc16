"""The exact tail of a count, against scipy's distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats
from scipy.special import gammaln

from tmeatlas.lr._count_tail import count_tail, expected_count

LOG_FACTORIAL = gammaln(np.arange(2000.0) + 1.0)


def tail(shown, cells, drawn, at_least, fold=1.0):
    arrays = (np.atleast_1d(np.array(of, dtype=np.int64)) for of in (shown, cells, drawn))
    return count_tail(*arrays, fold, at_least, LOG_FACTORIAL)


@pytest.mark.parametrize("at_least", [3, 5, 8, 12])
def test_one_stratum_is_hypergeometric(at_least):
    expected = stats.hypergeom(300, 20, 40).sf(at_least - 1)
    assert tail(20, 300, 40, at_least) == pytest.approx(expected, rel=1e-9)


def test_strata_are_convolved():
    shown, cells, drawn = (7, 12, 3), (60, 110, 45), (11, 20, 30)
    pmf = np.ones(1)
    for k, n, m in zip(shown, cells, drawn, strict=True):
        pmf = np.convolve(pmf, stats.hypergeom(n, k, m).pmf(np.arange(min(k, m) + 1)))
    for at_least in (6, 9, 15):
        assert tail(shown, cells, drawn, at_least) == pytest.approx(pmf[at_least:].sum(), rel=1e-9)


def test_a_factor_is_that_of_the_noncentral_distribution():
    shown, cells, drawn, fold = 25, 400, 50, 1.5
    wanted = drawn * fold * shown / (fold * drawn + cells - drawn)

    def mean(odds):
        return stats.nchypergeom_fisher(cells, shown, drawn, odds).mean() - wanted

    odds = optimize.brentq(mean, 1.0, 10.0, xtol=1e-12)
    for at_least in (7, 11, 16):
        expected = stats.nchypergeom_fisher(cells, shown, drawn, odds).sf(at_least - 1)
        assert tail(shown, cells, drawn, at_least, fold) == pytest.approx(expected, rel=1e-6)


def test_no_more_than_expected_has_a_p_of_one():
    assert expected_count(*(np.array([n]) for n in (20, 200, 50)), 1.0) == pytest.approx(5.0)
    assert tail(20, 200, 50, 5) == 1.0
    assert tail(20, 200, 50, 6) < 1.0


def test_a_stratum_without_others_says_nothing():
    # All 30 cells of the second stratum are of the group: what they show is no surprise.
    assert tail((5, 20), (100, 30), (10, 30), 22) == pytest.approx(tail(5, 100, 10, 2), rel=1e-9)


def test_all_that_show_it_in_one_of_many_groups_is_never_zero():
    assert 0.0 < tail(1000, 1900, 900, 900) < 1e-200
