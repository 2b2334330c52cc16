"""Cell lineages: their tree, and what users' labels mean in it."""

from tmeatlas.lineages._labels import map_labels, read_override
from tmeatlas.lineages._tree import (
    UNASSIGNED,
    Lineage,
    common,
    fits,
    is_within,
    lineage_of,
    named,
    tree,
)

__all__ = [
    "UNASSIGNED",
    "Lineage",
    "common",
    "fits",
    "is_within",
    "lineage_of",
    "map_labels",
    "named",
    "read_override",
    "tree",
]
