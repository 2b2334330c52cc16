"""Figures of the crosstalk: names, rings and what is written below them."""

from __future__ import annotations

import pytest
from page_tabs import show

LONG = "A population with a name that goes on and on, number"


@pytest.fixture
def page(page, show):
    return show(page, "crosstalk")


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


@pytest.fixture(scope="module")
def many_file(make_adata, tmp_path_factory):
    """The page of 60 groups whose names begin alike."""
    from tmeatlas.pl import atlas

    groups = [f"{LONG} {i}" for i in range(60)]
    made = atlas(make_adata(900, groups=groups), groupby="cell_type")
    return made.write_html(tmp_path_factory.mktemp("many") / "atlas.html")


def test_sixty_groups_have_names_in_every_figure(open_page, change, many_file):
    page = show(open_page(many_file), "crosstalk")
    for network, arcs in (("chord", 60), ("sankey", 120)):
        change(page, {"network": network, "axis": 0})
        blocks, names = shown(
            page,
            """(({ data, layout }) => [
              data.filter(t => t.meta?.node !== undefined).length,
              layout.annotations.filter(a => a.text.includes("opulation")).length,
            ])(document.getElementById("figure-chord"))""",
        )
        assert blocks == names > 0.9 * arcs, network


def test_heads_of_pairs_differ_where_groups_begin_alike(open_page, change, many_file):
    page = show(open_page(many_file), "crosstalk")
    change(page, {"axis": 0})
    heads = page.locator("#figure-pairs .grid-columns button").all_inner_texts()
    assert len(heads) == len(set(heads)) > 10
    rows = page.locator("#figure-evidence tbody button").all_inner_texts()
    assert len(rows) == len(set(rows)) > 10
    assert all(row.count(LONG) == 2 for row in rows), "names are whole"


def test_key_of_the_matrix_tells_the_marks_that_are_drawn(page):
    key = page.locator("#key-crosstalk").inner_text()
    assert "Number: specific interactions" in key
    assert "Dot: too few cells to tell" in key
    assert "Grey" not in key, "no group is too small"


@pytest.mark.parametrize("panel", ["pairs", "evidence"])
def test_rings_stand_off_the_dots_that_are_significant(page, change, panel):
    change(page, {"axis": 0})
    if panel == "evidence":
        page.locator("#figure-evidence .fold").click()
    dots, rings, alphas = shown(
        page,
        f"""((data) => {{ const ring = data.find(t => t.marker?.symbol === "circle-open");
          const at = (t) => t.x.map((x, i) => [`${{x}} ${{t.y[i]}}`, t.marker.size[i]]);
          return [Object.fromEntries(at(data[0])), Object.fromEntries(at(ring)),
            Object.fromEntries(at(data[0]).map(([k], i) => [k, data[0].marker.opacity[i]]))];
        }})(tmeatlas.panels.{panel}.figure().data)""",
    )
    if panel == "evidence":
        page.locator("#figure-evidence .fold").click()
    assert 0 < len(rings) < len(dots)
    for place, size in rings.items():
        assert size >= dots[place] + 3
        assert alphas[place] == 1
    if panel == "pairs":
        pale = {place for place, alpha in alphas.items() if alpha < 1}
        assert set(rings) | pale == set(dots)


def test_rings_are_seen_on_screen(page, change):
    """Between a dot and its ring the ground shows, in light and dark."""
    for theme in ("light", "dark"):
        change(page, {"axis": 0, "theme": theme, "sender": None, "receiver": None})
        gap, ring = page.evaluate(
            """() => { const canvas = document.querySelector('#figure-pairs canvas');
              const { data, width, height } = canvas.getContext('2d')
                .getImageData(0, 0, canvas.width, canvas.height);
              const figure = tmeatlas.panels.pairs.figure();
              const { x, y } = figure.data.find(t => t.marker?.symbol === 'circle-open');
              const { pairs, flows } = tmeatlas.panels.pairs.data();
              const box = canvas.getBoundingClientRect(), scale = width / box.width;
              // The first row and column with a ring; go left from its centre.
              const columns = flows.length, rows = pairs.length;
              const button = document.querySelectorAll('#figure-pairs .grid-rows button')[y[0]];
              const top = button.getBoundingClientRect();
              const cy = Math.round((top.top + top.height / 2 - box.top) * scale) - 2;
              const pitch = width / columns;
              const cx = Math.round((x[0] + 0.5) * pitch);
              const alpha = dx => data[4 * (cy * width + cx - dx) + 3];
              const inside = [...Array(16).keys()].map(alpha);
              const edge = inside.findIndex(a => a < 60);
              return [edge, inside.slice(edge).findIndex(a => a > 150)]; }"""
        )
        assert gap > 0, theme
        assert 0 < ring <= 3, theme


def test_notes_of_an_exported_figure_stand_beside_its_marks(page, change):
    change(page, {"axis": 0})
    notes = shown(
        page,
        """tmeatlas.panels.evidence.figure().layout.annotations
          .filter(a => a.text.includes("adjusted p"))""",
    )
    assert len(notes) == page.locator("#figure-evidence tbody tr").count()
    for i, note in enumerate(notes):
        assert (note["xref"], note["x"], note["xanchor"], note["y"]) == ("paper", 1, "left", i)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"network": "chord"},
            ["arrow head points at the receiver", "Width: specific interactions"],
        ),
        ({"network": "sankey"}, ["From the sender at the left", "to the receiver at the right"]),
        ({"network": "sankey", "axis": -1}, ["sender (in its colour), axis, receiver"]),
        ({"network": "matrix"}, ["Number: specific interactions"]),
    ],
    ids=["chord", "sankey", "sankey of all axes", "matrix"],
)
def test_exported_networks_say_how_to_read_them(page, change, state, words):
    change(page, {"axis": 0, **state})
    figure = shown(page, "tmeatlas.panels.crosstalk.figure()")
    written = " ".join(
        note["text"].replace("<br>", " ") for note in figure["layout"]["annotations"]
    )
    for part in words:
        assert part in written
    lowest = min(figure["layout"]["annotations"], key=lambda note: note.get("yshift") or 0)
    assert -lowest["yshift"] < figure["layout"]["margin"]["b"]


@pytest.mark.parametrize("measure", ["specific", "tooFew"])
def test_sums_over_axes_are_those_of_each_axis(page, measure):
    """The Sankey diagram of all axes gets its sums in one pass."""
    assert page.evaluate(
        """(measure) => { const { interactions } = tmeatlas.atlas;
          const { totals, sent, received } = interactions.flowsOverAxes(measure);
          const near = (a, b) => Math.abs(a - b) < 1e-9;
          return interactions.axes.every((_, axis) => {
            const sums = interactions.network(axis)[measure];
            const all = sums.flatMap(row => [...row]).reduce((a, b) => a + b, 0);
            return near(all, totals[axis]) && all > 0 && sums.every((row, k) =>
              near(row.reduce((a, b) => a + b, 0), sent[axis][k]) &&
              near(sums.reduce((sum, other) => sum + other[k], 0), received[axis][k])); }); }""",
        measure,
    )
