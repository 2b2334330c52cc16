"""Which groups can meet, in every form in which users write it."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.interactions import read_microenvironments

LABELS = ["T cells", "CAF", "9"]
NODE_AND_RIM = {"node": ["T cells", "CAF"], "rim": ["CAF", "9"]}
ROWS = [("T cells", "node"), ("CAF", "rim"), ("CAF", "node"), ("9", "rim"), ("CAF", "node")]


def table(group="cell_type", place="microenvironment") -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=[group, place])


def test_a_dict_is_read_in_its_order_and_repeated_groups_count_once():
    given = {"rim": ["CAF", "9", "CAF"], "node": ("T cells",), "lone": "9"}
    expected = {"rim": ["CAF", "9"], "node": ["T cells"], "lone": ["9"]}
    found = read_microenvironments(given, LABELS)
    assert found == expected
    assert list(found) == list(expected)


@pytest.mark.parametrize("columns", [(), ("group",), (" Cell_Type", "Microenvironment")])
def test_tables_name_their_columns_in_several_ways(columns):
    assert read_microenvironments(table(*columns), LABELS) == NODE_AND_RIM


def test_numbers_as_names_of_groups_are_read_as_text():
    given = pd.DataFrame({"cell_type": [9, 10], "microenvironment": [1, 1]})
    assert read_microenvironments(given, ["9", "10"]) == {"1": ["9", "10"]}


@pytest.mark.parametrize(("name", "sep"), [("m.csv", ","), ("m.tsv", "\t"), ("m.txt", ";")])
def test_files_are_read_whatever_separates_their_cells(tmp_path, name, sep):
    table().to_csv(tmp_path / name, sep=sep, index=False)
    assert read_microenvironments(tmp_path / name, LABELS) == NODE_AND_RIM
    assert read_microenvironments(str(tmp_path / name), LABELS) == NODE_AND_RIM


def test_compressed_files_are_read(tmp_path):
    path = tmp_path / "m.csv.gz"
    path.write_bytes(gzip.compress(table().to_csv(index=False).encode()))
    assert read_microenvironments(path, LABELS) == NODE_AND_RIM


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"node": ["T cell"]}, MissingKeyError, "'T cell'.*Nearest first: 'T cells'"),
        ({}, InputError, "found 0 rows"),
        ({"node": []}, InputError, "found 0 rows"),
        ({"": ["CAF"]}, InputError, "Fill in both"),
        (["CAF"], InputError, "found list"),
        (table("cluster"), InputError, "found 5 rows with the columns 'cluster'"),
        (pd.DataFrame({"group": ["CAF"], "microenvironment": [None]}), InputError, "'CAF'"),
        ("absent.csv", MissingKeyError, r"absent\.csv"),
    ],
)
def test_what_cannot_be_read_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        read_microenvironments(given, LABELS)
