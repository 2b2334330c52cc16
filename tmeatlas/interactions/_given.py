"""What users call an interaction database: a name, a path, a table, or the type itself."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError
from tmeatlas.interactions._axes import builtin_interactions
from tmeatlas.interactions._cellphonedb_database import cellphonedb_interactions
from tmeatlas.interactions._cellphonedb_release import RELEASE_NAME, read_cellphonedb
from tmeatlas.interactions._database import Interactions
from tmeatlas.interactions._database_frame import interactions_from_frame
from tmeatlas.interactions._liana_resources import LIANA_RESOURCES, liana_resource

BUILTIN_NAME = "tme"
REMEDY = (
    "Pass 'tme' for the built-in axes, 'cellphonedb' or the path to a CellPhoneDB zip, the name "
    "of a resource of LIANA such as 'consensus', or a DataFrame with the columns `ligand` and "
    "`receptor` (subunits joined by '_') and, if you like, `axis`."
)


def as_interactions(database: object) -> Interactions:
    """What users call a database, as `Interactions`; see `tmeatlas.sig.interactions`."""
    if isinstance(database, Interactions):
        return database
    if isinstance(database, pd.DataFrame):
        return interactions_from_frame(database)
    if isinstance(database, str) and database == BUILTIN_NAME:
        return builtin_interactions()
    if isinstance(database, str) and database == RELEASE_NAME:
        return cellphonedb_interactions(read_cellphonedb(RELEASE_NAME))
    if isinstance(database, os.PathLike) or (isinstance(database, str) and _is_path(database)):
        return cellphonedb_interactions(read_cellphonedb(Path(database)))
    if not isinstance(database, str):
        raise InputError(
            f"Expected an interaction database, found {type(database).__name__}. {REMEDY}"
        )
    frame = liana_resource(database, others=(BUILTIN_NAME, RELEASE_NAME), remedy=REMEDY)
    return interactions_from_frame(frame, name=f"liana {database.lower()}")


def _is_path(text: str) -> bool:
    """Whether a string means a file or folder; a folder named like a resource does not."""
    separators = {os.sep, os.altsep or os.sep}
    if text.lower().endswith(".zip") or any(separator in text for separator in separators):
        return True
    return text.lower() not in LIANA_RESOURCES and Path(text).is_dir()
