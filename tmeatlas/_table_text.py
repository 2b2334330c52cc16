"""Tables as text: the one rule by which every .csv and .tsv is written.

The page has the same rule in `atlas/assets/js/tables.js`; one list of cases tests both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from numbers import Number
from typing import TYPE_CHECKING

from tmeatlas._text import LONE_SURROGATE

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile("[\t\r\n]|[\\s\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
"""How text begins that a spreadsheet runs; an apostrophe before it keeps it text."""
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""Text that is a number, such as the cluster `-1`: a spreadsheet has nothing to run."""
NEEDS_QUOTES = re.compile('[",;\t\r\n]')
"""Where any spreadsheet, of any country, might end the cell."""
ROWS = 20_000
"""Rows that are turned into text at a time."""

SEPARATORS = {".csv": ",", ".tsv": "\t"}


def table_parts(table: pd.DataFrame, separator: str, *, index: bool = True) -> Iterator[str]:
    """The lines of a table, some thousand at a time; equal tables give equal text."""
    names = [*([table.index.name] if index else []), *table.columns]
    yield row_text(["" if name is None else name for name in names], separator)
    for start in range(0, len(table), ROWS):
        part = table.iloc[start : start + ROWS]
        columns = [part.iloc[:, place] for place in range(part.shape[1])]
        if index:
            columns.insert(0, part.index.to_series())
        cells = [_cells(column) for column in columns]
        yield "".join(f"{separator.join(row)}\n" for row in zip(*cells, strict=True))


def row_text(values: Iterable[object], separator: str) -> str:
    """One line of a table."""
    return f"{separator.join(map(cell_text, values))}\n"


def cell_text(value: object) -> str:
    """A value as it stands in the file: guarded if it would run, quoted if it would be cut."""
    if isinstance(value, Number):
        return str(value)
    text = guarded(LONE_SURROGATE.sub("\ufffd", str(value)).replace("\0", "\ufffd"))
    if NEEDS_QUOTES.search(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def guarded(text: str) -> str:
    """`text`, behind an apostrophe where a spreadsheet would run it as a formula.

    Text that already stands behind apostrophes gets one more, so that the guard can be taken off.
    """
    return f"'{text}" if _runs(text.lstrip("'")) else text


def without_guard(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and _runs(text.lstrip("'")) else text


def _runs(text: str) -> bool:
    return FORMULA.match(text) is not None and NUMBER.fullmatch(text) is None


def _cells(column: pd.Series) -> list[str]:
    """The cells of a column; what is missing is empty."""
    import numpy as np
    import pandas as pd

    values = column.array
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        text = column.to_numpy().astype(str)
        return np.where(column.isna(), "", text).tolist() if column.hasnans else text.tolist()
    if isinstance(values, pd.Categorical):
        labels = np.array([*map(cell_text, values.categories), ""], dtype=object)
        return labels[values.codes].tolist()
    missing = column.isna().to_numpy()
    objects = values.to_numpy(dtype=object)
    return ["" if gone else cell_text(value) for value, gone in zip(objects, missing, strict=True)]
