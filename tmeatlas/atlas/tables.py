"""Large tables in a page: which rows it lists, and how they become JSON.

Of a table with many rows a page lists something of every route before more of
any; what many rows share is stored once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tmeatlas.atlas.verdicts import AMBIENT, NONE, TOO_FEW, is_standing

ROUTE = ["axis", "source", "target"]
MAX_OTHERS_PER_AXIS = 20
"""Rows of an axis that were ruled out or not tested: a few show what was looked for."""

OTHER = 4
"""Rows that are not of interest, after the kinds that are."""


def listed_rows(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most `most` of the rows of interest, and a few others; `rows` are best first.

    Of interest is what stands out, then what has too few cells, then what is
    mostly ambient RNA, then what has no verdict for its role. A single limit on
    the sorted table would fill up with a few strong routes. So the best row of
    every route that stands out comes first, then the second of each, and so on;
    then the next kind likewise, those of routes without a better one first.
    """
    verdict = rows["verdict"].to_numpy()
    of_interest = [verdict == other for other in (TOO_FEW, AMBIENT, NONE)]
    kind = np.select([is_standing(rows["verdict"]), *of_interest], [0, 1, 2, 3], OTHER)
    known, kind_known = rows[kind < OTHER], kind[kind < OTHER]
    place = known.groupby(ROUTE, sort=False).cumcount().to_numpy()
    # np.lexsort sorts by its last key first, and keeps the order of what is equal.
    chosen = np.lexsort([place, kind_known])[:most]
    others = rows[kind == OTHER].groupby("axis", sort=False).head(MAX_OTHERS_PER_AXIS)
    labels = known.index[np.sort(chosen)].append(others.index)
    return rows[rows.index.isin(labels)].reset_index(drop=True)


def counted_rows(rows: pd.DataFrame) -> tuple[int, int]:
    """How many rows stand out, and for how many there are too few cells."""
    return int(is_standing(rows["verdict"]).sum()), int((rows["verdict"] == TOO_FEW).sum())


def part_of(number: int, total: int) -> str:
    """How many of all, in words: "all 12" or "5 of 12"."""
    return f"all {total:,}" if number == total else f"{number:,} of {total:,}"


def with_shared(rows: pd.DataFrame, shared: dict[str, list[str]]) -> dict[str, Any]:
    """Each set of `shared` columns as a table of its own, and its place in that as a column.

    A group shows a ligand in as many cells whoever receives it, so this is a
    third of the size. Rows are sorted for the same reason: like beside like.
    """
    short = rows.drop(columns=[name for names in shared.values() for name in names])
    tables = {}
    for place, names in shared.items():
        groups = rows.groupby(names, sort=True, dropna=False)
        short[place] = groups.ngroup()
        first = ~short[place].duplicated()
        tables[place] = rows.loc[first, names].iloc[np.argsort(short.loc[first, place].to_numpy())]
    names = [*(name for name in ("axis",) if name in short), *shared]
    short = short.sort_values(names, kind="stable")
    return {
        "rows": column_lists(short),
        "shared": {place: column_lists(table) for place, table in tables.items()},
    }


def column_lists(table: pd.DataFrame) -> dict[str, list[Any]]:
    """A table as JSON: its columns by name."""
    return {str(name): _column(values) for name, values in table.items()}


def _column(values: pd.Series) -> list[Any]:
    """A column of a table as JSON values: numbers with four digits."""
    array = values.to_numpy()
    if np.issubdtype(array.dtype, np.integer) or array.dtype == np.bool_:
        return array.astype(np.int64).tolist()
    return [_four_digits(value) for value in array.astype(np.float64).tolist()]


def _four_digits(value: float) -> float | int | None:
    if not np.isfinite(value):
        return None
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() else short
