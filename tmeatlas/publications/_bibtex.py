"""BibTeX of publications."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tmeatlas.publications._known import known
from tmeatlas.publications._latex import latex
from tmeatlas.publications._publication import Publication

AS_THEY_ARE = re.compile(r"[^\s{}\\%\"]+")
"""Addresses and ids, which styles print as they are: one that would need escapes is left out."""


def entries(publications: Iterable[Publication]) -> list[str]:
    """The entry of each publication, in order; no two have one key.

    Publications of the file keep their key; of others that would have the same, the second is
    called `Doe2030a`, and so on.
    """
    given = list(publications)
    taken = {each.name for each in given if each.name}
    found = []
    for each in given:
        key = each.name or _free(each.key, taken)
        taken.add(key)
        found.append(_entry(key, each))
    return found


def bibliography() -> str:
    """Every publication that tmeatlas knows, as a BibTeX file."""
    return "\n".join(entries(known().values()))


def _free(key: str, taken: set[str]) -> str:
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    found, number = key, 1
    while found in taken:
        number += 1
        found = f"{key}{next(letters, number)}"
    return found


def _entry(key: str, publication: Publication) -> str:
    kind = "article" if publication.journal else "misc"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(publication) if value)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _fields(publication: Publication) -> Iterator[tuple[str, str]]:
    """Names and values; double braces keep the capitals of a title."""
    title = latex(publication.title)
    yield "author", _authors(publication.authors)
    yield "title", f"{{{title}}}" if title else ""
    yield "journal", latex(publication.journal)
    for name in ("year", "version"):
        yield name, latex(getattr(publication, name))
    for name, value in (("doi", publication.doi), ("url", publication.url)):
        yield name, value if AS_THEY_ARE.fullmatch(value) else ""
    yield "pmid", latex(publication.pmid)
    yield "pmcid", latex(publication.pmc)
    yield "note", latex(publication.said or publication.note)


def _authors(authors: str) -> str:
    """Names as BibTeX takes them apart; what is no name of a person is kept together."""
    if authors.endswith(" et al."):
        return f"{_family(authors.removesuffix(' et al.'))} and others"
    names = authors.split(" and ")
    if len(names) > 1:
        return " and ".join(map(_family, names))
    return f"{{{latex(authors)}}}" if authors else ""


def _family(name: str) -> str:
    text = latex(name)
    return f"{{{text}}}" if " " in name else text
