"""The plotly.js of a page: that of the plotly package, or a bundle of the user's."""

from __future__ import annotations

import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.atlas.library import TRACE_MODULE, TRACE_TYPES, installed_library, read_library

BANNER = "/**\n* plotly.js (basic - minified) v{version}\n* Licensed under the MIT license\n*/\n"


def bundle_text(*types, version="4.1.1", banner=BANNER):
    """What a bundle looks like to those who only read it."""
    modules = "".join(f'{{moduleType:"trace",name:"{name}",categories:[]}},' for name in types)
    return f"{banner.format(version=version)}window.Plotly={{newPlot(){{}},m:[{modules}]}};"


@pytest.fixture
def write_bundle(tmp_path):
    def write(text):
        path = tmp_path / "plotly-own.min.js"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_installed_library_has_what_the_page_needs():
    assert set(TRACE_TYPES) <= set(TRACE_MODULE.findall(installed_library().text))


def test_bundle_of_the_user_is_in_the_page(adata, write_bundle, read_page, unpack, name_in_policy):
    path = write_bundle(bundle_text("scatter", "bar", "pie"))
    html = tme.pl.atlas(adata, groupby="cell_type", plotlyjs=str(path)).to_html()
    assert unpack(read_page(html).script("plotly-library")).decode() == path.read_text()
    policy = html.replace("&#39;", "'")
    assert name_in_policy(path.read_text()) in policy
    assert name_in_policy(installed_library().text) not in policy
    assert len(html) < len(tme.pl.atlas(adata, groupby="cell_type").to_html()) - 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        bundle_text("scatter", "bar", version="3.0.0"),
        bundle_text("scatter", "bar", banner=""),
        bundle_text("scatter", "bar")
        .replace('"trace",name:"', "'trace',\n    name: '")
        .replace('",categories', "',categories"),
    ],
    ids=["oldest", "without banner", "not minified"],
)
def test_bundles_that_will_do(write_bundle, text):
    assert read_library(write_bundle(text)).text == text


def test_byte_order_mark_is_left_out(write_bundle):
    text = bundle_text("scatter", "bar")
    assert read_library(write_bundle(f"\ufeff{text}")).text == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "which is none"),
        ("window.d3 = {};", "which is none"),
        ('{moduleType:"trace",name:"scatter"}', "which is none"),
        (bundle_text(), "which is none"),
        (bundle_text("scatter", "choropleth"), "'plotly-own.min.js' without bar"),
        (bundle_text("sankey"), "without scatter and bar"),
        (bundle_text("scatter", "bar", version="2.35.2"), "plotly.js 3 or newer.*found version 2"),
    ],
)
def test_bundle_that_cannot_draw_the_page_is_refused(write_bundle, text, message):
    with pytest.raises(InputError, match=rf"(?s){message}.*plotly-basic\.min\.js.*leave"):
        read_library(write_bundle(text))


def test_missing_file_folder_and_binary_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_library(tmp_path / "none.js")
    with pytest.raises(InputError, match="a folder"):
        read_library(tmp_path)
    binary = tmp_path / "plotly.png"
    binary.write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(InputError, match="which is none"):
        read_library(binary)


def test_bundle_is_looked_at_before_the_data(adata, tmp_path):
    with pytest.raises(InputError, match="plotlyjs"):
        tme.pl.atlas(adata, groupby="no_such_column", plotlyjs=tmp_path / "none.js")
