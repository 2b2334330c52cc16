"""Preranked GSEA on bare arrays: the ranking, and the options."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas._errors import InputError
from tmeatlas.enrichment import Prerank
from tmeatlas.enrichment._ranking import mean_differences, without_ties


def test_difference_within_samples_is_that_of_least_squares():
    rng = np.random.default_rng(0)
    group, sample = rng.integers(0, 2, 50), rng.integers(0, 3, 50)
    values = rng.normal(size=(50, 4)) + sample[:, None]
    design = np.column_stack([group == 0, *(sample == s for s in range(3))]).astype(float)
    slope = np.linalg.lstsq(design, values, rcond=None)[0][0]

    class Bulks:
        groups, samples = ("a",) * 3 + ("b",) * 3, ("x", "y", "z") * 2
        n_cells = np.array([((group == g) & (sample == s)).sum() for g in (0, 1) for s in range(3)])

    sums = np.array([values[(group == g) & (sample == s)].sum(0) for g in (0, 1) for s in range(3)])
    np.testing.assert_allclose(mean_differences(sums, Bulks)[0], slope)


def test_ties_are_broken_in_order():
    order, falling = without_ties(np.array([0.0, 2.0, 0.0, 2.0, -1.0, 0.0]))
    assert order.tolist() == [1, 3, 0, 2, 5, 4]
    assert (np.diff(falling) < 0).all()
    np.testing.assert_allclose(falling, [2, 2, 0, 0, 0, -1], atol=1e-6)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"n_perms": 5}, "n_perms"),
        ({"n_perms": 100.0}, "`n_perms=` must be a whole number of 19 or more"),
        ({"rng": "x"}, "a whole number from 0 to 4294967295 .* as `rng=?`, found 'x'"),
        ({"rng": -1}, "`rng=?`, found -1"),
    ],
)
def test_options_of_prerank_that_cannot_be_used(options, match):
    with pytest.raises(InputError, match=match):
        Prerank(**options)
