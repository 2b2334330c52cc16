"""Phenotypes of samples: calls, values that cannot be read, selection, phone."""

from __future__ import annotations

import pytest


@pytest.fixture
def page(page, show):
    return show(page, "phenotype")


def state(page, name):
    return page.evaluate("(name) => tmeatlas.store.get(name)", name)


def test_calls_cells_and_that_it_is_no_diagnostic_are_seen(page):
    text = page.locator("#card-phenotype").inner_text()
    assert "Not a diagnostic: for research only" in text
    headings = page.locator("#figure-phenotype .grid-heading").all_inner_texts()
    assert headings == ["responder", "non-responder"]
    names = page.locator("#figure-phenotype .grid-rows button").all_inner_texts()
    sizes = page.evaluate("tmeatlas.atlas.categories.get('sample').sizes")
    assert [int(name.split()[-1]) for name in names] == [sizes[i] for i in (0, 1, 2, 3)]
    assert names[0].startswith("P1 · inflamed 0.10")
    assert names[3].startswith("P4 · no call"), "no margin without a call"


def test_a_click_on_a_sample_selects_its_cells(page, settle):
    button = page.locator("#figure-phenotype .grid-rows button").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    settle(page)
    assert state(page, "sample") == 1
    assert "All cells, not the selection." in page.locator("#scope-phenotype").inner_text()
    pressed = page.locator("#figure-phenotype .grid-rows button[aria-pressed=true]")
    assert pressed.count() == 1
    pressed.click()
    settle(page)
    assert state(page, "sample") is None


def test_what_a_value_says(page):
    canvas = page.locator("#figure-phenotype canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    row = page.locator("#figure-phenotype .grid-rows button").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 8, row["y"] + row["height"] / 2)
    tip = page.locator("#tooltip").inner_text()
    assert "Cannot be read: not readable at this depth: 3 molecules" in tip
    assert "Call: inflamed" in tip
    page.mouse.move(box["x"] + 8, row["y"] + row["height"] / 2)
    assert "95% interval" in page.locator("#tooltip").inner_text()


def test_phone(open_page, atlas_file, show):
    page = show(open_page(atlas_file, width=390, height=844), "phenotype")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    row = page.locator("#figure-phenotype .grid-rows button").first
    assert row.bounding_box()["height"] >= 16
