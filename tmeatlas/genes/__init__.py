"""Names of genes: current and former symbols, Ensembl ids, orthologues."""

from tmeatlas.genes._orthologues import read_orthologues
from tmeatlas.genes._symbols import ENSEMBL_ID, GeneIndex, GeneNames, builtin_names, current_symbol

__all__ = [
    "ENSEMBL_ID",
    "GeneIndex",
    "GeneNames",
    "builtin_names",
    "current_symbol",
    "read_orthologues",
]
