"""The tree of lineages: who descends from whom, and where a signature can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import yaml

from tmeatlas._errors import unknown
from tmeatlas._folder import signature_folder

UNASSIGNED = "unassigned"
"""What a cell is called whose lineage is not known."""
ALL = "any"
"""The root of the tree."""


@dataclass(frozen=True)
class Lineage:
    """A lineage of cells, as `signatures/lineages.yaml` describes it."""

    id: str
    name: str
    parent: str | None
    level: int
    """1 for what an annotation tells first, 2 for what it tells within that, 0 for what lies
    above."""
    markers: tuple[str, ...] = ()
    """Ids of the signatures that mark it."""
    names: tuple[str, ...] = ()
    """Words that say this lineage in a label, wherever they stand."""
    soft: tuple[str, ...] = ()
    """Words that say it where no other lineage is named."""
    hints: tuple[str, ...] = ()
    """Words that say it once a lineage above it is named."""
    cell_ontology: tuple[str, ...] = ()
    """Terms of the Cell Ontology that are this lineage."""


@cache
def tree() -> Mapping[str, Lineage]:
    """All lineages by id, parents before their children."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    path = signature_folder() / "lineages.yaml"
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    lineages = {}
    for entry in entries:
        lists = {k: tuple(v) for k, v in entry.items() if isinstance(v, list)}
        lineages[entry["id"]] = Lineage(**(entry | lists))
    return MappingProxyType(lineages)


def line(lineage: str) -> list[str]:
    """`lineage` and its ancestors, up to the root; empty for what is no lineage."""
    found = []
    here = tree().get(lineage)
    while here is not None:
        found.append(here.id)
        here = tree().get(here.parent) if here.parent else None
    return found


def is_within(lineage: str, ancestor: str) -> bool:
    """Whether `lineage` is `ancestor` or descends from it."""
    return ancestor in line(lineage)


def lineage_of(lineage: str) -> str:
    """The ancestor on level 1, or `lineage` itself where there is none."""
    return next((each for each in line(lineage) if tree()[each].level == 1), lineage)


def common(lineages: Iterable[str]) -> str:
    """The lowest lineage that all of `lineages` are within; "" where only the root is."""
    lines = [line(each) for each in lineages]
    shared = [each for each in lines[0] if all(each in other for other in lines)] if lines else []
    return shared[0] if shared and shared[0] != ALL else ""


def fits(scored_in: Iterable[str], lineage: str) -> bool:
    """Whether a signature with this `scored_in` can be read in cells of `lineage`."""
    return any(place == ALL or is_within(lineage, place) for place in scored_in)


def named(name: str, *, remedy: str = "") -> str:
    """The id of a lineage that is given by id, or by readable name in any case."""
    if name in (*tree(), UNASSIGNED):
        return name
    for each in tree().values():
        if str(name).strip().casefold() == each.name.casefold():
            return each.id
    options = [*(each.name for each in tree().values()), UNASSIGNED]
    raise unknown("lineage", name, options, remedy=remedy)
