"""Shares of states within lineages, as data."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import pytest
from made_adata import make_adata
from made_cohort import wilson, write_states

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._states import states, states_payload
from tmeatlas.results import States


@pytest.fixture
def cohort():
    """Three lineages with states: fibroblasts, macrophages, T cells."""
    return make_adata()


def notes(figure) -> list[str]:
    return [html.unescape(note.text) for note in figure.layout.annotations]


def test_shares_are_of_the_cells_of_each_lineage(cohort):
    rows = States.read(cohort).shares().set_index(["lineage", "state"])
    of_t = cohort.obs.loc[cohort.obs["tme_lineage"] == "T cells", "tme_state"]
    for state in ("cytotoxic", "unassigned"):
        n = int((of_t == state).sum())
        share, low, high = wilson(n, len(of_t))
        found = rows.loc[("T cells", state)]
        assert (found["called"], found["cells"]) == (n, len(of_t))
        np.testing.assert_allclose([found[c] for c in ("share", "low", "high")], [share, low, high])
    whole = rows.groupby("lineage", sort=False)
    assert (whole["called"].sum() == whole["cells"].first()).all()


def test_shares_by_sample_add_up(cohort):
    found = States.read(cohort)
    samples = found.shares(cohort.obs["sample"])
    assert set(samples["sample"]) == {"P1", "P2", "P3", "P4"}
    added = samples.groupby(["lineage", "state"], sort=False)[["cells", "called"]].sum()
    whole = found.shares().set_index(["lineage", "state"])[["cells", "called"]]
    pd.testing.assert_frame_equal(added, whole)


def test_a_state_that_may_be_read_in_some_cells_has_these_as_its_whole(cohort):
    scores = cohort.obsm["tme_state_scores"].copy()
    fibroblasts = np.flatnonzero(cohort.obs["tme_lineage"] == "Fibroblasts")
    scores.iloc[fibroblasts[:30], scores.columns.get_loc("Fibroblasts iCAF-like")] = np.nan
    cohort.obsm["tme_state_scores"] = scores
    rows = States.read(cohort).shares().set_index(["lineage", "state"])
    part = rows.loc[("Fibroblasts", "iCAF-like")]
    assert part["cells"] == len(fibroblasts) - 30
    assert part["called"] == (cohort.obs["tme_state"].iloc[fibroblasts[30:]] == "iCAF-like").sum()
    assert rows.loc[("Fibroblasts", "unassigned"), "cells"] == len(fibroblasts)


def test_what_is_set_aside_is_no_state(cohort):
    calls = cohort.uns["tme_state_calls"]
    calls["set_aside"] = calls["state"] == "cytotoxic"
    assert "cytotoxic" not in set(States.read(cohort).shares()["state"])


def test_without_cells_there_is_no_share(cohort):
    samples = pd.Series("all", cohort.obs_names).where(cohort.obs["tme_lineage"] != "T cells", "T")
    rows = States.read(cohort).shares(samples).set_index(["lineage", "state", "sample"])
    none = rows.loc[("T cells", "cytotoxic", "all")]
    assert none["cells"] == 0
    assert np.isnan([none["share"], none["low"], none["high"]]).all()


def test_bars_have_intervals_and_numbers_beside_them(cohort):
    figure = states(cohort)
    rows = States.read(cohort).shares()
    bar = figure.data[0]
    read = (rows["note"] == "").to_numpy()
    np.testing.assert_allclose(bar.x[read], rows["share"][read])
    assert np.isnan(bar.x[~read]).all()
    np.testing.assert_allclose((bar.x + bar.error_x.array)[read], rows["high"][read])
    assert notes(figure).count("<i>2 of 12 genes of its signature are there</i>") == 3
    counts = [f"{row.called} of {row.cells}" for row in rows.itertuples()]
    assert [text for text in notes(figure) if " of " in text and "<" not in text] == counts
    assert {"Fibroblasts", "Monocytes and macrophages", "T cells"} <= set(notes(figure))
    others = int((cohort.obs["tme_state"] == "not called").sum())
    assert f"{others} cells of lineages without states" in figure.layout.title.subtitle.text


def test_a_dot_per_sample(cohort):
    figure = states(cohort, lineages="T cells", sample_key="sample")
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert len(dots) == 4  # three states and the unassigned; none for what was not read
    samples = States.read(cohort).shares(cohort.obs["sample"])
    of_first = samples[samples["state"] == "progenitor-exhausted"]
    np.testing.assert_allclose(dots[0].x, of_first["share"])
    told = html.unescape(dots[0].text[0])
    first = of_first.iloc[0]
    assert "P1" in told
    assert f"{first['called']} of {first['cells']} cells" in told
    line = next(trace for trace in figure.data if trace.mode == "lines")
    whole = States.read(cohort).shares()
    assert line.x[0] == whole.loc[whole["state"] == "progenitor-exhausted", "share"].iloc[0]
    assert notes(figure).count("4") == 5


def test_a_lineage_keeps_its_colour_alone(cohort):
    whole, alone = states(cohort), states(cohort, lineages=["T cells"])
    of_t = [b.line.color for b in whole.layout.shapes][-1]
    assert alone.layout.shapes[0].line.color == of_t
    assert alone.data[0].marker.color[0] == of_t


def test_names_are_text_and_have_room(cohort, hostile):
    write_states(cohort, states={"T cells": [*hostile, "a rather long name of a state of T cells"]})
    for sample_key in (None, "sample"):
        figure = states(cohort, sample_key=sample_key)
        drawn = str(figure.to_dict())
        assert "&lt;a href" in drawn
        assert "<a href" not in drawn
        assert "<extra>box" not in drawn
        assert figure.layout.margin.l > 40 * 5


def test_what_is_not_there(cohort, scored):
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.call_states\(adata\)"):
        states(scored)
    with pytest.raises(MissingKeyError, match=r"'T cells'.*`lineages=`"):
        states(cohort, lineages="T cell")
    with pytest.raises(MissingKeyError, match="'sample'"):
        states_payload(cohort, sample_key="samples")
    del cohort.uns["tme_state_calls"]
    with pytest.raises(InputError, match=r"tme_state_calls.*tme\.tl\.call_states\(adata\)"):
        states(cohort)
