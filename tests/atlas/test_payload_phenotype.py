"""Phenotypes of samples in the payload: values and calls are those of the stored tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_cohort import write_phenotype

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.panels.phenotype import panel
from tmeatlas.results import NOT_A_DIAGNOSTIC


def phenotypes(adata, **options):
    return build_payload(adata, groupby="cell_type", **options).phenotype


def test_values_and_limits_are_those_of_the_table(adata):
    found = phenotypes(adata, sample_key="sample")
    table = adata.uns["tme_phenotype"].astype({"sample": str, "measure": str})
    samples, measures = table["sample"].unique(), table["measure"].unique()
    assert sorted(call.sample for call in found.calls) == sorted(samples)
    assert list(found.tables["value"].index) == [call.sample for call in found.calls]
    assert len(found.measures) == len(measures)
    for row in table.itertuples():
        for name in ("value", "low", "high", "cells", "note"):
            shown = found.tables[name].loc[row.sample, row.measure]
            assert shown == getattr(row, name) or (pd.isna(shown) and pd.isna(getattr(row, name)))


def test_samples_have_the_names_of_the_page(make_adata):
    adata = make_adata(samples=["P_1", "P_2", "P_3", "P_4"])
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    shown = {call.sample for call in payload.phenotype.calls}
    assert shown == set(payload.sample.labels) == {"P 1", "P 2", "P 3", "P 4"}
    followed = next(each for each in payload.findings if each.rule == "calls_of_samples")
    assert followed.view["row"] in shown


def test_measure_that_cannot_be_read_says_why(adata, read_page):
    found = phenotypes(adata, sample_key="sample")
    assert np.isnan(found.tables["value"].iloc[0, -1])
    assert found.tables["note"].iloc[0, -1] == "not readable at this depth: 3 molecules"
    page = read_page(render_page(build_payload(adata, groupby="cell_type")))
    packed = page.meta["panels"]["phenotype"]
    assert packed["calls"][3]["margin"] is None
    assert packed["calls"][3]["call"] == packed["callOrder"][-1] == "no call"
    assert "sorted cells" in packed["calls"][3]["reason"]


def test_samples_are_those_of_the_page_where_it_divides_them_alike(adata):
    codes = [call.code for call in phenotypes(adata, sample_key="sample").calls]
    assert codes == [0, 2, 1, 3]
    assert [call.code for call in phenotypes(adata).calls] == [None] * 4
    adata.obs["patient"] = adata.obs["sample"]
    other = phenotypes(adata, sample_key="patient")
    assert [call.code for call in other.calls] == [None] * 4


def test_samples_stand_in_the_order_of_the_composition(adata, read_page):
    both = {"sample_key": "sample", "condition_key": "condition"}
    for options, order in [({"sample_key": "sample"}, [0, 2, 1, 3]), (both, [0, 1, 2, 3])]:
        payload = build_payload(adata, groupby="cell_type", **options)
        assert [call.code for call in payload.phenotype.calls] == order
        assert read_page(render_page(payload)).meta["bars"]["sample"] == order
    assert [call.condition for call in payload.phenotype.calls] == [0, 0, 1, 1]


def test_rows_that_are_samples_themselves(adata):
    write_phenotype(adata)
    found = phenotypes(adata)
    assert len(found.calls) == panel.MAX_SAMPLES < adata.n_obs == found.n_total
    assert {call.cells for call in found.calls} == {0}
    notes = build_payload(adata, groupby="cell_type").about.notes
    assert any("the first 500 of 600 samples" in note for note in notes)


def test_that_it_is_no_diagnostic_stands_in_the_card(payload):
    card = next(card for card in payload.cards if card.id == "phenotype")
    assert card.explanation.startswith(NOT_A_DIAGNOSTIC)
    assert "phenotype of 3 samples" in payload.summary


@pytest.mark.parametrize("lacking", ["tme_phenotype", "tme_phenotype_calls"])
def test_without_a_table_or_calls(adata, lacking):
    del adata.uns[lacking]
    found = phenotypes(adata, sample_key="sample")
    if lacking == "tme_phenotype":
        assert found is None
    else:
        assert {call.call for call in found.calls} == {"no call"}
