"""The catalogue of signatures: one table of all, and one page for each compartment."""

from __future__ import annotations

from itertools import groupby

import tmeatlas as tme
from site_pages.bibliography import cited
from site_pages.writing import code, contents, fields, plain, table
from tmeatlas.sig import PURPOSES, Signature, compartment_name

INDEX = "signatures.md"
INTRODUCTION = """\
# Signatures

The {n} lists that `tme.sig.load("all")` gives; `"core"` is the recommended part, which
`tme.tl.score` takes by default. Each has its source, its licence and what to know of it. A
grade is on how faithfully the list is that of its source, not on its biology:

| grade | meaning |
|---|---|
| A | identical in a second, separately kept file |
| B | at least 90 % agreement with a second file |
| C | a second file differs more |
| S | the authors' own file only |
| U | one secondary file only |

How far the lists find what they are named after on labelled tumours is in [the
evidence](../evidence.md). Which of their genes your data have: `tme.sig.coverage`. Write in the
box to filter, such as `caf core` or `exhaustion`.

"""


def signature_pages() -> dict[str, str]:
    """The pages by file."""
    everything = list(tme.sig.load("all").values())
    by_compartment = {
        compartment: list(some)
        for compartment, some in groupby(everything, key=lambda signature: signature.compartment)
    }
    heads = ("signature", "name", "compartment", "marks", "tier", "grade", "genes", "from")
    rows = [
        (
            f"[{code(one.id)}](#{anchor(one.id)})",
            *(plain(one.title), plain(compartment_name(one.compartment)), code(one.consensus)),
            *(one.tier, one.grade, str(len(one.genes) + len(one.down)), plain(one.citation)),
        )
        for one in everything
    ]
    files = {compartment: f"signatures_{compartment}.md" for compartment in by_compartment}
    index = INTRODUCTION.format(n=len(everything)) + table(heads, rows) + "\n"
    pages = {INDEX: index + contents(file.removesuffix(".md") for file in files.values())}
    for compartment, some in by_compartment.items():
        title = f"# Signatures: {plain(compartment_name(compartment))}\n\n"
        pages[files[compartment]] = title + "\n".join(map(_section, some))
    return pages


def anchor(signature_id: str) -> str:
    """What links to the section of a signature."""
    return f"signature-{signature_id}"


def _section(one: Signature) -> str:
    described = [
        ("Id", code(one.id)),
        ("What it does", f"{PURPOSES[one.purpose]}, {code(one.consensus)}" if one.purpose else ""),
        ("Read it in", plain(", ".join(one.scored_in))),
        ("Tier and grade", f"{one.tier}, {one.grade}"),
        ("Derived in", plain(one.origin)),
        ("Publication", cited(one)),
        ("Read from", plain(one.source)),
        ("Checked against", plain(one.verified)),
        ("Licence", plain(one.license)),
        ("Know before use", plain(one.note)),
    ]
    genes = _genes("genes", one.genes, one) + _genes("down genes", one.down, one)
    return f"({anchor(one.id)})=\n## {plain(one.title)}\n\n{fields(described)}\n\n{genes}"


def _genes(what: str, genes: tuple[str, ...], one: Signature) -> str:
    if not genes:
        return ""
    shown = (f"{gene} ({one.weights[gene]:g})" if gene in one.weights else gene for gene in genes)
    return f"**{len(genes)} {what}**: {plain(', '.join(shown))}\n\n"
