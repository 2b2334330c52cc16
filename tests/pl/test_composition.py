"""What samples are made of, as data."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import pytest
from made_adata import make_adata
from made_cohort import write_composition

from tmeatlas._errors import InputError, MissingKeyError, StaleResultError
from tmeatlas.pl._composition import composition, composition_payload


@pytest.fixture
def cohort():
    """600 cells of six groups in four samples of two conditions."""
    return make_adata()


def texts(figure) -> list[str]:
    return [html.unescape(note.text) for note in figure.layout.annotations]


def test_bars_are_the_shares_of_each_sample(cohort):
    figure = composition(cohort)
    truth = pd.crosstab(cohort.obs["sample"], cohort.obs["cell_type"], normalize="index")
    assert [bar.name for bar in figure.data] == list(truth.columns)
    for bar in figure.data:
        np.testing.assert_allclose(bar.x, truth[bar.name])
    assert list(figure.layout.yaxis.ticktext) == list(truth.index)


def test_the_cells_of_each_sample_stand_beside_its_bar(cohort):
    sizes = cohort.obs["sample"].value_counts()
    assert {"cells", *map(str, sizes)} <= {
        text.strip("<>/b") for text in texts(composition(cohort))
    }
    hover = html.unescape(composition(cohort).data[0].text[0])
    n = int(((cohort.obs["sample"] == "P1") & (cohort.obs["cell_type"] == "Malignant")).sum())
    assert f"{n} of {sizes['P1']} cells" in hover
    assert "P1" in hover


def test_samples_stand_by_condition_apart_from_each_other(cohort):
    swapped = {"P1": "non-responder", "P2": "responder", "P3": "non-responder", "P4": "responder"}
    cohort.obs["condition"] = pd.Categorical(
        cohort.obs["sample"].map(swapped), ["responder", "non-responder"]
    )
    cohort.uns["condition_colors"] = ["#112233", "#445566"]
    figure = composition(cohort, condition_key="condition")
    assert list(figure.layout.yaxis.ticktext) == ["P2", "P4", "P1", "P3"]
    at = figure.layout.yaxis.tickvals
    assert at[2] - at[1] > at[1] - at[0] == 1
    assert {"responder", "non-responder"} <= set(texts(figure))
    assert [line.line.color for line in figure.layout.shapes] == ["#112233", "#445566"]


def test_samples_without_a_condition_come_last(cohort):
    cohort.obs.loc[cohort.obs["sample"] == "P1", "condition"] = None
    payload = composition_payload(cohort, condition_key="condition")
    assert payload["samples"].names == ["P2", "P3", "P4", "P1"]
    assert payload["samples"].conditions[-1] == "no condition"


def test_a_sample_in_two_conditions_is_refused(cohort):
    cohort.obs.loc[cohort.obs_names[0], "condition"] = "responder"
    cohort.obs.loc[cohort.obs_names[:40], "condition"] = "non-responder"
    with pytest.raises(InputError, match=r"one condition per sample.*'condition'.*'P1'"):
        composition(cohort, condition_key="condition")


def test_shares_within_a_parent(cohort):
    payload = composition_payload(cohort, parent="Immune")
    assert payload["groups"] == ["Macrophage", "T cell", "B cell", "Endothelial"]
    np.testing.assert_allclose(payload["share"].sum(axis=1), 1)
    figure = composition(cohort, parent="Immune")
    assert figure.layout.title.text == "<b>What are the samples made of, within immune?</b>"
    assert figure.layout.xaxis.title.text == "share of immune"
    with pytest.raises(MissingKeyError, match="'Immune'"):
        composition(cohort, parent="Imune")


def test_a_dot_per_sample_with_its_interval(cohort):
    figure = composition(cohort, kind="dots", condition_key="condition")
    payload = composition_payload(cohort, condition_key="condition")
    dots = [trace for trace in figure.data if trace.mode == "markers" and trace.showlegend is False]
    assert len(dots) == 6 * 2  # groups × conditions
    first = dots[0]
    np.testing.assert_allclose(first.y, payload["share"][:2, 0])
    np.testing.assert_allclose(first.y + first.error_y.array, payload["share_high"][:2, 0])
    np.testing.assert_allclose(first.y - first.error_y.arrayminus, payload["share_low"][:2, 0])
    assert list(figure.layout.xaxis.ticktext) == ["n = 2", "n = 2"]
    means = [trace for trace in figure.data if trace.mode == "lines"]
    assert means[0].y[0] == pytest.approx(first.y.mean())


def test_a_sample_without_a_cell_of_the_parent(cohort):
    table = cohort.uns["tme_composition"]
    none = (table["sample"] == "P2") & (table["parent"] == "Immune")
    table.loc[none, ["cells", "total"]] = 0
    table.loc[none, ["share", "share_low", "share_high", "clr"]] = np.nan
    assert "no cells" in texts(composition(cohort, parent="Immune"))
    dots = composition(cohort, parent="Immune", kind="dots")
    assert list(dots.layout.xaxis.ticktext) == ["all samples<br>n = 3"]


def test_a_legend_that_is_higher_than_the_bars_has_room():
    cohort = make_adata(
        400, groups=[f"group {i}" for i in range(40)], samples=["only"], signatures={}
    )
    write_composition(cohort, groupby="cell_type", sample_key="sample")
    figure = composition(cohort, condition_key="condition")
    layout = figure.layout
    assert layout.height - layout.margin.t - layout.margin.b >= 40 * 19
    low, high = layout.yaxis.domain
    assert (high - low) * (layout.height - layout.margin.t - layout.margin.b) < 40


def test_names_are_text_and_have_room(cohort, hostile):
    renamed = dict(zip(cohort.obs["cell_type"].cat.categories, hostile, strict=True))
    cohort.obs["cell_type"] = cohort.obs["cell_type"].cat.rename_categories(renamed)
    long = "A rather long name of a sample before treatment"
    cohort.obs["sample"] = cohort.obs["sample"].cat.rename_categories({"P1": long})
    write_composition(cohort, groupby="cell_type", sample_key="sample")
    for kind in ("bars", "dots"):
        drawn = str(composition(cohort, kind=kind).to_dict())
        assert "&lt;a href" in drawn
        assert "<a href" not in drawn
        assert "<extra>box" not in drawn
    assert composition(cohort).layout.margin.l > 41 * 6


def test_what_is_not_there(cohort):
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.composition\(adata, groupby, sample_key"):
        composition(cohort, key="other")
    with pytest.raises(MissingKeyError, match="'condition'"):
        composition(cohort, condition_key="conditions")
    with pytest.raises(InputError, match=r"'bars' or 'dots', found 'bar'"):
        composition(cohort, kind="bar")
    cohort.obs["cell_type"] = cohort.obs["cell_type"].cat.rename_categories({"CAF": "F"})
    with pytest.raises(StaleResultError, match=r"tme\.tl\.composition\(adata, 'cell_type'"):
        composition(cohort)


def test_sorted_samples_have_their_gate_beside_their_bar(cohort):
    said = "of the gate, not of a tumour: T cells only (90 of 90 cells are T cells (100.0%))"
    assert "no whole tumour" not in "".join(texts(composition(cohort)))
    write_composition(cohort, groupby="cell_type", sample_key="sample", notes={"P2": said})
    figure = composition(cohort)
    assert any("no whole tumour" in text for text in texts(figure))
    (beside,) = [note for note in figure.layout.annotations if "T cells only" in note.text]
    assert "90 of 90 cells" in html.unescape(beside.hovertext)
    assert said in html.unescape(figure.data[0].text[1])
    assert said not in html.unescape(figure.data[0].text[0])
    dots = composition(cohort, kind="dots")
    assert any(said in html.unescape(str(trace.text or trace.customdata)) for trace in dots.data)
