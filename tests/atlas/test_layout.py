"""Where cards stand: sums of columns, and what shares the height of the stage."""

from __future__ import annotations

import pytest

from tmeatlas.atlas.layout import Wish, spots
from tmeatlas.atlas.panel import Place, Slot

CELLS, SAMPLES, CROSSTALK = Place.CELLS, Place.SAMPLES, Place.CROSSTALK


def wish(place, columns=12, *, slot=Slot.ROW, wide=None, share=1.0, height=""):
    return Wish(place, slot, columns, wide or columns, share, height)


STAGE = wish(CELLS, slot=Slot.STAGE)


def columns(wishes):
    return [spot.columns for spot in spots(wishes)]


def test_cards_beside_the_stage_share_its_height():
    stage, first, second = spots(
        [
            STAGE,
            wish(CELLS, slot=Slot.BESIDE, share=0.6),
            wish(CELLS, slot=Slot.BESIDE, share=0.2),
        ]
    )
    assert (stage.columns, stage.rows) == (7, 2)
    assert (first.columns, second.columns) == (5, 5)
    assert (first.share, second.share) == (0.75, 0.25)
    assert {stage.n_beside, first.n_beside, second.n_beside} == {2}


def test_stage_alone_is_as_wide_as_the_page():
    (stage,) = spots([STAGE])
    assert (stage.columns, stage.rows) == (12, 1)


def test_beside_a_tall_card_all_others_of_the_place_stand_below_each_other():
    wishes = [
        STAGE,
        wish(CELLS, slot=Slot.TALL),
        wish(CELLS, slot=Slot.BESIDE, height="350px"),
        wish(CELLS, 5),
        wish(SAMPLES, 7),
    ]
    stage, tall, beside, row, other_place = spots(wishes)
    assert [spot.columns for spot in (stage, tall, beside, row)] == [6, 6, 6, 6]
    assert (tall.rows, tall.heights) == (3, ("auto", "350px", "auto"))
    assert other_place.columns == 12


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ([wish(CROSSTALK, 5), wish(CROSSTALK, 7), wish(CROSSTALK)], [5, 7, 12]),
        ([wish(CROSSTALK, 4), wish(CROSSTALK, 4)], [4, 8]),
        ([wish(CELLS, 5), wish(SAMPLES, 7)], [5, 7]),
        ([wish(CELLS, 5), wish(CROSSTALK, 5), wish(CROSSTALK, 7)], [12, 5, 7]),
        ([wish(CELLS, 4), wish(CELLS, 4), wish(CELLS, 4), wish(CELLS, 4)], [4, 4, 4, 12]),
    ],
)
def test_rows_are_full_and_a_place_is_not_torn_apart(wishes, expected):
    assert columns(wishes) == expected


def test_very_wide_screens_have_rows_of_their_own():
    found = spots([wish(CROSSTALK, 5, wide=4), wish(CROSSTALK, 7, wide=4), wish(CROSSTALK, wide=4)])
    assert [spot.columns_wide for spot in found] == [4, 4, 4]
