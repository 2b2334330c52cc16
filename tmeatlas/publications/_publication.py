"""One publication, or a piece of software, as far as it is on record."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

FAMILY = re.compile(r"( et al\.?| and | lab$|,|\().*")
"""What follows the name of the first author."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is known of it; empty where nothing is on record."""

    authors: str = ""
    year: str = ""
    title: str = ""
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    pmc: str = ""
    version: str = ""
    url: str = ""
    note: str = ""
    """What else is to be said."""
    said: str = ""
    """The text of somebody who cites it, where that is all that is known."""
    name: str = ""
    """Its key in BibTeX, where that is settled."""

    @property
    def key(self) -> str:
        """Its key in BibTeX: the first author and the year, or what else names it."""
        if self.name:
            return self.name
        family = FAMILY.sub("", self.authors or self.journal or self.said)
        plain = unicodedata.normalize("NFD", family).encode("ascii", "ignore").decode()
        word = re.sub(r"[^A-Za-z]", "", plain)[:40]
        return f"{word}{self.year}" if word else f"PMID{self.pmid}" if self.pmid else "citation"

    @property
    def text(self) -> str:
        """`Authors (year), Title, Journal, ids`, as far as it is on record."""
        if self.said:
            return self.said
        of_year = f" ({self.year})" if self.year else ""
        if self.authors:
            parts = [f"{self.authors}{of_year}", self.title, self.journal]
        elif self.journal or not self.title:
            parts = [self.title, f"{self.journal}{of_year}".strip()]
        else:
            parts = [f"{self.title}{of_year}"]
        ids = [
            f"doi:{self.doi}" if self.doi else "",
            f"PMID {self.pmid}" if self.pmid else "",
            self.pmc,
        ]
        text = ", ".join(filter(None, [*parts, *ids]))
        return f"{text} ({self.note})" if text and self.note else text
