"""The publications that tmeatlas knows, against the lists and methods that name them."""

from __future__ import annotations

import csv
import re

import pytest

import tmeatlas as tme
from tmeatlas.lineages import marker_sources
from tmeatlas.network import load_known
from tmeatlas.publications import (
    collection_of,
    known,
    named_in,
    of_reference,
    of_text,
    with_title,
)


@pytest.fixture(scope="module")
def rows(repository) -> list[dict[str, str]]:
    with (repository / "signatures" / "publications.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_rows_are_in_order_with_a_key_and_a_source_each(rows):
    keys = [row["key"] for row in rows]
    assert keys == sorted(set(keys), key=str.lower)
    assert all(re.fullmatch(r"[A-Za-z]+\d*", key) for key in keys)
    assert all(row["source"] for row in rows)
    for row in rows:
        assert bool(row["title"]) != row["source"].endswith("no title found"), row["key"]
        assert re.fullmatch(r"(10\.\d{4,9}/\S+)?", row["doi"])
        assert re.fullmatch(r"\d*", row["pmid"])
        assert None not in row
        assert {text for text in row.values() if text != text.strip()} == set()


def test_no_two_rows_are_one_publication(rows):
    for names in (("doi",), ("pmid",), ("pmc",), ("title",), ("authors", "year")):
        ids = [tuple(row[name].lower() for name in names) for row in rows if row[names[0]]]
        assert len(ids) == len(set(ids)), names


def test_titles_and_ids_are_those_of_their_table(rows, shared_data):
    """Facts that somebody opened the source of; what differs from the signature file is its own."""
    path = shared_data / "signatures" / "TITLES.tsv"
    with path.open(encoding="utf-8") as file:
        table = [row for row in csv.DictReader(file, delimiter="\t") if row["title"]]
    of = {row["title"]: row for row in rows}
    assert {row["title"] for row in table} <= set(of)
    for row in table:
        ours = of[row["title"]]
        assert not row["doi"] or ours["doi"].lower() == row["doi"].lower()
        assert not row["pmid"] or ours["pmid"] == row["pmid"]
    titled = {row["key"] for row in rows if row["title"]}
    assert titled - {of[row["title"]]["key"] for row in table} == {
        *("Troule2025", "Efremova2020", "PMC21564", "PMC4010891", "FrontPhysiol2014"),
    }


def test_every_reference_has_its_row_with_the_ids_that_it_states():
    without = []
    for signature in tme.sig.load().values():
        reference, publication = signature.reference, signature.publication
        if publication is None or not publication.name:
            without.append(signature.id)
            continue
        row = known()[publication.name]
        for field in ("authors", "year", "doi", "pmid"):
            stated = str(reference.get(field, ""))
            assert not stated or getattr(row, field).lower() == stated.lower(), signature.id
    assert len(without) == 6
    titled = [s for s in tme.sig.load().values() if s.publication and s.publication.title]
    assert len(titled) >= 300


def test_methods_chains_and_markers_name_publications_that_are_known():
    for name in ("ucell", "score_genes", "aucell", "ssgsea", "zscore", "ulm", "mlm"):
        found = named_in(tme.methods.resolve(name).citation)
        assert found is not None
        assert found.title
    assert all(named_in(loop.cite) for loop in load_known().loops)
    named = {source: collection_of(source) for source in marker_sources()}
    assert {name for name, found in named.items() if found is None} == {
        *("Azimuth", "CellTypist wiki", "auto-annotation-ah"),
    }


def test_a_reference_keeps_what_it_states_and_gains_title_and_ids():
    found = of_reference({"authors": "Gavish et al.", "year": 2023, "status": "no ids"})
    assert (found.name, found.journal) == ("Gavish2023", "Nature")
    assert found.text.startswith("Gavish et al. (2023), Hallmarks of transcriptional")
    assert found.text.endswith(", Nature, doi:10.1038/s41586-023-06130-4")
    guess = of_reference({"authors": "Naba et al.", "year": 2012, "status": "unconfirmed"})
    assert guess.text.endswith(" (as generally attributed)")
    assert of_reference({"status": "unknown"}) is None
    other = of_reference({"authors": "Gavish et al.", "year": 2023, "doi": "10.9999/other"})
    assert (other.name, other.title) == ("", "")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("See (doi:10.1038/s41586-023-06130-4).", "Gavish2023"),
        ("DOI: 10.1016/S0140-6736(16)00587-0, and more", "Fehrenbacher2016"),
        ("by hypoxia (PMC21564)", "PMC21564"),
        ("doi:10.1038/unheard-of", None),
        ("no ids", None),
    ],
)
def test_ids_in_a_text_name_a_publication(text, key):
    found = named_in(text)
    assert (found and found.name) == key


def test_a_text_that_names_nothing_known_is_kept_as_it_is():
    found = of_text("Doe et al. (2030), J Tests, doi:10.1234/abc.")
    assert found.text == "Doe et al. (2030), J Tests, doi:10.1234/abc."
    assert (found.key, found.doi) == ("Doe2030", "10.1234/abc")


def test_titles_come_after_authors_and_year():
    ucell = known()["Andreatta2021"]
    said = tme.methods.resolve("ucell").citation
    assert with_title(said, ucell).startswith(
        "UCell, Andreatta and Carmona (2021), UCell: Robust and scalable single-cell gene"
    )
    assert with_title("somebody else", ucell) == "somebody else"
