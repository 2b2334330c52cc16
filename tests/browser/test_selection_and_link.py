"""What a selection shows in the panels and in files, and what a link keeps of the view."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from page_tabs import show
from waiting import until

BOX = [[16000, 16000], [50000, 16000], [50000, 50000], [16000, 50000]]
REGION = {"type": "polygon", "points": BOX, "map": 0}


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def download(page, panel, format_):
    show(page, panel).locator(f"#card-{panel} summary").click()
    with page.expect_download() as waiting:
        page.locator(f"#card-{panel} [data-download={format_}]").click()
    return waiting.value.path().read_text(encoding="utf-8")


def read_csv(text):
    """The rows without the last column, which says what the file is of."""
    return [row[:-1] for row in csv.reader(io.StringIO(text))]


def bar_trace(page):
    return shown(
        page,
        """(({ x, y, customdata, marker }) => ({ x, y, customdata, colour: marker.color }))(
          tmeatlas.panels.composition.figure().data[0])""",
    )


def test_bars_stay_whole_and_highlight_the_selection(page, change):
    usual = bar_trace(show(page, "composition"))
    change(page, {"region": {"type": "bar", "group": 2, "bar": 1}})
    bars = bar_trace(page)
    for place in set(bars["y"]):
        shares = [x for x, y in zip(bars["x"], bars["y"], strict=True) if y == place]
        assert sum(shares) == pytest.approx(100)
    vivid = shown(page, "tmeatlas.atlas.categories.get('group').colours")
    bright = [
        entry
        for entry, colour in zip(bars["customdata"], bars["colour"], strict=True)
        if colour in vivid
    ]
    assert bright == [[2, 1]]
    assert bars["customdata"] == usual["customdata"], "all segments can still be clicked"
    rows = read_csv(download(page, "composition", "csv"))
    counts = shown(page, "tmeatlas.atlas.meta.bars.counts")
    selected = rows[0].index("Selected")
    assert [int(row[selected]) for row in rows[1:]] == [
        counts[bar][2] if bar == 1 else 0 for bar in range(len(counts))
    ]
    change(page, {"region": REGION})
    bars = bar_trace(page)
    assert len(bars["x"]) > len(usual["x"]), "a segment is bright and pale where it is in part"
    assert sum(bars["x"]) == pytest.approx(100 * len(counts))


def test_segments_can_be_reached_by_keyboard(page, settle):
    show(page, "composition").locator("#frame-composition").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    group, bar = 2, 1
    labels = shown(page, "tmeatlas.atlas.categories.get('group').labels")
    assert page.locator("#live").inner_text().startswith(labels[group])
    mark = page.locator("#figure-composition .figure-cursor").bounding_box()
    segments = page.locator("#figure-composition .barlayer path")
    drawn = segments.nth(bar_trace(page)["customdata"].index([group, bar])).bounding_box()
    for side in ("x", "y", "width", "height"):
        assert mark[side] == pytest.approx(drawn[side], abs=2.5), side
    page.keyboard.press("Enter")
    settle(page)
    assert shown(page, "tmeatlas.store.get('region')") == {
        "type": "bar",
        "group": group,
        "bar": bar,
    }
    page.keyboard.press("Enter")
    settle(page)
    assert shown(page, "tmeatlas.store.get('region')") is None


def test_sample_filters(page, settle, make_adata):
    samples = shown(page, "tmeatlas.atlas.categories.get('sample').labels")
    page.locator("#sample-filter").select_option(label=samples[2])
    settle(page)
    expected = int((make_adata().obs["sample"] == samples[2]).sum())
    assert shown(page, "tmeatlas.atlas.selection.count()") == expected
    show(page, "composition")
    counts = shown(page, "tmeatlas.panels.composition.data().map(r => r.reduce((a, b) => a + b))")
    assert sum(counts) == max(counts) == expected
    page.wait_for_url("**sample=2*")
    page.locator("#clear-selection").click()
    settle(page)
    assert page.locator("#sample-filter").input_value() == ""
    assert shown(page, "tmeatlas.atlas.selection.isActive()") is False


def test_selection_against_all_others(page, change, settle, make_adata):
    """A selection of whole groups has its rest in other groups."""
    change(page, {"colour": "s:caf_pan", "region": {"type": "group", "group": 1}})
    page.locator("#distribution-by").select_option("all")
    settle(page)
    rows = read_csv(download(page, "distribution", "csv"))
    assert all("in steps of" in heading for heading in rows[0][3:])
    step = float(rows[0][3].split()[-1].rstrip(")"))
    adata = make_adata()
    values = adata.obsm["tme_scores"]["caf_pan"].to_numpy()
    inside = (adata.obs["cell_type"] == "CAF").to_numpy()
    assert [row[:3] for row in rows[1:]] == [
        ["All cells", "rest", str((~inside).sum())],
        ["All cells", "selection", str(inside.sum())],
    ]
    assert step == pytest.approx(np.ptp(values) / 254, rel=0.06)
    decimals = int(np.ceil(-np.log10(step)))
    for row, chosen in zip(rows[1:], (~inside, inside), strict=True):
        exact = np.quantile(values[chosen], [0.25, 0.5, 0.75])
        np.testing.assert_allclose([float(text) for text in row[3:]], exact, atol=3 * step)
        assert all(len(text.partition(".")[2]) <= decimals for text in row[3:])


def test_violins_of_few_cells_have_no_false_lobes(open_page, make_adata, tmp_path):
    from tmeatlas.pl import atlas

    adata = make_adata(440, groups=["large", "small", "few"])
    sizes = [350, 70, 20]
    adata.obs["cell_type"] = np.repeat(["large", "small", "few"], sizes)
    rng = np.random.default_rng(3)
    adata.obsm["tme_scores"]["caf_pan"] = rng.normal(size=440)
    page = open_page(atlas(adata, groupby="cell_type").write_html(tmp_path / "few.html"))
    traces = shown(
        page,
        """tmeatlas.panels.distribution.figure().data
          .map(({ mode, fill, x, y }) => ({ mode, fill, x, y }))""",
    )
    names = shown(page, "tmeatlas.atlas.categories.get('group').labels")
    violins = [trace for trace in traces if trace["fill"] == "toself"]
    assert len(violins) == 2
    for trace in violins:
        place = round(trace["x"][0])
        width = np.array([x for x in trace["x"] if x is not None and x > place]) - place
        assert names[place] in ("large", "small")
        slope = np.sign(np.diff(width))
        assert (np.diff(slope[slope != 0]) != 0).sum() == 1, names[place]
    points = next(trace for trace in traces if trace["mode"] == "markers" and trace["y"][0])
    assert sum(y is not None for y in points["y"]) == 20


def test_files_say_what_is_selected(page, change):
    change(page, {"colour": "s:caf_pan", "region": REGION, "condition": 1})
    count = shown(page, "tmeatlas.atlas.selection.count()")
    svg = download(page, "map", "svg")
    selected = f"{count} of 600 cells selected (outlined on UMAP; Condition non-responder)"
    for part in ("UMAP, coloured by CAF, pan-cancer", selected):
        assert part in svg, part
    assert "shapelayer" in svg
    assert (
        shown(
            page, "tmeatlas.panels.map.figure().layout.shapes.filter(s => s.type === 'path').length"
        )
        == 1
    )
    # In as many lines as the font needs.
    words = re.sub(r"(<[^>]+>|\s)+", " ", download(page, "distribution", "svg"))
    assert "grey, left: the rest" in words
    assert "greyed: not in the selection" in download(page, "composition", "svg")


def test_unit_of_a_score_is_said(page, change):
    unit = shown(page, "tmeatlas.atlas.features.get('s:caf_pan').unit") or "score"
    change(page, {"colour": "s:caf_pan"})
    assert page.locator("#map-key small").first.inner_text() == unit
    explained = page.locator("#explain-distribution").text_content()
    assert explained.lower().startswith(unit.lower())
    assert page.locator("#figure-distribution .ytitle").text_content() == unit.split(";")[0]


def test_p_values_are_shown_with_two_digits(page):
    show(page, "evidence").locator("#card-evidence [data-table]").click()
    heads = page.locator("#table-evidence thead th").all_inner_texts()
    column = heads.index("Adjusted p")
    rows = page.locator("#table-evidence tbody tr")
    texts = [rows.nth(i).locator("th, td").nth(column).inner_text() for i in range(rows.count())]
    assert any(texts)
    for text in filter(None, texts):
        assert float(f"{float(text):.1e}") == float(text)


@pytest.mark.parametrize("focus", ["#theme-button", "#frame-dots", "body"])
def test_escape_clears_the_selection_from_anywhere(page, change, settle, focus):
    change(page, {"region": REGION})
    page.evaluate("document.activeElement.blur()")
    if focus != "body":
        page.locator(focus).focus()
    page.keyboard.press("Escape")
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.isActive()") is False


def test_escape_closes_what_is_open_first(page, change, settle):
    change(page, {"region": REGION})
    page.locator("#card-map summary").click()
    page.keyboard.press("Escape")
    page.locator("#about-button").click()
    page.keyboard.press("Escape")
    assert page.locator("#about").is_hidden()
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.isActive()") is True
    page.keyboard.press("Escape")
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.isActive()") is False


STATE = {
    "colour": "sample",
    "distributionOf": "g:TGFB1",
    "distributionBy": "all",
    "dotsOrder": "similar",
    "open": "0",
    "sample": 1,
    "consensus": 0,
}


def test_link_keeps_place_panels_and_filters(open_page, page, change, atlas_file):
    change(page, STATE)
    page.evaluate("document.getElementById('stage').focus()")
    for key in ("+", "+", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_url("**at=*")
    fragment = shown(page, "location.hash")
    view = shown(page, "tmeatlas.panels.map.view()")
    again = open_page(atlas_file, fragment=fragment)
    for key, value in STATE.items():
        assert shown(again, f"tmeatlas.store.get({key!r})") == value, key
    assert shown(again, "tmeatlas.panels.map.view()") == pytest.approx(view, abs=40)
    assert "TGFB1" in again.locator("#title-distribution").inner_text()
    # In a window of another size, the same place in the middle, as close.
    small = open_page(atlas_file, fragment=fragment, width=800)
    seen = shown(small, "tmeatlas.panels.map.view()")
    for side in "xy":
        middle = (seen[f"{side}0"] + seen[f"{side}1"]) / 2
        assert middle == pytest.approx((view[f"{side}0"] + view[f"{side}1"]) / 2, abs=40)


def test_open_page_follows_its_address(open_page, atlas_file, settle):
    page = open_page(atlas_file, fragment="#colour=s:caf_pan&at=30000,40000,3")
    home = shown(page, "tmeatlas.panels.map.home()")
    span = "(v => v.x1 - v.x0)(tmeatlas.panels.map.view())"
    assert shown(page, span) == pytest.approx((home["x1"] - home["x0"]) / 3, rel=1e-3)
    page.evaluate("location.hash = '#colour=g:TGFB1&condition=1&at=20000,20000,2'")
    coloured = "tmeatlas.store.get('colour')"
    assert until(page, lambda: shown(page, coloured) == "g:TGFB1")
    settle(page)
    assert shown(page, "tmeatlas.store.get('condition')") == 1
    home = shown(page, "tmeatlas.panels.map.home()")
    assert shown(page, span) == pytest.approx((home["x1"] - home["x0"]) / 2, rel=1e-3)
    page.evaluate("location.hash = ''")
    assert until(page, lambda: shown(page, coloured) == "group")
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.isActive()") is False
    home = shown(page, "tmeatlas.panels.map.home()")
    assert shown(page, "tmeatlas.panels.map.view()") == pytest.approx(home)


def test_many_groups_of_few_cells_are_boxes(open_page, make_adata, tmp_path):
    from tmeatlas.pl import atlas

    labels = [f"group {i:02d}" for i in range(70)]
    adata = make_adata(70 * 25, groups=labels)
    adata.obs["cell_type"] = np.repeat(labels, 25)
    page = open_page(atlas(adata, groupby="cell_type").write_html(tmp_path / "boxes.html"))
    assert "a box" in page.locator("#explain-distribution").text_content()
    medians = shown(
        page,
        "tmeatlas.panels.distribution.figure().data.filter(t => t.mode === 'markers')"
        ".map(t => t.x.length)",
    )
    assert medians == [70], "a median for each, and no single cells"
