"""Features of comparisons: their names for people, and whether they mean something in a group."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import TMEError
from tmeatlas._text import clean
from tmeatlas.findings._material import Material
from tmeatlas.lineages import named
from tmeatlas.results import Phenotype, Scores
from tmeatlas.sig import mark_name

OF_SCORES = ("scores", "consensus")
OF_GENES = ("genes", "crosstalk", "axes")


def feature_name(material: Material, what: str, feature: str) -> str:
    """A feature as the page names it."""
    scores, phenotype = material.get(Scores), material.get(Phenotype)
    if what == "scores" and scores is not None:
        return scores.coverage.name(feature)
    if what == "consensus":
        return clean(mark_name(feature))
    if what == "phenotype" and phenotype is not None:
        return clean(dict(phenotype.measures()["name"]).get(feature, feature))
    return clean(feature.replace("_", "+" if what in OF_GENES else " "))


def are_meant(
    material: Material, what: str, features: Iterable[str], groups: Iterable[str]
) -> NDArray[np.bool_]:
    """Whether features mean something in groups: scores of states and processes read there."""
    pairs = list(zip(features, groups, strict=True))
    if what not in OF_SCORES:
        return np.ones(len(pairs), dtype=bool)
    known = {each.id: each for each in material.programmes}
    lineages = {g: material.lineage_of_group.get(g) or _lineage(g) for _, g in pairs}
    return np.array(
        [
            feature in known and (not group or known[feature].readable_in(lineages[group]))
            for feature, group in pairs
        ],
        dtype=bool,
    )


def _lineage(group: str) -> str:
    try:
        return named(group)
    except TMEError:
        return ""
