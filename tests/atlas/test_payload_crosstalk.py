from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import InputError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.tables import ROUTE, VERDICTS, listed_rows


def test_sums_per_axis_and_pair_of_groups(adata, payload):
    table = adata.uns["tme_crosstalk"]
    crosstalk = payload.panels["crosstalk"]
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
    assert crosstalk.edges["n_active"].sum() == (table["verdict"] == "active").sum()


def test_axes_in_their_own_order_after_whether_they_are_active(adata, payload):
    axes = payload.panels["crosstalk"].axes
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
    axes = build_payload(adata, groupby="cell_type").panels["crosstalk"].axes
    assert [(axis.id, axis.name) for axis in axes] == [("my_axis", "My axis")]


def test_rows_are_those_of_the_table(adata, payload):
    crosstalk = payload.panels["crosstalk"]
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


@pytest.fixture
def crowded():
    """Two strong routes with many rows, and four with few; the best rows first."""
    rng = np.random.default_rng(0)
    sizes = {(0, 0, 0): 30, (0, 0, 1): 20, (0, 1, 0): 2, (0, 1, 1): 1, (1, 0, 0): 3, (1, 1, 1): 1}
    rows = pd.DataFrame([route for route, n in sizes.items() for _ in range(n)], columns=ROUTE)
    rows["verdict"] = rng.integers(0, 4, len(rows))
    first_of_route = ~rows.duplicated(ROUTE)
    rows.loc[first_of_route, "verdict"] = [VERDICTS.index("active")] * 5 + [1]
    rows["active"] = rows["verdict"] == 0
    rows["score"] = rng.random(len(rows)) + 9 * (rows["source"] == 0)
    return rows.sort_values(["active", "score"], ascending=False, ignore_index=True)


def counting(rows):
    return rows[rows["verdict"] <= VERDICTS.index("detected")]


@pytest.mark.parametrize("most", [5, 9, 14, 28])
def test_every_route_has_its_best_row_whatever_the_limit(crowded, most):
    """The two strong routes alone would fill the limit, were it one over all rows."""
    listed = counting(listed_rows(crowded, most))
    assert len(listed) == most
    columns = [*ROUTE, "score"]
    active = crowded[crowded["active"]]
    best = active.drop_duplicates(ROUTE)
    assert len(best) == 5
    found = pd.MultiIndex.from_frame(listed[columns])
    assert pd.MultiIndex.from_frame(best[columns]).isin(found).all()
    assert listed["active"].sum() == min(most, len(active))
    if most > len(active):  # the route that has only a detected row
        assert listed[ROUTE].eq([1, 1, 1]).all(axis=1).any()
    in_order = listed.sort_values(["active", "score"], ascending=False)
    assert listed["score"].tolist() == in_order["score"].tolist()  # still the best first


def test_all_that_counts_is_listed_where_there_is_room_and_few_others(crowded, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.tables.MAX_OTHERS_PER_AXIS", 4)
    listed = listed_rows(crowded, 1000)
    assert counting(listed).equals(
        counting(crowded).reset_index(drop=True).set_axis(counting(listed).index)
    )
    others = listed.drop(index=counting(listed).index)
    for axis, part in others.groupby("axis"):
        of_axis = crowded[(crowded["axis"] == axis) & (crowded["verdict"] > 1)]
        assert part["score"].tolist() == of_axis["score"].head(4).tolist()


def test_what_is_not_listed_is_counted_and_said(adata, payload, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.panels.crosstalk.network.MAX_ROWS", 40)
    crosstalk = payload.panels["crosstalk"]
    short = build_payload(adata, groupby="cell_type")
    assert short.panels["crosstalk"].edges.equals(crosstalk.edges)
    assert (short.panels["crosstalk"].n_active, short.panels["crosstalk"].n_detected) == (
        crosstalk.edges["n_active"].sum(),
        crosstalk.edges["n_detected"].sum(),
    )
    n_active = crosstalk.n_active
    assert len(counting(short.panels["crosstalk"].rows)) == 40
    assert short.panels["crosstalk"].rows["active"].sum() == n_active
    expected = f"all {n_active} active and {40 - n_active} of {crosstalk.n_detected} detected"
    assert any("over all 108 rows" in note and expected in note for note in short.about.notes)
    assert not any("108 rows" in note for note in payload.about.notes)


def test_rows_in_the_page_are_those_of_the_payload(adata, read_page):
    """The page stores once what many rows share; put together, it is the table again."""
    table = adata.uns["tme_crosstalk"]
    for side, group in (("ligand", "source"), ("receptor", "target")):
        columns = [f"{side}_{what}" for what in ("mean", "fraction", "cells")]
        by_group = table.groupby([group, f"{side}_complex"])
        table[columns] = by_group[columns].transform("first")
    payload = build_payload(adata, groupby="cell_type")
    page = read_page(render_page(payload))
    body = json.loads(page.block(page.meta["panels"]["crosstalk"]["block"]))
    rows = pd.DataFrame(body["rows"])
    for place, table in body["shared"].items():
        shared = pd.DataFrame(table).iloc[rows.pop(place)].reset_index(drop=True)
        rows = pd.concat([rows, shared], axis=1)
    ours = payload.panels["crosstalk"].rows.drop(columns="active")
    names = ["axis", "source", "target", "ligand", "receptor"]
    rows, ours = (table.sort_values(names, ignore_index=True) for table in (rows, ours))
    pd.testing.assert_frame_equal(rows[list(ours.columns)], ours, rtol=1e-3, check_dtype=False)
    n_sides = len(body["shared"]["ligand_side"]["source"])
    assert n_sides == len(ours[["source", "ligand"]].drop_duplicates()) < len(ours)


def test_crosstalk_between_other_groups_than_those_of_the_map(adata):
    adata.obs["coarse"] = adata.obs["cell_type"].astype(str).str[0].astype("category")
    payload = build_payload(adata, groupby="coarse")
    nodes = payload.panels["crosstalk"].nodes
    assert [node.label for node in nodes] == sorted(adata.obs["cell_type"].cat.categories)
    assert {node.group for node in nodes} == {-1}
    assert payload.panels["crosstalk"].groupby == "cell_type"
    adata.uns["cell_type_colors"] = ["#111111", "#222222", "#333333", "#444444", "#555555", "#666"]
    nodes = build_payload(adata, groupby="coarse").panels["crosstalk"].nodes
    assert {node.label: node.colour for node in nodes}["Macrophage"] == "#333333"


def test_nodes_have_the_colours_of_the_groups(payload):
    assert [node.colour for node in payload.panels["crosstalk"].nodes] == payload.groups.colours


def test_rows_of_single_samples_are_left_out_where_there_are_overall_ones(adata):
    table = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = pd.concat([table, table.assign(sample="P1")], ignore_index=True)
    assert build_payload(adata, groupby="cell_type").panels["crosstalk"].n_total == len(table)


def test_categorical_columns_give_the_same(adata, payload):
    texts = ["source", "target", "ligand_complex", "receptor_complex", "axis", "verdict", "sample"]
    table = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = table.astype(dict.fromkeys(texts, "category"))
    again = build_payload(adata, groupby="cell_type").panels["crosstalk"]
    assert again.edges.equals(payload.panels["crosstalk"].edges)
    assert again.rows.equals(payload.panels["crosstalk"].rows)


def test_not_a_crosstalk_table(adata):
    adata.uns["tme_crosstalk"] = adata.uns["tme_crosstalk"].drop(columns="padj")
    with pytest.raises(InputError, match=r"lacks 'padj'.*tme\.tl\.crosstalk"):
        build_payload(adata, groupby="cell_type")


def test_empty_table_is_no_crosstalk(adata):
    adata.uns["tme_crosstalk"] = adata.uns["tme_crosstalk"].iloc[:0]
    payload = build_payload(adata, groupby="cell_type")
    assert not {"crosstalk", "pairs", "evidence"} & set(payload.panels)
    assert any("tme.tl.crosstalk" in call for _, call in payload.about.absent)


def test_p_values_are_not_judged_anew(adata):
    """A row that the table calls not detectable stays so, however small its p-value."""
    table = adata.uns["tme_crosstalk"].assign(padj=1e-6, verdict="not detectable")
    adata.uns["tme_crosstalk"] = table
    crosstalk = build_payload(adata, groupby="cell_type").panels["crosstalk"]
    assert crosstalk.n_active == 0
    assert len(crosstalk.edges) == 0
    assert np.all(crosstalk.rows["verdict"] == VERDICTS.index("not detectable"))
