"""CellPhoneDB's three methods, number for number, on bare arrays and tables."""

from tmeatlas.cellphonedb._genes import map_proteins
from tmeatlas.cellphonedb._layout import check_columns
from tmeatlas.cellphonedb._native import solve
from tmeatlas.cellphonedb._package import solve_with_package
from tmeatlas.cellphonedb._pairs import Microenvironments
from tmeatlas.cellphonedb._permutations import Shuffles
from tmeatlas.cellphonedb._problem import DEGS, METHODS, SIMPLE, STATISTICAL, Options, Problem
from tmeatlas.cellphonedb._stored import Stored
from tmeatlas.cellphonedb._wide import WideTables, tables_of

__all__ = [
    "DEGS",
    "METHODS",
    "SIMPLE",
    "STATISTICAL",
    "Microenvironments",
    "Options",
    "Problem",
    "Shuffles",
    "Stored",
    "WideTables",
    "check_columns",
    "map_proteins",
    "solve",
    "solve_with_package",
    "tables_of",
]
