from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import InputError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.tables import ROUTE, listed_rows
from tmeatlas.atlas.verdicts import VERDICTS


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
        assert edge["n_specific"] == (rows["verdict"] == "specific").sum()
        assert edge["n_too_few"] == (rows["verdict"] == "too few cells").sum()
    for name, verdict in (("n_specific", "specific"), ("n_too_few", "too few cells")):
        assert crosstalk.edges[name].sum() == (table["verdict"] == verdict).sum() > 0


def test_the_axis_with_the_most_evidence_comes_first(adata, payload):
    """By its highest score among what stands out, as the table of axes has it."""
    axes = payload.panels["crosstalk"].axes
    table = adata.uns["tme_axes"]
    standing = table[table["padj"] <= 0.05]
    best = standing.groupby("axis", observed=True)["score"].max().sort_values(ascending=False)
    assert [axis.id for axis in axes] == list(best.index)
    routes = standing.groupby("axis", observed=True).size()
    assert {axis.id: axis.n_standing for axis in axes} == routes.to_dict()
    active = standing[standing["verdict"] == "active"].groupby("axis", observed=True).size()
    assert {axis.id: axis.n_active for axis in axes if axis.n_active} == active.to_dict() != {}
    assert {axis.id: axis.name for axis in axes} == {
        "tgfb": "TGF-β",
        "cxcl12": "CXCL12",
        "pd1_pdl1": "PD-1 / PD-L1",
    }
    rows = adata.uns["tme_crosstalk"]
    assert sum(axis.n_rows for axis in axes) == len(rows)
    for axis in axes:
        n = ((rows["axis"] == axis.id) & (rows["verdict"] == "specific")).sum()
        assert axis.n_specific == axis.n_core == n > 0


def test_without_axes_the_core_interactions_say_which_comes_first(adata):
    """An associated interaction does not speak for its axis, however specific it is."""
    del adata.uns["tme_axes"]
    rows = adata.uns["tme_crosstalk"].astype({"core": str})
    rows.loc[rows["axis"] == "cxcl12", "core"] = "associated"
    adata.uns["tme_crosstalk"] = rows
    axes = build_payload(adata, groupby="cell_type").panels["crosstalk"].axes
    assert axes[-1].id == "cxcl12"
    assert (axes[-1].n_standing, axes[-1].n_core) == (0, 0)
    assert axes[-1].n_specific > 0
    assert VERDICTS[axes[-1].verdict] == ""  # nothing was said of what it is named after
    core = rows[(rows["core"] == "core") & (rows["verdict"] == "specific")]
    best = core.groupby("axis", observed=True)["score"].max().sort_values(ascending=False)
    assert [axis.id for axis in axes[:-1]] == list(best[best > 0].index)


def test_where_nothing_stands_out_the_smallest_p_comes_first(adata):
    table = adata.uns["tme_axes"].astype({"verdict": str}).assign(verdict="too few cells")
    adata.uns["tme_axes"] = table
    axes = build_payload(adata, groupby="cell_type").panels["crosstalk"].axes
    smallest = table.groupby("axis", observed=True)["pval"].min().sort_values()
    assert [axis.id for axis in axes] == list(smallest.index)
    assert {(axis.n_standing, VERDICTS[axis.verdict]) for axis in axes} == {(0, "too few cells")}


def test_an_axis_that_was_looked_for_is_there_without_rows(adata):
    rows = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = rows[rows["axis"] != "pd1_pdl1"].reset_index(drop=True)
    axes = build_payload(adata, groupby="cell_type").panels["crosstalk"].axes
    assert {axis.id: axis.n_rows for axis in axes}["pd1_pdl1"] == 0


def test_axis_that_is_not_built_in(adata):
    table = adata.uns["tme_crosstalk"]
    adata.uns["tme_crosstalk"] = table.assign(axis="my_axis").astype({"axis": "category"})
    del adata.uns["tme_axes"]
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
        row = found[key]
        told = ("score", "padj", "ligand_fraction", "receptor_cells", "ligand_specificity_low")
        for name in told:
            assert row[name] == entry[name]
        for name in ("source_cells_needed", "target_cells_needed"):
            assert row[name] == pytest.approx(entry[name], nan_ok=True)
        assert VERDICTS[row["verdict"]] == entry["verdict"]
        assert crosstalk.names["role"][row["role"]] == entry["role"]
    assert {node.n_cells for node in crosstalk.nodes} == {100}


SPECIFIC, TOO_FEW = VERDICTS.index("specific"), VERDICTS.index("too few cells")
NOT_SPECIFIC, NONE = VERDICTS.index("not specific"), VERDICTS.index("")


@pytest.fixture
def crowded():
    """Two strong routes with many rows, and four with few; the best rows first."""
    rng = np.random.default_rng(0)
    sizes = {(0, 0, 0): 30, (0, 0, 1): 20, (0, 1, 0): 2, (0, 1, 1): 1, (1, 0, 0): 3, (1, 1, 1): 1}
    rows = pd.DataFrame([route for route, n in sizes.items() for _ in range(n)], columns=ROUTE)
    rows["verdict"] = rng.choice([SPECIFIC, TOO_FEW, NOT_SPECIFIC, NONE], len(rows))
    first_of_route = ~rows.duplicated(ROUTE)
    rows.loc[first_of_route, "verdict"] = [SPECIFIC] * 5 + [TOO_FEW]
    rows["stands"] = rows["verdict"] == SPECIFIC
    rows["score"] = rng.random(len(rows)) + 9 * (rows["source"] == 0)
    return rows.sort_values(["stands", "score"], ascending=False, ignore_index=True)


def counting(rows):
    return rows[rows["verdict"] != NOT_SPECIFIC]


@pytest.mark.parametrize("most", [5, 9, 20, 35])
def test_every_route_has_its_best_row_whatever_the_limit(crowded, most):
    """The two strong routes alone would fill the limit, were it one over all rows."""
    listed = counting(listed_rows(crowded, most))
    assert len(listed) == most
    columns = [*ROUTE, "score"]
    standing = crowded[crowded["stands"]]
    best = standing.drop_duplicates(ROUTE)
    assert len(best) == 5
    found = pd.MultiIndex.from_frame(listed[columns])
    assert pd.MultiIndex.from_frame(best[columns]).isin(found).all()
    assert listed["stands"].sum() == min(most, len(standing))
    if most > len(standing):  # the route that has only a row with too few cells
        assert listed[ROUTE].eq([1, 1, 1]).all(axis=1).any()
    if (listed["verdict"] == NONE).any():  # after everything that makes ribbons
        n_ribbons = crowded["verdict"].isin([SPECIFIC, TOO_FEW]).sum()
        assert listed["verdict"].isin([SPECIFIC, TOO_FEW]).sum() == n_ribbons
    in_order = listed.sort_values(["stands", "score"], ascending=False)
    assert listed["score"].tolist() == in_order["score"].tolist()  # still the best first


def test_all_that_counts_is_listed_where_there_is_room_and_few_others(crowded, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.tables.MAX_OTHERS_PER_AXIS", 4)
    listed = listed_rows(crowded, 1000)
    assert counting(listed).equals(
        counting(crowded).reset_index(drop=True).set_axis(counting(listed).index)
    )
    others = listed.drop(index=counting(listed).index)
    for axis, part in others.groupby("axis"):
        of_axis = crowded[(crowded["axis"] == axis) & (crowded["verdict"] == NOT_SPECIFIC)]
        assert part["score"].tolist() == of_axis["score"].head(4).tolist()


def test_what_is_not_listed_is_counted_and_said(adata, payload, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.panels.crosstalk.network.MAX_ROWS", 40)
    table = adata.uns["tme_crosstalk"]
    short = build_payload(adata, groupby="cell_type")
    crosstalk = short.panels["crosstalk"]
    assert crosstalk.edges.equals(payload.panels["crosstalk"].edges)
    n_specific, n_too_few = ((table["verdict"] == v).sum() for v in ("specific", "too few cells"))
    assert (crosstalk.n_specific, crosstalk.n_too_few) == (n_specific, n_too_few)
    assert len(counting(crosstalk.rows)) == 40
    assert (crosstalk.rows["verdict"] == SPECIFIC).sum() == n_specific
    expected = (
        f"all {n_specific} specific interactions, {40 - n_specific} of {n_too_few} with too few"
    )
    assert any("over all 108 rows" in note and expected in note for note in short.about.notes)


def test_decoys_and_the_like_are_listed_and_make_no_ribbon(adata):
    rows = adata.uns["tme_crosstalk"].astype({"verdict": str, "role": str})
    decoys = rows["axis"] == "cxcl12"
    rows.loc[decoys, ["verdict", "role"]] = ["", "decoy"]
    adata.uns["tme_crosstalk"] = rows
    crosstalk = build_payload(adata, groupby="cell_type").panels["crosstalk"]
    assert crosstalk.n_beside == decoys.sum() == (crosstalk.rows["verdict"] == NONE).sum()
    number = next(i for i, axis in enumerate(crosstalk.axes) if axis.id == "cxcl12")
    assert number not in set(crosstalk.edges["axis"])
    assert (crosstalk.rows["verdict"].tail(decoys.sum()) == NONE).all()  # after all others
    assert not {"CXCL12", "CXCR4"} & set(crosstalk.gene_names())


def test_ambient_rows_are_listed_apart_and_make_no_ribbon(adata):
    rows = adata.uns["tme_crosstalk"].astype({"verdict": str, "ambient": str})
    ambient = rows["axis"] == "cxcl12"
    rows.loc[ambient, ["verdict", "ambient"]] = ["specific, mostly ambient", "ligand"]
    adata.uns["tme_crosstalk"] = rows
    payload = build_payload(adata, groupby="cell_type")
    crosstalk, n = payload.panels["crosstalk"], int(ambient.sum())
    assert crosstalk.n_ambient == n > 0
    told = [VERDICTS[verdict] for verdict in crosstalk.rows["verdict"].tail(n)]
    assert set(told) == {"specific, mostly ambient"}  # after all that are judged
    sides = crosstalk.rows[["ligand_ambient", "receptor_ambient"]].tail(n)
    assert (sides["ligand_ambient"] & ~sides["receptor_ambient"]).all()
    number = next(i for i, axis in enumerate(crosstalk.axes) if axis.id == "cxcl12")
    assert number not in set(crosstalk.edges["axis"])
    note = f"Crosstalk: {n} specific rows set apart as mostly ambient RNA, which makes no ribbon."
    assert note in payload.about.notes


def test_that_no_row_is_ambient_is_said_in_words(adata):
    rows = adata.uns["tme_crosstalk"].astype({"verdict": str, "ambient": str})
    rows["verdict"] = rows["verdict"].replace({"specific, mostly ambient": "specific"})
    adata.uns["tme_crosstalk"] = rows
    told = [
        note
        for note in build_payload(adata, groupby="cell_type").about.notes
        if "set apart" in note
    ]
    assert told == [
        "Crosstalk: no specific row set apart as mostly ambient RNA, which makes no ribbon."
    ]


def test_no_number_of_cells_that_would_do_is_told_from_none_needed(adata, read_page):
    rows = adata.uns["tme_crosstalk"]
    first = rows.index[rows["source_cells_needed"].notna()][0]
    rows.loc[first, "source_cells_needed"] = np.inf
    adata.uns["tme_crosstalk"] = rows
    payload = build_payload(adata, groupby="cell_type")
    assert (payload.panels["crosstalk"].rows["source_cells_needed"] == -1).sum() == 1
    page = read_page(render_page(payload))
    body = json.loads(page.block(page.meta["panels"]["crosstalk"]["block"]))
    needed = body["shared"]["ligand_side"]["source_cells_needed"]
    assert needed.count(-1) == 1
    assert None in needed


def test_rows_in_the_page_are_those_of_the_payload(adata, read_page):
    """The page stores once what many rows share; put together, it is the table again."""
    table = adata.uns["tme_crosstalk"]
    for side, group in (("ligand", "source"), ("receptor", "target")):
        told = ("fraction", "cells", "specificity", "specificity_low", "specificity_high")
        columns = [*(f"{side}_{what}" for what in told), f"{group}_cells_needed"]
        by_group = table.groupby([group, f"{side}_complex"])
        table[columns] = by_group[columns].transform("first")
    payload = build_payload(adata, groupby="cell_type")
    page = read_page(render_page(payload))
    body = json.loads(page.block(page.meta["panels"]["crosstalk"]["block"]))
    rows = pd.DataFrame(body["rows"])
    for place, table in body["shared"].items():
        shared = pd.DataFrame(table).iloc[rows.pop(place)].reset_index(drop=True)
        rows = pd.concat([rows, shared], axis=1)
    ours = payload.panels["crosstalk"].rows
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


def test_what_is_said_between_groups_is_that_of_the_axes(adata, payload):
    """All but what lacks cells, which is most and goes without saying."""
    crosstalk, table = payload.panels["crosstalk"], adata.uns["tme_axes"]
    told = {
        (axes.id, source.label, target.label): VERDICTS[row.verdict]
        for row in crosstalk.routes.itertuples()
        for axes in [crosstalk.axes[row.axis]]
        for source, target in [(crosstalk.nodes[row.source], crosstalk.nodes[row.target])]
    }
    known = table[table["verdict"] != "too few cells"]
    routes = zip(known["axis"], known["source"], known["target"], strict=True)
    assert told == dict(zip(routes, known["verdict"], strict=True))


def test_an_axis_is_not_specific_only_where_it_was_ruled_out_everywhere(adata):
    table = adata.uns["tme_axes"].astype({"verdict": str})
    table["verdict"] = "not specific"
    table.loc[table["axis"] == "cxcl12", "verdict"] = ["too few cells", *["not specific"] * 35]
    table.loc[table["axis"] == "tgfb", "verdict"] = "not testable: genes missing"
    adata.uns["tme_axes"] = table
    axes = build_payload(adata, groupby="cell_type").panels["crosstalk"].axes
    assert {axis.id: VERDICTS[axis.verdict] for axis in axes} == {
        "cxcl12": "too few cells",
        "pd1_pdl1": "not specific",
        "tgfb": "not testable: genes missing",
    }


def test_groups_too_small_to_be_tested_keep_their_place(adata):
    """They say how many cells they have, and how many they would have needed."""
    table = adata.uns["tme_crosstalk"]
    left_out = adata.obs["cell_type"].cat.categories[2]
    adata.uns["tme_crosstalk"] = table[
        (table["source"] != left_out) & (table["target"] != left_out)
    ]
    adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["min_cells"] = 1000
    payload = build_payload(adata, groupby="cell_type")
    nodes = payload.panels["crosstalk"].nodes
    assert [node.label for node in nodes] == payload.groups.labels
    (small,) = (node for node in nodes if node.label == left_out)
    assert (small.n_cells, small.needed) == ((adata.obs["cell_type"] == left_out).sum(), 1000)
    adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["min_cells"] = 10
    nodes = build_payload(adata, groupby="cell_type").panels["crosstalk"].nodes
    assert {node.needed for node in nodes} == {0}


def test_levels_of_samples_are_put_together(adata):
    """Cells count alike, whatever their sample; a group that is in no sample is not told."""
    groups = ["CAF", "T cell"]
    levels = pd.DataFrame(
        {
            "sample": pd.Categorical(["a", "b", "a"]),
            "group": pd.Categorical([groups[0], groups[0], groups[1]]),
            "partner": pd.Categorical(["CXCL12", "CXCL12", "CXCL12"]),
            "mean": np.array([1.0, 4.0, 0.0], dtype=np.float32),
            "fraction": np.array([0.5, 1.0, 0.0], dtype=np.float32),
            "cells": np.array([20, 10, 30], dtype=np.int32),
        }
    )
    adata.uns["tme_crosstalk_levels"] = levels
    adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["database"] = "tme"
    crosstalk = build_payload(adata, groupby="cell_type").panels["crosstalk"]
    levels, labels = crosstalk.levels, [node.label for node in crosstalk.nodes]
    place = levels.names.index("CXCL12")
    assert levels.cells[labels.index("CAF"), place] == 20
    assert levels.means[labels.index("CAF"), place] == 2.0
    assert levels.cells[labels.index("T cell"), place] == 0
    others = [i for i, label in enumerate(labels) if label not in groups]
    assert (levels.cells[others, place] == -1).all()
    assert levels.sides["cxcl12"]["ligand"] == [place]
    assert levels.sides["pd1_pdl1"]["ligand"] == []  # the run did not have it


def test_without_samples_levels_are_those_of_the_rows(adata, payload):
    crosstalk, table = payload.panels["crosstalk"], adata.uns["tme_crosstalk"]
    levels = crosstalk.levels
    assert set(levels.sides) == {"tgfb", "cxcl12", "pd1_pdl1"}
    for axis, sides in levels.sides.items():
        assert set(sides) == {"ligand", "receptor"}
        ligand = levels.names[sides["ligand"][0]]
        for k, node in enumerate(crosstalk.nodes):
            rows = table[(table["ligand_complex"] == ligand) & (table["source"] == node.label)]
            assert (rows["axis"] == axis).all()
            assert levels.cells[k, sides["ligand"][0]] in set(rows["ligand_cells"])


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
    """A row that the table calls not testable stays so, however small its p-value."""
    table = adata.uns["tme_crosstalk"].astype({"verdict": str})
    adata.uns["tme_crosstalk"] = table.assign(padj=1e-6, verdict="not testable")
    crosstalk = build_payload(adata, groupby="cell_type").panels["crosstalk"]
    assert crosstalk.n_specific == 0
    assert len(crosstalk.edges) == 0
    assert np.all(crosstalk.rows["verdict"] == VERDICTS.index("not testable"))


def test_samples_are_told_where_the_run_knew_them(adata, payload, read_page):
    assert "n_samples" not in payload.panels["crosstalk"].rows
    table = adata.uns["tme_crosstalk"]
    samples = {"n_samples": 4, "n_samples_seen": 3, "n_samples_specific": 2}
    adata.uns["tme_crosstalk"] = table.assign(**samples)
    page = read_page(render_page(build_payload(adata, groupby="cell_type")))
    body = json.loads(page.block(page.meta["panels"]["crosstalk"]["block"]))
    assert body["shared"]["samples"] == {name: [number] for name, number in samples.items()}
    assert set(body["rows"]["samples"]) == {0}


def test_a_verdict_that_nobody_knows_is_refused(adata):
    table = adata.uns["tme_crosstalk"].astype({"verdict": str})
    adata.uns["tme_crosstalk"] = table.assign(verdict="detected")
    with pytest.raises(InputError, match=r"'too few cells'.*found 'detected'"):
        build_payload(adata, groupby="cell_type")
