"""Cells as users describe them: their groups, samples, colours and places on a map."""

from tmeatlas.cells._colours import (
    NEUTRAL,
    PALETTE_CVD,
    category_colours,
    has_colours,
    is_ordered,
    stored_colours,
    users_colours,
)
from tmeatlas.cells._families import Families, find_families
from tmeatlas.cells._group_families import group_families
from tmeatlas.cells._group_statistics import (
    group_means,
    high_shares,
    high_threshold,
    mean_and_spread,
    relative_means,
)
from tmeatlas.cells._groups import (
    Groups,
    categories_of,
    category_candidates,
    check_obs_key,
    missing_step,
    nearest_candidates,
    read_categories,
    read_groups,
)
from tmeatlas.cells._lineages import CellLineages, read_lineages
from tmeatlas.cells._list import (
    NAME_HEADING,
    SOURCE_WORDS,
    Places,
    order_checksum,
    place_heading,
    read_heading,
)
from tmeatlas.cells._order import cells_in_order
from tmeatlas.cells._plane import (
    Plane,
    choose_basis,
    embedding_keys,
    expression_map,
    other_planes,
    read_plane,
)
from tmeatlas.cells._tissue import has_tissue, read_tissue, rows_are_spots
from tmeatlas.cells._tissue_map import TissueMap, read_tissue_plane

__all__ = [
    "NAME_HEADING",
    "NEUTRAL",
    "PALETTE_CVD",
    "SOURCE_WORDS",
    "CellLineages",
    "Families",
    "Groups",
    "Places",
    "Plane",
    "TissueMap",
    "categories_of",
    "category_candidates",
    "category_colours",
    "cells_in_order",
    "check_obs_key",
    "choose_basis",
    "embedding_keys",
    "expression_map",
    "find_families",
    "group_families",
    "group_means",
    "has_colours",
    "has_tissue",
    "high_shares",
    "high_threshold",
    "is_ordered",
    "mean_and_spread",
    "missing_step",
    "nearest_candidates",
    "order_checksum",
    "other_planes",
    "place_heading",
    "read_categories",
    "read_groups",
    "read_heading",
    "read_lineages",
    "read_plane",
    "read_tissue",
    "read_tissue_plane",
    "relative_means",
    "rows_are_spots",
    "stored_colours",
    "users_colours",
]
