"""What the crosstalk panels say of what they show, and of what they do not."""

from __future__ import annotations

import csv
import io
import re

import pytest
from page_tabs import show

from tmeatlas.pl import atlas

WHOLE = "All cells, not the selection"
COUNTED = ("active", "specific", "specific, response unknown", "too few cells")
ALONE = ("CAF", "B cell")  # sender and receiver without any interaction in `sparse_file`


@pytest.fixture
def page(page, show):
    return show(page, "crosstalk")


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def scope(page, panel):
    return page.locator(f"#scope-{panel}").inner_text()


def download(page, panel, format_):
    show(page, panel).locator(f"#card-{panel} summary").click()
    with page.expect_download() as waiting:
        page.locator(f"#card-{panel} [data-download={format_}]").click()
    return waiting.value.path().read_text("utf-8")


def node(page, label):
    labels = shown(page, "tmeatlas.atlas.interactions.nodes.map(n => n.label)")
    return labels.index(label)


@pytest.mark.parametrize("panel", ["crosstalk", "pairs", "evidence"])
def test_panels_of_all_cells_say_so_while_cells_are_selected(page, change, panel):
    assert WHOLE not in scope(page, panel)
    change(page, {"condition": 0})
    assert scope(page, panel).endswith(f"{WHOLE}.")
    change(page, {"condition": None, "region": {"type": "group", "group": 1}})
    assert scope(page, panel).endswith(f"{WHOLE}; its groups stand out.")
    assert WHOLE in download(page, panel, "svg")


def test_the_agreement_is_that_of_all_cells(page, change):
    show(page, "agreement")
    compartments = shown(page, "tmeatlas.atlas.meta.panels.agreement.map(a => a.name)")
    assert scope(page, "agreement") == f"{compartments[0]}. All cells."
    change(page, {"range": {"feature": "s:caf_pan", "from": 100, "to": 254}, "consensus": 1})
    assert scope(page, "agreement") == f"{compartments[1]}. {WHOLE}."


def test_the_selected_group_stands_out_in_the_chord(page, change):
    change(page, {"region": {"type": "group", "group": 1}, "network": "chord"})
    ribbons = shown(
        page,
        """tmeatlas.panels.crosstalk.figure().data.filter(t => t.meta?.source !== undefined)
          .map(t => [t.meta.source, t.meta.target, Number(t.fillcolor.split(',')[3].slice(0, -1))])
        """,
    )
    chosen = node(page, page.locator("#legend li label span").nth(1).inner_text())
    assert {chosen in ribbon[:2] for ribbon in ribbons} == {True, False}
    for source, target, alpha in ribbons:
        assert (alpha > 0.1) == (chosen in (source, target))


def test_an_outline_points_at_the_groups_it_holds_most_of(page, change):
    """A square around the cloud of one group, in steps of the map."""
    x, y = shown(page, "tmeatlas.atlas.meta.maps[0].labels[2]")
    corners = [[x + dx, y + dy] for dx, dy in ((-9e3, -9e3), (9e3, -9e3), (9e3, 9e3), (-9e3, 9e3))]
    change(page, {"region": {"type": "polygon", "points": corners, "map": 0}})
    nodes = shown(page, "[...tmeatlas.atlas.crosstalkScope.inFocus()]")
    groups = shown(page, "tmeatlas.atlas.interactions.nodes.map(n => n.group)")
    assert [groups[k] for k in nodes] == [2]
    change(page, {"network": "matrix"})
    strong = page.locator("#figure-matrix .grid-rows .strong")
    name = page.locator("#legend li label span").nth(2).inner_text()
    assert strong.all_inner_texts() == [f"{name} (100)"]


def test_a_chosen_sender_counts_more_than_the_selection(page, change):
    change(page, {"region": {"type": "group", "group": 1}, "sender": 0})
    stands = shown(page, "[0, 1].map(k => tmeatlas.atlas.crosstalkScope.flowFilter()(k, 2))")
    assert stands == [True, False]


def test_crosstalk_between_other_groups_says_so(open_page, make_adata, tmp_path):
    adata = make_adata()
    adata.obs["cluster"] = adata.obs["cell_type"].cat.rename_categories(lambda name: f"c {name}")
    made = atlas(adata, groupby="cluster").write_html(tmp_path / "atlas.html")
    page = show(open_page(made), "crosstalk")
    for panel in ("crosstalk", "pairs", "evidence"):
        assert "Groups of “cell_type”, not those of the map." in scope(page, panel)
    colours = shown(page, "tmeatlas.atlas.interactions.nodes.map(n => n.colour)")
    assert not set(colours) & set(shown(page, "tmeatlas.atlas.categories.get('group').colours"))


@pytest.fixture(scope="module")
def sparse_file(make_adata, tmp_path_factory):
    """The page without any interaction from `ALONE[0]` to `ALONE[1]`."""
    adata = make_adata()
    for name in ("tme_crosstalk", "tme_axes"):
        table = adata.uns[name]
        alone = (table["source"] == ALONE[0]) & (table["target"] == ALONE[1])
        adata.uns[name] = table[~alone].reset_index(drop=True)
    made = atlas(adata, groupby="cell_type", sample_key="sample")
    return made.write_html(tmp_path_factory.mktemp("sparse") / "atlas.html")


def test_empty_panels_say_so_and_can_be_exported(open_page, change, sparse_file):
    page = show(open_page(sparse_file), "crosstalk")
    sender, receiver = (node(page, label) for label in ALONE)
    change(page, {"axis": 0, "sender": sender, "receiver": receiver})
    for panel, why in (("pairs", "Nothing seen"), ("evidence", "No row of this choice")):
        assert page.locator(f"#empty-{panel}").inner_text().startswith(why)
        assert page.locator(f"#frame-{panel}").is_hidden()
        assert page.locator(f"#key-{panel}").inner_text() == ""
        svg = download(page, panel, "svg")
        assert why in svg
        assert f"{ALONE[0]} → {ALONE[1]}" in svg.replace("\u00a0", " ")
        assert len(list(csv.reader(io.StringIO(download(page, panel, "csv"))))) == 1
    assert page.locator("#error").is_hidden()
    change(page, {"sender": None})
    assert page.locator("#frame-pairs").is_visible()
    assert page.locator("#empty-pairs").is_hidden()


@pytest.fixture
def short_page(open_page, make_adata, tmp_path, monkeypatch):
    """A page that lists few rows, and the AnnData behind it."""
    monkeypatch.setattr("tmeatlas.atlas.panels.crosstalk.network.MAX_ROWS", 10)
    monkeypatch.setattr("tmeatlas.atlas.panels.evidence.rows.MAX_ROWS", 10)
    adata = make_adata()
    made = atlas(adata, groupby="cell_type", sample_key="sample")
    return show(open_page(made.write_html(tmp_path / "atlas.html")), "crosstalk"), adata


@pytest.mark.parametrize(("panel", "key"), [("pairs", "tme_crosstalk"), ("evidence", "tme_axes")])
def test_rows_that_are_not_listed_are_counted(short_page, change, panel, key):
    page, adata = short_page
    change(page, {"axis": -1})
    verdicts = adata.uns[key]["verdict"].value_counts()
    counts = [v for v in COUNTED if verdicts.get(v, 0)]
    page.locator(f"#card-{panel} [data-table]").click()
    text = page.locator(f"#table-{panel} caption").inner_text()
    n_active, n_too_few = (int(verdicts.get(v, 0)) for v in (COUNTED[0], COUNTED[-1]))
    n_specific = sum(verdicts[v] for v in counts) - n_active - n_too_few
    rows = list(csv.DictReader(io.StringIO(download(page, panel, "csv"))))
    listed = [row["Verdict"] for row in rows if row["Verdict"] in COUNTED]
    if panel == "pairs":
        told = f"{n_specific} specific interactions, {n_too_few} with too few cells, of which"
        assert f"{told} {len(listed)} listed." in text
    else:
        told = f"{n_active} active, {n_specific} specific, {n_too_few} too few cells"
        assert told in text
        assert re.search(r"of \d+ pairs of cell types; \d+ of them listed\.", text)
    others = [row for row in rows if row["Verdict"].endswith("not listed in this page")]
    n_others = sum(int(row["Verdict"].split()[0]) if panel == "pairs" else 1 for row in others)
    assert n_others == sum(verdicts[v] for v in counts) - len(listed) > 0
    table = adata.uns[key].set_index(["source", "target"])
    for row in others:
        there = table.loc[[(row["Sender"], row["Receiver"])], "verdict"]
        assert set(there) & set(COUNTED)


def test_a_route_without_a_listed_row_says_how_much_there_is(short_page, change):
    page, _ = short_page
    choice = shown(
        page,
        """(({ axis, source, target }) => ({ axis, sender: source, receiver: target }))(
          tmeatlas.atlas.interactions.count({ axis: -1, sender: null, receiver: null }).unlisted
            .find(edge => !tmeatlas.atlas.interactions.select(
              { axis: edge.axis, sender: edge.source, receiver: edge.target }).length))""",
    )
    change(page, choice)
    assert page.locator("#empty-pairs").inner_text() in (
        "1 specific interaction, not listed in this page.",
        "1 with too few cells, not listed in this page.",
    )


def test_only_pairs_with_a_gene_in_the_page_promise_a_click(open_page, make_adata, tmp_path):
    pairs = (("tgfb", "TGFB1", "TGFBR1_TGFBR2"), ("cxcl12", "ABC1", "ABC2_ABC3"))
    made = atlas(make_adata(pairs=pairs), groupby="cell_type")
    page = show(open_page(made.write_html(tmp_path / "atlas.html")), "crosstalk")
    page.locator("#axis-select").select_option("-1")
    here = page.locator("#figure-pairs .grid-rows button", has_text="TGFB1 →")
    missing = page.locator("#figure-pairs .grid-rows button", has_text="ABC1 →")
    assert here.is_enabled()
    assert "click to colour" in here.get_attribute("title")
    assert missing.is_disabled()
    assert 'genes=["ABC1", "ABC2", "ABC3"] of tme.pl.atlas' in missing.get_attribute("title")
    assert "those of the grey pairs" in page.locator("#explain-pairs").text_content()
    here.click()
    page.evaluate("() => tmeatlas.settled()")
    assert shown(page, "tmeatlas.store.get('colour')") == "g:TGFB1"


PAINTED = """[...document.querySelectorAll(
    "#figure-chord .js-fill, #figure-chord .js-line, #figure-chord .annotation-text"
  )].map((e) => {
    const { fill, fillOpacity, stroke, strokeOpacity, fontWeight } = getComputedStyle(e);
    return [fill, fillOpacity, stroke, strokeOpacity, fontWeight];
  })"""


def seen(styles):
    """Colours with their opacity, however style and attributes share it."""
    numbers = []
    for fill, fill_opacity, stroke, stroke_opacity, weight in styles:
        for colour, opacity in ((fill, fill_opacity), (stroke, stroke_opacity)):
            parts = [float(part) for part in re.findall(r"[\d.]+", colour)]
            alpha = (parts[3] if len(parts) > 3 else 1.0) * float(opacity)
            numbers += [*parts[:3], alpha]
        numbers.append(float(weight))
    return numbers


@pytest.mark.parametrize("network", ["chord", "sankey"])
def test_a_selection_repaints_what_a_new_drawing_would_show(page, change, network):
    change(page, {"network": network})
    before = seen(shown(page, PAINTED))
    change(page, {"region": {"type": "group", "group": 1}})
    repainted = seen(shown(page, PAINTED))
    assert repainted != pytest.approx(before, abs=0.1)
    change(page, {"size": 7})
    # plotly rounds opacities to two digits
    assert seen(shown(page, PAINTED)) == pytest.approx(repainted, abs=0.02)
    change(page, {"region": None})
    assert seen(shown(page, PAINTED)) == pytest.approx(before, abs=0.02)
