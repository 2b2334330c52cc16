"""What signatures and methods are published in."""

from __future__ import annotations

import inspect
import re

import tmeatlas as tme
from site_pages.writing import code, plain, table
from tmeatlas.sig import Signature

DOI = re.compile(r"doi:(\S+?)(?=[,;)\s]|$)")
INTRODUCTION = """\
# Publications

What the built-in signatures and the scoring methods are published in. Please cite those that
you use, beside tmeatlas; the page of an atlas lists those behind it under *Methods*. "As
generally attributed" says that no file that was read states the publication.

"""


def bibliography_pages() -> dict[str, str]:
    """The page by its file."""
    used: dict[str, list[str]] = {}
    for signature in tme.sig.load().values():
        used.setdefault(cited(signature), []).append(signature.id)
    rows = [(text, str(len(ids)), ", ".join(map(code, ids))) for text, ids in sorted(used.items())]
    of_methods = [
        (f"`tme.methods.{name}`", linked(str(method().citation))) for name, method in _methods()
    ]
    text = INTRODUCTION + "## Signatures\n\n"
    text += table(("publication", "signatures", "which"), rows) + "\n## Scoring methods\n\n"
    return {"bibliography.md": text + table(("method", "publication"), of_methods)}


def _methods() -> list[tuple[str, type]]:
    things = ((name, getattr(tme.methods, name)) for name in sorted(tme.methods.__all__))
    return [
        (name, thing)
        for name, thing in things
        if inspect.isclass(thing)
        and getattr(thing, "citation", None)
        and not inspect.isabstract(thing)
    ]


def cited(signature: Signature) -> str:
    """The publication of a signature with a link to it, in Markdown."""
    return linked(signature.full_citation) or "not known"


def linked(citation: str) -> str:
    """A citation in Markdown; its DOI leads to the publication."""
    match = DOI.search(citation)
    if not match:
        return plain(citation)
    before, after = citation[: match.start()], citation[match.end() :]
    link = f"[doi:{plain(match[1])}](https://doi.org/{match[1]})"
    return f"{plain(before)} {link}{plain(after)}"
