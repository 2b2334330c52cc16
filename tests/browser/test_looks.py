"""What is drawn can be read: contrast, heads of columns, keys of exports, tables, paper."""

from __future__ import annotations

import pytest
from page_tabs import show
from thorough import some_of
from waiting import frames, until

every_font = pytest.mark.every_font
"""Of tests that look at where text stands; colours are those of no font."""

CONTRAST = r"""
  const luminance = (hex) => [1, 3, 5]
    .map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const hex = (css) =>
    '#' + css.match(/\d+/g).slice(0, 3).map((v) => (+v).toString(16).padStart(2, '0')).join('');
"""
GRIDS = ("dots", "agreement", "crosstalk", "pairs", "evidence")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("palette", ["usual", "cvd"])
def test_colours_of_groups_are_seen_on_the_ground(page, change, theme, palette):
    change(page, {"theme": theme, "palette": palette})
    found = page.evaluate(
        f"""() => {{ {CONTRAST}
          const ground = getComputedStyle(document.documentElement).getPropertyValue('--card');
          return [...document.querySelectorAll('#legend i')].map((dot) =>
            contrast(hex(getComputedStyle(dot).backgroundColor), ground.trim()));
        }}"""
    )
    assert len(found) > 3
    assert min(found) >= 3


def test_a_colour_of_the_user_stays_what_it_is(make_adata, open_page, tmp_path):
    from tmeatlas.pl import atlas

    adata = make_adata()
    n_groups = adata.obs["cell_type"].cat.categories.size
    adata.uns["cell_type_colors"] = (["#fff200", "#101010"] * n_groups)[:n_groups]
    path = atlas(adata, groupby="cell_type").write_html(tmp_path / "own.html")
    colours = "[...document.querySelectorAll('#legend i')].map((i) => i.style.backgroundColor)"
    for dark in (False, True):
        shown = open_page(path, dark=dark).evaluate(colours)
        assert set(shown) == {"rgb(255, 242, 0)", "rgb(16, 16, 16)"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("panel", ["agreement", "crosstalk"])
def test_numbers_are_read_on_their_tiles(page, change, theme, panel):
    change(show(page, panel), {"theme": theme, "network": "matrix"})
    found = page.evaluate(
        f"""(id) => {{ {CONTRAST}
          const {{ data }} = tmeatlas.panels[id].figure();
          const [tiles, numbers] = [data[0], data.at(-1)];
          const at = new Map(tiles.x.map((x, k) => [[x, tiles.y[k]].join(), k]));
          const root = getComputedStyle(document.documentElement);
          const ground = root.getPropertyValue('--card').trim();
          const seen = (fill) => fill === 'rgba(0,0,0,0)' ? ground : fill; // only outlined
          return numbers.x.map((x, k) => contrast(
            numbers.textfont.color[k],
            seen(tiles.marker.color[at.get([x, numbers.y[k]].join())])));
        }}""",
        panel,
    )
    assert len(found) > 3
    assert min(found) >= 4.5


@every_font
@pytest.mark.parametrize("width", some_of([360, 1400, 768], 2))
def test_heads_of_columns_never_touch(open_page, atlas_file, change, width):
    page = open_page(atlas_file, width=width)
    change(show(page, "crosstalk"), {"network": "matrix"})
    show(page, "dots")
    steps = page.evaluate(
        r"""() => [...document.querySelectorAll('.grid-columns.slanted')].flatMap((row) => {
          const heads = [...row.querySelectorAll('button')].map((head) => head.style);
          const angle = parseFloat(heads[0].transform.match(/-([\d.]+)deg/)[1]);
          return heads.slice(1).map((head, k) =>
            (parseFloat(head.left) - parseFloat(heads[k].left)) * Math.sin(angle * Math.PI / 180));
        })"""
    )
    assert len(steps) > 4
    assert min(steps) > 11.5, "less than the height of the letters"


@every_font
def test_frames_say_that_there_is_more(open_page, atlas_file):
    page = show(open_page(atlas_file, width=360), "pairs")
    frame = page.locator("#frame-pairs")
    assert until(page, lambda: "more-right" in frame.get_attribute("class"))
    page.evaluate("document.getElementById('frame-pairs').scrollLeft = 9999")
    assert until(page, lambda: "more-right" not in frame.get_attribute("class"))


@every_font
@pytest.mark.parametrize("width", some_of([360, 2560, 1400], 2))
def test_rows_of_the_agreement_are_whole(open_page, atlas_file, width):
    page = show(open_page(atlas_file, width=width, height=900), "agreement")
    measures = """() => { const frame = document.getElementById('frame-agreement');
                   return [frame.clientHeight, frame.querySelector('.grid').scrollHeight]; }"""

    def is_whole():
        height, inside = page.evaluate(measures)
        return 0 < inside <= height

    frames(page)
    assert until(page, is_whole), page.evaluate(measures)


@every_font
@pytest.mark.parametrize("panel", GRIDS)
def test_keys_of_an_export_stand_below_the_marks(page, change, panel):
    change(show(page, panel), {"network": "matrix", "axis": 0})
    figure = page.evaluate(
        """(id) => { const { layout } = tmeatlas.panels[id].figure();
          return { texts: layout.annotations.map((each) => String(each.text)),
                   shapes: layout.shapes, bottom: layout.margin.b }; }""",
        panel,
    )
    strip = [shape for shape in figure["shapes"] if shape["type"] == "rect"]
    dots = [shape for shape in figure["shapes"] if shape["type"] == "circle"]
    assert len(strip) == 50
    assert len(dots) == (0 if panel in ("agreement", "crosstalk") else 3)
    assert all(-figure["bottom"] < shape["y1"] < 0 for shape in figure["shapes"])
    if dots:
        assert max(shape["x1"] for shape in strip) < min(shape["x0"] for shape in dots)
        assert sum(text.endswith("%") and text[0].isdigit() for text in figure["texts"]) == 3


def test_words_of_a_table_start_at_the_left(page):
    show(page, "pairs").locator("#card-pairs [data-table]").click()
    align = """(text) => getComputedStyle([...document.querySelectorAll('#table-pairs thead th')]
      .find((head) => head.textContent === text)).textAlign"""
    assert page.evaluate(align, "Receiver") == "left"
    assert page.evaluate(align, "Score") == "right"


def on_paper(page):
    page.evaluate("() => { dispatchEvent(new Event('beforeprint')); }")
    page.locator("html[data-printing=ready]").wait_for()


def test_paper_is_light_and_has_no_controls(open_page, atlas_file, settle):
    page = open_page(atlas_file, dark=True)
    for panel in ("composition", "crosstalk", "drug_targets", "agreement"):
        show(page, panel)
    explained = "[...document.querySelectorAll('.explain')].map((each) => each.textContent).join()"
    usual = page.evaluate(explained)
    on_paper(page)
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    for hidden in ("#search", "#conditions", "main .tools", "#legend input", ".top .buttons"):
        assert page.locator(hidden).first.is_hidden(), hidden
    text = page.locator("main").inner_text()
    assert "Click" not in text
    assert "Draw around" not in text
    page.evaluate("() => { dispatchEvent(new Event('afterprint')); }")
    settle(page)
    theme = "document.documentElement.dataset.theme"
    assert until(page, lambda: page.evaluate(theme) == "dark")
    assert until(page, page.locator("#search").is_visible)
    assert until(page, lambda: page.evaluate(explained) == usual)


@every_font
def test_every_figure_is_whole_on_paper(open_page, atlas_file):
    page = open_page(atlas_file)
    on_paper(page)
    found = page.evaluate(
        """() => [...document.querySelectorAll('main .card')].filter((c) => c.offsetHeight)
          .map((card) => {
            const box = card.getBoundingClientRect();
            const inside = [...card.querySelectorAll('.frame:not([hidden]) :is(.grid, svg)')]
              .map((each) => each.getBoundingClientRect());
            return [card.id, inside.length ? box.height : 0,
              Math.max(0, ...inside.map((each) => each.right - box.right)),
              Math.max(0, ...inside.map((each) => each.bottom - box.bottom))];
          })"""
    )
    assert len(found) > 6
    for name, height, beyond, below in found:
        assert height <= 965, name
        assert beyond <= 1, name
        assert below <= 1, name


@every_font
def test_names_stand_beside_their_marks_on_paper(open_page, atlas_file):
    page = open_page(atlas_file)
    on_paper(page)
    ratios = page.evaluate(
        """() => [...document.querySelectorAll('.grid-marks')].filter((c) => c.offsetHeight)
          .map((c) => [c.width / c.offsetWidth, c.height / c.offsetHeight])"""
    )
    assert len(ratios) >= 4
    # Chromium prints canvases in 64ths: with another share, marks drift away from their names.
    assert all(ratio == [4, 4] for ratio in ratios)


@every_font
def test_a_page_can_be_printed(open_page, atlas_file):
    page = open_page(atlas_file, dark=True)
    printed = page.pdf(format="A4", print_background=True)
    assert printed.startswith(b"%PDF")
    assert 3 <= printed.count(b"/Type /Page\n") <= 8
