from __future__ import annotations

import json

import pytest

from tmeatlas._errors import InputError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.payload_crosstalk import VERDICTS
from tmeatlas.atlas.payload_evidence import MOST_PER_AXIS


def test_rows_are_those_of_the_table(adata, payload):
    table, evidence = adata.uns["tme_axes"], payload.evidence
    rows, names = evidence.rows, evidence.names
    assert len(rows) == len(table)  # so few that none is left out
    axes = [axis.id for axis in payload.crosstalk.axes]
    nodes = [node.label for node in payload.crosstalk.nodes]
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


def test_the_best_of_each_axis_are_kept(make_adata):
    adata = make_adata(groups=[f"group {i}" for i in range(12)])
    payload = build_payload(adata, groupby="cell_type")
    axes, evidence = [axis.id for axis in payload.crosstalk.axes], payload.evidence
    assert (evidence.rows.groupby("axis").size() == MOST_PER_AXIS).all()
    table = adata.uns["tme_axes"]
    worst = evidence.rows.groupby("axis")["padj"].max()
    for axis, limit in worst.items():
        ours = table[table["axis"] == axes[axis]]
        assert (ours["padj"] <= limit).sum() == MOST_PER_AXIS


def test_absent_without_axes_or_crosstalk(adata):
    crosstalk = adata.uns.pop("tme_crosstalk")
    assert build_payload(adata, groupby="cell_type").evidence is None
    adata.uns["tme_crosstalk"] = crosstalk
    del adata.uns["tme_axes"]
    payload = build_payload(adata, groupby="cell_type")
    assert payload.evidence is None
    assert 'id="card-evidence"' not in render_page(payload)
    assert any("tme.tl.axes(adata)" in call for _, call in payload.about.absent)


def test_not_a_table_of_axes(adata):
    adata.uns["tme_axes"] = adata.uns["tme_axes"].drop(columns="ligand_pval")
    with pytest.raises(InputError, match=r"lacks 'ligand_pval'.*tme.tl.axes"):
        build_payload(adata, groupby="cell_type")


def test_missing_values_reach_the_page_as_null(payload, read_page):
    page = read_page(render_page(payload))
    body = json.loads(page.block(page.meta["evidence"]["block"]))
    assert None in body["rows"]["padj"]
    assert len(body["rows"]["padj"]) == len(payload.evidence.rows)
