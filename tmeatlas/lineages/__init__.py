"""Cell lineages: their tree, what users' labels mean in it, and what markers say of cells."""

from tmeatlas.lineages._around import Around, around_cells
from tmeatlas.lineages._call import Calls, Units, also_fits, call_cells, call_groups
from tmeatlas.lineages._copy_numbers import agreed_signal, may_be_malignant, threshold_of
from tmeatlas.lineages._detection import Detected, read_detected
from tmeatlas.lineages._evidence import Evidence, read_evidence
from tmeatlas.lineages._families import FAMILIES, OTHER, Family, family_of, place_in_tree
from tmeatlas.lineages._labels import map_labels, read_override
from tmeatlas.lineages._markers import (
    MarkerList,
    Markers,
    check_markers,
    marker_sources,
    match_markers,
)
from tmeatlas.lineages._parts import call_parts, usual_rates
from tmeatlas.lineages._tree import (
    ALL,
    UNASSIGNED,
    Lineage,
    common,
    fits,
    is_within,
    lineage_of,
    named,
    tree,
)
from tmeatlas.lineages._words import names_nothing

__all__ = [
    "ALL",
    "FAMILIES",
    "OTHER",
    "UNASSIGNED",
    "Around",
    "Calls",
    "Detected",
    "Evidence",
    "Family",
    "Lineage",
    "MarkerList",
    "Markers",
    "Units",
    "agreed_signal",
    "also_fits",
    "around_cells",
    "call_cells",
    "call_groups",
    "call_parts",
    "check_markers",
    "common",
    "family_of",
    "fits",
    "is_within",
    "lineage_of",
    "map_labels",
    "marker_sources",
    "match_markers",
    "may_be_malignant",
    "named",
    "names_nothing",
    "place_in_tree",
    "read_detected",
    "read_evidence",
    "read_override",
    "threshold_of",
    "tree",
    "usual_rates",
]
