"""Lineages and states: bars, table, colours of the map."""

from __future__ import annotations


def state(page, name):
    return page.evaluate("(name) => tmeatlas.store.get(name)", name)


def test_states_have_their_cells_and_colour_the_map(page, settle):
    cells = page.locator("#figure-states .y2tick text").all_text_contents()
    rows = page.evaluate("() => tmeatlas.panels.states.data().rows")
    assert len(cells) == len(rows["state"])
    assert cells[0].endswith(f"%, {rows['called'][0]} of {rows['cells'][0]}")
    assert "unassigned" in rows["state"]
    page.locator("#frame-states").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#live").inner_text().startswith(f"{rows['state'][0]}: ")
    page.keyboard.press("Enter")
    settle(page)
    assert state(page, "colour") == "state"
    assert "unassigned" in page.locator("#map-key").inner_text()


def test_lineages_and_their_confidence_colour_the_map(page, settle):
    table = page.locator("#table-lineages")
    assert "mixed with Mural cells" in table.inner_text()
    page.locator("#lineages-colour").click()
    settle(page)
    assert state(page, "colour") == "lineage"
    assert "Fibroblasts" in page.locator("#map-key").inner_text()
    page.locator("#search").click()
    page.locator("#search").fill("confidence of")
    page.keyboard.press("Enter")
    settle(page)
    assert state(page, "colour") == "l:confidence"
    assert "Confidence" in page.locator("#title-distribution").inner_text()


def test_phone(open_page, atlas_file):
    page = open_page(atlas_file, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#table-lineages").is_visible()
