"""The page as a whole: it opens, in every shape, and asks for nothing."""

from __future__ import annotations

import pytest
from page_tabs import show
from thorough import some_of
from waiting import until

from tmeatlas.pl import atlas

BOX = [[16000, 16000], [50000, 16000], [50000, 50000], [16000, 50000]]
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "__proto__",
    "constructor",
    "%{y}<extra></extra>",
    '=HYPERLINK("http://evil.example")',
    "$\\alpha$",
    '<a href="https://evil.example">x</a>',
    "{{ 7*7 }}",
    "\u202egnp.exe\u202c",
]


def test_all_panels_are_there_and_drawn(page):
    cards = page.locator("main section.card").evaluate_all("nodes => nodes.map(n => n.id)")
    assert cards == [
        "card-map",
        "card-dots",
        "card-gene_dots",
        "card-selection_genes",
        "card-distribution",
        "card-states",
        "card-lineages",
        "card-phenotype",
        "card-composition",
        "card-compare",
        "card-crosstalk",
        "card-partners",
        "card-pairs",
        "card-evidence",
        "card-drivers",
        "card-drug_targets",
        "card-agreement",
        "card-signatures",
        "card-methods",
        "card-citations",
    ]
    for panel, figure in (
        ("distribution", "distribution"),
        ("composition", "composition"),
    ):
        show(page, panel)
        assert page.locator(f"#figure-{figure} .main-svg").count() > 0, figure
    grids = {"dots": "dots", "agreement": "agreement", "crosstalk": "matrix"}
    for panel, grid in (grids | {"partners": "partners", "pairs": "pairs"}).items():
        show(page, panel)
        drawn = page.locator(f"#figure-{grid} canvas").evaluate(
            "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)"
        )
        assert drawn, grid


def test_map_is_shown_before_plotly_starts(page):
    marks = page.evaluate("performance.getEntriesByType('mark').map(m => m.name)")
    assert marks == ["atlas-map", "atlas-first-screen", "atlas-ready"]


def test_no_webgl(page):
    contexts = page.evaluate(
        "[...document.querySelectorAll('canvas')].filter(c => c.getContext('2d') === null).length"
    )
    assert contexts == 0


def test_hostile_labels_are_text(open_page, make_adata, change, tmp_path):
    adata = make_adata(
        400,
        groups=HOSTILE,
        samples=["</script><script>alert(3)</script>", "<b>bold</b>", "__proto__"],
        conditions=["<svg onload=alert(4)>", "__proto__"],
        signatures={f"s{i}": (text, text) for i, text in enumerate(HOSTILE)},
        pairs=[("<img src=x onerror=alert(5)>", "<img src=x onerror=alert(6)>", "%{x}_<b>")],
    )
    adata.uns["tme_simulated"] = "<script>alert(7)</script>"
    adata.uns["tmeatlas"]["<script>alert(8)</script>"] = {"params": {"<i>": "<script>"}}
    made = atlas(
        adata,
        groupby="cell_type",
        sample_key="sample",
        condition_key="condition",
        title="</title><script>alert(9)</script>",
    )
    page = open_page(made.write_html(tmp_path / "hostile.html"), fragment="#wide=yes")
    assert page.title() == "</title><script>alert(9)</script>"
    assert page.locator("img, main a, svg a, script[src], iframe").count() == 0
    legend = page.locator("#legend label span").all_text_contents()
    shown = {
        "__proto__": "proto",
        '=HYPERLINK("http://evil.example")': '=HYPERLINK("http://evil example")',
        HOSTILE[-1]: "gnp exe",
    }
    assert legend == [shown.get(label, label) for label in HOSTILE]
    for signature in range(len(HOSTILE)):
        change(page, {"colour": f"s:s{signature}"})
    for state in ({"network": "chord"}, {"condition": 1}, {"colour": "sample"}):
        change(page, state)
    show(page, "distribution")
    ticks = page.locator("#figure-distribution .xtick text").all_text_contents()
    assert any(tick.startswith("%{y}<extra>") for tick in ticks)
    assert any(tick.startswith("proto (") for tick in ticks)
    page.locator("#about-button").click()
    for panel in ("dots", "distribution", "composition", "crosstalk", "pairs"):
        show(page, panel)
        page.evaluate(f"document.querySelector('#card-{panel} [data-table]').click()")
    assert page.locator("img, #about a, #about script").count() == 0


@pytest.mark.every_font
@pytest.mark.parametrize("width", some_of([360, 3840, 768, 1280], 2))
def test_nothing_sticks_out(open_page, atlas_file, width):
    page = open_page(atlas_file, width=width, height=800, touch=width == 360)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    right = page.locator("main section.card, #controls").evaluate_all(
        "nodes => Math.max(...nodes.map(n => n.getBoundingClientRect().right))"
    )
    assert right <= width


@pytest.mark.every_font
@pytest.mark.parametrize(
    ("n_cells", "n_groups", "length"), some_of([(180, 2, 3), (3000, 60, 20), (600, 6, 80)], 2)
)
def test_any_number_of_groups_and_length_of_labels(
    open_page, make_adata, tmp_path, n_cells, n_groups, length
):
    labels = [f"{i:02d} ".ljust(length, "x") for i in range(n_groups)]
    made = atlas(make_adata(n_cells, groups=labels), groupby="cell_type", sample_key="sample")
    page = open_page(made.write_html(tmp_path / "atlas.html"), fragment="#network=chord")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1500
    # Names are cut to what fits, never by the edge of their figure.
    for panel, figure in (
        ("distribution", "distribution"),
        ("composition", "composition"),
        ("crosstalk", "chord"),
    ):
        show(page, panel)
        if page.locator(f"#frame-{figure}").is_hidden():
            continue
        cut = page.locator(f"#figure-{figure}").evaluate(
            """figure => {
              const frame = figure.querySelector('.svg-container').getBoundingClientRect();
              return [...figure.querySelectorAll('.xtick text, .ytick text, .annotation text')]
                .map(text => text.getBoundingClientRect())
                .filter(box => box.left < frame.left - 1 || box.right > frame.right + 1
                  || box.top < frame.top - 1 || box.bottom > frame.bottom + 1).length;
            }"""
        )
        assert cut == 0, figure


def test_page_without_results_says_what_would_fill_it(open_page, make_adata, tmp_path):
    adata = make_adata(signatures={}, pairs=())
    adata.X = (adata.X > 0).astype("float32")
    page = open_page(atlas(adata, groupby="cell_type").write_html(tmp_path / "bare.html"))
    assert page.locator("main section.card").evaluate_all("nodes => nodes.map(n => n.id)") == [
        "card-map",
        "card-methods",
        "card-citations",
        "card-absent",
    ]
    text = page.locator("#card-absent").inner_text()
    for call in ("tme.tl.score(adata)", "tme.tl.crosstalk(adata, 'cell_type')", "sample_key="):
        assert call in text


def test_about_lists_input_methods_and_limits(page):
    assert page.locator("#about").is_hidden()
    page.locator("#about-button").click()
    text = page.locator("#about").inner_text()
    for part in (
        "Research use only",
        "obs column “cell_type”",
        "Too few cells",
    ):
        assert part.lower() in text.lower(), part
    page.keyboard.press("Escape")
    assert page.locator("#about").is_hidden()
    methods = show(page, "agreement").locator("#place-methods").inner_text()
    for part in (
        "Crosstalk: tme.tl.crosstalk",
        "10 of 12",
        "Author0 et al. (2020), Journal",
        "numpy",
    ):
        assert part in methods, part


def test_simulated_data_are_badged(open_page, make_adata, tmp_path):
    adata = make_adata(200)
    adata.uns["tme_simulated"] = "simulated tumour, seed 5"
    page = open_page(atlas(adata, groupby="cell_type").write_html(tmp_path / "sim.html"))
    assert "Simulated data simulated tumour, seed 5" in page.locator(".badge").inner_text()


def test_notebook_frame_works(open_page, make_adata, tmp_path):
    frame = atlas(make_adata(200), groupby="cell_type")._repr_html_()
    host = tmp_path / "notebook.html"
    host.write_text(
        "<!doctype html><html><body>"
        + frame
        + "<script>addEventListener('message', e => 0);"
        + "setTimeout(() => document.documentElement.dataset.ready = 'true', 3000)</script>",
        encoding="utf-8",
    )
    page = open_page(host)
    inside = page.frames[1]
    ready = "document.documentElement?.dataset.ready === 'true'"
    assert until(page, lambda: inside.evaluate(ready))
    assert inside.evaluate("origin") == "null"
    # The sentence for notebooks that take frames out hides, until one does.
    assert page.locator("p.tmeatlas-instead").is_hidden()
    # There is no address to copy.
    assert inside.locator("#link-button").is_hidden()
    page.evaluate("document.querySelector('iframe').remove()")
    assert page.locator("p.tmeatlas-instead").is_visible()
