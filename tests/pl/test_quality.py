"""Samples × measures with their remarks, as data."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import pytest
from made_adata import make_adata
from made_cohort import write_quality

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._quality import SCALES, Scale, quality, quality_payload
from tmeatlas.results import Quality


@pytest.fixture
def cells():
    adata = make_adata()
    write_quality(adata, sample_key="sample", groupby="cell_type")
    return adata


def fields(figure):
    return next(trace for trace in figure.data if trace.type == "heatmap")


def notes(figure) -> list[str]:
    return [html.unescape(note.text) for note in figure.layout.annotations]


def test_fields_have_the_values_of_whole_samples_and_their_places(cells):
    figure = quality(cells)
    values = Quality.read(cells).wide()
    assert fields(figure).z.shape == (4, 3)
    np.testing.assert_allclose(fields(figure).z[:, 0], values["immune_share"])
    depth = np.log10(np.maximum(values["depth"], 100)) / 3 - 2 / 3
    np.testing.assert_allclose(fields(figure).z[:, 1], depth, atol=1e-12)
    assert fields(figure).text[1][0] == f"{values.loc['P2', 'immune_share']:.0%}"
    assert fields(figure).text[1][1] == f"{values.loc['P2', 'depth']:,.0f}"
    assert {"100%<br>0%", "100,000<br>100", "30%<br>0%"} <= set(notes(figure))


def test_scales_are_fixed():
    assert SCALES["ambient"].places(np.array([0.0, 0.15, 0.6])).tolist() == [0.0, 0.5, 1.0]
    places = Scale(10, 1000, logarithmic=True).places(np.array([0.0, 10, 100, 1e6]))
    np.testing.assert_allclose(places, [0, 0, 0.5, 1])


def test_remarks_stand_beside_their_sample_bold_where_they_forbid(cells):
    figure = quality(cells)
    assert "<b>shallow, ambient RNA and 1 more</b>" in notes(figure)
    (note,) = [each for each in figure.layout.annotations if "1 more" in each.text]
    assert note.y == 3
    told = html.unescape(note.hovertext)
    assert "<b>shallow</b>: numbers of shallow<br>" in told
    assert "numbers of T cells only; then shares of all cells, CD8 mean nothing" in told
    write_quality(cells, sample_key="sample", groupby="cell_type", words=("shallow",))
    assert "shallow" in notes(quality(cells))


def test_what_goes_with_conditions_stands_below(cells):
    assert "<b>depth goes with condition: condition: 3-fold</b>" in notes(quality(cells))


def test_what_cannot_be_read_is_framed_and_says_why(cells):
    figure = quality(cells)
    (frame,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert ((frame.x0 + frame.x1) / 2, (frame.y0 + frame.y1) / 2) == (2, 0)
    unread = next(trace for trace in figure.data if trace.type == "scatter")
    assert "not readable: no counts" in unread.customdata[0]
    assert fields(figure).text[0][2] == ""


def test_hovering_tells_value_interval_and_cells(cells):
    told = html.unescape(fields(quality(cells)).customdata[1][1])
    table = cells.uns["tme_quality"].astype({"sample": str, "measure": str, "group": str})
    at = (table["sample"] == "P2") & (table["measure"] == "depth") & (table["group"] == "")
    row = table[at].iloc[0]
    for part in ("P2", f"{row['value']:,.0f}", "molecules", f"{row['cells']} cells"):
        assert part in told


def test_samples_by_condition(cells):
    reverse = cells.obs["sample"].map({"P1": "b", "P2": "b", "P3": "a", "P4": "a"})
    cells.obs["condition"] = pd.Categorical(reverse)
    figure = quality(cells, condition_key="condition")
    assert list(figure.layout.yaxis.ticktext) == ["P3", "P4", "P1", "P2"]
    (note,) = [each for each in figure.layout.annotations if "1 more" in each.text]
    assert note.y == 1


def test_conditions_need_samples(cells):
    table = cells.uns["tme_quality"]
    del cells.uns["tmeatlas"]["tme_quality"]
    Quality(
        record=Quality.new_record(cells, groupby="cell_type", params={}, facts={}),
        key="tme_quality",
        table=table[table["sample"] == "P2"],
        remarks=cells.uns["tme_quality_remarks"][:0],
        ambient=cells.uns["tme_quality_ambient"],
        shares=pd.DataFrame(index=cells.var_names),
    ).write(cells)
    assert quality_payload(cells)["samples"].names == ["P2"]
    with pytest.raises(InputError, match=r"sample_key=\.\.\."):
        quality(cells, condition_key="condition")


def test_names_are_text(cells, hostile):
    qualities = {name: (name, "share") for name in hostile}
    cells.obs["sample"] = cells.obs["sample"].cat.rename_categories({"P1": hostile[0]})
    options = {"sample_key": "sample", "groupby": "cell_type"}
    write_quality(cells, **options, qualities=qualities, words=hostile)
    drawn = str(quality(cells).to_dict())
    assert "&lt;a href" in drawn
    assert "<a href" not in drawn
    assert "<extra>box" not in drawn


def test_nothing_was_judged(scored):
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.quality\(adata"):
        quality(scored)
