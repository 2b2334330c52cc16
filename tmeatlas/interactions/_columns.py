"""Columns of tables from outside: found whatever their case, and read as plain values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas.interactions._database import ASSOCIATED, CORE

FLAGS = {"": True, "true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
"""How tables write booleans; what is missing counts as true."""
CORE_WORDS = {
    **dict.fromkeys((CORE, "true", "yes", "1", "1.0"), CORE),
    **dict.fromkeys((ASSOCIATED, "false", "no", "0", "0.0"), ASSOCIATED),
    "": "",
}
DISPUTED = {"yes": "yes", "true": "yes", "few": "few", "no": "", "false": "", "": ""}
Value = TypeVar("Value")


class Columns:
    """The columns of a table by plain names: lower case, words joined by "_".

    "Ligand", "ligand.symbol" and " Interaction Name" are found as ``ligand``,
    ``ligand_symbol`` and ``interaction_name``.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.names = [str(name) for name in frame.columns]
        self.position: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
            self.position.setdefault(plain, []).append(at)

    def __contains__(self, plain: str) -> bool:
        return plain in self.position

    def texts(self, *plain: str) -> list[str]:
        """The first of these columns that is there; empty where there is none."""
        return self.read(text_column, *plain, missing="")

    def read(
        self, reader: Callable[[pd.Series], list[Value]], *plain: str, missing: Value
    ) -> list[Value]:
        """The same with a reader of the column, and a value where there is none."""
        for name in plain:
            if name in self:
                return reader(self._column(name))
        return [missing] * len(self.frame)

    def _column(self, plain: str) -> pd.Series:
        at = self.position[plain]
        if len(at) > 1:
            names = [self.names[position] for position in at]
            raise InputError(
                f"The table has the columns {listing(list(dict.fromkeys(names)))} twice or in two "
                "spellings. Keep one of them."
            )
        return self.frame.iloc[:, at[0]]


def text_column(column: pd.Series) -> list[str]:
    """A column as stripped text, empty where it is missing."""
    text = column.astype(object)
    return text.where(text.notna(), "").map(str).str.strip().tolist()


def flag_column(column: pd.Series) -> list[bool]:
    """A column as booleans, true where it is missing."""
    return _words(column, FLAGS, "True or False")


def core_column(column: pd.Series) -> list[str]:
    """A column as "core", "associated" or, where it is missing, ""."""
    return _words(column, CORE_WORDS, "'core' or 'associated'")


def disputed_column(column: pd.Series) -> list[str]:
    """A column as "yes", "few" or ""."""
    return _words(column, DISPUTED, "'yes', 'few' or nothing")


def count_column(column: pd.Series) -> list[int]:
    """A column as whole numbers, 0 where it is missing."""
    counts = []
    for text in text_column(column):
        number = re.fullmatch(r"(\d+)(\.0+)?", text or "0")
        if number is None:
            raise _unexpected("whole numbers", column, text)
        counts.append(int(number[1]))
    return counts


def _words(column: pd.Series, meaning: dict[str, Value], expected: str) -> list[Value]:
    values = []
    for text in text_column(column):
        if text.lower() not in meaning:
            raise _unexpected(expected, column, text)
        values.append(meaning[text.lower()])
    return values


def _unexpected(expected: str, column: pd.Series, found: str) -> InputError:
    return InputError(
        f"Expected {expected} in the column {str(column.name)!r} of the interaction table, "
        f"found {found!r}."
    )
