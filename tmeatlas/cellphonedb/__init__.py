"""CellPhoneDB's three methods, number for number: their options, used by `tme.tl.cellphonedb`."""

# For the other rooms of the house, as all that is imported `as` its own name.
from tmeatlas.cellphonedb._genes import IDENTIFIERS as IDENTIFIERS
from tmeatlas.cellphonedb._genes import map_proteins as map_proteins
from tmeatlas.cellphonedb._layout import check_columns as check_columns
from tmeatlas.cellphonedb._methods import DEGs, Simple, Statistical
from tmeatlas.cellphonedb._methods import Method as Method
from tmeatlas.cellphonedb._methods import resolve as resolve
from tmeatlas.cellphonedb._native import solve as solve
from tmeatlas.cellphonedb._package import solve_with_package as solve_with_package
from tmeatlas.cellphonedb._problem import Options as Options
from tmeatlas.cellphonedb._problem import Problem as Problem
from tmeatlas.cellphonedb._stored import Stored as Stored
from tmeatlas.cellphonedb._wide import WideTables as WideTables
from tmeatlas.cellphonedb._wide import tables_of as tables_of
from tmeatlas.interactions import Microenvironments as Microenvironments

__all__ = ["DEGs", "Simple", "Statistical"]
