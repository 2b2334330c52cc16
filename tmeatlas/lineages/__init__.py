"""Cell lineages: their tree, and what users' labels mean in it."""

from tmeatlas.lineages._copy_numbers import agreed_signal, may_be_malignant, threshold_of
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
    "agreed_signal",
    "common",
    "fits",
    "is_within",
    "lineage_of",
    "map_labels",
    "may_be_malignant",
    "named",
    "read_override",
    "threshold_of",
    "tree",
]
