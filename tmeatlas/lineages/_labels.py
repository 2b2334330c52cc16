"""What users' labels mean in the tree of lineages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tmeatlas._errors import InputError, unknown
from tmeatlas.lineages._copy_numbers import ORIGINS
from tmeatlas.lineages._ontology import by_term
from tmeatlas.lineages._tree import UNASSIGNED, common, is_within, named, tree
from tmeatlas.lineages._words import HEALTHY, NOT_ONE, said, words

NUMBERED_CLUSTER = re.compile(r"(?i)(.+?)[_\s.-]c\d+[_\s.-](.+)")
"""`T_cells_c2_CD4+_Tregs`: what is numbered, and what the cluster is."""


def map_labels(
    labels: Iterable[object], override: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The lineage that each label names.

    Labels are read word by word (`signatures/lineages.yaml` has the words), or
    as ids or names of the Cell Ontology. A label that names several lineages
    goes to the lowest lineage that holds them all.

    Parameters
    ----------
    labels
        Labels of cells or clusters.
    override
        Lineages, by id or readable name, of labels that would be read wrongly;
        `"unassigned"` for labels of no lineage.

    Returns
    -------
    dict
        The id of a lineage by label; "" where a label names none.

    Raises
    ------
    MissingKeyError
        `override` names a label or a lineage that there is not.

    Examples
    --------
    >>> from tmeatlas.lineages import map_labels
    >>> map_labels(["Macrophage_TAM", "CD8Tex", "T/NK", "cluster 7"])
    {'Macrophage_TAM': 'macrophage', 'CD8Tex': 't_cd8', 'T/NK': 'lymphoid', 'cluster 7': ''}
    """
    found = {str(label): lineage_in(str(label)) for label in labels}
    return found | read_override(override, found)


def read_override(override: Mapping[str, str] | None, labels: Iterable[str]) -> dict[str, str]:
    """`override` with ids for names, "" for unassigned; every key must be one of `labels`."""
    if override is None:
        return {}
    if not isinstance(override, Mapping):
        raise InputError(
            "Expected a dict {label: lineage}, such as {'cluster 7': 'T cells'}, found "
            f"{type(override).__name__}."
        )
    known = list(labels)
    read = {}
    for key, lineage in override.items():
        if str(key) not in known:
            raise unknown("label", str(key), known, remedy="Keys are labels of the cells.")
        remedy = f"It was given for the label {str(key)!r}."
        found = named(lineage, remedy=remedy)
        read[str(key)] = "" if found == UNASSIGNED else found
    return read


def lineage_in(label: str) -> str:
    """The lineage that one label names; "" where it names none."""
    for lineage in tree().values():
        if label.strip().casefold() == lineage.name.casefold():
            return lineage.id if lineage.parent else ""
    term = by_term(label)
    if term is not None:
        return term
    numbered = NUMBERED_CLUSTER.fullmatch(label)
    if numbered:
        return _read(numbered[2]) or _read(numbered[1])
    return _read(label)


def _read(label: str) -> str:
    """The lineage that the words of a label name."""
    tokens = set(words(label))
    if not NOT_ONE.isdisjoint(tokens) or {"low", "quality"} <= tokens:
        return ""
    found = said(label)
    by_name = {each.lineage for each in found if each.weight == "names"}
    soft = {each.lineage for each in found if each.weight == "soft"}
    if not HEALTHY.isdisjoint(tokens):
        soft -= {"malignant"}
    tumour = "malignant" in by_name | soft
    others = by_name - {"malignant"}
    if tumour and _could_be_malignant(others or soft - {"malignant"}):
        return "malignant"
    if tumour and "/" in tokens:
        return ""
    if "malignant" in by_name:
        return "malignant"
    soft -= {"malignant"}
    hints = {each.lineage for each in found if each.weight == "hints"}
    sure = by_name or soft
    finer = {x for x in soft | hints if any(is_within(x, above) for above in sure)}
    return common(_lowest(sure | finer))


def _could_be_malignant(lineages: set[str]) -> bool:
    """Whether cells of all these lineages are meant by the word tumour, not the tissue."""
    return all(any(is_within(each, origin) for origin in ORIGINS) for each in lineages)


def _lowest(lineages: set[str]) -> set[str]:
    """Without those that are above others of them."""
    return {
        each
        for each in lineages
        if not any(other != each and is_within(other, each) for other in lineages)
    }
