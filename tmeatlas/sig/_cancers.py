"""Types of cancer, and which of them a text names: `disease` of a table, or an option."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import yaml

from tmeatlas._asker import option
from tmeatlas._errors import unknown
from tmeatlas._folder import signature_folder

OTHER = "other"
"""A cancer that is none of the types of `signatures/cancers.yaml`."""
HEALTHY = {"normal", "healthy", "control", "benign", "adjacent", "none", "na", "nan", "unknown"}
"""Words of cells that are of no tumour, or of which nothing is known."""
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Cancer:
    """A type of cancer, as `signatures/cancers.yaml` describes it."""

    id: str
    name: str
    words: tuple[str, ...] = ()
    """Words that say this type wherever they stand."""
    organs: tuple[str, ...] = ()
    """Words that say it where none of the first kind is there, as a metastasis names two."""


@cache
def cancers() -> dict[str, Cancer]:
    """All types of cancer by id."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    path = signature_folder() / "cancers.yaml"
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    found = {}
    for entry in entries:
        lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
        found[entry["id"]] = Cancer(**(entry | lists))
    return found


def cancer_name(cancer: str) -> str:
    """The name of a type for people."""
    return "another cancer" if cancer == OTHER else cancers()[cancer].name


def read_cancer(given: object) -> str:
    """The id of the type that somebody names: by id, name or a word for it."""
    text = str(given).strip()
    if text.casefold() in (OTHER, *cancers()):
        return text.casefold()
    found = _named(text)
    if len(found) == 1:
        return found.pop()
    raise unknown(
        "type of cancer called",
        text,
        [*cancers(), OTHER],
        remedy=f"{option('cancer_type', OTHER)} says that it is none of these; leave it out for "
        "tumours of several types.",
    )


def one_cancer(values: Iterable[object]) -> str | None:
    """The one type that all values of a column name, healthy ones aside; None if there is none."""
    found: set[str] = set()
    for value in values:
        if HEALTHY.isdisjoint(_tokens(str(value))):
            here = _named(str(value))
            if len(here) != 1:
                return None
            found |= here
    return found.pop() if len(found) == 1 else None


def _named(text: str) -> set[str]:
    """The types that a text names: by its words for cancers, or else by organs."""
    spaced = f" {' '.join(_tokens(text))} "

    def those(field: str) -> set[str]:
        return {
            cancer.id
            for cancer in cancers().values()
            if any(f" {phrase} " in spaced for phrase in getattr(cancer, field))
        }

    by_name = {c.id for c in cancers().values() if f" {' '.join(_tokens(c.name))} " in spaced}
    return those("words") | by_name or those("organs")


def _tokens(text: str) -> list[str]:
    return WORD.findall(text.casefold())
