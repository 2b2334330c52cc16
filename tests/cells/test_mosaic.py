"""Sections of tissue beside each other: on one scale, apart, in the shape that is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.cells._mosaic import lay_out


def sections(n, *, sizes=None, seed=0):
    """Sections that lie over each other, 200 cells in each."""
    rng = np.random.default_rng(seed)
    sizes = np.ones((n, 2)) if sizes is None else np.asarray(sizes, dtype=float)
    codes = np.repeat(np.arange(n), 200)
    return rng.uniform(size=(len(codes), 2)) * sizes[codes], codes


@pytest.mark.parametrize("n", [2, 7, 34])
@pytest.mark.parametrize("aspect", [0.6, 1.0, 1.8])
def test_no_section_touches_another(n, aspect):
    rng = np.random.default_rng(n)
    places, codes = sections(n, sizes=rng.uniform(0.5, 2, (n, 2)))
    left, bottom, right, top = lay_out(places, codes, aspect=aspect).boxes.T
    apart_x = (left[:, None] >= right) | (left >= right[:, None])
    apart_y = (bottom[:, None] >= top) | (bottom >= top[:, None])
    assert (apart_x | apart_y | np.eye(n, dtype=bool)).all()


@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.0])
def test_the_whole_has_about_the_shape_of_its_place(aspect):
    places, codes = sections(30)
    moved = lay_out(places, codes, aspect=aspect).coordinates
    width, height = np.ptp(moved, axis=0)
    assert aspect / 1.5 < width / height < aspect * 1.5


def test_sections_are_moved_and_nothing_else():
    places, codes = sections(5, sizes=[(1, 2), (2, 1), (1, 1), (3, 1), (1, 3)])
    mosaic = lay_out(places, codes, aspect=1)
    for i, code in enumerate(mosaic.sections):
        here = codes == code
        np.testing.assert_allclose(mosaic.coordinates[here], places[here] + mosaic.shifts[i])


def test_they_stand_in_the_order_of_reading():
    places, codes = sections(6)
    mosaic = lay_out(places, codes, aspect=1.5, order=np.array([5, 3, 1, 0, 2, 4]))
    assert mosaic.sections.tolist() == [5, 3, 1, 0, 2, 4]
    left, top = mosaic.boxes[:, 0], mosaic.boxes[:, 3]
    rows = np.round(-top, 0)
    assert np.lexsort([left, rows]).tolist() == list(range(6))


def test_one_section_and_cells_without_one_stay():
    places, codes = sections(1)
    codes[:20] = -1
    places[30] = np.nan
    mosaic = lay_out(places, codes, aspect=1)
    np.testing.assert_array_equal(mosaic.coordinates, places)
    assert mosaic.boxes.shape == (1, 4)
    nothing = lay_out(places, np.full_like(codes, -1), aspect=1)
    assert len(nothing.sections) == 0


def test_places_on_a_line_are_laid_out():
    places = np.column_stack([np.zeros(9), np.arange(9.0)])
    mosaic = lay_out(places, np.repeat([0, 1, 2], 3), aspect=1)
    assert np.isfinite(mosaic.coordinates).all()
    assert len(np.unique(mosaic.boxes[:, :2], axis=0)) == 3
