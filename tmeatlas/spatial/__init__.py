"""Tissue: where cells or spots lie, and what lies beside what. On arrays; no AnnData."""

from tmeatlas.spatial._border import inside_tumour, tumour_distance
from tmeatlas.spatial._clusters import REPRODUCED, FoundNiches, find_niches
from tmeatlas.spatial._colocal import co_locate
from tmeatlas.spatial._contacts import Contacts, count_contacts
from tmeatlas.spatial._graph import Graph, build_graph, spacing
from tmeatlas.spatial._infiltration import infiltration
from tmeatlas.spatial._measures import (
    CO_LOCALISATION,
    INFILTRATION,
    INSIDE,
    MEASURED,
    MEASURES,
    PROGRAMME_NEAR_TYPE,
    PROGRAMMES_TOGETHER,
    SHARE_OF_NICHE,
    SUPPRESSIVE,
    TLS,
    Measure,
    measured_rows,
)
from tmeatlas.spatial._named import Part, named_measure, named_score, named_scores
from tmeatlas.spatial._names import name_niches, profile_niches
from tmeatlas.spatial._neighbourhood import mean_around, surroundings
from tmeatlas.spatial._tissue import (
    CELL,
    NO_DIAMETER,
    SPOT,
    SPOT_DIAMETER,
    UNIT,
    Tissue,
    are_spots,
)
from tmeatlas.spatial._types import Types

__all__ = [
    "CELL",
    "CO_LOCALISATION",
    "INFILTRATION",
    "INSIDE",
    "MEASURED",
    "MEASURES",
    "NO_DIAMETER",
    "PROGRAMMES_TOGETHER",
    "PROGRAMME_NEAR_TYPE",
    "REPRODUCED",
    "SHARE_OF_NICHE",
    "SPOT",
    "SPOT_DIAMETER",
    "SUPPRESSIVE",
    "TLS",
    "UNIT",
    "Contacts",
    "FoundNiches",
    "Graph",
    "Measure",
    "Part",
    "Tissue",
    "Types",
    "are_spots",
    "build_graph",
    "co_locate",
    "count_contacts",
    "find_niches",
    "infiltration",
    "inside_tumour",
    "mean_around",
    "measured_rows",
    "name_niches",
    "named_measure",
    "named_score",
    "named_scores",
    "profile_niches",
    "spacing",
    "surroundings",
    "tumour_distance",
]
