"""The shell of the page: tabs, findings, the brush of the histogram, and what is quiet."""

from __future__ import annotations

import pytest
from page_tabs import show
from waiting import until

from tmeatlas.atlas import page as page_module
from tmeatlas.pl import atlas

TABS = ["cells", "samples", "crosstalk", "interventions", "methods"]
FINDING = {
    "about": "composition",
    "headline": "A headline that is long enough to need two lines of <b>text</b>",
    "text": "CAF are 24% of 600 cells.",
    "confidence": "clear",
    "view": "tab=crosstalk&axis=cxcl12&colour=s:caf_pan",
}


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def open_tabs(page):
    return page.locator("[role=tab][aria-selected=true]").evaluate_all(
        "tabs => tabs.map(tab => tab.dataset.tab)"
    )


def test_tabs_are_reached_by_keyboard_and_kept_in_the_link(page, settle):
    tabs = page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.dataset.tab)")
    assert tabs == TABS
    page.locator("#tab-cells").focus()
    for key, opened in (("ArrowRight", "samples"), ("End", "methods"), ("ArrowRight", "cells")):
        page.keyboard.press(key)
        assert open_tabs(page) == [opened]
        assert shown(page, "document.activeElement.dataset.tab") == opened
    assert shown(page, "[...document.querySelectorAll('[role=tab]')].map(t => t.tabIndex)") == [
        0,
        *[-1] * (len(TABS) - 1),
    ]
    page.locator("#tab-samples").click()
    settle(page)
    visible = page.locator("[role=tabpanel]").evaluate_all(
        "panels => panels.filter(panel => panel.offsetHeight).map(panel => panel.id)"
    )
    assert visible == ["place-samples"]
    page.wait_for_url("**tab=samples*")


def test_a_tab_is_drawn_when_it_is_opened_and_follows_what_changed_before(
    open_page, atlas_file, change
):
    page = open_page(atlas_file)
    assert page.locator("#figure-composition .main-svg").count() == 0
    change(page, {"condition": 1})
    show(page, "composition")
    assert page.locator("#figure-composition .main-svg").count() > 0
    rows = shown(page, "tmeatlas.panels.composition.data().map(r => r.reduce((a, b) => a + b))")
    assert sum(rows) == shown(page, "tmeatlas.atlas.selection.count()") < 600
    width = shown(page, "document.getElementById('frame-composition').clientWidth")
    drawn = page.locator("#figure-composition .main-svg").first.bounding_box()["width"]
    assert 0.8 * width < drawn <= width


def test_what_a_reader_asks_for_opens_its_tab(page, settle):
    page.locator("#search").click()
    page.locator("#search").fill("cxcl12")
    option = page.locator("#search-list [role=option]", has_text="specific").first
    option.click()
    settle(page)
    assert open_tabs(page) == ["crosstalk"]
    page.locator("#tab-cells").click()
    page.locator("#search").click()
    page.locator("#search").fill("spp1 macro")
    page.keyboard.press("Enter")
    settle(page)
    assert open_tabs(page) == ["cells"]


def test_a_link_goes_to_the_card_that_it_is_about(open_page, atlas_file):
    page = open_page(atlas_file, width=1440, height=700, fragment="#card=evidence")
    top = "document.getElementById('card-{}').getBoundingClientRect().top"
    assert open_tabs(page) == ["crosstalk"]
    assert until(page, lambda: 0 <= shown(page, top.format("evidence")) < 420)
    page.evaluate("location.hash = '#tab=samples&difference=1&palette=cvd'")
    assert until(page, lambda: open_tabs(page) == ["samples"])
    assert until(page, lambda: 0 <= shown(page, top.format("compare")) < 420)
    # The row that it is about is framed, also where it is folded away or in a figure of bars.
    framed = """() => { const frame = document.querySelector('.found-row').getBoundingClientRect();
      const [row] = [...document.querySelectorAll('[data-row="s:caf_icaf"]')];
      const { top } = row?.getBoundingClientRect() ?? frame;
      return [Math.abs(frame.top - top) < 3, frame.top >= 0, frame.bottom <= innerHeight]; }"""
    for link in ("card=dots&row=s:caf_icaf", "card=composition&row=P2", "card=phenotype&row=P1"):
        page.evaluate(f"location.hash = '#{link}&palette=cvd'")
        page.locator(f"#card-{link[5:].split('&')[0]} .found-row").wait_for()
        assert page.locator(".found-row").count() == 1, link
        assert page.locator("details:not([open]) .found-row").count() == 0, link
        if "dots" in link:
            assert page.evaluate(framed) == [True, True, True]
    # The colours stay, and a place in the page is no view.
    page.evaluate("location.hash = '#colour=s:caf_pan'")
    coloured = "tmeatlas.store.get('colour')"
    assert until(page, lambda: shown(page, coloured) == "s:caf_pan")
    page.evaluate(
        """() => new Promise((done) => {
          addEventListener('hashchange', done, { once: true });
          location.hash = '#stage';
        })"""
    )
    assert shown(page, "tmeatlas.store.get('palette')") == "cvd"
    assert shown(page, coloured) == "s:caf_pan"


def test_a_wide_tab_stands_below_the_map_and_is_drawn_anew(page, settle):
    show(page, "crosstalk")
    places = """() => ['card-map', 'tabs', 'figure-matrix'].map(id => {
      const { left, top, right, bottom } = document.getElementById(id).getBoundingClientRect();
      return { left, top, right, bottom }; })"""
    stage, tabs, before = page.evaluate(places)
    assert tabs["left"] >= stage["right"]
    page.locator("#wide-button").click()
    settle(page)
    stage, tabs, after = page.evaluate(places)
    assert tabs["top"] >= stage["bottom"]
    assert tabs["left"] == stage["left"]
    assert after["right"] - after["left"] > before["right"] - before["left"]
    page.wait_for_url("**wide=yes*")


@pytest.fixture(scope="module")
def file_with_findings(make_adata, tmp_path_factory):
    """A page with eight findings, of one sample."""
    real = page_module.page_data

    def with_findings(payload):
        meta, blocks = real(payload)
        return {**meta, "findings": [FINDING] * 8}, blocks

    adata = make_adata(samples=["P1"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_module, "page_data", with_findings)
        made = atlas(adata, groupby="cell_type", sample_key="sample")
        return made.write_html(tmp_path_factory.mktemp("findings") / "atlas.html")


def test_findings_are_whole_and_set_the_page(open_page, file_with_findings, settle):
    page = open_page(file_with_findings, width=1440, height=900)
    cards = page.locator("#findings a")
    assert cards.count() == 8
    assert cards.first.locator("b").inner_text() == FINDING["headline"]
    cut = page.locator("#findings b").evaluate_all(
        "all => all.filter(b => b.scrollWidth > b.clientWidth + 1).length"
    )
    assert cut == 0
    cards.first.focus()
    tip = page.locator("#tooltip")
    assert "The data are too few" not in tip.inner_text()
    assert f"{FINDING['confidence']}: Tested" in tip.inner_text()
    assert cards.first.get_attribute("aria-describedby") == "tooltip"
    cards.nth(1).locator("i").hover()
    assert tip.inner_text().startswith(FINDING["confidence"])
    cards.first.focus()
    page.keyboard.press("Enter")
    assert until(page, lambda: open_tabs(page) == ["crosstalk"])
    assert until(page, tip.is_hidden)
    settle(page)
    assert shown(page, "tmeatlas.store.get('colour')") == "s:caf_pan"
    axis = "tmeatlas.atlas.meta.panels.crosstalk.axes[tmeatlas.store.get('axis')].id"
    assert shown(page, axis) == "cxcl12"
    # The first screen holds the strip, the rail, the map, and the head of the open tab.
    for name in ("card-map", "controls"):
        assert page.locator(f"#{name}").bounding_box()["y"] < 320, name
        bottom = shown(page, f"document.getElementById('{name}').getBoundingClientRect().bottom")
        assert bottom <= 900, name
    # With one sample there is nothing to filter by.
    assert page.locator("#sample-filter").count() == 0


def test_no_toolbar_wraps_and_nothing_scrolls_sideways(open_page, atlas_file, show):
    page = open_page(atlas_file, width=1440, height=900)
    for panel in ("dots", "composition", "compare", "crosstalk", "pairs", "evidence", "agreement"):
        show(page, panel)
        height = page.locator(f"#card-{panel} > header > .tools").evaluate("t => t.clientHeight")
        assert height <= 40, panel
    assert page.locator("header.top").evaluate("top => top.clientHeight") <= 56


def test_on_a_phone_findings_fold_and_tabs_scroll(open_page, file_with_findings):
    page = open_page(file_with_findings, width=390, height=800, touch=True)
    assert page.locator("#findings li:visible").count() == 3
    page.locator("#more-findings").click()
    assert page.locator("#findings li:visible").count() == 8
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#tab-methods").click()
    box = page.locator("#tab-methods").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    heights = page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.clientHeight)")
    assert min(heights) >= 42
    assert page.locator("#card-dots .quiet").evaluate("q => getComputedStyle(q).opacity") == "1"


def test_quiet_tools_come_with_the_pointer_and_the_focus(page):
    opacity = "q => getComputedStyle(q).opacity"
    tools = page.locator("#card-dots .quiet")
    assert tools.evaluate(opacity) == "0"
    page.locator("#title-dots").hover()
    assert until(page, lambda: tools.evaluate(opacity) == "1")
    page.mouse.move(0, 0)
    assert until(page, lambda: tools.evaluate(opacity) == "0")
    page.locator("#card-dots [data-table]").focus()
    assert until(page, lambda: tools.evaluate(opacity) == "1")


def test_an_explanation_shows_whole_sentences_and_all_of_them_when_asked(open_page, atlas_file):
    page = open_page(atlas_file, width=1440)
    words, button = page.locator("#words-dots"), page.locator("#card-dots .more-words")
    line = words.bounding_box()["height"]
    assert line < 24
    seen = page.locator("#explain-dots").inner_text()
    assert seen.endswith(".")
    assert seen != page.locator("#explain-dots").text_content()
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert words.bounding_box()["height"] > line + 12


def test_the_brush_selects_cells_by_a_drag(page, change, settle):
    change(page, {"colour": "s:tam_spp1"})
    box = page.locator("#brush").bounding_box()
    middle = box["y"] + box["height"] / 2

    def drag(start, end):
        page.mouse.move(box["x"] + start * box["width"], middle)
        page.mouse.down()
        page.mouse.move(box["x"] + end * box["width"], middle, steps=4)
        page.mouse.up()
        settle(page)
        return shown(page, "tmeatlas.store.get('range')")

    drawn = drag(0.5, 0.8)
    assert drawn["from"] == pytest.approx(127, abs=2)
    assert drawn["to"] == pytest.approx(203, abs=2)
    selected = shown(page, "tmeatlas.atlas.selection.count()")
    assert 0 < selected < 600
    moved = drag(0.6, 0.5)
    assert moved["to"] - moved["from"] == drawn["to"] - drawn["from"]
    assert moved["from"] < drawn["from"]
    pulled = drag(moved["from"] / 254, 0.1)
    assert pulled["from"] == pytest.approx(25, abs=3)
    assert pulled["to"] == moved["to"]
    assert page.locator("#range-low").input_value() == str(pulled["from"])
    page.mouse.click(box["x"] + 0.95 * box["width"], middle)
    settle(page)
    assert shown(page, "tmeatlas.store.get('range')") is None
    pixels = page.locator("#histogram").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)"
    )
    assert pixels
