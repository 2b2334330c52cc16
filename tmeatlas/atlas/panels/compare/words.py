"""What is compared, and in which unit, in the words of those who read the page."""

from __future__ import annotations

from collections.abc import Sequence

from tmeatlas._text import clean, in_sentence, title_of

KINDS = {
    "scores": "Signatures",
    "consensus": "Programmes",
    "crosstalk": "Ligands and receptors",
    "axes": "Ligands and receptors of axes",
    "colocalisation": "Types beside types",
}
OF_TISSUE = ("niches", "colocalisation")
"""Comparisons whose group is a kind of measure rather than one of cells."""
SAID = ("infiltration", "co-localisation")
"""Groups that the names of their features tell."""
UNITS = {"log ratio (CLR)": "log ratio of shares", "consensus": "score of the programme"}


def names_of(compared: Sequence[tuple[str, str]]) -> list[str]:
    """The name of each comparison, of what was compared and its key; with the key where needed."""
    names = [KINDS.get(what, title_of(what or key)) for what, key in compared]
    return [
        name if names.count(name) == 1 else f"{name} ({clean(key)})"
        for name, (_, key) in zip(names, compared, strict=True)
    ]


def place_of(what: str, feature: str, group: str) -> tuple[str, ...]:
    """Feature and group, and what both are called where that is not "feature in group"."""
    if what == "composition" and group:
        return feature, group, f"{feature}, of {in_sentence(group)}"
    if what not in OF_TISSUE or not group:
        return feature, group
    is_said = group in SAID or group in feature
    return feature, group, feature if is_said else f"{feature} ({group})"


def unit_name(unit: object) -> str:
    """A unit for the page; one that needs no other words stays."""
    return UNITS.get(str(unit), clean(unit))
