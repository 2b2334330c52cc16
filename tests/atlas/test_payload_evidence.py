from __future__ import annotations

import json

import numpy as np
import pytest

from tmeatlas._errors import InputError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.verdicts import VERDICTS
from tmeatlas.lr import MIN_FOLD


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
        assert row.ligand_specificity_high == known["ligand_specificity_high"]
        assert row.target_cells_needed == pytest.approx(known["target_cells_needed"], nan_ok=True)
        for side in ("ligand", "receptor"):
            lacks = side in known["missing"].split("; ")
            assert (VERDICTS[getattr(row, f"{side}_state")] == "specific") != lacks
        pair = names["top_interaction"][row.top_interaction]
        assert pair == known["top_interaction"].replace("^", " → ").replace("_", "+")
    assert evidence.modifiers == ["activation"]  # no row has a decoy


def test_each_side_has_a_verdict_of_its_own(adata):
    """In the words of the rows: what the table says to be missing is ruled out, or lacks cells."""
    table = adata.uns["tme_axes"].astype({"missing": str}).head(4).copy()
    table["missing"] = ["", "ligand", "ligand", "ligand; receptor"]
    table["source_cells_needed"] = [np.nan, 300.0, np.nan, np.nan]
    low = 0.9 * MIN_FOLD
    table["ligand_specificity_high"] = [9.0, low, low, 9.0]
    table["receptor_pval"] = [0.01, np.nan, 0.01, 0.01]
    adata.uns["tme_axes"] = table
    rows = build_payload(adata, groupby="cell_type").panels["evidence"].rows
    told = rows.sort_values("padj")
    expected = table.assign(verdict=["specific", "too few cells", "not specific", "too few cells"])
    expected = expected.sort_values("padj")
    assert [VERDICTS[i] for i in told["ligand_state"]] == list(expected["verdict"])
    states = {VERDICTS[i] for i in told["receptor_state"]}
    assert states == {"specific", "not testable", "too few cells"}


def test_response_is_up_not_up_or_not_known(adata):
    table = adata.uns["tme_axes"].astype({"missing": str, "response": str})
    csf1 = table["axis"] == "pd1_pdl1"
    table["axis"] = table["axis"].astype(str)
    table.loc[csf1, "axis"] = "csf1"  # has a signature, which is not scored
    adata.uns["tme_axes"] = table
    payload = build_payload(adata, groupby="cell_type")
    evidence, axes = payload.panels["evidence"], payload.panels["crosstalk"].axes
    responses = ("up", "not up", "not scored", "none known")
    for row in evidence.rows.itertuples():
        axis, state = axes[row.axis].id, responses[row.response_state]
        if axis == "tgfb":
            assert state in ("up", "not up")
        else:
            assert state == {"csf1": "not scored", "cxcl12": "none known"}[axis]
    ups = (evidence.rows["response_state"] == 0).sum()
    has_up = (table["axis"] == "tgfb") & ~table["missing"].str.contains("response")
    assert 0 < ups == has_up.sum()


def test_facts_of_an_axis_are_told_once(adata):
    coverage = adata.uns["tme_coverage"]
    coverage.loc["tgfb_response"] = coverage.iloc[0].to_numpy()
    coverage.loc["tgfb_response", "name"] = "Response to TGF-β"
    table = adata.uns["tme_axes"].astype({"missing_genes": str})
    cxcl12 = table["axis"] == "cxcl12"
    table.loc[cxcl12, ["coverage", "core_pairs", "core_pairs_measured"]] = [0.4, 5, 2]
    table.loc[cxcl12, "missing_genes"] = "A1; B2"
    adata.uns["tme_axes"] = table
    payload = build_payload(adata, groupby="cell_type")
    ids = [axis.id for axis in payload.panels["crosstalk"].axes]
    facts = dict(zip(ids, payload.panels["evidence"].axes, strict=True))
    assert facts["tgfb"].response == "Response to TGF-β"
    assert facts["tgfb"].validated
    assert (facts["cxcl12"].response, facts["cxcl12"].validated) == ("", False)
    assert (facts["cxcl12"].core_pairs_measured, facts["cxcl12"].core_pairs) == (2, 5)
    assert facts["cxcl12"].is_little
    assert not facts["tgfb"].is_little
    assert facts["cxcl12"].missing_genes == "A1; B2"


def test_an_axis_without_its_genes_is_named_without_rows(adata):
    table = adata.uns["tme_axes"].astype({"verdict": str, "missing_genes": str})
    lacking = table["axis"] == "cxcl12"
    table.loc[lacking, ["verdict", "missing_genes"]] = ["not testable: genes missing", "CXCL12"]
    table.loc[lacking, ["pval", "padj"]] = np.nan
    table.loc[lacking, "core_pairs_measured"] = 0
    adata.uns["tme_axes"] = table
    rows = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = rows[rows["axis"] != "cxcl12"].reset_index(drop=True)
    payload = build_payload(adata, groupby="cell_type")
    axes, evidence = payload.panels["crosstalk"].axes, payload.panels["evidence"]
    assert axes[-1].id == "cxcl12"
    assert len(axes) - 1 not in set(evidence.rows["axis"])
    assert evidence.axes[-1].missing_genes == "CXCL12"
    assert evidence.n_total == (~lacking).sum()


def test_pairs_are_written_for_people(adata):
    table = adata.uns["tme_axes"].astype({"top_interaction": str, "associated": str})
    table.loc[0, "top_interaction"] = "TGFB1^TGFBR1_TGFBR2"
    table.loc[0, "associated"] = "CXCL14^CXCR4 (disputed); TGFB1^TGFBR2"
    adata.uns["tme_axes"] = table
    names = build_payload(adata, groupby="cell_type").panels["evidence"].names
    assert "TGFB1 → TGFBR1+TGFBR2" in set(names["top_interaction"])
    assert names["associated"][0] == "CXCL14 → CXCR4 (disputed); TGFB1 → TGFBR2"
    assert names["associated"][1:] == [""]


STANDING = ["active", "specific", "specific, response unknown"]


def test_everything_that_stands_out_or_lacks_cells_is_listed(make_adata):
    adata = make_adata(groups=[f"group {i}" for i in range(12)])
    evidence = build_payload(adata, groupby="cell_type").panels["evidence"]
    table = adata.uns["tme_axes"]
    assert evidence.n_total == len(table)
    assert evidence.n_standing == table["verdict"].isin(STANDING).sum()
    assert evidence.n_too_few == (table["verdict"] == "too few cells").sum()
    listed = [VERDICTS[i] for i in evidence.rows["verdict"]]
    assert sum(v in STANDING for v in listed) == evidence.n_standing
    assert listed.count("too few cells") == evidence.n_too_few
    assert len(evidence.unlisted) == 0


def test_rows_without_room_are_the_worst_and_keep_their_verdict(adata, monkeypatch, read_page):
    monkeypatch.setattr("tmeatlas.atlas.panels.evidence.rows.MAX_ROWS", 40)
    table = adata.uns["tme_axes"]
    payload = build_payload(adata, groupby="cell_type")
    evidence = payload.panels["evidence"]
    counts = table["verdict"].isin([*STANDING, "too few cells"])
    assert len(evidence.unlisted) == counts.sum() - 40
    n_standing = table["verdict"].isin(STANDING).sum()
    listed = [VERDICTS[i] for i in evidence.rows["verdict"]]
    assert sum(v in STANDING for v in listed) == n_standing < 40
    axes = [axis.id for axis in payload.panels["crosstalk"].axes]
    nodes = [node.label for node in payload.panels["crosstalk"].nodes]
    expected = table.set_index(["axis", "source", "target"])["verdict"]
    for row in evidence.unlisted.itertuples():
        route = (axes[row.axis], nodes[row.source], nodes[row.target])
        assert VERDICTS[row.verdict] == expected[route]
    assert any("Evidence: of 108 rows, listed are" in note for note in payload.about.notes)
    page = read_page(render_page(payload))
    body = json.loads(page.block(page.meta["panels"]["evidence"]["block"]))
    assert len(body["unlisted"]["verdict"]) == counts.sum() - 40
    assert page.meta["panels"]["evidence"]["nStanding"] == n_standing


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
