"""Lineages and states in the payload: as colours, as shares, as a table of groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.cells._colours import NEUTRAL
from tmeatlas.results import States


def called(payload):
    return {category.id: category for category in payload.called}


def test_lineage_and_state_colour_the_cells(adata, payload):
    found = called(payload)
    assert list(found) == ["lineage", "state"], "the fine level says no more here"
    for name, key in (("lineage", "tme_lineage"), ("state", "tme_state")):
        column = adata.obs[key].astype(str).iloc[payload.rows]
        category = found[name]
        assert [category.labels[code] for code in category.codes] == list(column)
    state = found["state"]
    greys = {
        label
        for label, colour in zip(state.labels, state.colours, strict=True)
        if colour == NEUTRAL
    }
    assert greys == {"unassigned", "not called"}
    assert payload.summary[1] == "6 groups by cell type"
    assert not any("lineage" in text and "by" in text for text in payload.summary)


def test_fine_level_where_it_says_more(adata):
    fine = adata.obs["tme_lineage"].astype(str).replace("T cells", "CD8 T cells")
    adata.obs["tme_lineage_fine"] = fine.astype("category")
    assert list(called(build_payload(adata, groupby="cell_type"))) == ["lineage", "fine", "state"]


def test_what_divides_the_page_is_no_second_colour(adata):
    payload = build_payload(adata, groupby="tme_lineage")
    assert list(called(payload)) == ["state"]


def test_confidence_is_a_number_to_colour_by(adata, payload):
    (feature,) = (one for one in payload.features if one.kind == "confidence")
    exact = adata.obs["tme_lineage_confidence"].to_numpy()[payload.rows]
    shown = feature.low + feature.steps * (feature.high - feature.low) / 254
    np.testing.assert_allclose(shown, exact, atol=0.01)
    assert feature not in payload.signatures


def test_shares_are_those_of_the_result(adata, payload, read_page):
    shares = States.read(adata).shares()
    pd.testing.assert_frame_equal(payload.states.rows, shares.reset_index(drop=True))
    page = read_page(render_page(payload)).meta["panels"]["states"]
    assert page["called"] == shares["called"].tolist()
    of_lineage = shares[shares["lineage"] == "T cells"]
    assert of_lineage["called"].sum() == (adata.obs["tme_lineage"] == "T cells").sum()
    assert "unassigned" in page["state"]
    assert page["nNotCalled"] == (adata.obs["tme_state"] == "not called").sum()


def test_shares_of_the_samples(adata, payload):
    samples = payload.states.samples
    assert len(samples)
    for row in samples.itertuples():
        name = payload.sample.raw_labels[row.sample]
        one = payload.states.rows.iloc[row.row]
        here = (adata.obs["sample"] == name) & (adata.obs["tme_lineage"] == one["lineage"])
        assert row.cells == here.sum()
        assert row.called == (here & (adata.obs["tme_state"] == one["state"])).sum()
        assert row.share == pytest.approx(row.called / row.cells)
    assert build_payload(adata, groupby="cell_type").states.samples.empty


def test_groups_and_how_their_lineage_was_told(adata, payload, read_page):
    """In the order of the page, whatever that of the table."""
    table = adata.uns["tme_lineage_groups"].astype({"group": str})
    table = table.set_index("group", drop=False).loc[payload.groups.raw_labels]
    page = read_page(render_page(payload)).meta["panels"]["lineages"]
    assert page["group"] == table["group"].astype(str).tolist()
    assert page["cells"] == table["cells"].tolist()
    assert page["mixed"] == table["mixed"].tolist()
    assert set(page["how"]) == {"by its name"}
    assert "1 mixed group" in payload.summary


def test_a_part_of_the_cells_keeps_colours_and_shares_but_not_the_groups(adata):
    part = adata[adata.obs["sample"] != "P1"].copy()
    payload = build_payload(part, groupby="cell_type", sample_key="sample")
    assert list(called(payload)) == ["lineage", "state"]
    shares = payload.states.rows
    of_lineage = shares[shares["lineage"] == "T cells"]
    assert of_lineage["called"].sum() == (part.obs["tme_lineage"] == "T cells").sum()
    assert "lineages" not in payload.panels
    assert any(note.startswith("How lineages were told") for note in payload.about.notes)
