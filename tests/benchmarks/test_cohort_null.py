"""The default tests hold their level where nothing differs: a quick form of the benchmark."""

from __future__ import annotations

import importlib
import sys

import pytest
from scipy import stats

MODULES = ("cohort_null", "cohort_null_cells", "cohort_null_tables")
REPEATS = 40
HELD = ("3 v 3", "4 v 4", "8 v 8", "8 v 3, x3")


@pytest.fixture(scope="module")
def null(repository):
    """The benchmark, whose modules lie beside each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module(MODULES[0])
    for name in MODULES:
        sys.modules.pop(name, None)


def most(n: int) -> float:
    """Share that a test of level 0.05 exceeds in one of 1,000 cases."""
    return stats.binom.ppf(0.999, n, 0.05) / n


@pytest.fixture(scope="module")
def shares(null):
    designs = {name: null.DESIGNS[name] for name in HELD}
    return null.of_values(REPEATS, designs=designs, methods=("welch",))


def test_defaults_find_no_more_than_chance(shares):
    """Features of a patient hang together: the repetitions are what is independent."""
    assert len(shares) == 7 * len(HELD)
    # A repetition has at least four features that count by themselves.
    assert shares["share"].max() <= most(4 * REPEATS)
    assert shares["share"].mean() == pytest.approx(0.042, abs=0.01)


def test_pooled_cells_find_what_is_not_there(null):
    pooled = null.of_pooled_cells(10)
    assert pooled["share"].min() > 0.3


def test_tests_that_share_the_spread_are_known_to_fail_where_it_differs(null):
    """Why Welch's test is the default."""
    kinds, designs = {"scores": null.KINDS["scores"]}, {"3 v 8, x3": null.DESIGNS["3 v 8, x3"]}
    found = null.of_values(REPEATS, kinds, designs).set_index("test")["share"]
    assert found["welch"] < 0.1 < 0.15 < min(found["linear"], found["moderated"])
