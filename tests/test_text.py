from __future__ import annotations

import pytest

from tmeatlas._text import (
    clean,
    clean_all,
    clean_long,
    counted,
    display_name,
    display_names,
    in_sentence,
    slug,
    title_of,
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("CD8 T cell", "CD8 T cell"),
        ("T\u03b3\u03b4", "T\u03b3\u03b4"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("line\nbreak\ttab", "linebreaktab"),
        ("  ", "(blank)"),
        ("", "(blank)"),
        ("\ud800", "\ufffd"),
        (7, "7"),
    ],
)
def test_clean(given, expected):
    assert clean(given) == expected


def test_clean_cuts_very_long_text():
    assert len(clean("x" * 5000)) == 300
    assert clean("x" * 80) == "x" * 80
    assert clean_long("x" * 5000) == "x" * 5000
    assert clean_long("") == ""


def test_slug():
    assert slug("TNBC (Wu 2021) / äöü") == "tnbc-wu-2021"
    assert slug("../../etc/passwd") == "etc-passwd"
    assert slug("漢字") == "atlas"


def test_words():
    assert title_of("celltype_major") == "Celltype major"
    assert counted(1, "cell") == "1 cell"
    assert counted(12345, "cell") == "12,345 cells"


def test_labels_that_look_alike_stay_apart():
    assert clean_all(["B", "B ", "B\u200b", "T"]) == ["B", "B (2)", "B (3)", "T"]


def test_titles_within_a_sentence():
    assert title_of("CellType") == "Cell type"
    assert title_of("HPVStatus") == "HPVStatus"
    assert in_sentence("Cell type") == "cell type"
    assert in_sentence("HPV status") == "HPV status"
    assert in_sentence("G") == "g"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("T_CD8", "T CD8"),
        ("T.cells.CD4", "T cells CD4"),
        ("Macrophage__TAM_", "Macrophage TAM"),
        ("e.g. B cells", "e.g. B cells"),
        ("0.5", "0.5"),
        ("HLA-A", "HLA-A"),
        ("_", "_"),
        ("", "(blank)"),
    ],
)
def test_labels_are_shown_without_underscores_and_dots(label, shown):
    assert display_name(label) == shown


def test_labels_that_would_be_shown_alike_stay_as_they_are():
    assert display_names(["T_B", "T B", "NK_T"]) == ["T_B", "T B", "NK T"]
