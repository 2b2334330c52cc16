from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

from tmeatlas._table_text import ROWS, cell_text, guarded, table_parts, without_guard


def text_of(table, separator=",", **options):
    return "".join(table_parts(table, separator, **options))


@pytest.fixture
def cases(repository):
    """Values and the cells they make; the scripts of the page are tested with the same."""
    return json.loads((repository / "tests" / "cells_of_csv.json").read_text())


def test_cells(cases):
    assert [cell_text(value) for value, _ in cases] == [cell for _, cell in cases]


def test_a_guard_is_taken_off_again(cases):
    texts = [value for value, _ in cases if isinstance(value, str)]
    assert [without_guard(guarded(text)) for text in texts] == texts


def test_any_reader_gets_the_values_back(cases):
    texts = [value for value, _ in cases if isinstance(value, str) and "\0" not in value]
    table = pd.DataFrame({"a": texts, "b": texts[::-1]}, index=texts)
    for separator in (",", "\t"):
        written = io.StringIO(text_of(table, separator), newline="")
        header, *rows = csv.reader(written, delimiter=separator)
        assert header == ["", "a", "b"]
        assert [tuple(without_guard(cell) for cell in row) for row in rows] == list(
            zip(texts, texts, texts[::-1], strict=True)
        )


def test_headers_and_the_name_of_the_index_are_cells_too():
    table = pd.DataFrame([[1, 2]], columns=["=a", "b;c"], index=pd.Index(["+x"], name="@cell"))
    assert text_of(table) == "'@cell,'=a,\"b;c\"\n'+x,1,2\n"
    assert text_of(table, index=False) == '\'=a,"b;c"\n1,2\n'


def test_columns_of_every_kind():
    table = pd.DataFrame(
        {
            "float32": np.array([0.1, np.nan, -np.inf], dtype=np.float32),
            "float64": [0.1, 1e-300, -0.0],
            "int": [-1, 0, 2**62],
            "bool": [True, False, True],
            "category": pd.Categorical(["=a", None, "b"]),
            "numbers as categories": pd.Categorical([1.0, None, -2.0]),
            "nullable": pd.array([1, None, -3], dtype="Int64"),
            "object": ["x", None, -1.5],
            "time": pd.to_datetime(["2026-01-02", None, "2026-01-03"]),
            "span": pd.to_timedelta([-1, 1, None], unit="D"),
        }
    )
    rows = list(csv.reader(io.StringIO(text_of(table, index=False))))
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    assert columns == {
        "float32": ("0.1", "", "-inf"),
        "float64": ("0.1", "1e-300", "-0.0"),
        "int": ("-1", "0", str(2**62)),
        "bool": ("True", "False", "True"),
        "category": ("'=a", "", "b"),
        "numbers as categories": ("1.0", "", "-2.0"),
        "nullable": ("1", "", "-3"),
        "object": ("x", "", "-1.5"),
        "time": ("2026-01-02 00:00:00", "", "2026-01-03 00:00:00"),
        "span": ("'-1 days +00:00:00", "1 days 00:00:00", ""),
    }


def test_columns_of_one_name_and_tables_without_rows():
    table = pd.DataFrame([["a", "b"]], columns=["x", "x"])
    assert text_of(table, index=False) == "x,x\na,b\n"
    assert text_of(table.iloc[:0]) == ",x,x\n"


def test_what_is_no_unicode_becomes_a_sign_for_it():
    assert cell_text("a\ud800b") == "a\ufffdb"


def test_numbers_are_as_pandas_writes_them_over_many_parts():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.random((ROWS + 10, 2)), columns=["a", "b"])
    table["c"] = table["a"].astype(np.float32)
    assert text_of(table) == table.to_csv(lineterminator="\n")
