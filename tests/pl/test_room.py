"""Widths of text against those measured in two fonts, in pixels at size 11."""

from __future__ import annotations

import pytest

from tmeatlas.pl._room import text_width, wrapped

MEASURED = [  # DejaVu Sans, Liberation Sans (as wide as Arial)
    ("Macrophages", 73.5, 66.7),
    ("CAF, inflammatory", 102.5, 89.9),
    ("TGFB1 → TGFBR1+TGFBR2", 149.1, 145.6),
    ("T CD8 exhausted", 94.4, 85.4),
    ("MMMM wwww 0.25%", 115.9, 105.7),
    ("Endothélium", 69.5, 61.2),
    ("β-Zellen", 45.1, 40.0),
    ("Ткань", 33.8, 29.2),
]


@pytest.mark.parametrize(("text", "wide", "narrow"), MEASURED)
def test_text_has_room_in_a_wide_font_and_little_to_spare_in_a_narrow_one(text, wide, narrow):
    assert wide <= text_width([text]) <= 1.35 * narrow


def test_the_widest_label_counts_as_far_as_it_is_shown():
    assert text_width(["T", "Macrophages", "NK"]) == text_width(["Macrophages"])
    assert text_width(["x" * 500]) == text_width(["x" * 42])
    assert text_width(["Macrophages"], 22) == pytest.approx(2 * text_width(["Macrophages"]))
    assert text_width([]) == 0


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Macrophages", ["Macrophages"]),
        ("Macrophages of tumours", ["Macrophages of", "tumours"]),
        ("Macrophages of tumours and of lymph nodes", ["Macrophages of", "tumours and o…"]),
        ("MacrophagesOfTumours", ["MacrophagesOfT", "umours"]),
        ("", [""]),
    ],
)
def test_text_is_wrapped_where_it_has_no_room(text, lines):
    found = wrapped(text, 95).split("\n")
    assert found == lines
    assert text_width(found) <= 95
