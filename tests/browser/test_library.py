"""The plotly.js in the page: whose it is, and how little of it the page needs."""

from __future__ import annotations

import pytest
from page_tabs import show

from tmeatlas.atlas.library import TRACE_TYPES, installed_library
from tmeatlas.pl import atlas

STATES = [
    {"network": "chord", "axis": 0},
    {"network": "sankey", "axis": 0},
    {"network": "sankey", "axis": -1},
    {"network": "matrix"},
    {"colour": "s:caf_pan", "region": {"type": "group", "group": 1}},
    {"colour": "g:SPP1", "distributionBy": "sample"},
]
TYPES_DRAWN = """() => [
  ...[...document.querySelectorAll('.js-plotly-plot')].map(node => node.data),
  ...Object.values(tmeatlas.panels).map(panel => (panel.figure?.() ?? { data: [] }).data),
].flat().map(trace => trace.type)"""


def test_the_page_draws_with_the_trace_types_that_it_asks_for(page, change):
    for panel in ("composition", "compare", "crosstalk", "drug_targets", "agreement", "dots"):
        show(page, panel)
    drawn = set()
    show(page, "crosstalk")  # a panel is drawn anew only where it is seen
    for state in STATES:
        change(page, state)
        drawn |= set(page.evaluate(TYPES_DRAWN))
    assert drawn == set(TRACE_TYPES)


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["usual", "byte order mark"])
def test_page_with_a_bundle_of_the_user_starts(open_page, make_adata, tmp_path, start):
    own = tmp_path / "plotly-own.min.js"
    text = f"{installed_library().text}\r\nwindow.ownPlotly = 'naïve';\n"
    own.write_bytes(f"{start}{text}".encode())
    made = atlas(make_adata(200), groupby="cell_type", sample_key="sample", plotlyjs=own)
    page = open_page(made.write_html(tmp_path / "atlas.html"))
    assert page.evaluate("window.ownPlotly") == "naïve"
    assert show(page, "composition").locator("#figure-composition .main-svg").count() > 0
