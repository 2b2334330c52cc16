"""The evidence for one axis: which is there, which is missing, and which cannot be tested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_results import keep, rename_groups

from tmeatlas import pl, tl
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._axis_detail import axis_detail, axis_detail_payload
from tmeatlas.results import Axes

SIDES = ("ligand", "receptor")


def row(source, target, **changes) -> dict[str, object]:
    """One row of the table of axes, with all evidence."""
    found: dict[str, object] = {
        "axis": "tgfb",
        "source": source,
        "target": target,
        "score": 1.0,
        "pval": 0.001,
        "padj": 0.01,
        "source_cells": 20,
        "target_cells": 20,
        "top_interaction": "TGFB1^TGFBR1_TGFBR2",
        "activation_source": 0.25,
        "activation_target": 0.5,
        "decoy_source": np.nan,
        "decoy_target": np.nan,
        "response": "tgfb_ftbrs",
        "response_effect": 1.5,
        "response_pval": 0.001,
        "missing": "",
        "verdict": "active",
    }
    for side in SIDES:
        found |= {
            f"{side}_fraction": 0.4,
            f"{side}_fraction_low": 0.2,
            f"{side}_fraction_high": 0.6,
            f"{side}_lowest_fraction": 0.28,
            f"{side}_cells": 8,
            f"{side}_pval": 0.001,
        }
    return found | changes


@pytest.fixture
def evident(scored):
    """Four pairs of one axis: with all evidence, without a ligand, not testable, of another."""
    untested = dict.fromkeys(["pval", "padj", "ligand_pval", "response_pval"], np.nan)
    rows = [
        row("alpha", "beta"),
        row("gamma", "beta", ligand_fraction=0.0, missing="ligand; activation", verdict="detected"),
        row("beta", "alpha", verdict="not testable", **untested),
        row("alpha", "alpha", axis="cxcl12", response="", response_effect=np.nan),
    ]
    rows[-1]["response_pval"] = np.nan
    facts = {"axes_not_detected": ["ifn1"]}
    keep(Axes, scored, pd.DataFrame(rows), groupby="group", facts=facts)
    return scored


def test_each_evidence_has_a_state(evident):
    payload = axis_detail_payload(evident, "tgfb")
    rows = payload["rows"]
    assert rows["source"].tolist() == ["alpha", "gamma", "beta"]
    assert rows["ligand_state"].tolist() == ["there", "missing", "not testable"]
    assert rows["receptor_state"].tolist() == ["there", "there", "there"]
    assert rows["response_state"].tolist() == ["there", "there", "not testable"]
    assert (payload["axis"], payload["response"]) == ("TGF-β", "tgfb_ftbrs")
    assert (payload["n_pairs"], payload["n_active"]) == (3, 1)
    assert payload["modifiers"] == ["activation_source", "activation_target"]


def test_marks_stand_at_the_shares_and_show_the_state(evident):
    figure = axis_detail(evident, "tgfb")
    marks = {trace.name: trace for trace in figure.data if trace.name and ":" in trace.name}
    assert marks["ligand: there"].x.tolist() == pytest.approx([0.4])
    assert marks["ligand: missing"].x.tolist() == [0.0]
    assert marks["ligand: missing"].y.tolist() == [1]
    assert marks["ligand: missing"].marker.color == "#ffffff"
    assert marks["ligand: not testable"].marker.symbol == "x-thin"
    assert "not testable" in marks["ligand: not testable"].text[0]
    assert marks["receptor: there"].y.tolist() == [0, 1, 2]
    assert marks["response: there"].x.tolist() == [1.5, 1.5]
    scatters = [trace for trace in figure.data if trace.type == "scatter"]
    intervals = [trace for trace in scatters if trace.mode == "lines"]
    assert len(intervals) == 6
    assert all(list(trace.x) == pytest.approx([0.2, 0.6]) for trace in intervals)


def test_verdict_and_what_is_missing_stand_in_each_row(evident):
    texts = [annotation.text for annotation in axis_detail(evident, "tgfb").layout.annotations]
    assert {"<b>active</b>", "detected", "not testable", "ligand; activation"} <= set(texts)


def test_modifiers_are_shown_where_there_are_any(evident):
    (heatmap,) = [trace for trace in axis_detail(evident, "tgfb").data if trace.type == "heatmap"]
    np.testing.assert_array_equal(heatmap.z, [[0.25, 0.5]] * 3)
    assert "activates the ligand: 50.0% of the cells of beta" in heatmap.customdata[0][1]
    evident.uns["tme_axes"][["activation_source", "activation_target"]] = np.nan
    assert axis_detail_payload(evident, "tgfb")["modifiers"] == []
    assert all(trace.type != "heatmap" for trace in axis_detail(evident, "tgfb").data)


def test_an_axis_without_a_response_says_so(evident):
    payload = axis_detail_payload(evident, "cxcl12")
    assert payload["rows"]["response_state"].tolist() == [""]
    figure = axis_detail(evident, "cxcl12")
    assert any("no response signature" in note.text for note in figure.layout.annotations)
    assert not any((trace.name or "").startswith("response") for trace in figure.data)


def test_colours_are_those_of_the_groups(evident):
    evident.uns["group_colors"] = ["#111111", "#222222", "#333333"]
    payload = axis_detail_payload(evident, "tgfb")
    assert payload["source_colours"] == ["#111111", "#333333", "#222222"]
    assert payload["target_colours"] == ["#222222", "#222222", "#111111"]


def test_pairs_are_chosen_and_limited(evident):
    assert axis_detail_payload(evident, "tgfb", max_pairs=2)["rows"]["source"].tolist() == [
        "alpha",
        "gamma",
    ]
    only = axis_detail_payload(evident, "tgfb", source=["beta", "gamma"], target="alpha")
    assert only["rows"]["source"].tolist() == ["beta"]
    assert "1 of 3 pairs" in axis_detail(evident, "tgfb", max_pairs=1).layout.title.subtitle.text


def test_what_cannot_be_shown(evident):
    with pytest.raises(MissingKeyError, match=r"Nearest first: 'tgfb'.*tme\.get\.axes"):
        axis_detail(evident, "TGFB1")
    with pytest.raises(MissingKeyError, match="no cell shows"):
        axis_detail(evident, "ifn1")
    with pytest.raises(MissingKeyError, match="'gamma'"):
        axis_detail(evident, "tgfb", source="gama")
    with pytest.raises(InputError, match="max_pairs"):
        axis_detail(evident, "tgfb", max_pairs=0)
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.axes\(adata, key_added='mine'\)"):
        axis_detail(evident, "tgfb", key="mine")
    evident.uns["tme_axes"] = evident.uns["tme_axes"].drop(columns="missing")
    with pytest.raises(InputError, match="'missing'"):
        axis_detail(evident, "tgfb")


def test_names_from_data_are_inert(evident, hostile):
    names = dict(zip(["alpha", "beta", "gamma"], hostile[:3], strict=True))
    rename_groups(Axes, evident, names)
    table = evident.uns["tme_axes"]
    table["top_interaction"] = table["top_interaction"].cat.rename_categories(["<b>x^y"])
    drawn = axis_detail(evident, "tgfb").to_plotly_json()
    assert "<a " not in str(drawn)
    assert "<b>x" not in str(drawn)
    assert "&lt;a" in str(drawn)


def test_the_table_of_tl_axes_is_read(scored):
    """From cells to the figure: only alpha has the ligand, only beta the receptor."""
    group = scored.obs["group"].to_numpy()
    scored.X[:, 0] = np.where(group == "alpha", 2.0, 0.0)
    scored.X[:, 1] = np.where(group == "beta", 2.0, 0.0)
    database = pd.DataFrame({"ligand": ["GA"], "receptor": ["GB"], "axis": ["planted"]})
    tl.crosstalk(scored, "group", database=database, n_perms=100)
    tl.axes(scored, database=database)
    rows = axis_detail_payload(scored, "planted")["rows"]
    assert rows[["source", "target"]].iloc[0].tolist() == ["alpha", "beta"]
    assert rows["ligand_fraction"].iloc[0] == 1
    assert len(rows) == 9
    reverse = rows[(rows["source"] == "beta") & (rows["target"] == "alpha")]
    assert reverse[["ligand_state", "receptor_state"]].to_numpy().tolist() == [["missing"] * 2]
    assert len(pl.axis_detail(scored, "planted", max_pairs=3).data) > 0
