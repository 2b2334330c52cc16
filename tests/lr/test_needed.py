"""The cells that would be needed, against groups of that many cells."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.lr import SideTest, Strata, assess_sides
from tmeatlas.lr._needed import cells_needed

THRESHOLD = 1e-3


@pytest.mark.parametrize(("outside", "inside"), [(0.01, 0.05), (0.01, 0.2), (0.05, 0.2)])
def test_a_group_of_that_size_is_mostly_found(outside, inside):
    n = cells_needed(
        np.array([inside]), np.array([outside]), group_part=np.array([1 / 16]), fold=1.5,
        threshold=THRESHOLD,
    )  # fmt: skip
    n = int(n[0])
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 1, 2], [n, 8 * n, 7 * n]).astype(np.int32)
    shown = rng.random((len(codes), 150)) < np.where(codes == 0, inside, outside)[:, None]
    values = np.where(shown, rng.lognormal(0.5, 0.4, shown.shape), 0.0).astype(np.float32)
    found = assess_sides(
        sp.csc_matrix(values), codes, Strata(np.zeros(len(codes), np.int32)),
        list(np.arange(150)[:, None]), settings=SideTest(),
    ).pval[:, 0]  # fmt: skip
    assert 0.65 <= (found <= THRESHOLD).mean() <= 0.97


def test_a_weaker_effect_needs_more_cells_and_none_needs_none_less():
    shares = np.array([0.05, 0.1, 0.4])
    needed = cells_needed(
        shares, np.full(3, 0.01), group_part=np.full(3, 0.1), fold=1.5, threshold=THRESHOLD
    )
    assert (np.diff(needed) < 0).all()
    # A share no higher than outside is taken as twice the least that counts.
    low = cells_needed(
        np.array([0.01, 0.03]), np.full(2, 0.01), group_part=np.full(2, 0.1), fold=1.5,
        threshold=THRESHOLD,
    )  # fmt: skip
    assert low[0] == low[1]


def test_what_all_cells_show_can_never_stand_out():
    never = cells_needed(
        np.array([1.0]), np.array([0.9]), group_part=np.array([0.1]), fold=1.5, threshold=THRESHOLD
    )
    assert np.isinf(never[0])
