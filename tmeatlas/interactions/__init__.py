"""Ligand-receptor interactions: the built-in axes, CellPhoneDB, LIANA's, users' tables."""

from tmeatlas.interactions._axes import Axis, load_axes
from tmeatlas.interactions._cellphonedb_release import CellPhoneDBTables, read_cellphonedb
from tmeatlas.interactions._database import ASSOCIATED, Interaction, Interactions
from tmeatlas.interactions._given import as_interactions
from tmeatlas.interactions._microenvironments import Microenvironments, read_microenvironments

__all__ = [
    "ASSOCIATED",
    "Axis",
    "CellPhoneDBTables",
    "Interaction",
    "Interactions",
    "Microenvironments",
    "as_interactions",
    "load_axes",
    "read_cellphonedb",
    "read_microenvironments",
]
