from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.get import axes as get_axes
from tmeatlas.get import crosstalk as get_crosstalk
from tmeatlas.tl import axes, crosstalk

DATABASE = pd.DataFrame(
    {"ligand": ["G0", "G2", "G4"], "receptor": ["G1", "G3", "G5"], "axis": ["x", "x", "y"]}
)


@pytest.fixture(scope="module")
def adata() -> AnnData:
    rng = np.random.default_rng(0)
    values = rng.lognormal(0, 0.5, (90, 6)).astype(np.float32)
    values[:30, 0] += 2
    values[30:60, 1] += 2
    obs = pd.DataFrame({"group": np.repeat(["a", "b", "c"], 30)}, index=map(str, range(90)))
    adata = AnnData(values, obs=obs, var=pd.DataFrame(index=[f"G{i}" for i in range(6)]))
    crosstalk(adata, "group", database=DATABASE)
    return adata


def test_everything_with_plain_strings(adata):
    table = get_crosstalk(adata)
    stored = adata.uns["tme_crosstalk"]
    assert list(table.columns) == list(stored.columns)
    assert not any(isinstance(dtype, pd.CategoricalDtype) for dtype in table.dtypes)
    for name in table.columns:
        expected = pd.Series(stored[name].tolist(), name=name)
        pd.testing.assert_series_equal(pd.Series(table[name].tolist(), name=name), expected)


def test_filters_are_combined_and_keep_the_order(adata):
    stored = adata.uns["tme_crosstalk"].reset_index()
    table = get_crosstalk(adata, axis="x", source=["a", "b"], target="c")
    expected = stored[
        (stored["axis"] == "x") & stored["source"].isin(["a", "b"]) & (stored["target"] == "c")
    ]
    assert table["score"].tolist() == expected["score"].tolist()
    assert len(table) == 4
    assert table.index.tolist() == [0, 1, 2, 3]


def test_max_padj_keeps_the_adjustment_over_all_rows(adata):
    table = get_crosstalk(adata, max_padj=0.05)
    stored = adata.uns["tme_crosstalk"]
    assert 0 < len(table) < len(stored)
    assert table["padj"].tolist() == stored.loc[stored["padj"] <= 0.05, "padj"].tolist()


def test_the_stored_table_stays_as_it_is(adata):
    table = get_crosstalk(adata)
    before = adata.uns["tme_crosstalk"].copy()
    table["score"] = 0.0
    pd.testing.assert_frame_equal(adata.uns["tme_crosstalk"], before)


def test_it_works_after_reading_a_file(adata, tmp_path):
    adata.write_h5ad(tmp_path / "adata.h5ad")
    read = ad.read_h5ad(tmp_path / "adata.h5ad")
    expected = get_crosstalk(adata, axis="y", source="a")
    pd.testing.assert_frame_equal(get_crosstalk(read, axis="y", source="a"), expected)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"axis": "z"}, MissingKeyError, "axis .* 'z'.*'x', 'y'"),
        ({"source": ["a", "d"]}, MissingKeyError, "source .* 'd'"),
        ({"target": "aa"}, MissingKeyError, "first: 'a'"),
        ({"max_padj": 5}, InputError, "max_padj"),
        ({"key": "other"}, MissingKeyError, r"Run tme\.tl\.crosstalk"),
    ],
)
def test_bad_requests_say_what_there_is(adata, options, error, message):
    with pytest.raises(error, match=message):
        get_crosstalk(adata, **options)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"a": 1}, r"found dict\. tme\.tl\.crosstalk\(adata, groupby\) makes it"),
        (pd.DataFrame({"axis": [], "source": []}), r"'target', .* more\. tme\.tl\.crosstalk"),
    ],
)
def test_something_else_under_the_key(adata, found, message):
    other = adata.copy()
    other.uns["tme_crosstalk"] = other.uns["mine"] = found
    with pytest.raises(InputError, match=message):
        get_crosstalk(other)
    with pytest.raises(InputError, match=r"no record of crosstalk .*key_added='mine'\) again"):
        get_crosstalk(other, key="mine")


def test_tables_of_axes_and_of_crosstalk_are_told_apart(adata):
    with pytest.raises(InputError, match=r"Expected axes .*found crosstalk.*tme\.tl\.axes"):
        get_axes(adata, key="tme_crosstalk")
    both = axes(adata, database=DATABASE, copy=True)
    with pytest.raises(InputError, match=r"Expected crosstalk .*found axes.*tme\.tl\.crosstalk"):
        get_crosstalk(both, key="tme_axes")


def test_not_an_anndata(adata):
    with pytest.raises(InputError, match="AnnData"):
        get_crosstalk(adata.uns["tme_crosstalk"])
