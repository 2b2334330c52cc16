"""Rows of programmes in a browser: what opens, what is folded, and how links keep it."""

from __future__ import annotations

import csv
import io

import pytest
from page_tabs import show
from waiting import until

NAMES = "row => row.innerText.trim()"
GRID = "#figure-dots .grid-rows"


def names_of(page) -> list[str]:
    return page.locator(f"{GRID} > *").evaluate_all(f"rows => rows.map({NAMES})")


def state(page, key: str):
    return page.evaluate(f"tmeatlas.store.get({key!r})")


@pytest.fixture
def opened(open_page, atlas_file):
    """The page with its programmes in view."""
    return show(open_page(atlas_file, width=1440, height=900), "dots")


def test_rows_open_to_their_signatures(opened, settle):
    page = opened
    assert names_of(page) == ["CAF", "TAM"]
    toggle = page.locator(f"{GRID} .grid-toggle").first
    assert toggle.get_attribute("aria-expanded") == "false"
    toggle.focus()
    page.keyboard.press("Enter")
    settle(page)
    assert names_of(page) == ["CAF", "CAF, pan-cancer", "Inflammatory CAF", "TAM"]
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert state(page, "open") == "0"
    assert until(page, lambda: "open=0" in page.evaluate("location.hash"))
    page.keyboard.press("Enter")
    settle(page)
    assert names_of(page) == ["CAF", "TAM"]


def test_open_rows_are_in_the_link_and_names_colour_the_map(open_page, atlas_file, settle):
    page = show(open_page(atlas_file, fragment="#open=1&tab=cells"), "dots")
    assert len(names_of(page)) == 5
    page.locator(f"{GRID} button", has_text="Tumour Treg").click()
    settle(page)
    assert state(page, "colour") == "s:treg_tumour"
    pressed = page.locator(f"{GRID} button[aria-pressed=true]").all_inner_texts()
    assert [text.strip() for text in pressed] == ["Tumour Treg"]
    page.locator("#dots-open").click()
    settle(page)
    assert state(page, "open") == "all"
    assert len(names_of(page)) == 7


def test_columns_are_in_families_with_their_numbers(opened):
    page = opened
    heads = page.locator("#figure-dots .grid-columns button").all_inner_texts()
    legend = page.locator("#legend li label span").all_inner_texts()
    assert [head.split(" (")[0] for head in heads] == legend
    families = page.locator("#figure-dots .grid-family").evaluate_all(
        "all => all.map(each => each.title)"
    )
    assert families == ["Tumour & epithelium", "Stroma", "Myeloid", "T & NK", "B & plasma"]
    sizes = page.evaluate("tmeatlas.atlas.categories.get('group').sizes")
    numbers = page.locator("#figure-dots .grid-number").all_inner_texts()
    assert numbers == [str(n) for n in sizes]


def test_alike_together_moves_groups_with_their_dots(opened, settle):
    page = opened
    titles = "heads => heads.map(head => head.title)"
    usual = page.locator("#figure-dots .grid-columns button").evaluate_all(titles)
    page.locator("#title-dots").hover()
    page.locator("#dots-order").click()
    settle(page)
    similar = page.locator("#figure-dots .grid-columns button").evaluate_all(titles)
    order = page.evaluate("tmeatlas.atlas.meta.panels.dots.alike_groups")
    assert similar == [usual[k] for k in order]
    assert page.locator("#figure-dots .grid-family").count() == 0
    dots = page.locator("#figure-dots canvas").bounding_box()
    column = page.locator("#figure-dots .grid-columns button").nth(1).bounding_box()
    page.mouse.move(column["x"] + 12, dots["y"] + 8)
    tip = page.locator("#tooltip").inner_text().split("\n")
    assert tip[1] == similar[1].split(",")[0]
    assert "standard deviations" in tip[2]


def test_table_has_closed_rows_too(opened):
    page = opened
    with page.expect_download() as waiting:
        page.locator("#title-dots").hover()
        page.locator("#card-dots summary").click()
        page.locator("#card-dots [data-download=csv]").click()
    text = waiting.value.path().read_text(encoding="utf-8")
    rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 2]
    assert rows[0][:3] == ["Programme", "Signature or consensus", "Compartment"]
    assert [row[1] for row in rows[1:4]] == [
        "CAF, consensus",
        "CAF, pan-cancer",
        "Inflammatory CAF",
    ]
    assert {row[0] for row in rows[1:]} == {"CAF", "TAM"}


def test_names_and_numbers_stay_in_view_when_the_rows_scroll(open_page, atlas_file, change):
    page = show(open_page(atlas_file, width=1000, height=300), "dots")
    change(page, {"open": "all"})
    frame = page.locator("#frame-dots")
    before = page.locator("#figure-dots .grid-columns").bounding_box()
    frame.evaluate("frame => { frame.scrollTop = 60; frame.scrollLeft = 40; }")
    assert frame.evaluate("frame => frame.scrollTop") > 0
    after = page.locator("#figure-dots .grid-columns").bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=1)
