"""Text has the room that it takes, and figures theirs, with every font and at every width."""

from __future__ import annotations

import pytest
from page_tabs import show
from thorough import some_of
from waiting import frames, until

from tmeatlas.pl import atlas

pytestmark = pytest.mark.every_font

FIGURES = {
    "distribution": "distribution",
    "composition": "composition",
    "crosstalk": "chord",
}
ZOOMED = (683, 384)
"""The inside of a window of 1366 × 768 pixels at 200 %."""
SIZES = {"zoomed": (*ZOOMED, 2)} | {
    str(width): (width, 800, 1) for width in (390, 768, 1280, 480, 600, 720, 1024)
}
# Names beyond the edge of their figure: they are cut to what fits, never by an edge.
CUT = """figure => {
  const frame = figure.querySelector('.svg-container').getBoundingClientRect();
  return [...figure.querySelectorAll('.xtick text, .ytick text, .ytitle, .annotation text')]
    .map(text => [text.textContent, text.getBoundingClientRect()])
    .filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
    .map(([text]) => text);
}"""
RING = """() => {
  const arcs = [...document.querySelectorAll('#figure-chord .scatterlayer .trace')]
    .map(trace => trace.getBoundingClientRect());
  const span = (low, high) =>
    Math.max(...arcs.map(box => box[high])) - Math.min(...arcs.map(box => box[low]));
  const frame = document.getElementById('frame-chord');
  return { width: span('left', 'right'), height: span('top', 'bottom'),
           room: Math.min(frame.clientWidth, frame.clientHeight),
           scrolls: frame.scrollHeight > frame.clientHeight + 1
             || frame.scrollWidth > frame.clientWidth + 1 };
}"""
PANELS = """() => {
  const cards = [...document.querySelectorAll('#controls, main .card')]
    .filter(card => card.offsetHeight)
    .map(card => [card.id, card.getBoundingClientRect()]);
  const overlapping = cards.flatMap(([one, a], i) => cards.slice(i + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
    .map(([other]) => [one, other]));
  const low = [...document.querySelectorAll('main .frame')]
    .filter(frame => frame.offsetParent && frame.clientHeight < 60).map(frame => frame.id);
  const beyond = [...document.querySelectorAll('main .card > :is(header, .key, .frame)')]
    .filter(part => part.offsetParent && part.getBoundingClientRect().bottom
      > part.parentElement.getBoundingClientRect().bottom + 1)
    .map(part => part.parentElement.id);
  return { overlapping, low, beyond };
}"""


def test_the_font_is_the_one_that_the_test_asked_for(request, chromium, shared_page):
    if (family := request.node.callspec.params["chromium"]) is None:
        pytest.skip("Chromium has the fonts of this machine; apt-get install fonts-dejavu-core")
    session = shared_page.context.new_cdp_session(shared_page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "main .explain"})
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
    assert [font["familyName"] for font in fonts] == [family]


def test_there_are_two_families(font_families):
    if len(font_families) < 2:
        pytest.skip("Chromium has fewer than two font families; apt-get install fonts-liberation")
    assert len(set(font_families)) == len(font_families)


ROOMY: dict[str, list[str]] = {"overlapping": [], "low": [], "beyond": []}


@pytest.mark.parametrize(("width", "height", "scale"), some_of(SIZES, 4))
def test_panels_keep_their_room_and_the_chord_is_a_circle(
    open_page, atlas_file, change, width, height, scale
):
    page = open_page(atlas_file, width=width, height=height, scale=scale, fragment="#network=chord")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    change(page, {"network": "chord"})
    for panel, figure in FIGURES.items():
        show(page, panel)
        frames(page)
        until(page, lambda: page.evaluate(PANELS) == ROOMY)
        assert page.evaluate(PANELS) == ROOMY
        assert page.locator(f"#figure-{figure}").evaluate(CUT) == [], figure
    first = page.evaluate(RING)
    change(page, {"network": "matrix"})
    change(page, {"network": "chord"})
    for ring in (first, page.evaluate(RING)):
        assert ring["width"] == pytest.approx(ring["height"], abs=2)
        assert ring["width"] > 0.45 * ring["room"]
        assert not ring["scrolls"]


def test_long_names_are_cut_to_what_fits(open_page, make_adata, tmp_path):
    labels = [f"{i:02d} ".ljust(80, "W") for i in range(6)]
    made = atlas(make_adata(600, groups=labels), groupby="cell_type", sample_key="sample")
    path = made.write_html(tmp_path / "atlas.html")
    for width in (390, 768, 1280):
        page = open_page(path, width=width, fragment="#network=chord")
        for panel, figure in FIGURES.items():
            show(page, panel)
            assert page.locator(f"#figure-{figure}").evaluate(CUT) == [], (width, figure)
