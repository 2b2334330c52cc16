"""By what words groups and signatures are looked for: those that labels use for lineages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tmeatlas.atlas.categories import Category
from tmeatlas.atlas.features import Feature
from tmeatlas.lineages import ALL, is_within, map_labels, tree


def lineage_words(groups: Category, features: Sequence[Feature]) -> list[dict[str, Any]]:
    """Per lineage that has a group or a signature: its words, the groups, the features.

    `signatures/lineages.yaml` has the words. Groups are those that name the
    lineage or one within it; features mark it.
    """
    lineage_of = map_labels(groups.raw_labels)
    named = [lineage_of.get(str(label), "") for label in groups.raw_labels]
    known = {feature.id for feature in features}
    found = []
    for lineage in tree().values():
        if lineage.id == ALL:
            continue
        here = [code for code, each in enumerate(named) if each and is_within(each, lineage.id)]
        marking = [f"s:{name}" for name in lineage.markers if f"s:{name}" in known]
        if here or marking:
            words = [lineage.name, *lineage.names, *lineage.soft]
            found.append({"words": words, "groups": here, "features": marking})
    return found
