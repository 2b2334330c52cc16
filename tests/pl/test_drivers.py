"""Figures of drivers, as data."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import MissingKeyError
from tmeatlas.pl._drivers import drivers_payload, groups_figure
from tmeatlas.results import WHAT_IT_SHOWS


@pytest.fixture(scope="module")
def tumour():
    adata = tme.datasets.simulated_cohort(4, n_cells=220, rng=3)
    tme.pp.prepare(adata, embed=False)
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    tme.tl.axes(adata)
    tme.tl.drivers(adata)
    return adata


def notes(figure) -> list[str]:
    return [html.unescape(note.text) for note in figure.layout.annotations]


@pytest.mark.parametrize("what", ["groups", "loops", "genes"])
def test_every_figure_says_what_it_does_not_show(tumour, what):
    assert f"<b>{WHAT_IT_SHOWS}</b>" in notes(tme.pl.drivers(tumour, what))


def test_bars_are_the_counts_and_lines_the_samples(tumour):
    figure = tme.pl.drivers(tumour)
    table = tme.get.drivers(tumour)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    points = [trace for trace in figure.data if trace.type == "scatter"]
    for name, bar, point in zip(("sends", "receives"), bars, points, strict=True):
        np.testing.assert_array_equal(bar.x, table[name])
        np.testing.assert_allclose(point.x, table[f"{name}_mean"], rtol=1e-6)
        high = np.asarray(point.x) + np.asarray(point.error_x.array)
        np.testing.assert_allclose(high, table[f"{name}_high"], rtol=1e-5)
    assert list(figure.layout.yaxis.ticktext) == table["group"].tolist()
    assert "neither shown nor ruled out" in bars[0].hovertext[0]


def test_spots_are_counted_as_spots(tumour):
    assert any("cells" in note for note in notes(tme.pl.drivers(tumour)))
    spots = tumour.copy()
    spots.obs["array_row"], spots.obs["array_col"] = 0, 0
    said = [*notes(tme.pl.drivers(spots)), tme.pl.drivers(spots).layout.title.text]
    assert any("spots" in text for text in said)
    assert not any("cells" in text for text in said)


def test_links_that_hold_are_filled(tumour):
    figure = tme.pl.drivers(tumour, "loops")
    table = tme.get.drivers(tumour, "loops")
    filled = [colour != "#ffffff" for colour in figure.data[0].marker.color]
    assert filled == table["holds"].tolist()
    assert any(filled)
    said = notes(figure)
    assert any("CAF iCAF → T" in text for text in said)


def test_intervals_are_those_over_all_samples(tumour):
    figure = tme.pl.drivers(tumour, "genes")
    table = tme.get.drivers(tumour, "genes")
    whole, each = table[table["sample"] == ""], table[table["sample"] != ""]
    small, large = figure.data
    np.testing.assert_allclose(large.x, whole["value"])
    np.testing.assert_allclose(np.asarray(large.x) - large.error_x.arrayminus, whole["low"])
    assert len(small.x) == len(each)


def test_why_there_is_nothing_is_written_in_the_figure(tumour):
    adata = tumour.copy()
    adata.obs["cluster"] = adata.obs["cell_type"].cat.codes.astype(str).astype("category")
    tme.tl.crosstalk(adata, "cluster", min_cells=5)
    tme.tl.axes(adata)
    with pytest.warns(UserWarning, match="left out"):
        tme.tl.drivers(adata)
    figure = tme.pl.drivers(adata, "loops")
    assert "name no lineage" in html.unescape(figure.layout.title.subtitle.text)


def test_names_are_text(tumour):
    adata = tumour.copy()
    names = list(adata.obs["cell_type"].cat.categories)
    hostile = {names[0]: "<b>%{x}</b>"}
    adata.obs["cell_type"] = adata.obs["cell_type"].cat.rename_categories(hostile)
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    tme.tl.axes(adata)
    tme.tl.drivers(adata)
    figure = tme.pl.drivers(adata)
    assert "&lt;b&gt;&#37;{x}&lt;/b&gt;" in figure.layout.yaxis.ticktext
    assert "<b>%{x}" not in " ".join(figure.data[0].hovertext)


@pytest.mark.parametrize("rows", ["cells", "spots"])
def test_rows_have_their_name(tumour, rows):
    payload = drivers_payload(tumour) | {"rows": rows}
    assert drivers_payload(tumour)["rows"] == "cells"
    figure = groups_figure(payload)
    assert f"over all {rows} or samples" in figure.layout.title.subtitle.text
    titles = [re.sub("<[^>]*>", "", note.text) for note in figure.layout.annotations]
    assert rows in titles


def test_spots_are_told(tumour):
    adata = tumour.copy()
    adata.obs["array_row"] = adata.obs["array_col"] = 0
    assert drivers_payload(adata)["rows"] == "spots"


def test_an_unknown_figure(tumour):
    with pytest.raises(MissingKeyError, match="No figure of drivers 'chains'"):
        tme.pl.drivers(tumour, "chains")
