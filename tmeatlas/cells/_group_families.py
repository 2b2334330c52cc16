"""What kinds of cells the groups of a column are: the one place that tells figures and page."""

from __future__ import annotations

from collections.abc import Mapping

from anndata import AnnData

from tmeatlas._checks import rows_are_spots
from tmeatlas.cells._families import Families, find_families
from tmeatlas.lineages import map_labels
from tmeatlas.results import Lineages

BY_NAME = "name"
"""How a lineage was told that the label itself says."""


def group_families(adata: AnnData, key: str, sizes: Mapping[str, int]) -> Families | None:
    """The families of the groups of `obs[key]`, whose numbers of cells are given by label.

    Labels say them, and where they do not, what `tl.annotate` stored for the
    same groups. None where most are not known, and for spots, which hold cells
    of many kinds.
    """
    if rows_are_spots(adata):
        return None
    return find_families(map_labels(sizes) | _told(adata, key, sizes))


def _told(adata: AnnData, key: str, sizes: Mapping[str, int]) -> dict[str, str]:
    """Lineages by label that were given or told by markers, of groups that are as they were."""
    table = Lineages.groups_of(adata, key)
    if table.empty:
        return {}
    columns = (table[name] for name in ("group", "fine", "how", "cells"))
    found = {
        str(group): str(fine)
        for group, fine, how, n_cells in zip(*columns, strict=True)
        if how != BY_NAME and sizes.get(str(group)) == n_cells
    }
    meaning = map_labels(found.values())
    return {group: meaning[fine] for group, fine in found.items()}
