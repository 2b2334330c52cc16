"""Tables of users in text files: CSV, TSV, and what spreadsheets and R make of them."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas._files import check_input_file

GZIP_MAGIC = b"\x1f\x8b"
REMEDY = "Save the table as CSV or TSV with a header, in UTF-8; .gz may follow."


def read_table_file(path: Path) -> pd.DataFrame:
    """The table in a text file, every cell as text; missing ones are NaN.

    What separates the cells is read off the header: a tab, else a comma, else a
    semicolon. A column of row names without a header, as R writes it, is kept
    apart as the index.

    Raises
    ------
    MissingKeyError
        There is no such file.
    InputError
        It is no text, a damaged .gz, empty, or no table.
    """
    text = _text(check_input_file(path))
    header = next(iter(text.splitlines()), "")
    if not header.strip():
        raise InputError(f"{path.name!r} has no header in its first line. {REMEDY}")
    separator = next((sign for sign in "\t,;" if sign in header), ",")
    names = [name for name in next(csv.reader([header], delimiter=separator)) if name]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InputError(f"{path.name!r} has the columns {listing(twice)} twice. Keep one of each.")
    try:
        return pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype=str,
            keep_default_na=False,
            na_values=["", "NA"],
            skipinitialspace=True,
        )
    except (ValueError, csv.Error) as error:  # of pandas' parser
        raise InputError(f"{path.name!r} cannot be read as a table ({error}). {REMEDY}") from error


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MAGIC):
            content = gzip.decompress(content)
        text = content.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            f"{path.name!r} is a damaged .gz ({error}). Copy or download it again."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name!r} cannot be read as text ({error}). {REMEDY}") from error
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error}).") from error
    if "\0" in text:
        raise InputError(f"{path.name!r} is no text file. {REMEDY}")
    return text
