"""Values of `obs` as labels: the same text for the same thing, whatever type holds it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._text import clean

NOT_NAMES = frozenset({"", "nan", "na", "n/a", "#n/a", "<na>", "nat", "null"})
"""Text, in lower case, that is written where a value is missing; `None` is a treatment, too."""


def as_label(value: object) -> str:
    """The label that a value of `obs`, or an option that names one, stands for; "" for none.

    Whole numbers have no decimals, as a column of them turns to float where one
    is missing; days have no time.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if np.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else str(value)
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        time = pd.Timestamp(value)
        return str(time.date()) if time == time.normalize() else str(time)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = str(value)
    return "" if text.strip().lower() in NOT_NAMES else text


def coded(column: pd.Series, key: str) -> tuple[NDArray[np.int64], list[Any]]:
    """The place of each cell's value among the different ones (-1: missing), and those."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories().cat
        return np.asarray(used.codes, dtype=np.int64), list(used.categories)
    try:
        codes, values = pd.factorize(column)
    except TypeError as error:
        kinds = {type(value).__name__ for value in column}
        raise InputError(
            f"Expected one label per cell in obs[{key!r}], found values of type "
            f"{', '.join(sorted(kinds))}. Turn each into one text first."
        ) from error
    return np.asarray(codes, dtype=np.int64), list(values)


def missing_texts(labels: Iterable[str], values: Iterable[object]) -> list[str]:
    """The texts among `values` that are no labels, in order, fit to be shown."""
    pairs = zip(labels, values, strict=True)
    return [clean(v) if str(v).strip() else "" for label, v in pairs if not label and _is_text(v)]


def _is_text(value: object) -> bool:
    return isinstance(value, (str, bytes))
