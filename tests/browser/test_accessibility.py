"""What axe-core finds in the page, in every state that a reader meets."""

from __future__ import annotations

from pathlib import Path

import pytest
from thorough import some_of

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def axe_source():
    package = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture
def findings(axe_source):
    """A function that lists what axe finds: rule and the elements that break it."""

    def run(page):
        page.evaluate(axe_source)
        found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
        assert len(found["passes"]) > 20, "axe did look at the page"
        return [
            (each["id"], each["impact"], [node["html"][:160] for node in each["nodes"]][:4])
            for each in found["violations"]
        ]

    return run


def test_axe_finds_what_is_wrong(chromium, axe_source):
    """The check can fail: an image without a text and a button without a name are found."""
    page = chromium.new_page()
    page.set_content("<html lang=en><title>t</title><main><h1>t</h1><img src=x><button></button>")
    page.evaluate(axe_source)
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)["violations"]
    assert {"image-alt", "button-name"} <= {each["id"] for each in found}
    page.close()


LOOKS = {
    "phone, light": (360, False),
    "screen, dark": (1500, True),
    "phone, dark": (360, True),
    "screen, light": (1500, False),
}


@pytest.mark.parametrize(("width", "dark"), some_of(LOOKS, 2))
def test_nothing_to_find_in_the_tabs(open_page, atlas_file, findings, settle, dark, width):
    page = open_page(atlas_file, width=width, dark=dark)
    for tab in page.locator("[role=tab]").all():
        tab.click()
        settle(page)
        assert findings(page) == [], tab.inner_text()


STATES = {
    "score": {"colour": "s:tam_spp1"},
    "one pair of groups": {"sender": 1, "receiver": 2},
    "colours for colour-blind readers": {"palette": "cvd", "theme": "dark"},
    "selection": {"region": {"type": "group", "group": 1}},
    "range": {"colour": "g:TGFB1", "range": {"feature": "g:TGFB1", "from": 1, "to": 254}},
    "sankey of all axes": {"network": "sankey", "axis": -1},
    "matrix": {"network": "matrix"},
}


@pytest.mark.parametrize("state", some_of(STATES, 3))
def test_nothing_to_find_in_other_views(page, change, findings, state):
    change(page, state)
    assert findings(page) == []


@pytest.mark.thorough
def test_nothing_to_find_in_tables_and_about(open_page, atlas_file, settle, findings):
    page = open_page(atlas_file)
    for tab in page.locator("[role=tab]").all():
        tab.click()
        settle(page)
        for button in page.locator("[data-table]:visible").all():
            button.click()
        settle(page)
        assert findings(page) == []
    page.locator("#about-button").click()
    assert findings(page) == []


def test_nothing_to_find_while_searching(page, findings):
    page.locator("#search").click()
    page.locator("#search").fill("c")
    assert page.locator("#search-list").is_visible()
    assert findings(page) == []


def test_nothing_to_find_with_many_groups_and_long_names(make_adata, open_page, findings, tmp_path):
    from tmeatlas.pl import atlas

    groups = [
        f"{'A very long name of a cell type that goes on and on, number'} {i}" for i in range(60)
    ]
    made = atlas(make_adata(1200, groups=groups), groupby="cell_type", sample_key="sample")
    assert findings(open_page(made.write_html(tmp_path / "many.html"))) == []
