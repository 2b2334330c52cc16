"""Names of genes: current and former symbols, Ensembl ids, orthologues."""

from tmeatlas.genes._conventions import is_date, looks_like_mouse
from tmeatlas.genes._index import GeneIndex, is_same_name
from tmeatlas.genes._orthologues import read_orthologues
from tmeatlas.genes._symbols import (
    ENSEMBL_ID,
    GeneNames,
    builtin_names,
    current_symbol,
    other_names,
)
from tmeatlas.genes._understand import UnderstoodNames, understand

__all__ = [
    "ENSEMBL_ID",
    "GeneIndex",
    "GeneNames",
    "UnderstoodNames",
    "builtin_names",
    "current_symbol",
    "is_date",
    "is_same_name",
    "looks_like_mouse",
    "other_names",
    "read_orthologues",
    "understand",
]
