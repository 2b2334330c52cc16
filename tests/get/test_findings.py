"""Findings of data whose results are known: each number is that of a table."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from made_adata import make_adata

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.findings import About, Confidence

ALL = 100


@pytest.fixture(scope="module")
def cells():
    return make_adata()


@pytest.fixture(scope="module")
def table(cells):
    return tme.get.findings(cells, most=ALL)


def of_rule(table, rule):
    return table[table["rule"] == rule].iloc[0]


def test_columns_and_words(table):
    assert table.columns.tolist() == [
        *("rule", "about", "headline", "text", "confidence", "n", "unit"),
        *("result", "rows", "view"),
    ]
    assert set(table["confidence"]) <= {word.value for word in Confidence}
    assert set(table["about"]) <= {about.value for about in About}
    order = [[word.value for word in Confidence].index(each) for each in table["confidence"]]
    assert order == sorted(order)


def test_no_sentence_without_a_number(table):
    assert len(table) > 4
    assert table["text"].str.contains(r"\d").all()
    assert (table["headline"].str.len() <= 60).all()
    assert table["text"].str.endswith(".").all()
    assert not table["headline"].str.endswith(".").any()
    assert not table["headline"].str.contains("_").any()


def test_shares_are_those_of_the_labels(cells, table):
    found = of_rule(table, "what_there_is")
    counts = cells.obs["cell_type"].value_counts()
    first = f"{counts.index[0]} {100 * counts.iloc[0] / cells.n_obs:.0f}%"
    assert found["text"].startswith(first)
    assert found["n"] == cells.n_obs


def test_axes_have_the_numbers_of_their_row(cells, table):
    axes = cells.uns["tme_axes"].astype({"axis": str, "source": str, "target": str})
    for _, found in table[table["rule"] == "axes_that_stand_out"].iterrows():
        wanted = dict(each.split("=") for each in found["rows"].split("; "))
        row = axes[(axes[list(wanted)] == pd.Series(wanted)).all(axis=1)].iloc[0]
        assert row["padj"] <= 0.05
        for side in ("ligand", "receptor"):
            share = row[f"{side}_fraction"]
            assert f"{100 * share:.{1 if share < 0.0995 else 0}f}%" in found["text"]


def test_calls_are_counted(cells, table):
    calls = cells.uns["tme_phenotype_calls"]["call"].astype(str)
    found = of_rule(table, "calls_of_samples")
    for call, n in calls.value_counts().items():
        told = found["headline"] if call not in ("no call", "unclear") else found["text"]
        assert re.search(rf"\b{n} {call}", told, re.IGNORECASE)
    assert found["n"] == len(calls)


def test_most_is_kept_and_checked(cells):
    assert len(tme.get.findings(cells, most=2)) == 2
    with pytest.raises(InputError, match="most"):
        tme.get.findings(cells, most=0)


def test_nothing_is_written(cells):
    before = cells.copy()
    tme.get.findings(cells)
    assert list(cells.uns) == list(before.uns)
    pd.testing.assert_frame_equal(cells.obs, before.obs)


def test_results_of_other_labels_say_nothing(cells):
    changed = cells.copy()
    changed.obs["cell_type"] = np.random.default_rng(0).permutation(
        changed.obs["cell_type"].astype(str)
    )
    table = tme.get.findings(changed, groupby="cell_type", most=ALL)
    assert "crosstalk" not in set(table["about"])


def test_data_without_results_are_counted_alone():
    table = tme.get.findings(tme.datasets.simulated(300), groupby="cell_type")
    assert set(table["rule"]) == {"what_there_is", "only_one_sample"}
