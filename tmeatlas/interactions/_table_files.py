"""Tables of users in text files: CSV, TSV, and what spreadsheets and R make of them."""

from __future__ import annotations

import csv
import io
import re
import warnings
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError, in_one_line, listing
from tmeatlas._files import check_input_file
from tmeatlas._guard import warn
from tmeatlas._text_files import MOST_CELLS, read_text

REMEDY = "Save the table as CSV or TSV with a header, in UTF-8; .gz may follow."
COMMENT = "#"
SEPARATORS = "\t,;|"
MOST_ABOVE = 10
HEADINGS = re.compile(
    r"^[^#]*(ligand[^\t,;|]*[\t,;|].*receptor|receptor[^\t,;|]*[\t,;|].*ligand|partner_[ab]\b"
    r"|_genesymbol\b|\bmicroenvironment\b)",
    re.IGNORECASE,
)
"""Headings that tell themselves from titles and comments above them."""
TOO_LONG = re.compile(r"line (\d+)")
"""In pandas' message about a row with more cells than there are headings."""


def read_table_file(path: Path) -> pd.DataFrame:
    """The table in a text file, every cell as text; missing ones are NaN.

    What separates the cells is read off the header: a tab, else a comma, else a
    semicolon or "|". Lines above it are comments or a title. A column of row
    names without a header, as R writes it, is kept apart as the index.

    Raises
    ------
    MissingKeyError
        There is no such file.
    InputError
        It is no regular file, no text, a damaged .gz, too large, empty, or no table.

    Warns
    -----
    TMEWarning
        Names the lines with more cells than headings, which are left out.
    """
    text = _from_headings(read_text(check_input_file(path), remedy=REMEDY))
    header = next(iter(text.split("\n")))
    if not header.strip():
        raise InputError(f"{path.name!r} has no header in its first line. {REMEDY}")
    separator = next((sign for sign in SEPARATORS if sign in header), ",")
    try:
        names = [name for name in next(csv.reader([header], delimiter=separator)) if name]
    except csv.Error as error:
        raise InputError(f"{path.name!r} has no headings ({error}). {REMEDY}") from error
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InputError(f"{path.name!r} has the columns {listing(twice)} twice. Keep one of each.")
    if text.count("\n") * (header.count(separator) + 1) > MOST_CELLS:
        raise InputError(
            f"{path.name!r} holds more than {MOST_CELLS:,} cells. Expected a smaller table: is it "
            "the right one?"
        )
    try:
        return _parsed(text, separator, path)
    except (ValueError, csv.Error) as error:  # of pandas' parser
        raise InputError(
            f"{path.name!r} cannot be read as a table ({in_one_line(error)}). {REMEDY}"
        ) from error


def _parsed(text: str, separator: str, path: Path) -> pd.DataFrame:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        table = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype=str,
            keep_default_na=False,
            na_values=["", "NA"],
            skipinitialspace=True,
            on_bad_lines="warn",
        )
    lines = [line for warning in caught for line in TOO_LONG.findall(str(warning.message))]
    if lines:
        warn(
            f"{path.name!r} has lines with more cells than headings, which were left out: "
            f"{listing(lines)}. Put cells that hold the separator in quotes."
        )
    return table


def _from_headings(text: str) -> str:
    """The text without blank lines, comments and a title above its headings."""
    lines = text.split("\n")
    told = (at for at, line in enumerate(lines[:MOST_ABOVE]) if HEADINGS.search(line))
    kept = (at for at, line in enumerate(lines) if line.strip() and not line.startswith(COMMENT))
    return "\n".join(lines[next(told, next(kept, 0)) :])
