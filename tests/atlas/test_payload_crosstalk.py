from __future__ import annotations

import numpy as np
import pytest

from tmeatlas._errors import InputError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.payload_crosstalk import VERDICTS, informative_rows


def test_sums_per_axis_and_pair_of_groups(adata, payload):
    table = adata.uns["tme_crosstalk"]
    crosstalk = payload.crosstalk
    labels = [node.label for node in crosstalk.nodes]
    assert labels == payload.groups.labels
    for _, edge in crosstalk.edges.iterrows():
        rows = table[
            (table["axis"] == crosstalk.axes[int(edge["axis"])].id)
            & (table["source"] == labels[int(edge["source"])])
            & (table["target"] == labels[int(edge["target"])])
        ]
        active, detected = (rows[rows["verdict"] == v] for v in ("active", "detected"))
        assert edge["n_active"] == len(active)
        assert edge["n_detected"] == len(detected)
        assert edge["strength"] == pytest.approx(active["score"].sum())
        assert edge["faint"] == pytest.approx(detected["score"].sum())
    assert crosstalk.edges["n_active"].sum() == (table["verdict"] == "active").sum()


def test_axes_in_their_own_order_after_whether_they_are_active(adata, payload):
    axes = payload.crosstalk.axes
    has_none = [axis.n_active == 0 for axis in axes]
    assert has_none == sorted(has_none)
    own_order = ["tgfb", "cxcl12", "pd1_pdl1"]
    for some in (True, False):
        chosen = [axis.id for axis in axes if (axis.n_active > 0) is some]
        assert chosen == [axis_id for axis_id in own_order if axis_id in chosen]
    assert {axis.id: axis.name for axis in axes} == {
        "tgfb": "TGF-β",
        "cxcl12": "CXCL12",
        "pd1_pdl1": "PD-1 / PD-L1",
    }
    assert sum(axis.n_rows for axis in axes) == len(adata.uns["tme_crosstalk"])


def test_axis_that_is_not_built_in(adata):
    table = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = table.assign(axis="my_axis").astype({"axis": "category"})
    axes = build_payload(adata, groupby="cell_type").crosstalk.axes
    assert [(axis.id, axis.name) for axis in axes] == [("my_axis", "My axis")]


def test_rows_are_those_of_the_table(adata, payload):
    crosstalk = payload.crosstalk
    rows = crosstalk.rows
    table = adata.uns["tme_crosstalk"]
    assert len(rows) == len(table)
    found = {
        (
            crosstalk.nodes[row["source"]].label,
            crosstalk.nodes[row["target"]].label,
            crosstalk.names["ligand"][row["ligand"]],
            crosstalk.names["receptor"][row["receptor"]],
        ): row
        for row in rows.to_dict("records")
    }
    for entry in table.to_dict("records"):
        key = (
            entry["source"],
            entry["target"],
            entry["ligand_complex"],
            entry["receptor_complex"].replace("_", "+"),
        )
        for name in ("score", "padj", "ligand_fraction", "receptor_cells"):
            assert found[key][name] == entry[name]
        assert found[key]["active"] == (entry["verdict"] == "active")


def test_many_rows_are_bounded(adata, payload, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.payload_crosstalk.MAX_OTHER_ROWS_PER_AXIS", 4)
    monkeypatch.setattr("tmeatlas.atlas.payload_crosstalk.MAX_ACTIVE_ROWS", 5)
    rows = payload.crosstalk.rows
    kept = informative_rows(rows)
    assert kept["active"].sum() == 5
    best = rows.loc[rows["active"], "score"].nlargest(5)
    assert sorted(kept.loc[kept["active"], "score"]) == sorted(best)
    others = kept[~kept["active"]]
    for axis, part in others.groupby("axis"):
        of_axis = rows[(rows["axis"] == axis) & ~rows["active"]]
        assert sorted(part["score"]) == sorted(of_axis["score"].nlargest(4))
    short = build_payload(adata, groupby="cell_type")
    assert any("sums are over all 108 rows" in note for note in short.about.notes)
    assert short.crosstalk.edges.equals(payload.crosstalk.edges)


def test_crosstalk_between_other_groups_than_those_of_the_map(adata):
    adata.obs["coarse"] = adata.obs["cell_type"].astype(str).str[0].astype("category")
    payload = build_payload(adata, groupby="coarse")
    nodes = payload.crosstalk.nodes
    assert [node.label for node in nodes] == sorted(adata.obs["cell_type"].cat.categories)
    assert {node.group for node in nodes} == {-1}
    assert payload.crosstalk.groupby == "cell_type"
    adata.uns["cell_type_colors"] = ["#111111", "#222222", "#333333", "#444444", "#555555", "#666"]
    nodes = build_payload(adata, groupby="coarse").crosstalk.nodes
    assert {node.label: node.colour for node in nodes}["Macrophage"] == "#333333"


def test_nodes_have_the_colours_of_the_groups(payload):
    assert [node.colour for node in payload.crosstalk.nodes] == payload.groups.colours


def test_rows_of_single_samples_are_left_out_where_there_are_overall_ones(adata):
    import pandas as pd

    table = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = pd.concat([table, table.assign(sample="P1")], ignore_index=True)
    assert build_payload(adata, groupby="cell_type").crosstalk.n_total == len(table)


def test_categorical_columns_give_the_same(adata, payload):
    texts = ["source", "target", "ligand_complex", "receptor_complex", "axis", "verdict", "sample"]
    table = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = table.astype(dict.fromkeys(texts, "category"))
    again = build_payload(adata, groupby="cell_type").crosstalk
    assert again.edges.equals(payload.crosstalk.edges)
    assert again.rows.equals(payload.crosstalk.rows)


def test_not_a_crosstalk_table(adata):
    adata.uns["tme_crosstalk"] = adata.uns["tme_crosstalk"].drop(columns="padj")
    with pytest.raises(InputError, match=r"lacks 'padj'.*tme\.tl\.crosstalk"):
        build_payload(adata, groupby="cell_type")


def test_empty_table_is_no_crosstalk(adata):
    adata.uns["tme_crosstalk"] = adata.uns["tme_crosstalk"].iloc[:0]
    payload = build_payload(adata, groupby="cell_type")
    assert payload.crosstalk is None
    assert any("tme.tl.crosstalk" in call for _, call in payload.about.absent)


def test_p_values_are_not_judged_anew(adata):
    """A row that the table calls not detectable stays so, however small its p-value."""
    table = adata.uns["tme_crosstalk"].assign(padj=1e-6, verdict="not detectable")
    adata.uns["tme_crosstalk"] = table
    crosstalk = build_payload(adata, groupby="cell_type").crosstalk
    assert crosstalk.n_active == 0
    assert len(crosstalk.edges) == 0
    assert np.all(crosstalk.rows["verdict"] == VERDICTS.index("not detectable"))
