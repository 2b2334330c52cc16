"""The search box."""

from __future__ import annotations

import pytest


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def search(page, text):
    page.locator("#search").click()
    page.locator("#search").fill(text)
    return page.locator("#search-list")


def test_a_gene_that_the_data_lack_is_said_and_nothing_is_taken_in_its_place(page, change):
    change(page, {"colour": "s:caf_pan"})
    found = search(page, "TGFB11")
    hint = "TGFB11 is not among the 10 genes of these data"
    assert found.locator(".hint").inner_text().startswith(hint)
    assert found.locator("[role=option]").first.inner_text() == "TGFB1"
    page.keyboard.press("Enter")
    assert shown(page, "tmeatlas.store.get('colour')") == "s:caf_pan"
    assert hint in page.locator("#live").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert shown(page, "tmeatlas.store.get('colour')") == "g:TGFB1"
    assert search(page, "two words 1").locator(".hint").count() == 0


@pytest.mark.parametrize(
    ("text", "label"), [("cd274", "CD274"), ("pdl1", "CD274 (PD-L1)"), ("PD1", "PDCD1 (PD-1)")]
)
def test_a_gene_by_any_of_its_names(page, settle, text, label):
    found = search(page, text)
    page.wait_for_function("() => document.querySelector('#search-list [role=option]')")
    assert found.locator("[role=option] span").first.inner_text() == label
    assert found.locator(".hint").count() == 0
    page.keyboard.press("Enter")
    settle(page)
    assert shown(page, "tmeatlas.store.get('colour')") == f"g:{label.split()[0]}"


@pytest.mark.parametrize(
    ("text", "group"),
    [("macrophages", "Macrophage"), ("tumour", "Malignant"), ("b cells", "B cell")],
)
def test_words_find_cells(page, settle, text, group):
    search(page, text)
    page.keyboard.press("Enter")
    settle(page)
    labels = shown(page, "tmeatlas.atlas.categories.get('group').labels")
    assert labels[shown(page, "tmeatlas.store.get('region').group")] == group


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
