from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from tmeatlas.lr._interval import lowest_detectable, wilson_interval


@pytest.mark.parametrize(("seen", "size"), [(0, 12), (1, 12), (5, 40), (40, 40), (2, 5000)])
def test_wilson_interval_is_that_of_scipy(seen, size):
    low, high = wilson_interval([seen], [size])
    exact = binomtest(seen, size).proportion_ci(method="wilson")
    np.testing.assert_allclose([low[0], high[0]], [exact.low, exact.high], atol=1e-12)
    assert low[0] <= seen / size <= high[0]


@pytest.mark.parametrize("size", [3, 10, 35, 112, 5000])
def test_lowest_share_shows_in_three_cells_in_95_of_100_groups(size):
    (share,) = lowest_detectable([size])
    assert binom.sf(2, size, share) == pytest.approx(0.95, abs=1e-9)


def test_groups_of_two_cells_cannot_show_anything():
    np.testing.assert_array_equal(lowest_detectable([1, 2]), [1, 1])
