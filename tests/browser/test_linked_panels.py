"""One colour and one selection: what is chosen in one panel shows in all."""

from __future__ import annotations

import numpy as np
import pytest
from bibtex_read import read_bibtex
from page_tabs import show
from waiting import until

BOX = [[16000, 16000], [50000, 16000], [50000, 50000], [16000, 50000]]


@pytest.fixture
def cell_colours():
    """A function that counts the pixels of the map by colour, as {(r, g, b): n}."""

    def count(page):
        packed = page.evaluate(
            """() => { const c = document.getElementById('cells-canvas');
              const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
              const counts = new Map();
              for (let i = 0; i < data.length; i += 4) {
                const colour = data[i] * 65536 + data[i + 1] * 256 + data[i + 2];
                counts.set(colour, (counts.get(colour) ?? 0) + 1);
              }
              return [...counts]; }"""
        )
        return {(c >> 16, (c >> 8) & 255, c & 255): n for c, n in packed}

    return count


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def nearest_share(colours, hexcode, tolerance=40):
    """Share of the drawn pixels within `tolerance` of a colour."""
    target = np.array([int(hexcode[i : i + 2], 16) for i in (1, 3, 5)])
    drawn = {c: n for c, n in colours.items() if c != (255, 255, 255)}
    near = sum(n for c, n in drawn.items() if np.abs(np.array(c) - target).max() < tolerance)
    return near / max(1, sum(drawn.values()))


def test_cells_have_the_colours_of_their_groups(page, cell_colours):
    colours = cell_colours(page)
    for code in shown(page, "tmeatlas.atlas.categories.get('group').colours"):
        assert nearest_share(colours, code) > 0.05, code


def test_choosing_a_signature_recolours_the_cells(page, cell_colours, settle):
    before = cell_colours(page)
    page.locator("#search").click()
    page.locator("#search").fill("spp1 macro")
    page.keyboard.press("Enter")
    settle(page)
    after = cell_colours(page)
    assert after != before
    other = shown(page, "tmeatlas.atlas.categories.get('group').colours[1]")  # the first is a blue
    assert nearest_share(after, other, tolerance=25) < nearest_share(before, other, tolerance=25)
    assert page.locator("#search").input_value() == "SPP1 macrophage"
    assert "SPP1 macrophage" in page.locator("#title-distribution").inner_text()
    assert page.locator("#map-key").is_visible()


def test_colour_of_a_gene(page, change, cell_colours):
    before = cell_colours(page)
    change(page, {"colour": "g:TGFB1"})
    assert cell_colours(page) != before
    assert page.locator("#map-key").inner_text().startswith("TGFB1")


def test_cvd_colours_change_map_and_legend_alike(page, cell_colours, settle):
    page.locator("#palette-button").click()
    settle(page)
    code = shown(page, "tmeatlas.atlas.categories.get('group').coloursCvd[1]")
    assert nearest_share(cell_colours(page), code) > 0.05
    dot = page.locator("#legend i").nth(1).evaluate("n => n.style.background")
    assert dot == f"rgb({', '.join(str(int(code[i : i + 2], 16)) for i in (1, 3, 5))})"


def drag(page, tool, corners, settle):
    page.locator(f"[data-tool={tool}]").click()
    settle(page)
    box = page.locator("#stage").bounding_box()
    points = [(box["x"] + fx * box["width"], box["y"] + fy * box["height"]) for fx, fy in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()
    settle(page)


@pytest.mark.parametrize(
    ("tool", "corners"),
    [
        ("lasso", [(0.2, 0.2), (0.6, 0.2), (0.6, 0.7), (0.2, 0.7), (0.2, 0.25)]),
        ("select", [(0.2, 0.2), (0.6, 0.7)]),
    ],
)
def test_drawing_around_cells_updates_every_panel(page, settle, cell_colours, tool, corners):
    numbers = """[
        [...tmeatlas.panels.dots.data().values()].map(s => Array.from(s.n)),
        tmeatlas.panels.distribution.data().length,
        tmeatlas.panels.composition.data().map(row => Array.from(row)),
    ]"""
    before, pixels = shown(show(page, "composition"), numbers), cell_colours(page)
    drag(page, tool, corners, settle)
    after = shown(show(page, "dots"), numbers)
    selected = shown(page, "tmeatlas.atlas.selection.count()")
    assert 0 < selected < 600
    assert sum(after[0][0]) == selected < sum(before[0][0]) == 600
    assert after[1] > before[1], "selection and rest"
    assert sum(map(sum, after[2])) == selected
    assert cell_colours(page) != pixels
    assert page.locator("#selection-text").inner_text().startswith(f"{selected} of 600 cells")
    counts = page.locator("#legend b").all_text_contents()
    assert sum(map(int, counts)) == selected
    page.locator("#clear-selection").click()
    settle(page)
    assert shown(show(page, "composition"), numbers) == before


def test_selected_cells_are_those_inside_the_polygon(page, change):
    change(page, {"region": {"type": "polygon", "points": BOX, "map": 0}})
    inside, selected = page.evaluate(
        """async () => { const { cells, selection } = tmeatlas.atlas; const both = [[], []];
          const places = await cells.places(0);
          for (let i = 0; i < cells.n; i++) {
            const x = places.x[i], y = places.y[i];
            if (x >= 16000 && x <= 50000 && y >= 16000 && y <= 50000) both[0].push(i);
            if (selection.focus[i]) both[1].push(i);
          }
          return both; }"""
    )
    # The bitmap of the polygon has 512 pixels a side: cells on the very edge may differ.
    assert len(set(inside) ^ set(selected)) <= 3
    assert len(selected) > 50


def test_legend_filters(page, settle):
    sizes = [int(text) for text in page.locator("#legend b").all_text_contents()]
    page.locator("#legend input").nth(2).click()
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.count()") == sum(sizes) - sizes[2]
    page.locator("#legend li").nth(0).hover()
    page.locator("#legend .only").nth(0).click()
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.count()") == sizes[0]
    assert page.locator("#map-labels span").all_text_contents() == ["Malignant"]
    page.locator("#legend-all").click()
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.isActive()") is False


def test_condition_filters(page, settle):
    page.get_by_role("button", name="non-responder", exact=True).click()
    settle(page)
    show(page, "composition")
    counts = shown(page, "tmeatlas.panels.composition.data().map(r => r.reduce((a, b) => a + b))")
    conditions = shown(page, "tmeatlas.atlas.meta.bars.condition")
    assert all((n > 0) == (c == 1) for n, c in zip(counts, conditions, strict=True))


def test_click_on_a_segment_selects_its_cells(page, settle):
    bar = show(page, "composition").locator("#figure-composition .barlayer path").first
    bar.hover(force=True)
    box = bar.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    region = {"type": "bar", "group": 0, "bar": 0}
    assert until(page, lambda: shown(page, "tmeatlas.store.get('region')") == region)
    settle(page)
    count = shown(page, "tmeatlas.atlas.meta.bars.counts[0][0]")
    assert shown(page, "tmeatlas.atlas.selection.count()") == count


def test_click_on_a_dot_colours_and_selects(page, settle):
    canvas = page.locator("#figure-dots canvas")
    rows = page.locator("#figure-dots .grid-rows > *").count()
    box = canvas.bounding_box()
    column = page.locator("#figure-dots .grid-columns button").nth(1).bounding_box()
    page.mouse.click(column["x"] + 12, box["y"] + box["height"] * 0.5 / rows)
    settle(page)
    assert shown(page, "tmeatlas.store.get('colour')") == "c:caf"
    assert shown(page, "tmeatlas.store.get('region')") == {"type": "group", "group": 1}
    assert shown(page, "tmeatlas.atlas.selection.count()") == shown(
        page, "tmeatlas.atlas.categories.get('group').sizes[1]"
    )


def test_means_of_a_selection_agree_with_the_exact_ones(page, change):
    """Selecting everything by a polygon must give the means that came with the page."""
    exact = shown(page, "tmeatlas.atlas.meta.features.slice(0, 5).map(f => f.mean)")
    everything = [[-1, -1], [65536, -1], [65536, 65536], [-1, 65536]]
    change(page, {"region": {"type": "polygon", "points": everything, "map": 0}, "open": "all"})
    of_id = "tmeatlas.panels.dots.data().get(f.id).mean"
    found = shown(page, f"tmeatlas.atlas.meta.features.slice(0, 5).map(f => {of_id})")
    half_steps = shown(
        page, "tmeatlas.atlas.meta.features.slice(0, 5).map(f => (f.high - f.low) / 508)"
    )
    for exact_row, row, tolerance in zip(exact, found, half_steps, strict=True):
        assert np.abs(np.array(exact_row) - np.array(row)).max() <= tolerance


def test_shares_within_a_lineage(page, settle, change):
    def drawn():
        return shown(page, "tmeatlas.panels.composition.data().map(row => Array.from(row))")

    show(page, "composition")
    whole = np.array(drawn())
    sizes = page.locator("#figure-composition .y2tick text").all_text_contents()
    assert [int(text) for text in sizes] == whole.sum(axis=1).tolist()
    page.locator("#composition-parent").select_option(label="of Immune")
    settle(page)
    immune = np.array(drawn())
    assert (immune[:, :2] == 0).all()
    np.testing.assert_array_equal(immune[:, 2:], whole[:, 2:])
    sizes = page.locator("#figure-composition .y2tick text").all_text_contents()
    assert [int(text) for text in sizes] == immune.sum(axis=1).tolist()
    assert page.locator("#scope-composition").inner_text() == "Shares of Immune."
    bars = shown(page, "tmeatlas.panels.composition.figure().data[0].x")
    assert sum(bars) == pytest.approx(100 * len(immune))
    change(page, {"region": {"type": "group", "group": 0}})
    assert not np.array(drawn()).any(), "no cell of the selection is of this lineage"


def test_distribution_by_sample(page, settle):
    page.locator("#distribution-by").select_option("sample")
    settle(page)
    rows = shown(page, "tmeatlas.panels.distribution.data()")
    assert [row[0] for row in rows] == ["P1", "P2", "P3", "P4"]
    assert sum(row[2] for row in rows) == 600


def test_distribution_by_condition_is_of_samples(page, make_adata, change, settle):
    """Cells of one patient are no replicates: a dot is the mean of a sample."""
    change(page, {"colour": "s:tam_spp1", "distributionBy": "condition"})
    adata = make_adata()
    scores = adata.obsm["tme_scores"]["tam_spp1"].groupby(
        [adata.obs["condition"], adata.obs["sample"]], observed=True
    )
    rows = shown(page, "tmeatlas.panels.distribution.data()")
    assert [tuple(row[:2]) for row in rows] == list(scores.mean().index)
    assert [row[2] for row in rows] == list(scores.size())
    step = np.ptp(adata.obsm["tme_scores"]["tam_spp1"]) / 254
    np.testing.assert_allclose([row[3] for row in rows], scores.mean(), atol=step)
    ticks = page.locator("#figure-distribution .xtick text").all_text_contents()
    assert ticks == ["responder (n = 2)", "non-responder (n = 2)"]
    colours = shown(page, "tmeatlas.atlas.categories.get('condition').colours")
    marker = "tmeatlas.panels.distribution.figure().data.at(-1).marker.color"
    assert shown(page, marker) == [colours[0]] * 2 + [colours[1]] * 2
    assert "Each dot: the mean" in page.locator("#explain-distribution").text_content()
    page.locator("#frame-distribution").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#live").inner_text().startswith("P")
    change(page, {"region": {"type": "group", "group": 1}})
    rows = shown(page, "tmeatlas.panels.distribution.data()")
    assert sum(row[2] for row in rows) == int((adata.obs["cell_type"] == "CAF").sum())


def test_distribution_by_condition_without_samples(open_page, make_adata, tmp_path, settle):
    from tmeatlas.pl import atlas

    made = atlas(make_adata(), groupby="cell_type", condition_key="condition")
    page = open_page(made.write_html(tmp_path / "atlas.html"))
    assert "no replicates" not in page.locator("#explain-distribution").text_content()
    page.locator("#distribution-by").select_option("condition")
    settle(page)
    rows = shown(page, "tmeatlas.panels.distribution.data()")
    assert sum(row[2] for row in rows) == 600
    explained = page.locator("#explain-distribution").text_content()
    assert "Cells of one patient are no replicates" in explained


def test_tooltips_tell_what_is_under_the_pointer(page, settle):
    tip = page.locator("#tooltip")
    spot = page.evaluate(
        """async () => { const p = tmeatlas.panels.map, v = p.view();
          const c = await tmeatlas.atlas.cells.places(0);
          const box = document.getElementById('stage').getBoundingClientRect();
          return [box.left + (c.x[0] - v.x0) / (v.x1 - v.x0) * box.width,
                  box.top + (v.y1 - c.y[0]) / (v.y1 - v.y0) * box.height]; }"""
    )
    page.mouse.move(*spot)
    group = shown(
        page, "tmeatlas.atlas.categories.get('group').labels[tmeatlas.atlas.cells.group[0]]"
    )
    assert group in tip.inner_text()
    assert "Sample: P" in tip.inner_text()
    dots = page.locator("#figure-dots canvas").bounding_box()
    page.mouse.move(dots["x"] + 10, dots["y"] + 8)
    assert "cells in the upper quarter" in tip.inner_text()
    page.locator("#figure-distribution").scroll_into_view_if_needed()
    violin = page.locator("#figure-distribution").bounding_box()
    page.mouse.move(violin["x"] + violin["width"] / 2, violin["y"] + 60)
    assert "Median" in tip.inner_text()


def test_dark_theme(open_page, atlas_file, settle):
    page = open_page(atlas_file, dark=True)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    background = "getComputedStyle(document.body).backgroundColor"
    dark = shown(page, background)
    page.locator("#theme-button").click()
    settle(page)
    assert shown(page, background) != dark
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_link_restores_the_view(open_page, page, change, atlas_file):
    state = {
        "colour": "s:hypoxia_test",
        "condition": 1,
        "range": {"feature": "g:TGFB1", "from": 1, "to": 254},
        "region": {"type": "polygon", "points": BOX, "map": 0},
        "axis": 1,
        "sender": 2,
        "network": "sankey",
        "palette": "cvd",
    }
    change(page, state)
    count = shown(page, "tmeatlas.atlas.selection.count()")
    page.wait_for_url("**sender=2*")  # the link follows a little later
    fragment = shown(page, "location.hash")
    again = open_page(atlas_file, fragment=fragment)
    for key, value in state.items():
        assert shown(again, f"tmeatlas.store.get({key!r})") == value, key
    assert shown(again, "tmeatlas.atlas.selection.count()") == count


def test_broken_link_shows_the_usual_view(open_page, atlas_file):
    fragment = (
        "#colour=nothing&condition=9&region=p:1,2;x&axis=none&sender=77&hide=a,-1&theme=blue"
        "&range=9-3:g:TGFB1&map=none"
    )
    page = open_page(atlas_file, fragment=fragment)
    assert shown(page, "tmeatlas.store.get('colour')") == "group"
    assert shown(page, "tmeatlas.atlas.selection.isActive()") is False


def test_keyboard_path(open_page, atlas_file, settle):
    page = open_page(atlas_file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    # The findings, which have no id, come between.
    assert [each for each in reached if each][:5] == [
        "about-button",
        "palette-button",
        "theme-button",
        "link-button",
        "search",
    ]
    page.locator("#search").focus()
    page.keyboard.type("hypox")
    page.keyboard.press("ArrowDown")
    assert page.locator("#search").get_attribute("aria-activedescendant") == "option-0"
    page.keyboard.press("Enter")
    settle(page)
    assert shown(page, "tmeatlas.store.get('colour')") == "s:hypoxia_test"
    before = shown(page, "tmeatlas.panels.map.view()")
    page.locator("#stage").focus()
    for key in ("+", "ArrowLeft"):
        page.keyboard.press(key)
    zoomed = shown(page, "tmeatlas.panels.map.view()")
    assert zoomed["x1"] - zoomed["x0"] < before["x1"] - before["x0"]
    page.keyboard.press("0")
    assert shown(page, "tmeatlas.panels.map.view()") == pytest.approx(before)


def test_pan_tool_and_wheel_move_the_map(page, settle):
    before = shown(page, "tmeatlas.panels.map.view()")
    drag(page, "pan", [(0.5, 0.5), (0.6, 0.6)], settle)
    moved = shown(page, "tmeatlas.panels.map.view()")
    assert moved["x0"] < before["x0"]
    assert moved["x1"] - moved["x0"] == pytest.approx(before["x1"] - before["x0"])
    page.mouse.wheel(0, -300)
    span = "(({ x0, x1 }) => x1 - x0)(tmeatlas.panels.map.view())"
    assert until(page, lambda: shown(page, span) < moved["x1"] - moved["x0"])
    page.locator("#zoom-home").click()
    assert shown(page, "tmeatlas.panels.map.view()") == pytest.approx(before)


def test_a_selection_stays_when_the_map_changes(make_adata, open_page, settle, change, tmp_path):
    from tmeatlas.pl import atlas

    adata = make_adata()
    x, y = adata.obsm["X_umap"].T
    adata.obsm["X_tsne"] = np.column_stack([y * 3, -x])
    page = open_page(atlas(adata, groupby="cell_type").write_html(tmp_path / "maps.html"))
    change(page, {"region": {"type": "polygon", "points": BOX, "map": 0}})
    selected = shown(page, "Array.from(tmeatlas.atlas.selection.indices())")
    outline = "Number(document.querySelector('#figure-map .outline').getAttribute('d') !== '')"
    assert len(selected) > 50
    assert shown(page, outline) == 1
    before = shown(page, "document.getElementById('cells-canvas').toDataURL()")
    page.locator("#map-choice").select_option(label="t-SNE")
    settle(page)
    assert shown(page, "document.getElementById('cells-canvas').toDataURL()") != before
    assert shown(page, "Array.from(tmeatlas.atlas.selection.indices())") == selected
    assert shown(page, outline) == 0
    assert page.locator("#map-name").inner_text() == "t-SNE"
    page.wait_for_url("**map=X_tsne*")
    # The same cells drawn on the other map: turned by a quarter, x there is y here.
    places = shown(
        page,
        "Promise.all([0, 1].map(m => tmeatlas.atlas.cells.places(m)))"
        ".then(([a, b]) => [Array.from(a.y), Array.from(b.x)])",
    )
    np.testing.assert_allclose(*places, atol=1)


def test_range_of_a_score_selects_its_cells(page, settle, change):
    assert page.locator("#range-filter").is_hidden()
    change(page, {"colour": "s:tam_spp1"})
    feature = shown(page, "tmeatlas.atlas.features.get('s:tam_spp1').name")
    assert page.locator("#range-name").inner_text() == feature
    page.locator("#range-low").focus()
    for _ in range(10):
        page.keyboard.press("PageUp")
    settle(page)
    step = shown(page, "tmeatlas.store.get('range').from")
    assert step > 0
    inside = shown(
        page,
        "tmeatlas.atlas.cells.values(tmeatlas.atlas.features.get('s:tam_spp1'))"
        f".then(v => v.filter(x => x >= {step} && x <= 254).length)",
    )
    assert 0 < inside < 600
    assert shown(page, "tmeatlas.atlas.selection.count()") == inside
    page.wait_for_url(f"**range={step}-254*")
    # The filter stays when the colour changes, and says by what it filters.
    change(page, {"colour": "g:TGFB1"})
    assert page.locator("#range-name").inner_text() == feature
    assert shown(page, "tmeatlas.atlas.selection.count()") == inside
    page.locator("#range-clear").click()
    settle(page)
    assert shown(page, "tmeatlas.atlas.selection.count()") == 600
    assert page.locator("#range-name").inner_text() == "TGFB1"


def test_agreement_shows_correlations_and_colours_by_a_click(page, settle):
    show(page, "agreement")
    assert shown(page, "tmeatlas.panels.agreement.data().spearman") == [[1, 0.25], [0.25, 1]]
    page.locator("#figure-agreement .grid-rows button").nth(1).click()
    settle(page)
    second = shown(page, "tmeatlas.atlas.meta.panels.agreement[0].features[1]")
    assert shown(page, "tmeatlas.store.get('colour')") == second
    page.locator("#card-agreement [data-table]").click()
    settle(page)
    cells = page.locator("#table-agreement tbody tr").nth(1).locator("td, th").all_inner_texts()
    assert [float(text.replace("−", "-")) for text in cells[1:]] == [0.25, 1]


def test_search_finds_pairs_of_genes(page, settle):
    page.locator("#search").click()
    page.locator("#search").fill("cxcr4")
    page.locator("#search-list [role=option]", has_text="CXCL12 → CXCR4").click()
    settle(page)
    axis = shown(page, "tmeatlas.atlas.meta.panels.crosstalk.axes[tmeatlas.store.get('axis')].id")
    assert axis == "cxcl12"
    assert shown(page, "tmeatlas.store.get('colour')") == "g:CXCL12"


def test_citations_can_be_copied(open_page, atlas_file):
    page = open_page(atlas_file)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    show(page, "agreement")
    page.locator("#copy-citations").click()
    button = page.locator("#copy-citations")
    assert until(page, lambda: button.inner_text() == "Citations copied")
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied == page.locator("#citations li").all_text_contents()
    assert len(copied) > 1


def test_bibtex_can_be_copied_or_marked(open_page, atlas_file):
    page = open_page(atlas_file)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    show(page, "agreement")
    button = page.locator("#copy-bibtex")
    button.click()
    assert until(page, lambda: button.inner_text() == "BibTeX copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#bibtex").text_content()
    assert {"tmeatlas", "Wolf2018"} < set(read_bibtex(copied))
    assert until(page, lambda: button.inner_text() == "Copy BibTeX")
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('none')); }"
    )
    button.click()
    assert until(page, lambda: button.inner_text() == "Marked: press Ctrl+C")
    assert page.evaluate("getSelection().toString()").strip() == copied.strip()
