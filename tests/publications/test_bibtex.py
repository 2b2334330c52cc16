"""BibTeX that every program can read, whatever users call their lists."""

from __future__ import annotations

import pytest
from bibtex_read import read_bibtex

from tmeatlas.publications import Publication, bibliography, entries, known, of_text
from tmeatlas.publications._latex import latex


def test_the_bibliography_has_every_publication_that_is_known():
    found = read_bibtex(bibliography())
    assert list(found) == list(known())
    assert found["Gavish2023"] == {
        "type": "article",
        "author": "Gavish and others",
        "title": "{Hallmarks of transcriptional intratumour heterogeneity across a thousand "
        "tumours}",
        "journal": "Nature",
        "year": "2023",
        "doi": "10.1038/s41586-023-06130-4",
    }
    assert found["vandenBrink2017"]["author"] == "{van den Brink} and others"
    assert found["Andreatta2021"]["author"] == "Andreatta and Carmona"
    assert found["Tirosh"]["author"] == "{Tirosh lab}"
    assert found["Troule2025"]["author"] == r"Troul{\'e} and others"
    assert found["Mariathasan2018"]["title"].startswith(r"{TGF$\beta$ attenuates")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a & b 100% $5 #1 x_y", r"a \& b 100\% \$5 \#1 x\_y"),
        (
            "{open \\ close}}",
            r"\textbraceleft{}open \textbackslash{} close"
            r"\textbraceright{}\textbraceright{}",
        ),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("Ångström, Müller, Łuk, Şahin", r"{\r A}ngstr{\"o}m, M{\"u}ller, {\L}uk, {\c S}ahin"),
        ("IFN-γ–related ΔCT µm", r"IFN-$\gamma$--related $\Delta$CT $\mu$m"),
        ("two\nlines", "two lines"),
        ("肿瘤 Α", "肿瘤 Α"),
    ],
)
def test_signs_of_latex_are_escaped_and_letters_become_commands(text, expected):
    assert latex(text) == expected


HOSTILE = (
    "}}, @misc{x, note = {y",
    "\\input{/etc/passwd}",
    "$unbalanced",
    "%comment",
    "{{{",
    "}",
    "<script>alert(1)</script> doi:10.1234/a}b",
    "\\\\",
    'quote " quote, doi:10.1234/%"',
    "é" * 500,
)


def test_no_text_breaks_out_of_its_field():
    found = read_bibtex("\n".join(entries(of_text(text) for text in HOSTILE)))
    assert len(found) == len(HOSTILE)
    assert all("input{" not in fields["note"] for fields in found.values())
    assert not any("doi" in fields and "}" in fields["doi"] for fields in found.values())


def test_keys_are_unique_and_those_of_the_file_stay():
    ours = known()["Gavish2023"]
    theirs = [of_text(f"Gavish et al. (2023), other {k}") for k in range(30)]
    found = list(read_bibtex("\n".join(entries([*theirs, ours]))))
    assert found[-1] == "Gavish2023"
    assert found[:2] == ["Gavish2023a", "Gavish2023b"]
    assert entries([*theirs, ours]) == entries([*theirs, ours])


def test_software_has_version_and_address():
    (text,) = entries(
        [Publication(authors="The developers", title="x_y", version="0.1", url="https://a.org/x_y")]
    )
    assert read_bibtex(text) == {
        "Thedevelopers": {
            **{"type": "misc", "author": "{The developers}", "title": r"{x\_y}"},
            **{"version": "0.1", "url": "https://a.org/x_y"},
        }
    }
