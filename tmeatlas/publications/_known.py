"""The publications of `signatures/publications.tsv`, and which of them a reference means."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tmeatlas._errors import TMEError
from tmeatlas._folder import signature_folder
from tmeatlas.publications._publication import Publication

FILE = "publications.tsv"
FIELDS = ("authors", "year", "title", "journal", "doi", "pmid", "pmc")
DOI = re.compile(r"\bdoi:\s*(10\.\d{4,9}/[^\s;]+)", re.IGNORECASE)
PMC = re.compile(r"\bPMC\d+\b")
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
AS_ATTRIBUTED = "as generally attributed"
"""Of a list whose file does not state its publication."""


@cache
def known() -> Mapping[str, Publication]:
    """Every publication of the file by its key in BibTeX."""
    return {row["key"]: _publication(row) for row in _rows()}


def of_reference(reference: Mapping[str, Any]) -> Publication | None:
    """The publication that the `reference` of a signature means; None where it says nothing."""
    said = {field: str(reference.get(field, "")) for field in FIELDS}
    if not any(said.values()):
        return None
    found = _find(**said) or Publication()
    full = {field: getattr(found, field) or text for field, text in said.items()}
    is_guess = reference.get("status") == "unconfirmed"
    return Publication(**full, note=AS_ATTRIBUTED if is_guess else "", name=found.name)


def of_text(text: str) -> Publication:
    """The publication that a text means: one of the file by its ids, else what the text says."""
    found = named_in(text)
    if found:
        return found
    doi, year = DOI.search(text), YEAR.search(text)
    return Publication(
        year=year[0] if year else "", doi=_bare(doi[1]) if doi else "", said=text.strip()
    )


def named_in(text: str) -> Publication | None:
    """The publication of the file whose DOI or PMC id a text holds."""
    doi, pmc = DOI.search(text), PMC.search(text)
    return _find(doi=_bare(doi[1]) if doi else "", pmc=pmc[0] if pmc else "")


def with_title(text: str, publication: Publication) -> str:
    """A text that names authors and year of a publication, with its title after them."""
    named = f"{publication.authors} ({publication.year})"
    if not publication.title or publication.title in text or named not in text:
        return text
    return text.replace(named, f"{named}, {publication.title}", 1)


def collection_of(source: str) -> Publication | None:
    """What to cite for where a list was read: by a repository, or the name of a collection."""
    collections = _collections()
    return collections.get(source) or collections.get(source.partition(" ")[0])


def _find(
    *, authors: str = "", year: str = "", doi: str = "", pmid: str = "", pmc: str = "", **_: str
) -> Publication | None:
    """By its ids; by authors and year where it has none, which no two of the file share."""
    by = _index()
    for name, value in (("doi", doi.lower()), ("pmid", pmid), ("pmc", pmc)):
        if value and (name, value) in by:
            return by[name, value]
    return by.get(("authors", f"{authors} {year}")) if authors and not (doi or pmid) else None


def _bare(doi: str) -> str:
    """A DOI without what ends a sentence or a bracket after it."""
    doi = doi.rstrip(".,:")
    return doi[:-1] if doi.endswith(")") and doi.count(")") > doi.count("(") else doi


@cache
def _index() -> Mapping[tuple[str, str], Publication]:
    found: dict[tuple[str, str], Publication] = {}
    for each in known().values():
        names = (
            *(("doi", each.doi.lower()), ("pmid", each.pmid), ("pmc", each.pmc)),
            ("authors", f"{each.authors} {each.year}" if each.authors else ""),
        )
        found |= {name: each for name in names if name[1]}
    return found


@cache
def _collections() -> Mapping[str, Publication]:
    return {row["collection"]: _publication(row) for row in _rows() if row["collection"]}


def _publication(row: Mapping[str, str]) -> Publication:
    return replace(Publication(**{field: row[field] for field in FIELDS}), name=row["key"])


@cache
def _rows() -> tuple[dict[str, str], ...]:
    path = signature_folder() / FILE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = tuple(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise TMEError(
            f"The publications cannot be read from {str(path)!r} ({error}): the installation is "
            "damaged. Install it again with: python -m pip install --force-reinstall tmeatlas"
        ) from error
    return rows
