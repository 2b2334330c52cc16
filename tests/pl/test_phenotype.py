"""Samples × measures and the calls of the samples, as data."""

from __future__ import annotations

import html
from time import process_time

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from anndata import AnnData
from made_adata import make_adata
from made_cohort import write_phenotype

from tmeatlas._errors import MissingKeyError
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._fields import add_unread, number
from tmeatlas.pl._phenotype import phenotype, phenotype_payload
from tmeatlas.results import NOT_A_DIAGNOSTIC, Phenotype


@pytest.fixture
def cohort():
    return make_adata()


def fields(figure):
    return next(trace for trace in figure.data if trace.type == "heatmap")


def notes(figure) -> list[str]:
    return [html.unescape(note.text) for note in figure.layout.annotations]


def test_it_says_that_it_is_no_diagnostic(cohort):
    assert f"<b>{NOT_A_DIAGNOSTIC}</b>" in notes(phenotype(cohort))


def test_fields_have_the_values_and_their_places_on_fixed_scales(cohort):
    figure = phenotype(cohort)
    values = Phenotype.read(cohort).wide()
    low = np.array([0, 0, 0, -3, -3, 0])
    span = np.array([1, 1, 1, 6, 6, 1])
    np.testing.assert_allclose(fields(figure).z, np.clip((values - low) / span, 0, 1))
    assert (fields(figure).zmin, fields(figure).zmax) == (0, 1)
    value = values.loc["P2", "t_share"]
    assert fields(figure).text[1][0] == f"{value:.0%}"
    assert fields(figure).text[1][3] == f"{values.loc['P2', 'cytotoxicity']:.2g}"
    assert "100%<br>0%" in notes(figure)
    assert "3<br>-3" in notes(figure)


def test_the_same_value_has_the_same_colour_in_other_cohorts(cohort):
    whole = phenotype_payload(cohort)
    table = cohort.uns["tme_phenotype"]
    part = cohort[cohort.obs["sample"] != "P4"].copy()
    write_phenotype(part, sample_key="sample")
    part.uns["tme_phenotype"] = table[table["sample"] != "P4"]
    np.testing.assert_array_equal(phenotype_payload(part)["places"], whole["places"][:3])


def test_hovering_tells_value_interval_and_cells(cohort):
    row = cohort.uns["tme_phenotype"].iloc[1]
    told = html.unescape(fields(phenotype(cohort)).customdata[0][1])
    for part in ("P1", f"{100 * row['value']:.3g}%", f"{100 * row['low']:.3g}%"):
        assert part in told
    assert f"{row['cells']} cells of T cells" in told


def test_many_fields_that_cannot_be_read_are_framed_at_once():
    figure = go.Figure()
    start = process_time()
    add_unread(figure, np.full((40, 25), np.nan), [[""] * 25] * 40)
    assert process_time() - start < 10  # a minute and more where each frame is added by itself
    assert len(figure.layout.shapes) == 1000
    last = figure.layout.shapes[-1]
    assert (last.x0, last.x1, last.y0, last.y1) == (23.55, 24.45, 38.58, 39.42)


def test_words_beside_many_samples_are_written_at_once():
    figure = go.Figure()
    texts = [f"sample {i}" for i in range(1000)]
    start = process_time()
    Beside([WordColumn("call", texts)]).add(figure, range(1000))
    assert process_time() - start < 10
    assert [note.text for note in figure.layout.annotations] == ["<b>call</b>", *texts]
    assert figure.layout.annotations[-1].y == 999


def test_what_cannot_be_read_is_framed_and_says_why(cohort):
    figure = phenotype(cohort)
    frames = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert len(frames) == 1
    assert (frames[0].x0 + frames[0].x1) / 2 == 5
    unread = next(trace for trace in figure.data if trace.type == "scatter")
    assert (list(unread.x), list(unread.y)) == ([5], [0])
    assert "not readable: not readable at this depth: 3 molecules" in unread.customdata[0]
    assert fields(figure).text[0][5] == ""


def test_calls_stand_beside_their_samples(cohort):
    found = notes(phenotype(cohort))
    calls = Phenotype.read(cohort).calls
    assert [f"<b>{call}</b>" for call in calls["call"]] == [
        text for text in found if text.strip("<>/b") in set(calls["call"])
    ]
    assert {"0.1", "0.15", "0.2"} <= set(found)
    assert "no stroma and no epithelium: sorted cells" in found
    reasons = {note.hovertext for note in phenotype(cohort).layout.annotations}
    assert "T cells and programme" in reasons


def test_samples_by_condition(cohort):
    reverse = cohort.obs["sample"].map({"P1": "b", "P2": "b", "P3": "a", "P4": "a"})
    cohort.obs["condition"] = pd.Categorical(reverse)
    figure = phenotype(cohort, condition_key="condition")
    assert list(figure.layout.yaxis.ticktext) == ["P3", "P4", "P1", "P2"]
    calls = [text for text in notes(figure) if text in ("<b>inflamed</b>", "<b>no call</b>")]
    assert calls == ["<b>no call</b>", "<b>inflamed</b>"]


def test_samples_without_cells(cohort):
    obs = pd.DataFrame({"arm": ["x", "y", "x"]}, index=["t1", "t2", "t3"])
    bulk = AnnData(np.zeros((3, 2), np.float32), obs=obs)
    write_phenotype(bulk)
    figure = phenotype(bulk, condition_key="arm")
    assert list(figure.layout.yaxis.ticktext) == ["t1", "t3", "t2"]
    assert "<b>cells</b>" not in notes(figure)


@pytest.mark.parametrize("n_measures", [1, 60])
def test_names_have_room(cohort, n_measures):
    measures = {f"Fibroblasts to CD8 T cells, number {i}": ("share", "") for i in range(n_measures)}
    write_phenotype(cohort, sample_key="sample", measures=measures)
    layout = phenotype(cohort).layout
    assert layout.margin.l > 0.7 * 36 * 5.5 - 24
    assert layout.margin.b > 0.7 * 36 * 5.5
    assert layout.width - layout.margin.l - layout.margin.r >= 48 * n_measures


def test_names_are_text(cohort, hostile):
    measures = dict.fromkeys(hostile, ("share", ""))
    cohort.obs["sample"] = cohort.obs["sample"].cat.rename_categories({"P1": hostile[0]})
    write_phenotype(cohort, sample_key="sample", measures=measures)
    drawn = str(phenotype(cohort).to_dict())
    assert "&lt;a href" in drawn
    assert "<a href" not in drawn
    assert "<extra>box" not in drawn


@pytest.mark.parametrize(
    ("value", "unit", "digits", "text"),
    [
        (0.6366, "share", 2, "64%"),
        (0.0342, "share", 2, "3.4%"),
        (0.6366, "share", 3, "63.7%"),
        (0, "share", 2, "0%"),
        (1, "share", 2, "100%"),
        (-1.266, "log2 ratio", 2, "-1.3"),
    ],
)
def test_numbers_are_short(value, unit, digits, text):
    assert number(value, pd.Series({"unit": unit}), digits) == text


def test_nothing_was_measured(scored):
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.phenotype\(adata"):
        phenotype(scored)
