"""Terms of the Cell Ontology, by id or by name, and the lineage that each belongs to."""

from __future__ import annotations

import re
from functools import cache

from tmeatlas._folder import signature_folder

TERM = re.compile(r"\s*CL[:_](\d{7})\s*", re.IGNORECASE)


@cache
def _terms() -> dict[str, str]:
    """Lineage by id of a term and by its name, in lower case."""
    text = (signature_folder() / "cell_ontology.tsv").read_text(encoding="utf-8")
    found = {}
    for row in text.splitlines()[2:]:
        term, name, lineage = row.split("\t")
        found[term] = found[name.casefold()] = lineage
    return found


def by_term(label: str) -> str | None:
    """The lineage of a label that is a term; "" for an id of no lineage, None for other text."""
    number = TERM.fullmatch(label)
    if number:
        return _terms().get(f"CL:{number[1]}", "")
    return _terms().get(label.strip().casefold())
