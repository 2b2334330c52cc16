"""The map of the tissue and the panels of niches, as they work."""

from __future__ import annotations

import numpy as np
import pytest
from made_tissue import place
from page_tabs import show
from waiting import until

import tmeatlas as tme
from tmeatlas.pl import atlas


def placed(make_adata):
    adata = place(make_adata())
    tme.tl.niches(adata, "cell_type", sample_key="sample", scores=False, n_niches=3, n_shifts=39)
    return adata


@pytest.fixture(scope="module")
def tissue_file(make_adata, tmp_path_factory):
    adata = placed(make_adata)
    image = np.zeros((300, 300, 3), dtype=np.uint8)
    image[..., 0] = 255
    factors = {"tissue_lowres_scalef": 0.3, "spot_diameter_fullres": 20.0}
    adata.uns["spatial"] = {"P2": {"images": {"lowres": image}, "scalefactors": factors}}
    made = atlas(adata, groupby="cell_type", sample_key="sample", condition_key="condition")
    return made.write_html(tmp_path_factory.mktemp("tissue") / "tissue.html")


@pytest.fixture
def tissue_page(open_page, tissue_file):
    return open_page(tissue_file)


def section_names(page):
    return page.locator("#map-labels span").all_inner_texts()


def reddest(page):
    """How much of the image of P2 is seen."""
    return page.locator("#image-canvas").evaluate(
        """c => {
          const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
          let red = 0;
          for (let i = 0; i < data.length; i += 4) red += data[i] > 200 && data[i + 3] > 200;
          return c.hidden ? 0 : red / (data.length / 4);
        }"""
    )


def test_sections_are_named_above_their_cells_and_regions_beside_them(tissue_page):
    names = section_names(tissue_page)
    assert names[:4] == ["P1", "P2", "P3", "P4"]
    groups = tissue_page.evaluate("tmeatlas.atlas.categories.get('group').labels")
    assert names[4:]
    assert set(names[4:]) <= set(groups)
    assert tissue_page.locator("#figure-map .borders").get_attribute("d").startswith("M")
    assert tissue_page.locator("#map-name").inner_text() == "Position in the tissue"
    assert tissue_page.evaluate("tmeatlas.panels.map.figure().layout.annotations.length") > 4


def test_groups_are_named_on_other_maps(tissue_page, change):
    change(tissue_page, {"map": 1})
    assert "Malignant" in section_names(tissue_page)
    assert tissue_page.locator("#map-image").is_hidden()
    assert reddest(tissue_page) == 0


def test_image_is_shown_and_put_away(tissue_page):
    button = tissue_page.locator("#map-image")
    assert button.get_attribute("aria-pressed") == "true"
    assert 0.01 < reddest(tissue_page) < 0.5
    button.click()
    tissue_page.evaluate("tmeatlas.settled()")
    assert button.get_attribute("aria-pressed") == "false"
    assert reddest(tissue_page) == 0
    assert until(tissue_page, lambda: "image=off" in tissue_page.url)


def test_key_of_the_colours_stands_below_the_tissue(tissue_page, change):
    before = tissue_page.evaluate("tmeatlas.panels.map.view()")
    change(tissue_page, {"colour": "niche"})
    key, stage = (tissue_page.locator(name).bounding_box() for name in ("#map-key", "#stage"))
    assert key["width"] == pytest.approx(stage["width"], abs=2)
    after = tissue_page.evaluate("tmeatlas.panels.map.view()")
    # The lowest cell keeps off the key.
    share = 1 - key["height"] / stage["height"]
    assert (after["y1"] - 0) / (after["y1"] - after["y0"]) <= share + 0.01
    assert after["y1"] - after["y0"] >= before["y1"] - before["y0"]
    tissue_page.wait_for_timeout(400)
    assert "at=" not in tissue_page.url


def test_a_niche_selects_its_cells(tissue_page):
    show(tissue_page, "niches")
    column = tissue_page.locator("#figure-niches .grid-columns button").first
    column.click()
    tissue_page.evaluate("tmeatlas.settled()")
    niche = tissue_page.evaluate("tmeatlas.panels.niches.data().niches[0]")
    text = tissue_page.locator("#selection-text").inner_text()
    assert text.startswith(f"{niche['cells']} of 600 spots")
    for part in ("colour=niche", f"region=c%3Aniche%3A{niche['code']}"):
        assert until(tissue_page, lambda part=part: part in tissue_page.url), part
    column.click()
    tissue_page.evaluate("tmeatlas.settled()")
    assert tissue_page.locator("#selection-bar").is_hidden()


def test_niches_are_found_by_search(tissue_page):
    name = tissue_page.evaluate("tmeatlas.panels.niches.data().niches[1].name")
    tissue_page.locator("#search").fill(name)
    tissue_page.locator("#search-list [role=option]", has_text="select").first.click()
    tissue_page.evaluate("tmeatlas.settled()")
    cells = tissue_page.evaluate("tmeatlas.panels.niches.data().niches[1].cells")
    assert tissue_page.locator("#selection-text").inner_text().startswith(f"{cells} of")


def test_a_link_brings_the_niche_back(open_page, tissue_file):
    page = open_page(
        tissue_file, fragment="#colour=niche&region=c:niche:1&measured=co-localisation&tab=space"
    )
    cells = page.evaluate(
        "tmeatlas.panels.niches.data().niches.find(({ code }) => code === 1).cells"
    )
    assert page.locator("#selection-text").inner_text().startswith(f"{cells} of")
    assert page.locator("#tissue-view").input_value() == "co-localisation"
    wrong = open_page(tissue_file, fragment="#region=c:niche:77&measured=nothing&tab=space")
    assert wrong.locator("#selection-bar").is_hidden()
    assert wrong.locator("#tissue-view").input_value() == "samples"


def test_samples_and_pairs_as_tables(tissue_page, change):
    show(tissue_page, "tissue_measures")
    rows = tissue_page.evaluate("tmeatlas.panels.tissue_measures.table().body.map(row => row[0])")
    assert rows == ["P1", "P2", "P3", "P4"]
    change(tissue_page, {"measured": "co-localisation"})
    table = tissue_page.evaluate("tmeatlas.panels.tissue_measures.table()")
    assert table["header"][:2] == ["Of", "Beside it"]
    assert len(table["body"]) == 36


def test_a_sample_of_the_panel_is_shown_alone(tissue_page):
    show(tissue_page, "tissue_measures")
    tissue_page.locator("#figure-tissue_measures .grid-rows button").nth(2).click()
    tissue_page.evaluate("tmeatlas.settled()")
    assert tissue_page.evaluate("tmeatlas.store.get('sample')") == 2


@pytest.mark.parametrize("width", [390, 1100])
def test_panels_fit_the_page(open_page, tissue_file, width):
    page = open_page(tissue_file, width=width, height=844)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
