"""Rows in the types in which a table is kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tmeatlas.results import Column, as_stored

COLUMNS = (
    Column("name", "category", "a name"),
    Column("size", "int32", "a number"),
    Column("share", "float32", "a share"),
)


def test_rows_get_the_declared_columns_in_their_types():
    rows = pd.DataFrame(
        {"share": [0.5, None], "other": 1, "size": [2.0, 3.0], "name": ["b", None]}, index=[7, 8]
    )
    table = as_stored(rows, COLUMNS)
    assert list(table) == ["name", "size", "share"]
    assert table.index.to_list() == [0, 1]
    assert table["name"].cat.categories.to_list() == ["b", ""]  # as they come; missing is empty
    assert table["size"].dtype == np.int32
    assert table["share"].dtype == np.float32
    assert np.isnan(table["share"][1])


def test_categories_come_in_the_order_that_is_given():
    rows = pd.DataFrame({"name": ["b", "a"], "size": 1, "share": 0.0})
    table = as_stored(rows, COLUMNS, {"name": ["a", "b", "c"]})
    assert table["name"].cat.categories.to_list() == ["a", "b", "c"]
    assert table["name"].to_list() == ["b", "a"]


def test_no_rows_are_an_empty_table_of_the_same_types():
    table = as_stored(pd.DataFrame(), COLUMNS)
    assert len(table) == 0
    assert [str(dtype) for dtype in table.dtypes] == ["category", "int32", "float32"]
