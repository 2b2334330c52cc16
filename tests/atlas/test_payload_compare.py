"""Comparisons of conditions in the payload: the numbers are those of the stored tables."""

from __future__ import annotations

import numpy as np
import pytest
from made_cohort import write_comparison

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.panels.compare import comparisons
from tmeatlas.results import Comparison

CONDITIONS = {"P1": "responder", "P2": "responder", "P3": "non-responder", "P4": "non-responder"}


def compared(adata, what):
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    return next(entry for entry in payload.compare if entry.what == what)


def test_every_stored_comparison_is_shown_in_its_order(adata):
    shown = build_payload(adata, groupby="cell_type").compare
    assert [entry.key for entry in shown] == Comparison.stored(adata)
    assert [entry.what for entry in shown] == ["scores", "composition", "axes"]


def test_rows_are_those_of_the_table_the_best_first(adata):
    table = adata.uns["tme_compare_scores"].astype({"feature": str, "group": str})
    entry = compared(adata, "scores")
    assert len(entry.rows) == len(table) == entry.n_places
    assert entry.rows["pval"].is_monotonic_increasing
    known = {("CAF, pan-cancer", "CAF"), ("SPP1 macrophage", "Macrophage")}
    assert known < set(entry.places), "signatures by their names"
    names = adata.uns["tme_coverage"]["name"]
    table["place"] = list(zip(table["feature"].map(names), table["group"], strict=True))
    expected = table.set_index("place")
    for row in entry.rows.itertuples():
        of_table = expected.loc[[entry.places[row.place]]].iloc[0]
        for column in ("effect", "low", "high", "padj", "n", "n_reference", "cells"):
            assert getattr(row, column) == of_table[column], column
        assert entry.names["condition"][row.condition] == of_table["condition"]
        assert entry.names["test"][row.test] == "Welch t"


def test_values_behind_a_row_give_its_means(adata):
    entry = compared(adata, "composition")
    code = entry.names["condition"].index("responder")
    for row in entry.rows.itertuples():
        behind = entry.samples[entry.samples["place"] == row.place]
        assert len(behind) == row.n + row.n_reference
        of_condition = behind[behind["condition"] == code]
        assert row.mean == pytest.approx(of_condition["value"].mean())
        assert row.cells == of_condition["cells"].sum()
    assert {entry.names["replicate"][i] for i in entry.samples["replicate"]} == set(CONDITIONS)


def test_what_was_left_out_has_its_reason(adata):
    assert compared(adata, "scores").left_out == [
        ("cells in one sample of the reference only", ["tam_absent in Mast cells"])
    ]


def test_interactions_hang_on_their_sides(adata):
    entry = compared(adata, "axes")
    assert entry.places[0] == ("TGFB1", "CAF")
    (row,) = entry.interactions.itertuples()
    assert entry.places[row.ligand_place] == ("TGFB1", "CAF")
    assert entry.places[row.receptor_place] == ("TGFBR1+TGFBR2", "Macrophage")
    stored = adata.uns["tme_compare_axes_rows"].iloc[0]
    assert (row.product, row.n_both) == (stored["product"], stored["n_both"])
    assert entry.names["changed"][row.changed] == stored["changed"]


def test_patients_are_named_where_they_are_known(adata):
    assert compared(adata, "scores").replicate == "sample"
    write_comparison(adata, "scores", [("caf_pan", "CAF")], CONDITIONS, paired=True)
    entry = compared(adata, "scores")
    assert entry.replicate == "patient"
    assert {entry.names["pair"][i] for i in entry.samples["pair"]} == {"patient 0", "patient 1"}


def test_measures_of_phenotypes_have_their_names(adata):
    write_comparison(adata, "phenotype", [("cd8_share", "T cells")], CONDITIONS)
    name = adata.uns["tme_phenotype"].astype(str).set_index("measure").loc["cd8_share", "name"]
    assert compared(adata, "phenotype").places == [(name.iloc[0], "T cells")]
    assert name.iloc[0] != "cd8_share"
    del adata.uns["tme_phenotype"]
    assert compared(adata, "phenotype").places == [("cd8_share", "T cells")]


def test_two_comparisons_of_the_same_have_names_of_their_own(adata, read_page):
    write_comparison(adata, "scores", [("caf_pan", "CAF")], CONDITIONS, key="mine")
    page = read_page(render_page(build_payload(adata, groupby="cell_type")))
    names = [entry["name"] for entry in page.meta["panels"]["compare"]]
    assert names == ["Scores (tme_compare_scores)", "Composition", "Axes", "Scores (mine)"]


def test_more_than_a_page_holds_is_counted_and_said(adata, monkeypatch):
    monkeypatch.setattr(comparisons, "MAX_PLACES", 2)
    monkeypatch.setattr(comparisons, "MAX_INTERACTIONS", 0)
    payload = build_payload(adata, groupby="cell_type")
    entry = payload.compare[0]
    assert (len(entry.places), entry.n_places) == (2, 9)
    assert set(entry.samples["place"]) == {0, 1}
    best = adata.uns["tme_compare_scores"].nsmallest(2, "pval")
    np.testing.assert_array_equal(entry.rows["pval"], best["pval"])
    notes = [note for note in payload.about.notes if note.startswith("Differences")]
    assert "listed are the 2 best of 9. adata.uns['tme_compare_scores'] has all." in notes[0]
    assert any("of 1 interaction, 0 are listed" in note for note in notes)


def test_comparisons_of_other_cells_are_left_out_and_named(adata):
    payload = build_payload(adata[:500].copy(), groupby="cell_type", sample_key="sample")
    assert "compare" not in payload.panels
    notes = [note for note in payload.about.notes if note.startswith("Comparison of conditions")]
    assert len(notes) == 3
    assert any("tme.tl.compare(adata" in call for _, call in payload.about.absent)


def test_summary_counts_what_stands(adata):
    payload = build_payload(adata, groupby="cell_type")
    keys = Comparison.stored(adata)
    n = sum(int((adata.uns[key]["padj"] <= 0.05).sum()) for key in keys)
    assert f"{n} differences that stand" in payload.summary
