"""The panel of axes: which evidence there is for each."""

from __future__ import annotations

import csv
import io

import pytest
from page_tabs import show


@pytest.fixture
def page(page, show):
    return show(page, "evidence")


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def labels(page):
    return page.locator("#figure-evidence tbody button").all_inner_texts()


def columns(page):
    return page.locator("#figure-evidence thead th").all_inner_texts()


def test_rows_of_an_axis_come_best_first_with_what_they_have(page, settle, make_adata):
    table = make_adata().uns["tme_axes"]
    page.locator("#axis-select").select_option(label=axis_option(page, "tgfb"))
    settle(page)
    best = table[table["axis"] == "tgfb"].iloc[0]  # stored best first
    assert labels(page)[0] == f"{best['source']} (100) → {best['target']} (100)"
    ends = ["Sender (n) → receiver (n)", "Ligand in sender", "Receptor in receiver"]
    assert columns(page) == [*ends, "Response of receiver", "Adjusted p"]
    page.locator("#axis-select").select_option(label=axis_option(page, "cxcl12"))
    settle(page)
    assert columns(page) == [*ends, "Adjusted p"]  # it has no response


def test_what_does_not_stand_out_is_folded_and_opens(page, settle, make_adata):
    table = make_adata().uns["tme_axes"]
    page.locator("#axis-select").select_option(label=axis_option(page, "tgfb"))
    settle(page)
    verdicts = table.loc[table["axis"] == "tgfb", "verdict"]
    standing = verdicts.isin(["active", "specific", "specific, response unknown"]).sum()
    assert len(labels(page)) == standing > 0
    fold = page.locator("#figure-evidence .fold")
    others = verdicts.value_counts()
    assert fold.inner_text() == (
        f"Show {len(verdicts) - standing} more pairs of cell types: "
        f"{others['too few cells']} too few cells, {others['not specific']} not specific, "
        f"{others['not testable']} not testable"
    )
    fold.click()
    assert len(labels(page)) == len(verdicts)
    assert fold.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.className") == "fold"
    said = page.locator("#figure-evidence tbody small").all_inner_texts()
    assert said.count("not specific") == others["not specific"]
    bars = page.locator("#figure-evidence .bar.p i").evaluate_all("n => n.map(i => i.style.width)")
    widths = [float(width.rstrip("%")) for width in bars]
    assert widths[-1] < widths[0] <= 100
    fold.click()
    assert len(labels(page)) == standing


def axis_option(page, axis):
    number = shown(
        page, f"tmeatlas.atlas.meta.panels.crosstalk.axes.findIndex(a => a.id === '{axis}')"
    )
    return page.locator(f"#axis-select option[value='{number}']").inner_text()


def test_all_axes_show_the_best_row_of_each(page, settle, make_adata):
    page.locator("#axis-select").select_option("-1")
    settle(page)
    best = make_adata().uns["tme_axes"].drop_duplicates("axis")
    assert [label.split(": ")[1] for label in labels(page)] == [
        f"{row.source} (100) → {row.target} (100)" for row in best.itertuples()
    ]


def test_a_click_opens_the_pairs_and_a_second_closes_them(page, settle):
    page.locator("#axis-select").select_option("0")
    settle(page)
    first = page.locator("#figure-evidence tbody button").first
    sender, receiver = first.inner_text().split(" → ")
    first.click()
    settle(page)
    assert page.locator("#sender-select option:checked").inner_text() == sender
    assert page.locator("#receiver-select option:checked").inner_text() == receiver
    assert len(labels(page)) == 1
    page.locator("#figure-evidence tbody button").first.click()
    settle(page)
    assert page.locator("#sender-select option:checked").inner_text() == "Any sender"


def test_table_and_figure_can_be_taken_away(page, settle, make_adata, tmp_path):
    page.locator("#axis-select").select_option(label=axis_option(page, "tgfb"))
    settle(page)
    card = page.locator("#card-evidence")
    card.locator("summary").click()
    with page.expect_download() as started:
        card.locator("[data-download=csv]").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text("utf-8-sig"))))
    table = make_adata().uns["tme_axes"]
    table = table[table["axis"] == "tgfb"]
    assert len(rows) == len(table)
    assert rows[0]["Verdict"] == table.iloc[0]["verdict"]
    best = table.iloc[0]
    assert float(rows[0]["Ligand share"]) == round(best["ligand_fraction"], 4)
    assert int(rows[0]["Receptor cells"]) == best["receptor_cells"]
    low = float(rows[0]["Receptor specificity, low"])
    assert low == pytest.approx(best["receptor_specificity_low"], rel=1e-3)
    assert "not testable" in [row["Verdict"] for row in rows]
    card.locator("summary").click()
    with page.expect_download() as started:
        card.locator("[data-download=svg]").click()
    svg = started.value.path().read_text("utf-8")
    assert svg.startswith("<svg")
    assert "Ligand" in svg
    assert svg.count("<circle") + svg.count("<path") > 20


def test_table_leaves_out_what_an_axis_does_not_have(page, settle):
    headers = {}
    for axis in ("tgfb", "cxcl12"):
        page.locator("#axis-select").select_option(label=axis_option(page, axis))
        settle(page)
        headers[axis] = shown(page, "tmeatlas.panels.evidence.table().header")
    of_tgfb = {"Response", "Response effect", "Response p", "Activation share"}
    assert of_tgfb <= set(headers["tgfb"])
    assert set(headers["tgfb"]) - set(headers["cxcl12"]) == of_tgfb
    assert not {"Missing genes", "Samples"} & set(headers["tgfb"])


def reading(page):
    terms, texts = (
        page.locator(f"#reading-evidence {tag}").all_inner_texts() for tag in ("dt", "dd")
    )
    return dict(zip(terms, texts, strict=True))


def test_the_chosen_row_is_told_in_words(page, settle, change, make_adata):
    table = make_adata().uns["tme_axes"].astype({"source": str, "target": str})
    page.locator("#axis-select").select_option(label=axis_option(page, "tgfb"))
    settle(page)
    heading = page.locator("#reading-evidence h3").inner_text()
    best = table[table["axis"] == "tgfb"].iloc[0]
    assert f"TGF-β, {best['source']} → {best['target']}." in heading
    assert heading.endswith(".")
    few = table[(table["axis"] == "tgfb") & table["source_cells_needed"].notna()].iloc[0]
    nodes = shown(page, "tmeatlas.atlas.interactions.nodes.map(n => n.label)")
    change(page, {"sender": nodes.index(few["source"]), "receiver": nodes.index(few["target"])})
    told = reading(page)
    ligand = told[f"Ligand in {few['source']}"]
    name = few["source"].replace("T cell", "T").replace("B cell", "B")
    assert f"about {few['source_cells_needed']:.0f} {name} cells would be needed" in ligand
    assert f"{few['ligand_cells']:.0f} of 100" in ligand
    fold = few["ligand_specificity"]
    assert "TGFB1 is seen in " in ligand
    assert f"{fold:.1f}-fold, {few['ligand_specificity_low']:.1f} to " in ligand
    assert "validated by a second source" in told[f"Response of {few['target']}"]
    assert told["Genes in the data"] == "Core pairs in the data: 1 of 1."
    assert "activation in 20%" in told["Modifiers"]


def test_an_axis_whose_genes_are_missing_says_which(open_page, make_adata, tmp_path):
    from tmeatlas.pl import atlas

    adata = make_adata()
    table = adata.uns["tme_axes"].astype({"verdict": str, "missing_genes": str, "associated": str})
    lacking = table["axis"] == "cxcl12"
    table.loc[lacking, ["verdict", "missing_genes"]] = ["not testable: genes missing", "CXCL12; A1"]
    table.loc[lacking, ["core_pairs", "core_pairs_measured", "coverage"]] = [3, 0, 0.0]
    first = table.index[table["axis"] == "tgfb"][0]
    table.loc[first, "associated"] = "TGFB1^TGFBR2 (disputed)"
    samples = {"n_samples": 8, "n_samples_seen": 6, "n_samples_specific": 5}
    adata.uns["tme_axes"] = table.assign(**samples)
    rows = adata.uns["tme_crosstalk"].astype({"verdict": str, "role": str, "ligand_complex": str})
    decoy = (rows["axis"] == "tgfb").to_numpy() & (rows.index % 2 == 0)
    rows.loc[decoy, ["verdict", "role"]] = ["", "decoy"]
    rows.loc[decoy, "ligand_complex"] = "TGFB2"
    kept = rows["axis"] != "cxcl12"
    adata.uns["tme_crosstalk"] = rows[kept].reset_index(drop=True)
    made = atlas(adata, groupby="cell_type").write_html(tmp_path / "atlas.html")
    page = show(open_page(made), "evidence")
    page.locator("#axis-select").select_option(label="CXCL12: not in these data")
    page.evaluate("() => tmeatlas.settled()")
    assert page.locator("#empty-evidence").inner_text() == (
        "Not in these data. Core pairs in the data: 0 of 3. Missing genes: CXCL12, A1."
    )
    assert page.locator("#reading-evidence").is_hidden()
    page.locator("#axis-select").select_option(label=axis_option(page, "tgfb"))
    page.evaluate("() => tmeatlas.settled()")
    told = reading(page)
    assert told["Samples"].startswith("The axis is specific in 5 of 8 samples")
    assert told["Associated pairs"].endswith(": TGFB1 → TGFBR2 (disputed).")
    assert page.locator("#figure-pairs .grid-heading").all_inner_texts() == [
        "Core pairs of the axis",
        "Apart from signalling, without a verdict",
    ]
    names = page.locator("#figure-pairs .grid-rows button").all_inner_texts()
    assert names == ["TGFB1 → TGFBR1+TGFBR2", "TGFB2 → TGFBR1+TGFBR2 (decoy)"]
