"""Differences between conditions: rows, replicates, choices, keyboard, phone, files."""

from __future__ import annotations

import csv
import io

import pytest
from made_cohort import write_comparison

from tmeatlas.pl import atlas

PATIENTS = {f"P{i}": "before" if i % 2 else "after" for i in range(1, 13)}


@pytest.fixture
def page(page, show):
    return show(page, "compare")


@pytest.fixture
def scores(page, settle):
    """The page with one comparison, whose rows are of one unit."""
    page.locator("#compare-what").select_option(label="Signatures")
    settle(page)
    return page


def shown(page):
    return page.evaluate("() => tmeatlas.panels.compare.data()")


@pytest.fixture(scope="module")
def cohort_file(make_adata, tmp_path_factory):
    """Twelve samples: differences in three units, paired and of three conditions."""
    adata = make_adata(samples=[f"S{i}" for i in range(12)])
    features = [(f"<img src=x onerror=alert(1)> {i}", f"g{i % 3}") for i in range(80)]
    units = {
        feature: ("share" if i % 2 else "log2 ratio") for i, (feature, _) in enumerate(features)
    }
    write_comparison(adata, "phenotype", features, PATIENTS, paired=True, units=units)
    three = PATIENTS | {"P2": "later", "P4": "later", "P6": "later"}
    write_comparison(adata, "states", features[:4], three, reference="before")
    made = atlas(adata, groupby="cell_type", sample_key="sample", condition_key="condition")
    return made.write_html(tmp_path_factory.mktemp("cohort") / "atlas.html")


def test_all_comparisons_are_shown_first_the_surest_first(page, settle):
    found = shown(page)
    n = sum(level > 0 for level in found["levels"])
    assert found["levels"] == sorted(found["levels"], reverse=True)
    words = f"nothing firm over all 3 comparisons, {n} leads"
    assert page.locator("#scope-compare").inner_text() == f"N{words[1:]}. All cells."
    card = page.locator("a[data-confidence]", has_text=f"nothing firm, {n} leads")
    assert card.count() == 1, "the finding says the same"
    box = page.locator("#list-compare")
    leads = "Leads, which stand within their own comparison only"
    assert box.locator("h3").inner_text() == f"{leads}: {n}"
    assert box.locator("div button").count() == n
    weak = "weak: 2 v 2 samples, fewer than 4 on a side"
    assert box.locator("div button .weak").all_inner_texts() == [weak] * n
    assert "higher in responder: " in box.locator("div button").first.inner_text()
    fold = box.locator("summary")
    assert fold.inner_text() == f"Not shown to differ: {18 - n}"
    assert not box.locator("details button").first.is_visible()
    fold.click()
    box.locator("details button").first.click()
    settle(page)
    assert shown(page)["chosen"] == n
    assert box.locator("details button").first.is_visible()
    name = box.locator("[aria-pressed=true] .name").inner_text()
    assert page.locator("#replicates-title").inner_text() == name
    assert "Not shown to differ" in page.locator("#replicates-words").inner_text()


def test_rows_are_sorted_by_evidence_and_say_who_was_compared(scores):
    page = scores
    first = shown(page)
    assert first["rows"][0].startswith("CAF, pan-cancer in ")
    assert first["chosen"] == 0
    texts = page.locator("#figure-compare .annotation-text").all_text_contents()
    assert sum("2 v 2" in text for text in texts) == 9
    assert page.locator("#scope-compare").inner_text() == (
        "Signatures: responder against non-responder. All cells."
    )
    key = page.locator("#key-compare").inner_text()
    assert "Test: Welch t; each sample counts once. Reference: non-responder." in key
    page.locator("#key-compare summary").click()
    assert "cells in one sample of the reference only" in page.locator("#key-compare").inner_text()


def test_a_click_shows_the_replicates_of_a_row(scores, settle):
    page = scores
    page.locator("#card-compare").scroll_into_view_if_needed()
    box = page.locator("#figure-compare").bounding_box()
    rows = page.evaluate("() => tmeatlas.panels.compare.data().rows")
    label = page.locator("#figure-compare .annotation-text", has_text=rows[4])
    y = label.bounding_box()["y"] + 5
    page.mouse.move(box["x"] + box["width"] / 2, y)
    assert page.locator("#tooltip").inner_text().startswith(rows[4])
    page.mouse.click(box["x"] + box["width"] / 2, y)
    settle(page)
    assert page.locator("#replicates-title").inner_text() == rows[4]
    columns = shown(page)["columns"]
    assert [column["label"] for column in columns] == ["non-responder", "responder"]
    assert [len(column["dots"]) for column in columns] == [2, 2]
    words = page.locator("#replicates-words").inner_text()
    assert "2 samples, 110 cells" in words
    assert "95% interval" in words


def test_rows_and_dots_by_keyboard(scores, settle):
    page = scores
    page.locator("#frame-compare").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    rows = shown(page)["rows"]
    assert page.locator("#live").inner_text().startswith(rows[2])
    page.keyboard.press("Enter")
    settle(page)
    assert page.locator("#replicates-title").inner_text() == rows[2]
    page.locator("#frame-replicates").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#live").inner_text().startswith("P")
    assert "cells" in page.locator("#live").inner_text()


def test_another_comparison_and_the_interactions_of_a_side(scores, settle):
    page = scores
    assert page.locator("#replicates-interactions").is_hidden()
    page.locator("#compare-what").select_option(label="Ligands and receptors of axes")
    settle(page)
    assert shown(page)["rows"][0] == "TGFB1 in CAF"
    table = page.locator("#replicates-interactions").inner_text()
    assert "CAF → Macrophage" in table
    assert "TGFB1 → TGFBR1+TGFBR2" in table
    page.locator("#compare-group").select_option(label="Macrophage")
    settle(page)
    assert shown(page)["rows"] == ["TGFBR1+TGFBR2 in Macrophage"]


def test_a_selection_leaves_the_comparison_and_is_said(page, change):
    before = shown(page)
    change(page, {"region": {"type": "group", "group": 1}})
    assert shown(page) == before
    assert "All cells, not the selection." in page.locator("#scope-compare").inner_text()


def test_pairs_units_conditions_and_text_as_text(open_page, cohort_file, show, settle):
    page = show(open_page(cohort_file), "compare")
    page.locator("#compare-what").select_option(label="Phenotype")
    settle(page)
    assert page.locator("#compare-condition").is_hidden()
    assert len(shown(page)["rows"]) == 60, "the best of both units, in words"
    assert page.locator("#frame-compare").is_hidden()
    assert page.locator("#list-compare summary").inner_text().endswith("; the best 54")
    assert page.locator("#card-compare img").count() == 0
    assert page.locator("#replicates-title").inner_text().startswith("<img src=x")
    lines = "tmeatlas.panels.compare.figure().data.filter(t => t.mode === 'lines')[0].x"
    assert page.evaluate(f"() => {lines}.filter(x => x === null).length") == 6, "a line per pair"
    assert "each patient counts once" in page.locator("#key-compare").inner_text()
    page.locator("#compare-unit").select_option(label="share")
    settle(page)
    assert len(shown(page)["rows"]) == 40, "those of one unit"
    assert "share" in page.locator("#figure-compare .xtitle").text_content()
    page.locator("#compare-what").select_option(label="States")
    settle(page)
    page.locator("#compare-condition").select_option(label="later")
    settle(page)
    assert "later against before" in page.locator("#scope-compare").inner_text()
    assert len(shown(page)["columns"]) == 3


def test_a_link_keeps_the_choice(open_page, cohort_file):
    page = open_page(
        cohort_file, fragment="#tab=samples&comparison=1&versus=0&difference=2&within=99"
    )
    link = shown(page)
    assert link["rows"][link["chosen"]].startswith("<img src=x onerror=alert(1)> ")
    assert "States: later against before" in page.locator("#scope-compare").inner_text()
    other = open_page(cohort_file, fragment="#tab=samples&comparison=77&difference=x")
    assert "over all 5" in other.locator("#scope-compare").inner_text()


def test_phone(open_page, cohort_file, show, settle):
    page = show(open_page(cohort_file, width=390, height=844), "compare")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    rows = page.locator("#list-compare").bounding_box()
    dots = page.locator("#frame-replicates").bounding_box()
    assert dots["y"] > rows["y"] + rows["height"] - 1
    page.locator("#compare-what").select_option(label="Signatures")
    settle(page)
    assert page.evaluate(
        "() => { const f = document.getElementById('frame-compare');"
        " return f.scrollWidth <= f.clientWidth; }"
    )
    texts = page.locator("#figure-compare .annotation-text").all_text_contents()
    assert sum("6 v 6" in text for text in texts) == 9


def test_files_have_both_figures_and_all_rows(scores):
    page = scores
    with page.expect_download() as started:
        page.locator("#card-compare .menu summary").click()
        page.locator("#card-compare [data-download=svg]").click()
    text = started.value.path().read_text("utf-8")
    assert "responder minus non-responder" in text
    assert "Welch t" in text
    assert text.count("CAF, pan-cancer in") >= 4
    with page.expect_download() as started:
        page.locator("#card-compare .menu summary").click()
        page.locator("#card-compare [data-download=csv]").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text("utf-8"))))
    assert len(rows) == 9
    assert rows[0]["N"] == rows[0]["N of reference"] == "2"
