from __future__ import annotations

from tmeatlas._errors import listing, nearest, unknown


def test_nearest_name_comes_first():
    assert nearest("celltype", ["batch", "n_counts", "cell_type"])[0] == "cell_type"


def test_messages_are_read_as_written():
    error = unknown("signature", "caf", ["caf_pan"], remedy="Do this.")
    assert str(error) == "No signature 'caf'. Nearest first: 'caf_pan'. Do this."
    assert "There are none" in str(unknown("layer", "x", []))


def test_long_listings_are_cut():
    assert listing(list("abcd"), limit=2) == "'a', 'b' and 2 more"
