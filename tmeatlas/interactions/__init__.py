"""Ligand-receptor interactions: the built-in axes, CellPhoneDB, LIANA's, users' tables."""

from tmeatlas.interactions._axes import Axis, load_axes
from tmeatlas.interactions._cellphonedb_release import CellPhoneDBTables, read_cellphonedb
from tmeatlas.interactions._columns import Columns
from tmeatlas.interactions._database import ASSOCIATED, Interaction, Interactions
from tmeatlas.interactions._given import as_interactions
from tmeatlas.interactions._microenvironments import Microenvironments, read_microenvironments
from tmeatlas.interactions._table_files import read_table_file

__all__ = [
    "ASSOCIATED",
    "Axis",
    "CellPhoneDBTables",
    "Columns",
    "Interaction",
    "Interactions",
    "Microenvironments",
    "as_interactions",
    "load_axes",
    "read_cellphonedb",
    "read_microenvironments",
    "read_table_file",
]
