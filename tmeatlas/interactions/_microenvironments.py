"""Which groups of cells can meet: those that share a microenvironment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._text import counted
from tmeatlas.interactions._columns import Columns
from tmeatlas.interactions._table_files import read_table_file

GROUP_COLUMNS = ("cell_type", "group")
MICROENVIRONMENT = "microenvironment"
EXPECTED = (
    "Expected `microenvironments` as a dict of lists of groups, {'niche': ['T cells', "
    "'macrophages']}, or as a DataFrame or the path to a CSV or TSV file with the columns "
    "'cell_type' (or 'group') and 'microenvironment'"
)

Microenvironments = pd.DataFrame | Mapping[str, Sequence[str]] | str | os.PathLike[str]
"""What users may pass."""


def read_microenvironments(
    microenvironments: Microenvironments, labels: Sequence[str]
) -> dict[str, list[str]]:
    """The groups of each microenvironment, both in the order in which they come first.

    `labels` are the groups of the data. Those in no microenvironment meet nobody.

    Raises
    ------
    InputError
        No such thing; columns are missing; there is no row, or one with an empty cell.
    MissingKeyError
        A group that the data do not have, or no such file.
    """
    groups: dict[str, list[str]] = {}
    known = set(labels)
    for place, group in _rows(microenvironments):
        if not place or not group:
            raise InputError(
                f"A row of {option('microenvironments')} names the group {group!r} and the "
                "microenvironment "
                f"{place!r}. Fill in both, or remove it."
            )
        if group not in known:
            raise unknown(
                f"group of cells (named in {option('microenvironments')}) called", group, labels
            )
        members = groups.setdefault(place, [])
        if group not in members:
            members.append(group)
    if not groups:
        raise InputError(f"{EXPECTED}; found 0 rows.")
    return groups


def _rows(given: object) -> list[tuple[str, str]]:
    """Microenvironment and group, row by row."""
    if isinstance(given, Mapping):
        return [
            (str(place), str(group))
            for place, groups in given.items()
            for group in ([groups] if isinstance(groups, str) else groups)
        ]
    if isinstance(given, str | os.PathLike):
        given = read_table_file(Path(given))
    if not isinstance(given, pd.DataFrame):
        raise InputError(f"{EXPECTED}; found {type(given).__name__}.")
    columns = Columns(given)
    if MICROENVIRONMENT not in columns or not any(name in columns for name in GROUP_COLUMNS):
        raise InputError(
            f"{EXPECTED}; found {counted(len(given), 'row')} with the columns "
            f"{listing(columns.names) or 'none'}."
        )
    places, groups = columns.texts(MICROENVIRONMENT), columns.texts(*GROUP_COLUMNS)
    return list(zip(places, groups, strict=True))
