"""Drivers in the payload: what the page holds is what is stored."""

from __future__ import annotations

import pytest
from made_results import keep_drivers

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.panels.drivers import panel
from tmeatlas.results import WHAT_IT_SHOWS, Drivers


@pytest.fixture
def cells(adata):
    keep_drivers(adata, "cell_type")
    return adata


def test_the_page_has_the_three_tables_and_says_what_they_do_not_show(cells, read_page):
    payload = build_payload(cells, groupby="cell_type")
    packed = read_page(render_page(payload)).meta["panels"]["drivers"]
    stored = Drivers.read(cells)
    assert packed["groups"]["group"] == stored.table["group"].astype(str).to_list()
    assert packed["groups"]["sends"] == stored.table["sends"].to_list()
    assert packed["groups"]["sends_high"][0] == 2.5
    assert packed["groups"]["receives_high"][0] is None
    assert packed["loops"]["holds"] == [1, 0, 1]
    assert packed["loops"]["source"][1] == "Hypoxia"
    stored_as = (stored.loops["found"].astype(str) == "all links hold").to_list()
    assert packed["loops"]["closed"] == stored_as
    assert packed["genes"]["name"] == ["IFN-γ response", "Hypoxia"]  # over all samples only
    assert packed["genes"]["lineage"] == ["malignant cells"] * 2
    assert packed["genes"]["value"] == [0.4, None]
    assert packed["shows"] == WHAT_IT_SHOWS
    assert "1 of 2 chains with all links" in payload.summary


def test_the_sources_of_the_chains_are_cited(cells):
    assert "Somebody et al. 2020" in build_payload(cells, groupby="cell_type").about.citations


def test_without_room_the_first_groups_are_shown(cells, monkeypatch):
    monkeypatch.setattr(panel, "MAX_GROUPS", 2)
    monkeypatch.setattr(panel, "MAX_LINKS", 1)
    payload = build_payload(cells, groupby="cell_type")
    assert len(payload.drivers.groups) == 2
    assert any(
        note.startswith("Key drivers: the first 1 of 3 links") for note in payload.about.notes
    )
    assert any(note.startswith("Key drivers: the first 2 of") for note in payload.about.notes)


def test_drivers_of_other_cells_are_not_shown(cells):
    payload = build_payload(cells[:-5].copy(), groupby="cell_type")
    assert payload.drivers is None
    assert any("Key drivers, not shown" in note for note in payload.about.notes)
