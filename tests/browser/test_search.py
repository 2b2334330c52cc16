"""The search box."""

from __future__ import annotations

import pytest


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def search(page, text):
    page.locator("#search").click()
    page.locator("#search").fill(text)
    return page.locator("#search-list")


def test_a_gene_that_the_page_names_but_does_not_hold(open_page, make_adata, tmp_path):
    from tmeatlas.pl import atlas

    pairs = (("tgfb", "TGFB1", "TGFBR1_TGFBR2"), ("cxcl12", "ABC1", "ABC2"))
    page = open_page(
        atlas(make_adata(pairs=pairs), groupby="cell_type").write_html(tmp_path / "atlas.html")
    )
    found = search(page, "abc1")
    hint = 'ABC1 is not in this page: genes=["ABC1"] of tme.pl.atlas adds it.'
    assert found.locator(".hint").inner_text() == hint
    assert found.locator("[role=option]", has_text="ABC1 → ABC2").count() == 1
    assert hint in page.locator("#live").inner_text()


def test_a_gene_that_the_page_holds_needs_no_hint(page):
    found = search(page, "cd274")
    assert found.locator("[role=option]").first.inner_text().startswith("CD274")
    assert found.locator(".hint").count() == 0


def test_what_could_be_a_gene_of_the_data(page):
    found = search(page, "EPCAM")
    assert "Nothing found" in found.inner_text()
    assert 'genes=["EPCAM"] of tme.pl.atlas' in found.locator(".hint").inner_text()
    assert search(page, "two words 1").locator(".hint").count() == 0


@pytest.mark.parametrize(
    ("text", "key", "label"), [("p3", "sample", "P3"), ("non-r", "condition", "non-responder")]
)
def test_samples_and_conditions_can_be_found(page, settle, text, key, label):
    search(page, text)
    page.keyboard.press("Enter")
    settle(page)
    category = shown(page, f"tmeatlas.atlas.categories.get('{key}').labels")
    assert category[shown(page, f"tmeatlas.store.get('{key}')")] == label


def test_enter_without_typing_does_nothing(page, change):
    change(page, {"colour": "s:caf_pan"})
    page.locator("#search").focus()
    page.keyboard.press("Enter")
    assert shown(page, "tmeatlas.store.get('colour')") == "s:caf_pan"
    assert page.locator("#search").input_value() == "CAF, pan-cancer"


def test_the_box_keeps_the_focus_after_a_choice(page, settle):
    search(page, "spp1 macro")
    page.keyboard.press("Enter")
    settle(page)
    assert shown(page, "tmeatlas.store.get('colour')") == "s:tam_spp1"
    assert shown(page, "document.activeElement.id") == "search"
    assert page.locator("#search-list").is_hidden()
    assert page.locator("#search").input_value() == "SPP1 macrophage"
    page.keyboard.press("Enter")
    assert shown(page, "tmeatlas.store.get('colour')") == "s:tam_spp1"
    page.keyboard.press("ArrowDown")
    assert page.locator("#search-list").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#search-list").is_hidden()


def test_a_name_that_is_the_same_comes_first(page):
    found = search(page, "b cell")
    assert found.locator("[role=option] span").first.inner_text() == "B cell"
