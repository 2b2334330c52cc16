"""Which lineage each group is of, and whether the markers say the same."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tmeatlas._errors import TMEError
from tmeatlas.lineages import UNASSIGNED, is_within, lineage_of, named
from tmeatlas.results import Lineages

PARTS = ("stromal", "lymphoid", "myeloid", "epithelial")
"""Parts of the tree between which a label and the markers may not differ."""
IMMUNE, MALIGNANT = "immune", "malignant"


def lineage_ids(lineages: Lineages | None, groups: pd.Categorical[str] | None) -> dict[str, str]:
    """The finest lineage of most cells of each group, by id; "" where none is known."""
    if lineages is None or groups is None or lineages.cells.empty:
        return {}
    finest = pd.Categorical(lineages.finest).rename_categories(str)
    names = finest.reorder_categories(sorted(finest.categories))
    there = (groups.codes >= 0) & (names.codes >= 0)
    shape = (len(groups.categories), len(names.categories))
    place = np.ravel_multi_index((groups.codes[there], names.codes[there]), shape)
    counts = np.bincount(place, minlength=np.prod(shape)).reshape(shape)
    return {
        str(group): _id(str(names.categories[int(of_group.argmax())]))
        for group, of_group in zip(groups.categories, counts, strict=True)
        if of_group.any()
    }


def doubtful(lineages: Lineages | None, groups: Iterable[str]) -> tuple[list[str], list[str]]:
    """Of the groups whose lineage their name told: those that markers contradict, and all.

    Markers contradict where they tell another part of the tree, or several lineages at once.
    """
    if lineages is None or lineages.groups.empty:
        return [], []
    rows = lineages.groups.astype({"group": str, "lineage": str, "by_markers": str, "how": str})
    rows = rows[rows["group"].isin(list(groups)) & rows["how"].isin(["name", "given"])]
    told = [
        (g, _part(_id(a)), _part(_id(b)))
        for g, a, b in zip(rows["group"], rows["lineage"], rows["by_markers"], strict=True)
    ]
    mixed = set(rows.loc[rows["mixed"] & (rows["by_markers"] == UNASSIGNED), "group"])
    against = [g for g, given, found in told if g in mixed or not _agree(given, found)]
    judged = [g for g, given, found in told if g in mixed or (given and found)]
    return against, judged


def family(lineage: str) -> str:
    """The lineage on level 1, within which groups are compared."""
    return lineage_of(lineage) if lineage else ""


def part_of(lineage: str) -> str:
    """Tumour, stromal or immune; "" for all else."""
    part = _part(lineage)
    if part in ("epithelial", "") and (part or is_within(lineage, MALIGNANT)):
        return "tumour"
    return IMMUNE if part in ("lymphoid", "myeloid") else part


def _part(lineage: str) -> str:
    """The part of the tree; "" where it is not judged, as malignant cells never are by markers."""
    return next((part for part in (*PARTS, IMMUNE) if is_within(lineage, part)), "")


def _agree(given: str, found: str) -> bool:
    return (
        not (given and found)
        or given == found
        or (IMMUNE in (given, found) and {given, found} <= {IMMUNE, "lymphoid", "myeloid"})
    )


def _id(name: str) -> str:
    try:
        found = named(name)
    except TMEError:
        return ""
    return "" if found == UNASSIGNED else found
