"""Drug targets in the payload: rows, drugs and shares are those of the stored tables."""

from __future__ import annotations

import pytest
from made_results import keep_drug_targets

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.panels.drug_targets import panel
from tmeatlas.results import DrugTargets


@pytest.fixture
def cells(adata):
    keep_drug_targets(adata, "cell_type")
    return adata


def test_rows_and_drugs_are_those_of_the_table(cells):
    found = build_payload(cells, groupby="cell_type").drug_targets
    assert found.rows["label"].to_list() == ["PDCD1", "CXCL12", "delta"]
    assert found.drugs["drug"].to_list() == ["alpha", "beta", "gamma", "delta"]
    assert found.drugs["row"].to_list() == [0, 0, 1, 2]
    expression = DrugTargets.read(cells).expression.set_index(["drug_target", "group"])["share"]
    for (gene, group), share in expression.items():
        assert found.shares.loc[gene, group] == share


def test_the_page_has_them_with_dates_and_says_what_they_are(cells, read_page):
    payload = build_payload(cells, groupby="cell_type")
    page = read_page(render_page(payload))
    packed = page.meta["panels"]["drug_targets"]
    assert packed["use"] == "Research context, never advice."
    assert packed["conflicting"] == [["omega", "PDCD1", "conflicting: two sources"]]
    assert packed["words"][0] == "supported"
    notes = payload.about.notes
    assert any("Research context, never advice." in note for note in notes)
    assert any("omega" in note for note in notes)
    assert "1 supported drug target" in payload.summary
    assert packed["nSupported"] == len(DrugTargets.read(cells).supported) == 1


def test_drug_targets_are_among_the_genes_of_the_page(cells):
    features = {feature.id for feature in build_payload(cells, groupby="cell_type").features}
    assert {"g:PDCD1", "g:CXCL12"} <= features


def test_without_room_the_first_are_shown(cells, monkeypatch):
    monkeypatch.setattr(panel, "MAX_ROWS", 1)
    payload = build_payload(cells, groupby="cell_type")
    assert len(payload.drug_targets.rows) == 1
    assert any("the first 1 of 3 are shown" in note for note in payload.about.notes)
