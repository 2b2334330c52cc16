from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from tmeatlas.lr._interval import wilson_interval


@pytest.mark.parametrize(("seen", "size"), [(0, 12), (1, 12), (5, 40), (40, 40), (2, 5000)])
def test_wilson_interval_is_that_of_scipy(seen, size):
    low, high = wilson_interval([seen], [size])
    exact = binomtest(seen, size).proportion_ci(method="wilson")
    np.testing.assert_allclose([low[0], high[0]], [exact.low, exact.high], atol=1e-12)
    assert low[0] <= seen / size <= high[0]
