"""Two maps, small maps for each label, and what the map leaves out at first."""

from __future__ import annotations

import numpy as np
import pytest
from waiting import until

from tmeatlas.pl import atlas


def shown(page, expression):
    return page.evaluate(expression)


def inks(page, name):
    """Pixels of a canvas that differ from its corner."""
    return page.locator(name).evaluate(
        """c => {
          const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
          const pixels = new Uint32Array(data.buffer);
          return pixels.filter((pixel) => pixel !== pixels[0]).length;
        }"""
    )


def test_two_maps_share_colour_selection_and_place(page, settle, change):
    page.locator("#map-pair").click()
    settle(page)
    assert page.locator("#stage-second").is_visible()
    assert page.locator("#map-only").input_value() == "condition:0"
    assert page.locator("#map-only-second").input_value() == "condition:1"
    both = [inks(page, name) for name in ("#cells-canvas", "#cells-canvas-second")]
    assert min(both) > 300
    for part in ("second=X_umap", "only=condition%3A0", "second-only=condition%3A1"):
        assert until(page, lambda part=part: part in page.url), part
    page.locator("#zoom-in-second").click()
    views = shown(page, "[tmeatlas.panels.map.view(), tmeatlas.panels.map.second.view()]")
    assert views[0] == pytest.approx(views[1])
    change(page, {"colour": "g:TGFB1"})
    page.locator("#stage-second").scroll_into_view_if_needed()
    assert shown(page, "tmeatlas.panels.map.figure().layout.images.length") == 2
    page.locator("#map-pair").click()
    settle(page)
    assert page.locator("#map-view-second").is_hidden()
    assert shown(page, "tmeatlas.store.get('only')") is None


def test_a_small_map_for_each_sample(page, settle):
    page.locator("#map-split").select_option(label="By sample")
    settle(page)
    titles = page.locator("#map-labels b").all_inner_texts()
    sizes = shown(page, "tmeatlas.atlas.categories.get('sample').sizes")
    assert [title.split(" · ") for title in titles] == [
        [f"P{i + 1}", str(size)] for i, size in enumerate(sizes)
    ]
    panes = shown(page, "tmeatlas.panels.map.figure().layout.annotations.map(({ text }) => text)")
    assert set(titles) <= set(panes)
    page.evaluate("() => tmeatlas.store.set({ splitFrom: 2 })")
    settle(page)
    assert page.locator("#map-labels b").all_inner_texts() == titles[2:]
    assert page.locator("#map-more").inner_text() == "3 to 4 of 4: next"
    page.locator("#map-more").click()
    settle(page)
    assert page.locator("#map-labels b").all_inner_texts() == titles
    assert page.locator("#map-more").is_hidden()
    page.locator("#map-split").select_option(label="Not split")
    settle(page)
    assert page.locator("#map-labels b").count() == 0


def test_names_of_groups_lie_apart_and_within_the_stage(page):
    # All boxes in one call: the names are made anew whenever the map is drawn.
    stage, *boxes = shown(
        page,
        """[document.querySelector('#stage'), ...document.querySelectorAll('#map-labels span')]
          .map((each) => each.getBoundingClientRect().toJSON())""",
    )
    assert len(boxes) >= 5
    for i, box in enumerate(boxes):
        assert box["x"] >= stage["x"]
        assert box["y"] >= stage["y"]
        assert box["x"] + box["width"] <= stage["x"] + stage["width"]
        for other in boxes[i + 1 :]:
            aside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
            above = (
                box["y"] + box["height"] <= other["y"] or other["y"] + other["height"] <= box["y"]
            )
            assert aside or above


@pytest.mark.parametrize("width", [340, 500])
def test_far_off_cells_and_a_toolbar_in_one_line(make_adata, open_page, settle, tmp_path, width):
    adata = make_adata()
    adata.obsm["X_umap"][:10] = [500.0, 0.0]
    made = atlas(adata, groupby="cell_type", sample_key="sample", condition_key="condition")
    page = open_page(made.write_html(tmp_path / "far.html"), width=width + 16, height=800)
    note = page.locator("#far-off")
    assert note.inner_text() == "10 far-off cells at the edge"
    assert any("▸" in text for text in page.locator("#map-labels .edge").all_inner_texts())
    home = shown(page, "tmeatlas.panels.map.view()")
    note.click()
    all_of_it = shown(page, "tmeatlas.panels.map.view()")
    assert all_of_it["x1"] > 65535 > home["x1"]
    assert shown(page, "tmeatlas.atlas.selection.count()") == 600
    tops = [
        each.bounding_box()["y"]
        for each in page.locator("#card-map .tools > :visible, #card-map .tools .icons").all()
    ]
    assert width < 500 or np.ptp(tops) < 6
    assert shown(page, "document.documentElement.scrollWidth") <= width + 16
