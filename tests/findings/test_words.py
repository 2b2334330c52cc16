"""Labels, shares and lists as people write them."""

from __future__ import annotations

import pytest

from tmeatlas._text import interaction_name, percent, sides_of
from tmeatlas.findings import _words as words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("T_CD8", "T CD8"),
        ("Macrophage_TAM", "Macrophage TAM"),
        ("B", "B"),
        ("a" * 40, "a" * 27 + "…"),
    ],
)
def test_labels_are_readable(text, shown):
    assert words.label(text) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.314, "31%"), (0.0864, "8.6%"), (0.0996, "10%"), (0.0, "0%"), (1.0, "100%"), (0.725, "73%")],
)
def test_shares_are_written_as_in_the_page(share, shown):
    assert percent(share) == shown


def test_pairs_lists_and_places():
    assert sides_of("TGFB1^TGFBR1_TGFBR2") == ("TGFB1", "TGFBR1+TGFBR2")
    assert interaction_name("TGFB1^TGFBR1_TGFBR2") == "TGFB1 → TGFBR1+TGFBR2"
    assert interaction_name("CD274") == "CD274"
    assert words.joined(["a", "b", "c"]) == "a, b and c"
    assert words.joined(["a"]) == "a"
    assert words.of_group("B cells", "cells") == "B cells"
    assert words.of_group("T_CD8", "cells") == "T CD8 cells"
    assert words.place(axis="tgfb", group="") == "axis=tgfb"
    assert words.p_value(0.00004) == "p < 0.001"
    assert words.p_value(0.0204) == "p 0.02"
    assert words.shortened("one, two, three", 9) == "one, two"
    assert [words.times(3.24), words.times(92.4)] == ["3.2", "92"]


def test_text_of_the_data_is_made_fit_to_be_shown():
    assert words.label("a\u202eb\nc") == "abc"
