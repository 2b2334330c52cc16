"""Columns of tables from outside as plain text and booleans."""

from __future__ import annotations

import re

import pandas as pd

from tmeatlas._errors import InputError

FLAGS = {"": True, "true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
"""How tables write booleans; what is missing counts as true."""


def text_column(column: pd.Series) -> list[str]:
    """A column as stripped text, empty where it is missing."""
    text = column.astype(object)
    return text.where(text.notna(), "").map(str).str.strip().tolist()


def flag_column(column: pd.Series) -> list[bool]:
    """A column as booleans, true where it is missing."""
    flags = []
    for text in text_column(column):
        if text.lower() not in FLAGS:
            raise InputError(
                f"Expected True or False in the column {str(column.name)!r} of the interaction "
                f"table, found {text!r}."
            )
        flags.append(FLAGS[text.lower()])
    return flags


def count_column(column: pd.Series) -> list[int]:
    """A column as whole numbers, 0 where it is missing."""
    counts = []
    for text in text_column(column):
        number = re.fullmatch(r"(\d+)(\.0+)?", text or "0")
        if number is None:
            raise InputError(
                f"Expected whole numbers in the column {str(column.name)!r} of the interaction "
                f"table, found {text!r}."
            )
        counts.append(int(number[1]))
    return counts
