"""The whole way in one call: the same results as step by step, and a word on what is left out."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning


@pytest.fixture(scope="module")
def tumour():
    return tme.datasets.simulated(300, rng=3)


def test_it_gives_what_the_steps_give(tumour):
    whole, steps = tumour.copy(), tumour.copy()
    with pytest.warns(TMEWarning, match="fewer: 'Pericyte'"):  # a small tumour in eight samples
        tme.analyse(whole, "cell_type", sample_key="sample", min_cells=3, rng=7)
    tme.pp.prepare(steps, groupby="cell_type", rng=7)
    tme.tl.score(steps)
    tme.tl.consensus(steps)
    with pytest.warns(TMEWarning, match="fewer: 'Pericyte'"):
        tme.tl.crosstalk(steps, "cell_type", sample_key="sample", min_cells=3)
    tme.tl.axes(steps)
    for key in ("tme_crosstalk", "tme_axes", "tme_agreement"):
        pd.testing.assert_frame_equal(whole.uns[key], steps.uns[key])
    for key in ("tme_scores", "tme_consensus"):
        pd.testing.assert_frame_equal(whole.obsm[key], steps.obsm[key])
    np.testing.assert_array_equal(whole.obsm["X_umap"], steps.obsm["X_umap"])


def test_without_groups_there_is_no_crosstalk(tumour):
    adata = tumour.copy()
    with pytest.warns(TMEWarning) as caught:
        tme.analyse(adata)
    said = [str(w.message) for w in caught]
    assert [text.partition(".")[0] for text in said] == [
        "Left out: finding crosstalk",
        "Left out: putting the axes together",
    ]
    assert "`groupby`" in said[0]
    assert "tme_scores" in adata.obsm
    assert "tme_crosstalk" not in adata.uns


def test_axes_of_an_earlier_run_are_not_put_together_again(tumour):
    adata = tumour.copy()
    tme.analyse(adata, "cell_type", min_cells=3)
    before = adata.uns["tme_axes"].copy()
    with pytest.warns(TMEWarning) as caught:
        tme.analyse(adata)
    assert "axes together" in str(caught[-1].message)
    pd.testing.assert_frame_equal(adata.uns["tme_axes"], before)


def test_own_signatures_have_no_compartment_to_combine(tumour):
    adata = tumour.copy()
    with pytest.warns(TMEWarning, match="compartment"):
        tme.analyse(adata, "cell_type", signatures={"mine": ["DCN", "LUM"]}, min_cells=3)
    assert list(adata.obsm["tme_scores"]) == ["mine"]
    assert "tme_consensus" not in adata.obsm


def test_genes_without_an_interaction_leave_crosstalk_out(tumour):
    adata = tumour.copy()
    nothing = pd.DataFrame({"ligand": ["NOGENE1"], "receptor": ["NOGENE2"], "axis": ["a"]})
    with pytest.warns(TMEWarning) as caught:
        tme.analyse(adata, "cell_type", database=nothing)
    said = [str(warning.message) for warning in caught]
    assert any("Left out: finding crosstalk" in text for text in said)
    assert any("axes together" in text for text in said)


@pytest.mark.parametrize(
    ("axis", "reason"),
    [("", "belongs to an axis"), ("one", "has a core interaction")],
)
def test_interactions_without_an_axis_to_judge_leave_the_axes_out(tumour, axis, reason):
    adata = tumour.copy()
    pair = {"ligand": ["CXCL12"], "receptor": ["CXCR4"], "axis": [axis], "role": ["decoy"]}
    with pytest.warns(TMEWarning) as caught:
        tme.analyse(adata, "cell_type", database=pd.DataFrame(pair), min_cells=3)
    last = str(caught[-1].message)
    assert "axes together" in last
    assert reason in last
    assert len(adata.uns["tme_crosstalk"])
    assert "tme_axes" not in adata.uns


@pytest.mark.parametrize(
    ("options", "error", "word"),
    [
        ({"sample_key": "smaple"}, MissingKeyError, "'sample'"),
        ({"condition_key": "nothing"}, MissingKeyError, "condition_key"),
        ({"signatures": "caf_pam"}, MissingKeyError, "caf_pan"),
        ({"method": "ucel"}, MissingKeyError, "ucell"),
        ({"rng": -1}, InputError, "rng"),
    ],
)
def test_bad_input_is_found_before_any_work(tumour, options, error, word):
    adata = tumour.copy()
    with pytest.raises(error, match=word):
        tme.analyse(adata, "cell_type", **options)
    assert not adata.uns.get("tmeatlas")
    assert not adata.obsm


def test_each_step_is_logged(tumour, caplog):
    with caplog.at_level(logging.INFO, logger="tmeatlas"):
        tme.analyse(tumour.copy(), "cell_type", min_cells=3)
    assert [record.message for record in caplog.records if record.module == "_progress"] == [
        "Preparing",
        "Scoring signatures",
        "Combining signatures that mark the same",
        "Finding crosstalk",
        "Putting the axes together",
    ]
