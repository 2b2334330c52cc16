"""Where cards stand: in which tab, and sums of columns."""

from __future__ import annotations

import pytest

from tmeatlas.atlas.layout import Wish, spots
from tmeatlas.atlas.panel import Place

CELLS, SAMPLES, CROSSTALK = Place.CELLS, Place.SAMPLES, Place.CROSSTALK


def wish(place, columns=12, *, stage=False, wide=None):
    return Wish(place, stage, columns, wide or columns)


STAGE = wish(CELLS, stage=True)


def columns(wishes):
    return [spot.columns for spot in spots(wishes)]


def test_the_stage_is_in_no_tab_and_other_cards_in_that_of_their_place():
    found = spots([STAGE, wish(CELLS), wish(SAMPLES, 7), wish(CROSSTALK)])
    assert [spot.tab for spot in found] == ["", "cells", "samples", "crosstalk"]


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ([wish(CROSSTALK, 5), wish(CROSSTALK, 7), wish(CROSSTALK)], [5, 7, 12]),
        ([wish(CROSSTALK, 4), wish(CROSSTALK, 4)], [4, 8]),
        ([wish(CELLS, 5), wish(SAMPLES, 7)], [12, 12]),
        ([STAGE, wish(CELLS, 5), wish(CROSSTALK, 5), wish(CROSSTALK, 7)], [12, 12, 5, 7]),
        ([wish(CELLS, 4), wish(CELLS, 4), wish(CELLS, 4), wish(CELLS, 4)], [4, 4, 4, 12]),
    ],
)
def test_rows_are_full_and_each_tab_begins_one(wishes, expected):
    assert columns(wishes) == expected


def test_very_wide_tabs_have_rows_of_their_own():
    found = spots([wish(CROSSTALK, 5, wide=4), wish(CROSSTALK, 7, wide=4), wish(CROSSTALK, wide=4)])
    assert [spot.columns_wide for spot in found] == [4, 4, 4]
