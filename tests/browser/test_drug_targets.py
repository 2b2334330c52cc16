"""The panel of drug targets, in a browser."""

from __future__ import annotations

import pytest


@pytest.fixture
def page(page, show):
    return show(page, "drug_targets")


def text_of(page, selector: str) -> str:
    return page.locator(selector).inner_text()


def test_supported_rows_come_first_and_the_drugs_of_the_chosen_one_are_told(page):
    names = page.locator("#figure-drug_targets .grid-rows > *").all_inner_texts()
    assert [" ".join(name.split()) for name in names] == [
        "Supported",
        "PDCD1 · PD-1 / PD-L1, receptor 3/4",
        "Seen in one sample",
        "CXCL12 · CXCL12, ligand 1/4",
    ]
    reading = text_of(page, "#reading-drug_targets")
    assert "blocker of the receptor; Approved (as of 2025-02" in reading
    assert "approval not recorded in the tables used" in reading
    assert "left out: conflicting: two sources" in reading
    assert "Research context, never advice." in reading


def test_a_click_shows_other_drugs_and_colours_the_map(page):
    page.locator("#figure-drug_targets .grid-rows button").nth(1).click()
    assert page.evaluate("tmeatlas.store.get('colour')") == "g:CXCL12"
    reading = text_of(page, "#reading-drug_targets")
    assert "gamma" in reading
    assert "omega" not in reading
    pressed = page.locator("#figure-drug_targets .grid-rows button[aria-pressed=true]")
    assert pressed.count() == 1


def test_the_table_has_all_drugs_dates_and_what_is_left_out(page):
    table = page.evaluate("tmeatlas.panels.drug_targets.table()")
    at = {name: i for i, name in enumerate(table["header"])}
    drugs = [row[at["Drug"]] for row in table["body"]]
    assert drugs == ["alpha", "beta", "gamma", "delta", "omega"]
    for row in table["body"][:-1]:
        assert row[at["Status"]].startswith("approval not recorded") or row[at["As of"]]
    assert {row[at["Use"]] for row in table["body"]} == {"Research context, never advice."}
    assert table["body"][-1][at["Note"]] == "left out: conflicting: two sources"
