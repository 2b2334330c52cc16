from __future__ import annotations

import json

import pytest

from tmeatlas._errors import InputError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.tables import VERDICTS


def test_rows_are_those_of_the_table(adata, payload):
    table, evidence = adata.uns["tme_axes"], payload.panels["evidence"]
    rows, names = evidence.rows, evidence.names
    assert len(rows) == len(table)  # so few that none is left out
    axes = [axis.id for axis in payload.panels["crosstalk"].axes]
    nodes = [node.label for node in payload.panels["crosstalk"].nodes]
    expected = table.set_index(["axis", "source", "target"])
    for row in rows.itertuples():
        known = expected.loc[(axes[row.axis], nodes[row.source], nodes[row.target])]
        assert VERDICTS[row.verdict] == known["verdict"]
        assert row.padj == pytest.approx(known["padj"], nan_ok=True)
        assert row.ligand_fraction_low == known["ligand_fraction_low"]
        assert row.activation == pytest.approx(
            max(known["activation_source"], known["activation_target"]), nan_ok=True
        )
        pair = names["top_interaction"][row.top_interaction]
        assert pair == known["top_interaction"].replace("^", " → ").replace("_", "+")
    assert evidence.modifiers == ["activation"]  # no row has a decoy


def test_response_has_the_name_that_the_signature_has_elsewhere(adata):
    coverage = adata.uns["tme_coverage"]
    coverage.loc["tgfb_response"] = coverage.iloc[0].to_numpy()
    coverage.loc["tgfb_response", "name"] = "Response to TGF-β"
    evidence = build_payload(adata, groupby="cell_type").panels["evidence"]
    assert set(evidence.names["response"]) == {"", "Response to TGF-β"}


def test_every_active_and_detected_row_is_listed(make_adata):
    adata = make_adata(groups=[f"group {i}" for i in range(12)])
    evidence = build_payload(adata, groupby="cell_type").panels["evidence"]
    table = adata.uns["tme_axes"]
    assert evidence.n_total == len(table)
    assert evidence.n_active == (table["verdict"] == "active").sum()
    assert evidence.n_detected == (table["verdict"] == "detected").sum()
    assert (evidence.rows["verdict"] <= 1).sum() == evidence.n_active + evidence.n_detected
    assert len(evidence.unlisted) == 0


def test_rows_without_room_are_the_worst_and_keep_their_verdict(adata, monkeypatch, read_page):
    monkeypatch.setattr("tmeatlas.atlas.panels.evidence.rows.MAX_ROWS", 30)
    table = adata.uns["tme_axes"]
    payload = build_payload(adata, groupby="cell_type")
    evidence = payload.panels["evidence"]
    n_counting = table["verdict"].isin(["active", "detected"]).sum()
    assert len(evidence.unlisted) == n_counting - 30
    assert evidence.rows["padj"].max() <= table["padj"].nsmallest(30).max()
    axes = [axis.id for axis in payload.panels["crosstalk"].axes]
    nodes = [node.label for node in payload.panels["crosstalk"].nodes]
    expected = table.set_index(["axis", "source", "target"])["verdict"]
    for row in evidence.unlisted.itertuples():
        route = (axes[row.axis], nodes[row.source], nodes[row.target])
        assert VERDICTS[row.verdict] == expected[route]
    assert any("Evidence: of 108 rows, listed are" in note for note in payload.about.notes)
    page = read_page(render_page(payload))
    body = json.loads(page.block(page.meta["panels"]["evidence"]["block"]))
    assert len(body["unlisted"]["verdict"]) == n_counting - 30
    assert page.meta["panels"]["evidence"]["nDetected"] == (table["verdict"] == "detected").sum()


def test_absent_without_axes_or_crosstalk(adata):
    crosstalk = adata.uns.pop("tme_crosstalk")
    assert "evidence" not in build_payload(adata, groupby="cell_type").panels
    adata.uns["tme_crosstalk"] = crosstalk
    del adata.uns["tme_axes"]
    payload = build_payload(adata, groupby="cell_type")
    assert "evidence" not in payload.panels
    assert 'id="card-evidence"' not in render_page(payload)
    assert any("tme.tl.axes(adata)" in call for _, call in payload.about.absent)


def test_not_a_table_of_axes(adata):
    adata.uns["tme_axes"] = adata.uns["tme_axes"].drop(columns="ligand_pval")
    with pytest.raises(InputError, match=r"lacks 'ligand_pval'.*tme.tl.axes"):
        build_payload(adata, groupby="cell_type")


def test_missing_values_reach_the_page_as_null(payload, read_page):
    page = read_page(render_page(payload))
    body = json.loads(page.block(page.meta["panels"]["evidence"]["block"]))
    assert None in body["rows"]["padj"]
    assert len(body["rows"]["padj"]) == len(payload.panels["evidence"].rows)
