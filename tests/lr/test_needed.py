"""The cells that would be needed, against groups of that many cells."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.lr import SideTest, Strata, assess_sides
from tmeatlas.lr._needed import Seen, cells_needed

THRESHOLD = 1e-3
FOLD = 1.1


def needed(share, others_share, *, pval=0.2, cells=4, others=60):
    of = [np.atleast_1d(np.asarray(given, dtype=float)) for given in (share, others_share, pval)]
    n = max(len(values) for values in of)
    seen = Seen(
        *(np.broadcast_to(values, n) for values in of), np.full(n, cells), np.full(n, others)
    )
    return cells_needed(seen, fold=FOLD, threshold=np.full(n, THRESHOLD))


def pvals_of_group(inside, outside, n, rng, *, values=None):
    """P-values of many genes in a group of `n` cells among sixteen times as many."""
    codes = np.repeat([0, 1, 2], [n, 8 * n, 7 * n]).astype(np.int32)
    shape = (len(codes), 150)
    if values is None:
        shown = rng.random(shape) < np.where(codes == 0, inside, outside)[:, None]
        values = np.where(shown, rng.lognormal(0.5, 0.4, shape), 0.0)
    else:
        values = values(codes, shape)
    return assess_sides(
        sp.csc_matrix(values.astype(np.float32)),
        codes,
        Strata(np.zeros(len(codes), np.int32)),
        list(np.arange(shape[1])[:, None]),
        settings=SideTest(min_fold=FOLD),
    ).pval[:, 0]


@pytest.mark.parametrize(("outside", "inside"), [(0.01, 0.05), (0.01, 0.2), (0.05, 0.2)])
def test_a_group_of_that_size_is_mostly_found(outside, inside):
    n = int(needed(inside, outside)[0])
    found = pvals_of_group(inside, outside, n, np.random.default_rng(0))
    assert 0.65 <= (found <= THRESHOLD).mean() <= 0.97


def test_a_level_that_all_cells_show_goes_by_its_excess():
    """All cells show it; the group is 1.25 times as high, which 20 cells do not show."""
    rng = np.random.default_rng(1)

    def values(codes, shape):
        return rng.lognormal(0.0, 0.5, shape) * np.where(codes == 0, 1.25, 1.0)[:, None]

    few = pvals_of_group(1.0, 1.0, 20, rng, values=values)
    n = needed(1.0, 1.0, pval=np.median(few), cells=20, others=300)
    assert np.isfinite(n[0])
    found = pvals_of_group(1.0, 1.0, int(n[0]), rng, values=values)
    assert 0.6 <= (found <= THRESHOLD).mean() <= 0.97


def test_a_weaker_effect_needs_more_cells():
    assert (np.diff(needed([0.05, 0.1, 0.4], [0.01, 0.01, 0.01])) < 0).all()
    # A share no higher than outside is taken as twice the least that counts.
    low = needed([0.01, 0.02], [0.01, 0.01])
    assert low[0] == low[1]


def test_what_is_needed_is_more_than_there_is():
    """With so many cells twice the least share would have been seen: what was seen counts."""
    few, many = (needed(0.3, 0.28, pval=0.2, cells=n, others=15 * n)[0] for n in (4, 4000))
    assert 4 < few < 4000 < many
    # The normal tail: from 0.84 errors to those of the threshold, with a chance of 0.8.
    assert many == np.ceil(4000 * ((3.0902323 + 0.8416212) / 0.8416212) ** 2)


def test_no_number_of_cells_shows_what_is_not_there():
    assert np.isinf(needed(1.0, 0.95, pval=1.0)[0])
