"""The card of the drivers, in a browser."""

from __future__ import annotations

import pytest


@pytest.fixture
def page(page, show):
    return show(page, "drivers")


def test_groups_chains_and_genes_are_there(page):
    card = page.locator("#card-drivers")
    assert "no cause, and no target for treatment" in card.inner_text()
    rows = card.locator("#drivers-groups tbody tr")
    assert rows.count() == page.evaluate("tmeatlas.panels.drivers.data().groups.group.length")
    assert "95% interval" in rows.first.locator(".bar").first.get_attribute("title")
    links = card.locator("#drivers-loops ol li")
    assert links.count() == 3
    held = [link.get_attribute("class") for link in links.all()]
    assert held == ["holds", None, "holds"]
    assert card.locator("#drivers-loops .closed h4").all_inner_texts() == ["CXCL12 to T cells"]
    genes = card.locator("#drivers-genes tbody tr")
    assert genes.count() == 2
    assert "follows" in genes.first.inner_text()
    assert "12 of 48 genes" in genes.last.inner_text()


def test_intervals_lie_on_their_scale(page):
    track = page.locator("#drivers-genes .track").first.bounding_box()
    dot = page.locator("#drivers-genes .dot").first.bounding_box()
    ends = page.locator("#drivers-genes .ends").first.bounding_box()
    reach = 0.6
    at = track["x"] + track["width"] * (0.4 + reach) / (2 * reach)
    assert abs(dot["x"] + dot["width"] / 2 - at) < 1.5
    assert ends["x"] > track["x"] + track["width"] / 2
    assert ends["x"] + ends["width"] <= track["x"] + track["width"] + 1


def test_the_table_has_everything_once(page):
    table = page.evaluate("tmeatlas.panels.drivers.table()")
    groups = page.evaluate("tmeatlas.panels.drivers.data().groups.group.length")
    assert len(table["body"]) == 2 * groups + 3 + 2
    assert all(len(row) == len(table["header"]) for row in table["body"])
    assert "no cause" in table["note"]


def test_nothing_is_cut_on_a_phone(open_page, atlas_file):
    page = open_page(atlas_file, width=390, height=800)
    wide = page.locator("#card-drivers").evaluate(
        "card => [...card.querySelectorAll('*')].filter(n => n.scrollWidth > n.clientWidth + 2"
        " && n.clientWidth > 0 && getComputedStyle(n).display !== 'inline').length"
    )
    assert wide == 0
