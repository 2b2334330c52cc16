"""Families of lineages, by which groups of cells are put in order and coloured."""

from __future__ import annotations

from dataclasses import dataclass

from tmeatlas.lineages._tree import line, tree
from tmeatlas.lineages._words import said


@dataclass(frozen=True)
class Family:
    """Lineages that a reader takes together."""

    id: str
    name: str
    short: str
    """Where there is little room."""
    lineages: tuple[str, ...]
    """The topmost of them; what descends from these is of the family, too."""


FAMILIES = (
    Family(
        "epithelium", "Tumour & epithelium", "Epith.", ("malignant", "epithelial", "melanocyte")
    ),
    Family("nerve", "Nerve & glia", "Nerve", ("glia", "neuron")),
    Family("stroma", "Stroma", "Stroma", ("stromal", "adipocyte")),
    Family("myeloid", "Myeloid", "Myel.", ("myeloid",)),
    Family("t_nk", "T & NK", "T, NK", ("t_cell", "nk")),
    Family("b", "B & plasma", "B", ("b_lineage",)),
)
"""In the order in which figures show them."""
OTHER = Family("other", "Other", "Other", ())
"""Of groups whose lineage is not known or is in no family: they come last."""


def family_of(lineage: str, label: str = "") -> Family:
    """The family of a lineage; `label` tells where the lineage is above families, as of "T/NK"."""
    found = _family(lineage)
    if found is OTHER and lineage and label:
        parts = {_family(each.lineage) for each in said(label)} - {OTHER}
        return parts.pop() if len(parts) == 1 else OTHER
    return found


def _family(lineage: str) -> Family:
    above = set(line(lineage))
    return next((each for each in FAMILIES if not above.isdisjoint(each.lineages)), OTHER)


def place_in_tree(lineage: str) -> int:
    """Where a lineage stands among others: as in the tree, but a broad one after its parts."""
    order = list(tree())
    if lineage not in tree():
        return len(order)
    if tree()[lineage].level > 1:
        return order.index(lineage)
    return max(i for i, each in enumerate(order) if lineage in line(each))
