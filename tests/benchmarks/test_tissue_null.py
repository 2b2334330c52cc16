"""Shifts hold their level on smooth tissue, and free shuffles do not: a quick form."""

from __future__ import annotations

import importlib
import sys

import pytest

REPEATS = 24


@pytest.fixture(scope="module")
def null(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("tissue_null")
    sys.modules.pop("tissue_null", None)


@pytest.fixture(scope="module")
def found(null):
    table = null.run(REPEATS, 99, ("simulated",), (3,))
    return table.set_index(["null", "measure"])["share"]


def test_three_measures_are_tried_with_every_null(found):
    assert found.index.is_unique
    assert found.index.get_level_values("null").nunique() == 4
    assert set(found["shifts"].index) == {
        "co-localisation", "programme near type", "programmes together",
    }  # fmt: skip


def test_shifts_find_about_as_much_as_chance(found):
    """Pairs of a section hang together: the 24 sections count, and at most 0.05 + 3 errors."""
    assert found["shifts"].mean() < 0.09
    assert found["shifts"].max() < 0.14


def test_shuffles_find_what_is_not_there(found):
    assert found["freely"].min() > 0.2
    assert found["in tiles"].min() > 1.5 * found["shifts"].max()
    assert (found["freely"] > found["in tiles"]).all()


def test_marks_are_what_they_are_said_to_be(null):
    """Free shuffles keep each mark once; those in tiles do, and move it no farther than a tile."""
    import numpy as np

    rng = np.random.default_rng(0)
    places = null.draw_places(900, rng)
    free = null.freely(None, places, 5, rng)
    tiles = null.in_tiles(None, places, 5, rng)
    side = np.sqrt(np.ptp(places, axis=0).prod() * null.ROWS_OF_TILE / len(places))
    for shifts in (free, tiles):
        assert shifts.by.tolist() == [[0, n] for n in range(5)]
        assert (np.sort(shifts.raster, axis=0) == np.arange(900)[:, None]).all()
        assert (shifts.area_of_rows() == 5).all()
    moved = [np.abs(places[of.raster[:, 0]] - places).max() for of in (free, tiles)]
    assert moved[1] <= side < moved[0]
