"""Comparisons of conditions in the payload: the numbers are those of the stored tables."""

from __future__ import annotations

import numpy as np
import pytest
from made_cohort import write_comparison

from tmeatlas import _keys as keys
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.finding_links import link_of
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.panels.compare import comparisons, together
from tmeatlas.atlas.panels.compare.words import place_of
from tmeatlas.results import Comparison

CONDITIONS = {"P1": "responder", "P2": "responder", "P3": "non-responder", "P4": "non-responder"}


def compared(adata, what):
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    return next(entry for entry in payload.compare.entries if entry.what == what)


def test_every_stored_comparison_is_shown_in_its_order(adata):
    shown = build_payload(adata, groupby="cell_type").compare.entries
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
    names = [entry["name"] for entry in page.meta["panels"]["compare"]["entries"]]
    assert names == [
        *("Signatures (tme_compare_scores)", "Composition"),
        *("Ligands and receptors of axes", "Signatures (mine)"),
    ]


def test_more_than_a_page_holds_is_counted_and_said(adata, monkeypatch):
    monkeypatch.setattr(comparisons, "MAX_PLACES", 2)
    monkeypatch.setattr(comparisons, "MAX_INTERACTIONS", 0)
    payload = build_payload(adata, groupby="cell_type")
    entry = payload.compare.entries[0]
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


def test_one_number_stands_in_summary_findings_and_page(adata, read_page):
    payload = build_payload(adata, groupby="cell_type", condition_key="condition")
    page = read_page(render_page(payload))
    words = page.meta["panels"]["compare"]["words"]
    assert words in payload.summary
    n = sum(int((adata.uns[key]["padj"] <= 0.05).sum()) for key in Comparison.stored(adata))
    assert words == f"nothing firm over all 3 comparisons, {n} leads", "two v two"
    (told,) = [f for f in payload.findings if f.rule == "no_difference"]
    assert told.headline == f"Non-responder v responder: nothing firm, {n} leads"
    assert link_of(told.view, payload) == "tab=samples&comparison=all"


def test_all_comparisons_are_one_list_the_surest_first(adata, monkeypatch):
    monkeypatch.setattr(together, "MAX_OTHERS", 3)
    payload = build_payload(adata, groupby="cell_type").compare
    body = together.as_body(payload)
    rows = body["rows"]
    tables = [adata.uns[key] for key in Comparison.stored(adata)]
    assert payload.n_tested == sum(table["pval"].notna().sum() for table in tables)
    n_standing = sum(level > 0 for level in rows["level"])
    assert rows["level"] == sorted(rows["level"], reverse=True)
    assert len(rows["level"]) == n_standing + 3
    for i, number in enumerate(rows["row"]):
        entry = payload.entries[rows["comparison"][i]]
        row = entry.rows.iloc[number]
        assert body["places"][rows["place"][i]] == entry.places[int(row["place"])]
        assert body["names"]["unit"][rows["unit"][i]] == entry.names["unit"][int(row["unit"])]
        assert rows["n"][i] == row["n"]


def test_a_composition_has_the_shares_behind_its_log_ratios(adata):
    """The conditions are those of the column that the comparison names."""
    table = adata.uns["tme_composition"].astype({"sample": str, "group": str, "parent": str})
    conditions = dict(adata.obs[["sample", "condition"]].astype(str).drop_duplicates().to_numpy())
    adata.uns[keys.META]["tme_compare_composition"]["params"]["condition_key"] = "condition"
    entry = compared(adata, "composition")
    of_all = table[table["parent"] == ""]
    for row in entry.rows.itertuples():
        here = of_all[of_all["group"] == entry.places[row.place][0]]
        means = here.groupby(here["sample"].map(conditions))["share"].mean()
        assert row.share == pytest.approx(means["responder"])
        assert row.share_reference == pytest.approx(means["non-responder"])
    assert compared(adata, "scores").rows["share"].isna().all()


def test_labels_and_units_are_readable(adata):
    conditions = {
        "P_1": "before_drug",
        "P_2": "before_drug",
        "P_3": "after_drug",
        "P_4": "after_drug",
    }
    write_comparison(adata, "scores", [("caf_pan", "CAF")], conditions, unit="log ratio (CLR)")
    entry = compared(adata, "scores")
    assert entry.reference == "after drug"
    assert entry.names["condition"] == ["before drug", "after drug"]
    assert entry.names["replicate"] == ["P 1", "P 2", "P 3", "P 4"]
    assert entry.names["unit"] == ["log ratio of shares"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("scores", "Hypoxia", "CAF"), ("Hypoxia", "CAF")),
        (
            ("composition", "Treg", "Immune cells"),
            ("Treg", "Immune cells", "Treg, of immune cells"),
        ),
        (
            ("niches", "1 Tumor", "share of niche"),
            ("1 Tumor", "share of niche", "1 Tumor (share of niche)"),
        ),
        (
            ("colocalisation", "B beside T", "co-localisation"),
            ("B beside T", "co-localisation", "B beside T"),
        ),
    ],
)
def test_measures_of_tissue_are_in_no_group(place, words):
    assert place_of(*place) == words
