"""The evidence for one axis: which is there, which is missing, and which cannot be tested."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from made_results import keep, rename_groups

from tmeatlas import pl, tl
from tmeatlas._errors import CoverageError, InputError, MissingKeyError
from tmeatlas.pl._axis_detail import axis_detail, axis_detail_payload
from tmeatlas.results import Axes

SIDES = ("ligand", "receptor")


def row(source, target, **changes) -> dict[str, object]:
    """One row of the table of axes, with all evidence."""
    found: dict[str, object] = {
        "axis": "tgfb",
        "source": source,
        "target": target,
        "score": 0.5,
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
        "response_padj": 0.001,
        "response_validated": True,
        "coverage": 0.4,
        "associated": "",
        "missing_genes": "",
        "sample": "",
        "source_cells_needed": np.nan,
        "core_pairs": 5,
        "core_pairs_measured": 2,
        "missing": "",
        "verdict": "active",
    }
    for side in SIDES:
        found |= {
            f"{side}_fraction": 0.4,
            f"{side}_fraction_low": 0.2,
            f"{side}_fraction_high": 0.6,
            f"{side}_specificity": 3.2,
            f"{side}_specificity_low": 2.1,
            f"{side}_specificity_high": 4.9,
            f"{side}_cells": 8,
            f"{side}_pval": 0.001,
        }
    return found | changes


@pytest.fixture
def evident(scored):
    """Three pairs of one axis: with all evidence, too few cells, not testable; and other axes."""
    few = {
        "missing": "ligand; activation",
        "verdict": "too few cells",
        "source_cells_needed": 507.0,
        "associated": "TGFB9^R9 (disputed); BMP2^R8; BMP3^R8",
    }
    lacking = {"missing_genes": "IFNB1; IFNAR1", "response": "", "core_pairs_measured": 0}
    untested = dict.fromkeys(["pval", "padj", "ligand_pval", "response_pval"], np.nan)
    rows = [
        row("alpha", "beta"),
        row("gamma", "beta", ligand_fraction=0.0, padj=0.3, **few),
        row("beta", "alpha", verdict="not testable", **untested),
        row("alpha", "alpha", axis="cxcl12", response="", response_effect=np.nan, score=0.2),
        row("alpha", "alpha", axis="ifn1", verdict="not testable: genes missing", **lacking),
        row("beta", "beta", sample="s1", score=0.9),
    ]
    rows[3] |= {"response_pval": np.nan, "response_validated": False, "coverage": 1.0}
    facts = {"axes_half_covered": ["tgfb"]}
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
    assert (payload["n_pairs"], payload["n_standing"], payload["n_active"]) == (3, 1, 1)
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
    assert marks["ligand: there"].text[0].split("<br>") == [
        "<b>alpha → beta</b>",
        "a ligand of the axis in 40% of 20 alpha cells (20% to 60%)",
        "TGFB1 → TGFBR1+TGFBR2, ligand: 3.2-fold, 2.1 to 4.9, p 0.001",
        "active, adjusted p 0.01",
    ]
    assert (
        marks["ligand: missing"]
        .text[0]
        .endswith("too few cells: about 507 gamma cells would be needed, adjusted p 0.3")
    )
    assert "tgfb_ftbrs (validated) in beta: +1.50 sd" in marks["response: there"].text[0]
    assert marks["receptor: there"].y.tolist() == [0, 1, 2]
    assert marks["response: there"].x.tolist() == [1.5, 1.5]
    scatters = [trace for trace in figure.data if trace.type == "scatter"]
    intervals = [trace for trace in scatters if trace.mode == "lines"]
    assert len(intervals) == 6
    assert all(list(trace.x) == pytest.approx([0.2, 0.6]) for trace in intervals)


def test_words_stand_in_each_row(evident):
    notes = axis_detail(evident, "tgfb").layout.annotations
    texts = [note.text.split("<br>") for note in notes]
    first = [lines[0] for lines in texts]
    assert {"<b>active</b>", "too few cells", "not testable"} <= set(first)
    assert first.count("3.2, 2.1 to 4.9") == 6
    assert first.count("TGFB1 → TGFBR1+TGFBR2") == 3
    small = [plain(lines[1]) for lines in texts if len(lines) == 2 and "<span" in lines[1]]
    assert small == [
        "beside it TGFB9 → R9 (disputed), BMP2 → R8, and 1 more",
        "507 sender cells needed",
    ]
    (hover,) = [note.hovertext for note in notes if note.text.startswith("too few cells")]
    assert hover == (
        "too few cells: about 507 gamma cells would be needed; does not stand out: "
        "ligand; activation"
    )


def plain(text: str) -> str:
    return re.sub("<[^>]*>", "", text)


def test_the_title_says_what_the_data_have_of_the_axis(evident):
    assert axis_detail(evident, "tgfb").layout.title.subtitle.text == (
        "3 pairs of groups, 1 of 3 specific, 1 active; 2 of 5 core pairs in the data "
        "(less than half); response validated"
    )
    assert axis_detail(evident, "cxcl12").layout.title.subtitle.text == (
        "1 pair of groups, 1 of 1 specific, 1 active; 2 of 5 core pairs in the data"
    )
    evident.uns["tme_axes"]["response_validated"] = False
    assert "response not validated" in axis_detail(evident, "tgfb").layout.title.subtitle.text


def test_the_axis_with_the_most_evidence_is_shown_first(evident):
    assert axis_detail_payload(evident)["axis"] == "TGF-β"
    table = evident.uns["tme_axes"]
    table.loc[table["axis"] == "cxcl12", "score"] = 0.9
    assert axis_detail_payload(evident)["axis"] == "CXCL12"
    table["verdict"] = pd.Categorical(["not specific"] * len(table))
    assert axis_detail_payload(evident)["axis"] == "TGF-β"  # nothing speaks for any: the first


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
    with pytest.raises(CoverageError, match=r"'ifn1' is not testable.*'IFNB1', 'IFNAR1'"):
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
    table["top_interaction"] = pd.Categorical(["<b>x^y"] * len(table))
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
    tl.crosstalk(scored, "group", database=database)
    tl.axes(scored, database=database)
    rows = axis_detail_payload(scored, "planted")["rows"]
    assert rows[["source", "target"]].iloc[0].tolist() == ["alpha", "beta"]
    assert rows["ligand_fraction"].iloc[0] == 1
    assert len(rows) == 9
    reverse = rows[(rows["source"] == "beta") & (rows["target"] == "alpha")]
    assert reverse[["ligand_state", "receptor_state"]].to_numpy().tolist() == [["missing"] * 2]
    assert len(pl.axis_detail(scored, "planted", max_pairs=3).data) > 0
