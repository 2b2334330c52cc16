"""Crosstalk panels, tables and downloads."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import pytest
from page_tabs import show
from waiting import until

from tmeatlas.get import selection


@pytest.fixture
def page(page, show):
    return show(page, "crosstalk")


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def test_opens_with_the_axis_that_has_the_most_evidence(page, make_adata):
    adata = make_adata()
    best = adata.uns["tme_axes"].iloc[0]
    assert best["padj"] <= 0.05
    opened = shown(page, "tmeatlas.atlas.meta.panels.crosstalk.axes[tmeatlas.store.get('axis')]")
    assert opened["id"] == best["axis"]
    table = adata.uns["tme_crosstalk"]
    of_axis = table[(table["axis"] == best["axis"]) & (table["verdict"] == "specific")]
    assert opened["nSpecific"] == len(of_axis) > 0
    routes = adata.uns["tme_axes"]
    standing = routes[(routes["axis"] == best["axis"]) & (routes["padj"] <= 0.05)]
    n_active = (standing["verdict"] == "active").sum()
    n_specific = len(standing) - n_active
    told = [f"{n} {word}" for n, word in ((n_active, "active"), (n_specific, "specific")) if n]
    choice = page.locator("#axis-select option:checked").inner_text()
    assert choice == f"{opened['name']}: {' and '.join(told)} pairs of cell types"
    assert page.locator("#answer-crosstalk h3").inner_text() == choice
    assert page.locator("[data-network=matrix]").get_attribute("aria-pressed") == "true"


def test_axis_switch_changes_network_and_pairs(page, settle):
    network = "tmeatlas.panels.crosstalk.data().specific.map(row => Array.from(row))"
    pairs = "tmeatlas.panels.pairs.data().pairs.map(p => p.ligand)"
    seen = []
    for axis in ("0", "1", "2", "-1"):
        page.locator("#axis-select").select_option(axis)
        settle(page)
        seen.append((shown(page, network), shown(page, pairs)))
    assert len({str(entry) for entry in seen}) == 4
    total = sum(map(sum, seen[3][0]))
    assert total == sum(sum(map(sum, entry[0])) for entry in seen[:3])
    assert total == shown(page, "tmeatlas.atlas.meta.panels.crosstalk.nSpecific")
    assert set(seen[3][1]) == {"TGFB1", "CXCL12", "CD274"}


def test_ribbons_start_at_the_sender_and_point_at_the_receiver(page, change):
    """The tip of each ribbon lies on the receiver's arc, in the colour of the sender."""
    change(page, {"network": "chord"})
    ribbons, arcs, colours = page.evaluate(
        """() => { const { data } = tmeatlas.panels.crosstalk.figure();
          const ribbons = data.filter(t => t.meta.source !== undefined).map(t => {
            const radius = t.x.map((x, i) => Math.hypot(x, t.y[i]));
            const rim = radius.map((r, i) => [r, i]).filter(([r]) => r > 0.94).map(([, i]) => i);
            const angle = i => Math.atan2(t.y[i], t.x[i]);
            // The last point on the rim, apart from the closing one, is the tip.
            return [t.meta, angle(rim[1]), angle(rim[rim.length - 2]), t.fillcolor]; });
          const arcs = Object.fromEntries(data.filter(t => t.meta.node !== undefined).map(t => {
            const angle = i => Math.atan2(t.y[i], t.x[i]);
            return [t.meta.node, [angle(0), angle((t.x.length - 1) / 2 - 1)]]; }));
          return [ribbons, arcs, tmeatlas.atlas.interactions.nodes.map(n => n.colour)]; }"""
    )

    def within(angle, arc):
        # Arcs run clockwise from the first to the second angle.
        turn = 6.283185307179586
        return (arc[0] - angle) % turn <= (arc[0] - arc[1]) % turn + 1e-9

    assert ribbons
    for meta, start, tip, fill in ribbons:
        assert within(start, arcs[str(meta["source"])])
        assert within(tip, arcs[str(meta["target"])])
        red, green, blue = (int(colours[meta["source"]][i : i + 2], 16) for i in (1, 3, 5))
        assert fill.startswith(f"rgba({red},{green},{blue},")


def test_click_on_a_ribbon_chooses_sender_and_receiver(page, settle):
    page.locator("[data-network=chord]").click()
    ids = shown(page, "tmeatlas.atlas.meta.panels.crosstalk.axes.map(a => a.id)")
    page.locator("#axis-select").select_option(str(ids.index("cxcl12")))
    settle(page)
    traces = shown(page, "tmeatlas.panels.crosstalk.figure().data")
    ribbon = [trace for trace in traces if "source" in trace["meta"]][-1]
    n = len(ribbon["x"])
    # A point inside of the ribbon: between its two curves, half way.
    x = (ribbon["x"][n // 4] + ribbon["x"][-n // 4]) / 2
    y = (ribbon["y"][n // 4] + ribbon["y"][-n // 4]) / 2
    left, top = page.evaluate(
        """([x, y]) => { const node = document.getElementById('figure-chord');
          node.scrollIntoView({ block: 'center' });
          const { xaxis, yaxis } = node._fullLayout, box = node.getBoundingClientRect();
          return [box.left + xaxis.l2p(x), box.top + yaxis.l2p(y)]; }""",
        [x, y],
    )
    page.mouse.move(left - 3, top)
    page.mouse.move(left, top, steps=4)
    assert until(page, lambda: "→" in page.locator("#tooltip").inner_text())
    page.mouse.click(left, top)
    meta = ribbon["meta"]
    both = "[tmeatlas.store.get('sender'), tmeatlas.store.get('receiver')]"
    assert until(page, lambda: None not in shown(page, both))
    settle(page)
    assert shown(page, both) == [meta["source"], meta["target"]]
    assert page.locator("#sender-select").input_value() == str(meta["source"])
    flows = shown(page, "tmeatlas.panels.pairs.data().flows.map(f => [f.source, f.target])")
    assert flows == [[meta["source"], meta["target"]]]


@pytest.mark.parametrize("axis", ["0", "-1"])
def test_sankey_runs_from_the_sender_to_the_receiver(page, settle, axis):
    page.locator("#axis-select").select_option(axis)
    page.locator("[data-network=sankey]").click()
    settle(page)
    figure = shown(page, "tmeatlas.panels.crosstalk.figure()")
    headings = [(note["text"], note["x"]) for note in figure["layout"]["annotations"][:3]]
    columns = ["Sender", "Receiver"] if axis == "0" else ["Sender", "Axis", "Receiver"]
    assert [text for text, _ in headings[: len(columns)]] == columns
    places = [x for _, x in headings[: len(columns)]]
    assert places == sorted(places)
    strength = shown(page, "tmeatlas.panels.crosstalk.data().specific.map(row => Array.from(row))")
    ribbons = [t for t in figure["data"] if {"source", "sender", "receiver"} & set(t["meta"])]
    assert ribbons
    for ribbon in ribbons:
        tip = max(range(len(ribbon["x"])), key=lambda i: ribbon["x"][i])
        assert ribbon["x"][0] < ribbon["x"][tip] - 50, "from left to right"
    colours = shown(page, "tmeatlas.atlas.interactions.nodes.map(n => n.colour)")
    if axis == "0":
        flows = {(t["meta"]["source"], t["meta"]["target"]) for t in ribbons}
        wanted = {(i, j) for i, row in enumerate(strength) for j, w in enumerate(row) if w > 0}
        assert flows == wanted
    for ribbon in ribbons:
        sender = ribbon["meta"].get("source", ribbon["meta"].get("sender"))
        if sender is not None:
            red, green, blue = (int(colours[sender][i : i + 2], 16) for i in (1, 3, 5))
            assert ribbon["fillcolor"].startswith(f"rgba({red},{green},{blue},")


def test_click_on_an_axis_of_the_sankey_shows_the_axis(page, settle):
    page.locator("#axis-select").select_option("-1")
    page.locator("[data-network=sankey]").click()
    settle(page)
    left, top, axis = page.evaluate(
        """() => { const node = document.getElementById('figure-chord');
          node.scrollIntoView({ block: 'center' });
          const bar = node.data.filter(t => t.meta.axis !== undefined && t.x.length === 5)[0];
          const { xaxis, yaxis } = node._fullLayout, box = node.getBoundingClientRect();
          return [box.left + xaxis.l2p((bar.x[0] + bar.x[1]) / 2),
                  box.top + yaxis.l2p((bar.y[1] + bar.y[2]) / 2), bar.meta.axis]; }"""
    )
    page.mouse.move(left - 2, top)
    page.mouse.move(left, top, steps=3)
    tip = page.locator("#tooltip")
    assert until(page, lambda: "Click to show this axis" in tip.inner_text())
    page.mouse.click(left, top)
    assert until(page, lambda: shown(page, "tmeatlas.store.get('axis')") == axis)


def test_matrix_says_which_side_sends(page, settle, make_adata):
    page.locator("[data-network=matrix]").click()
    settle(page)
    assert page.locator("#frame-matrix .grid-corner").inner_text().split("\n") == [
        "Receiver (n) →",
        "Sender (n) ↓",
    ]
    labels = shown(page, "tmeatlas.atlas.interactions.nodes.map(n => n.label)")
    axis = shown(page, "tmeatlas.atlas.meta.panels.crosstalk.axes[0].id")
    table = make_adata().uns["tme_crosstalk"]
    specific = table[(table["axis"] == axis) & (table["verdict"] == "specific")]
    found = shown(page, "tmeatlas.panels.crosstalk.data().specific.map(row => Array.from(row))")
    for i, sender in enumerate(labels):
        for j, receiver in enumerate(labels):
            n = ((specific["source"] == sender) & (specific["target"] == receiver)).sum()
            assert found[i][j] == n, (sender, receiver)


def test_sender_and_receiver_filter_the_pairs(page, settle):
    page.locator("#sender-select").select_option("1")
    settle(page)
    flows = shown(page, "tmeatlas.panels.pairs.data().flows")
    assert flows
    assert {flow["source"] for flow in flows} == {1}


def test_click_on_a_pair_colours_by_its_genes(page, settle):
    first = page.locator("#figure-pairs .grid-rows button").first
    ligand = first.inner_text().split(" → ")[0]
    first.click()
    settle(page)
    assert shown(page, "tmeatlas.store.get('colour')") == f"g:{ligand}"
    page.locator("#figure-pairs .grid-rows button").first.click()
    settle(page)
    assert shown(page, "tmeatlas.store.get('colour')") != f"g:{ligand}"


@pytest.mark.parametrize(
    "panel", ["dots", "distribution", "agreement", "composition", "crosstalk", "pairs"]
)
def test_table_view_follows_the_figure(page, change, panel):
    button = show(page, panel).locator(f"#card-{panel} [data-table]")
    button.click()
    table = page.locator(f"#table-{panel} table")
    assert table.is_visible()
    assert page.locator(f"#card-{panel} .frame").first.is_hidden()
    rows = table.locator("tbody tr").count()
    assert rows > 0
    before = table.inner_text()
    if panel in ("crosstalk", "pairs"):
        change(page, {"axis": 2})
    elif panel == "agreement":
        change(page, {"consensus": 1})
    else:
        change(page, {"condition": 0})
    assert table.inner_text() != before
    button.click()
    assert table.is_hidden()


def download(page, panel, format_):
    show(page, panel).locator(f"#card-{panel} summary").click()
    with page.expect_download() as waiting:
        page.locator(f"#card-{panel} [data-download={format_}]").click()
    return waiting.value


def test_csv_of_the_composition(page, make_adata):
    file = download(page, "composition", "csv")
    assert file.suggested_filename == "tumour-microenvironment-atlas-composition.csv"
    rows = list(csv.reader(io.StringIO(file.path().read_text(encoding="utf-8"))))
    adata = make_adata()
    groups = page.locator("#legend li label span").all_inner_texts()
    shares = [f"{group}: share" for group in groups]
    assert rows[0][:-1] == ["Sample", "Condition", "Cells", *groups, *shares]
    for sample, condition, cells, *numbers, _ in rows[1:]:
        counts, of_all = numbers[: len(groups)], numbers[len(groups) :]
        expected = adata.obs[adata.obs["sample"] == sample]
        assert set(expected["condition"]) == {condition}
        assert int(cells) == len(expected)
        assert [int(n) for n in counts] == [(expected["cell_type"] == g).sum() for g in groups]
        assert [float(s) for s in of_all] == pytest.approx(
            [int(n) / len(expected) for n in counts], rel=1e-5
        )


def test_csv_of_the_dots_has_the_exact_means(page, make_adata):
    rows = list(csv.reader(io.StringIO(download(page, "dots", "csv").path().read_text())))
    adata = make_adata()
    caf = adata.obsm["tme_scores"]["caf_pan"][adata.obs["cell_type"] == "CAF"].astype(float)
    row = next(row for row in rows if row[1] == "CAF, pan-cancer")
    assert float(row[rows[0].index("CAF: mean")]) == pytest.approx(caf.mean(), rel=1e-5)
    assert int(row[rows[0].index("CAF: cells")]) == len(caf)


def test_csv_guards_against_formulas(open_page, make_adata, tmp_path):
    from tmeatlas.pl import atlas

    groups = ["=1+1", "+a", '@"b"', "-c, d"]
    made = atlas(make_adata(300, groups=groups), groupby="cell_type", sample_key="sample")
    page = open_page(made.write_html(tmp_path / "atlas.html"))
    rows = list(csv.reader(io.StringIO(download(page, "distribution", "csv").path().read_text())))
    assert [row[0] for row in rows[1:]] == [f"'{group}" for group in groups]


def test_cell_list_of_a_selection(page, change, make_adata):
    change(page, {"region": {"type": "group", "group": 3}, "condition": 1})
    with page.expect_download() as waiting:
        page.locator("#download-selection").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text(encoding="utf-8"))))
    adata = make_adata()
    groups = page.locator("#legend li label span").all_inner_texts()
    wanted = (adata.obs["cell_type"] == groups[3]) & (adata.obs["condition"] == "non-responder")
    assert {row["cell"] for row in rows} == set(adata.obs_names[wanted])
    assert selection(adata, waiting.value.path()).index.equals(adata.obs_names[wanted])
    extent = adata.obsm["X_umap"].max(axis=0) - adata.obsm["X_umap"].min(axis=0)
    for row in rows:
        x, y = adata.obsm["X_umap"][adata.obs_names.get_loc(row["cell"])]
        assert float(row["UMAP 1"]) == pytest.approx(x, abs=float(extent[0]) / 65535 + 1e-4)
        assert float(row["UMAP 2"]) == pytest.approx(y, abs=float(extent[1]) / 65535 + 1e-4)
        assert row["Sample"] == adata.obs.loc[row["cell"], "sample"]


@pytest.mark.parametrize(
    "panel", ["map", "dots", "distribution", "agreement", "composition", "crosstalk", "pairs"]
)
def test_svg_of_every_panel(page, change, panel):
    change(page, {"colour": "s:caf_pan"})
    file = download(page, panel, "svg")
    text = file.path().read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    written = " ".join(
        "".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")
    )
    assert page.locator(f"#title-{panel}").inner_text() in written
    expected = {
        "map": ["Malignant", "score"],
        "dots": ["TAM", "Endothelial", "standard deviations above the average cell"],
        "distribution": ["Macrophage"],
        "agreement": ["Inflammatory CAF", "Spearman correlation"],
        "composition": ["P1", "responder"],
        "crosstalk": ["CAF"],
        "pairs": ["→"],
    }[panel]
    for part in expected:
        assert part in written, part


def test_png_is_three_times_the_size_on_screen(page):
    file = download(page, "composition", "png")
    header = file.path().read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    width = int.from_bytes(header[16:20], "big")
    assert width == 3 * shown(page, "Math.ceil(tmeatlas.panels.composition.figure().width)")
