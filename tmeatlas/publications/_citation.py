"""A line of "Please cite"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tmeatlas.publications._publication import Publication


@dataclass(frozen=True, slots=True)
class Citation:
    """What is to be cited, and for what."""

    what: str
    """What rests on it: `software`, `method`, `interactions`, `chains`, `signatures` ..."""
    text: str
    """The line for people."""
    publication: Publication | None = None
    """None where no publication is known."""


def publications_of(citations: Iterable[Citation]) -> list[Publication]:
    """What they cite, each once: several lines may rest on one publication."""
    once: dict[str, Publication] = {}
    for publication in filter(None, (each.publication for each in citations)):
        key = publication.name or publication.text
        # One list may state the paper to which another is only attributed.
        if key not in once or once[key].note:
            once[key] = publication
    return list(once.values())
