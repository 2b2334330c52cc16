"""What users call an interaction database: a name, a path, a table, or the type itself."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError
from tmeatlas._text_files import check_regular
from tmeatlas.interactions._axes import builtin_interactions
from tmeatlas.interactions._cellphonedb_database import cellphonedb_interactions
from tmeatlas.interactions._cellphonedb_release import RELEASE_NAME, read_cellphonedb
from tmeatlas.interactions._database import Interactions
from tmeatlas.interactions._database_frame import interactions_from_frame
from tmeatlas.interactions._liana_resources import LIANA_RESOURCES, liana_resource
from tmeatlas.interactions._table_files import read_table_file

BUILTIN_NAME = "tme"
SPREADSHEETS = (".xlsx", ".xls", ".ods")
ZIP_MAGIC = b"PK"
TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".gz")
REMEDY = (
    "Pass 'tme' for the built-in axes, 'cellphonedb' or the path to a CellPhoneDB zip, the name "
    "of a resource of LIANA such as 'consensus', or a table or the path to a CSV or TSV file "
    "with the columns `ligand` and `receptor` (subunits joined by '_') and, if you like, `axis`."
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
        return _from_path(Path(os.path.expanduser(database)))
    if not isinstance(database, str):
        raise InputError(
            f"Expected an interaction database, found {type(database).__name__}. {REMEDY}"
        )
    frame = liana_resource(database, others=(BUILTIN_NAME, RELEASE_NAME), remedy=REMEDY)
    return interactions_from_frame(frame, name=f"liana {database.lower()}")


def _from_path(path: Path) -> Interactions:
    """A table as text, or a CellPhoneDB database, by what lies there."""
    if path.suffix.lower() in SPREADSHEETS:
        raise InputError(
            f"{path.name!r} is a spreadsheet. Save the sheet with the interactions as CSV (UTF-8) "
            "and pass the path to that."
        )
    is_table = path.suffix.lower() in TABLE_ENDINGS
    if path.exists() and not path.is_dir():
        check_regular(path)
    if path.is_file() and not is_table:
        with path.open("rb") as handle:
            is_table = path.suffix.lower() != ".zip" and handle.read(2) != ZIP_MAGIC
    if not is_table:
        return cellphonedb_interactions(read_cellphonedb(path))
    frame = read_table_file(path)
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return interactions_from_frame(frame, name=f"{path.name} (SHA-256 {digest[:12]})")


def _is_path(text: str) -> bool:
    """Whether a string means a file or folder; a folder named like a resource does not."""
    separators = {os.sep, os.altsep or os.sep}
    endings = (".zip", *TABLE_ENDINGS, *SPREADSHEETS)
    if text.lower().endswith(endings) or any(separator in text for separator in separators):
        return True
    return text.lower() not in LIANA_RESOURCES and Path(text).exists()
