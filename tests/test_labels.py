"""One label for one thing, whatever type holds it."""

from __future__ import annotations

import datetime
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas._errors import InputError, TMEWarning
from tmeatlas._labels import as_label
from tmeatlas.cells import category_candidates, read_categories, stored_colours
from tmeatlas.pl._crosstalk import TEXTS
from tmeatlas.results import Fingerprint


@pytest.mark.parametrize(
    ("value", "label"),
    [
        *[("T cell", "T cell"), (" a ", " a "), ("1.0", "1.0"), ("None", "None")],
        *[
            (1, "1"),
            (1.0, "1"),
            (np.float32(2), "2"),
            (0.5, "0.5"),
            (-0.0, "0"),
            (1e20, "1" + "0" * 20),
        ],
        *[(True, "True"), (np.bool_(False), "False"), (b"T cell", "T cell"), (np.str_("x"), "x")],
        *[(pd.Timestamp("2020-01-01"), "2020-01-01"), (np.datetime64("2020-01-01"), "2020-01-01")],
        (pd.Timestamp("2020-01-01 12:30"), "2020-01-01 12:30:00"),
        (datetime.date(2020, 1, 1), "2020-01-01"),
        *[(float("inf"), "inf"), (pd.Interval(0, 1), "(0, 1]")],
        *[(None, ""), (np.nan, ""), (pd.NA, ""), (pd.NaT, ""), ("", ""), ("  ", "")],
        *[("nan", ""), ("NaN", ""), ("NA", ""), ("<NA>", ""), ("null", ""), (b"nan", "")],
    ],
)
def test_labels(value, label):
    assert as_label(value) == label


def cells(column) -> AnnData:
    obs = pd.DataFrame({"group": column})
    obs.index = [f"cell{i}" for i in range(len(obs))]
    return AnnData(np.ones((len(obs), 2), dtype=np.float32), obs=obs)


def labels_in(adata: AnnData) -> list[str]:
    found = read_categories(adata, "group", argument="groupby")
    return [found.categories[code] if code >= 0 else "" for code in found.codes]


def test_categories_keep_their_order_and_others_are_sorted():
    kept = pd.Categorical([2.0, 10.0, 1.0], categories=[10.0, 3.0, 2.0, 1.0])
    assert list(read_categories(cells(kept), "group", argument="x").categories) == ["10", "2", "1"]
    sorted_ = [10.0, 2.0, 1.0]
    assert list(read_categories(cells(sorted_), "group", argument="x").categories) == [
        *("1", "2", "10")
    ]


def test_labels_that_are_the_same_text_are_one():
    adata = cells(pd.Series([1, "1", 1.0, b"1", "2"], dtype=object))
    assert labels_in(adata) == ["1", "1", "1", "1", "2"]


def test_texts_for_what_is_missing_are_told_once():
    adata = cells(["a", "nan", "", "a", None, "NaN"])
    with pytest.warns(TMEWarning) as caught:
        assert labels_in(adata) == ["a", "", "", "a", "", ""]
    assert [str(w.message) for w in caught] == [
        "3 cells of obs['group'] have '', 'NaN', 'nan' in place of a label, and count as without "
        "one. If that is a name, rename it."
    ]


def test_one_cell_with_such_a_text():
    with pytest.warns(TMEWarning, match="1 cell of .* has 'nan' in place .* and counts as"):
        labels_in(cells(["a", "nan", "b"]))


def test_what_is_no_label_is_refused_where_it_is_asked_for_only():
    adata = cells(["a", "b", "a"])
    adata.obs["lists"] = [[1], [2], [1]]
    assert category_candidates(adata) == ["group"]
    with pytest.raises(InputError, match=r"one label per cell in obs\['lists'\].*type list"):
        read_categories(adata, "lists", argument="groupby")


def test_two_columns_of_one_name():
    adata = cells(["a", "b", "a"])
    adata.obs = pd.concat([adata.obs, adata.obs], axis=1)
    with pytest.raises(InputError, match="2 columns called 'group'"):
        read_categories(adata, "group", argument="groupby")


def test_colours_of_categories_that_are_numbers():
    adata = cells(pd.Categorical([1.0, 2.0, 1.0]))
    adata.uns["group_colors"] = ["#111111", "#222222"]
    assert stored_colours(adata, "group", ["2", "1"]) == ["#222222", "#111111"]


def test_a_result_still_belongs_to_labels_of_another_type():
    as_text = Fingerprint.of(cells(["1", "2", None]), "group")
    as_numbers = cells(pd.Categorical([1.0, 2.0, np.nan]))
    assert as_text.difference(as_numbers) == ""
    as_numbers.obs["group"] = pd.Categorical([2.0, 2.0, np.nan])
    assert "have changed" in as_text.difference(as_numbers)


def test_rows_of_crosstalk_in_figures_share_their_labels():
    labels = pd.Categorical.from_codes(np.arange(5000) % 2, ["a" * 9000, "b" * 9000])
    tracemalloc.start()
    found = pd.DataFrame({"source": labels}).astype({"source": TEXTS["source"]})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(found["source"]) == set(labels.categories)
    assert peak < 10e6  # 180 MB if every row had its own


@pytest.mark.parametrize("kind", [pd.Categorical, lambda texts: texts])
def test_memory_does_not_grow_with_the_length_of_labels_times_cells(kind):
    names = np.array([letter * 20_000 for letter in "abc"], dtype=object)
    adata = cells(kind(names[np.arange(20_000) % 3]))
    tracemalloc.start()
    found = read_categories(adata, "group", argument="groupby")
    Fingerprint.of(adata, "group")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.categories) == 3
    assert peak < 30e6  # every label of its own: 400 MB or more
