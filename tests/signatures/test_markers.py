"""The fixed panel of markers: its form, its sources, and that it is what the rule gives."""

from __future__ import annotations

import importlib
import sys

import pandas as pd
import pytest

from tmeatlas.interactions import load_axes
from tmeatlas.lineages import tree
from tmeatlas.sig import drug_targets, load, markers

RULES = ["name", "lineage", "programme", "drug target", "axis"]
LOOKED_FOR = {"EPCAM", "FOXP3", "CD68", "MKI67", "CD274", "PDCD1", "PTPRC", "CD8A", "MS4A1"}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return markers()


def test_form(table):
    assert list(table.columns) == ["gene", "rule", "marks", "n_sources", "source"]
    assert table["gene"].is_unique
    assert 140 <= len(table) <= 170
    assert table["gene"].str.fullmatch(r"[A-Z][A-Z0-9-]+").all()
    assert list(dict.fromkeys(table["rule"])) == RULES
    assert (table["n_sources"] >= 1).all()
    assert (table["source"].str.strip() != "").all()
    assert set(table["gene"]) >= LOOKED_FOR


def test_what_is_changed_stays_with_the_caller(table):
    markers().loc[0, "gene"] = "changed"
    assert markers()["gene"][0] == table["gene"][0]


def test_what_they_mark_and_who_says_so(table):
    marks = {rule: set(rows["marks"]) for rule, rows in table.groupby("rule")}
    assert marks["lineage"] | marks["name"] <= set(tree())
    assert marks["programme"] <= {signature.marks for signature in load("all").values()}
    assert marks["axis"] <= {axis.id for axis in load_axes()}
    acted_on = set(drug_targets()["drug_target"])
    assert set(table.loc[table["rule"] == "drug target", "gene"]) <= acted_on
    of_programmes = table[table["rule"] == "programme"]
    known = load("all")
    for row in of_programmes.itertuples():
        listing = row.source.split("; ")
        assert len(listing) == row.n_sources
        assert all(row.gene in known[name].genes for name in listing)


def test_no_source_that_may_not_be_shipped(table):
    of_lineages = table[table["rule"].isin(["lineage", "name"])]
    assert not of_lineages["source"].str.contains("xCell").any()


def test_the_file_is_what_the_rule_gives(table, repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        rule = importlib.import_module("marker_panel")
        found = rule.frame(rule.panel())
    sys.modules.pop("marker_panel")
    pd.testing.assert_frame_equal(found, table)


def test_the_named_ones_are_those_of_the_shared_table(table, shared_data):
    path = shared_data / "signatures" / "lineage_markers.tsv"
    listed = pd.read_csv(path, sep="\t", keep_default_na=False)
    for row in table[table["rule"] == "name"].itertuples():
        rows = listed[(listed["lineage"] == row.marks) & (listed["gene"] == row.gene)]
        assert len(rows) == row.n_sources
        assert (rows["direction"] == "up").all()
    epithelial = listed[
        (listed["lineage"] == "epithelial") & listed["note"].str.contains("seen in")
    ]
    seen = epithelial["note"].str.extract(r"seen in ([\d.]+) of these")[0].astype(float)
    assert epithelial["gene"][seen.idxmax()] == "EPCAM"
