"""The whole way in one call: the same results as step by step, and a word on what is left out."""

from __future__ import annotations

import warnings

import made_tissue
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas._log import HINT


@pytest.fixture(scope="module")
def tumour():
    return tme.datasets.simulated(300, rng=3)


TABLES = (
    *("tme_crosstalk", "tme_axes", "tme_agreement", "tme_lineage_groups", "tme_state_calls"),
    *("tme_axes_samples", "tme_drivers", "tme_drivers_loops", "tme_drivers_genes"),
    *("tme_drug_targets", "tme_drug_targets_expression", "tme_drug_targets_conflicting"),
    *("tme_composition", "tme_phenotype", "tme_phenotype_calls"),
    *("tme_quality", "tme_quality_remarks", "tme_quality_ambient"),
)


def test_it_gives_what_the_steps_give(tumour):
    whole, steps = tumour.copy(), tumour.copy()
    with pytest.warns(TMEWarning, match="fewer: 'Pericyte'"):  # a small tumour in eight samples
        tme.analyse(whole, "cell_type", sample_key="sample", min_cells=3, rng=7)
    tme.pp.prepare(steps, groupby="cell_type", rng=7)
    tme.tl.annotate(steps, "cell_type", rng=7)
    tme.tl.quality(steps, groupby="cell_type", sample_key="sample", rng=7)
    tme.tl.score(steps)
    tme.tl.consensus(steps)
    tme.tl.call_states(steps, rng=7)
    with pytest.warns(TMEWarning, match="fewer: 'Pericyte'"):
        tme.tl.crosstalk(steps, "cell_type", sample_key="sample", min_cells=3)
    tme.tl.axes(steps)
    tme.tl.drivers(steps)
    tme.tl.drug_targets(steps)
    tme.tl.composition(steps, "cell_type", sample_key="sample")
    tme.tl.phenotype(steps, sample_key="sample")
    for key in TABLES:
        pd.testing.assert_frame_equal(whole.uns[key], steps.uns[key])
    for key in ("tme_lineage", "tme_lineage_fine", "tme_state", "tme_state_margin"):
        pd.testing.assert_series_equal(whole.obs[key], steps.obs[key])
    for key in ("tme_scores", "tme_consensus"):
        pd.testing.assert_frame_equal(whole.obsm[key], steps.obsm[key])
    np.testing.assert_array_equal(whole.obsm["X_umap"], steps.obsm["X_umap"])


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_of_tissue_the_niches_are_found_and_compared(cohort):
    whole = made_tissue.place(cohort.copy())
    given = {"sample_key": "sample", "condition_key": "condition", "paired_by": "patient"}
    tme.analyse(whole, "cell_type", **given, reference="before", min_cells=3, rng=7)
    step = whole.copy()
    tme.tl.niches(step, "cell_type", sample_key="sample", rng=7)
    for key in ("tme_niches", "tme_niches_profiles", "tme_niches_stability"):
        pd.testing.assert_frame_equal(whole.uns[key], step.uns[key])
    assert set(whole.uns["tme_compare_niches"]["condition"]) == {"after"}


def test_without_places_no_word_is_said_of_niches(tumour):
    adata = tumour.copy()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        tme.analyse(adata, "cell_type", min_cells=3)
    assert not [text for text in map(str, said) if "iches" in text or "issue" in text]
    assert "tme_niches" not in adata.uns


# How many cells stay unassigned hangs on the last digits of the components.
@pytest.mark.filterwarnings("ignore:Groups too small for crosstalk:tmeatlas.TMEWarning")
def test_without_groups_lineages_are_told_and_compared():
    adata = tme.datasets.simulated(1500, rng=3)
    tme.analyse(adata, rng=1)
    assert adata.uns["tmeatlas"]["tme_crosstalk"]["cells"]["groupby"] == "tme_lineage"
    told = adata.obs["tme_lineage"].astype(str)
    assert (told[adata.obs["cell_type"] == "Endothelial"] == "Endothelial cells").mean() > 0.9
    assert set(adata.uns["tme_crosstalk"]["source"].unique()) <= set(told)


@pytest.fixture(scope="module")
def cohort():
    """Four patients, each before and after, of whom the samples differ in what they are made of."""
    return tme.datasets.simulated_cohort(
        4, conditions=("before", "after"), paired=True, n_cells=120, rng=2
    )


def test_fewer_rows_than_an_embedding_needs_are_scored_all_the_same():
    """Eight bulk samples, such as four lines with and without a treatment, are no map."""
    adata = tme.datasets.simulated(400, rng=3)
    bulk = AnnData(
        np.add.reduceat(adata.layers.get("counts", adata.X).toarray(), np.arange(0, 400, 50)),
        obs=pd.DataFrame(index=[f"sample{n}" for n in range(8)]),
        var=adata.var[[]],
    )
    with pytest.warns(TMEWarning) as said:
        tme.analyse(bulk)
    texts = [str(warning.message) for warning in said]
    assert any(text.startswith("Left out: the embedding. Expected at least 10") for text in texts)
    assert "X_umap" not in bulk.obsm
    assert bulk.obsm["tme_consensus"].shape[0] == 8
    assert bulk.uns["tme_phenotype"]["sample"].nunique() == 8


def test_conditions_are_compared_with_the_one_asked_for(cohort):
    adata = cohort.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        tme.analyse(
            adata,
            "cell_type",
            sample_key="sample",
            condition_key="condition",
            reference="before",
            paired_by="patient",
            min_cells=3,
        )
    for what in ("consensus", "states", "composition", "phenotype", "axes"):
        found = adata.uns[f"tme_compare_{what}"]
        assert set(found["reference"]) == {"before"}
        assert set(found["condition"]) == {"after"}
        assert set(found["test"]) == {"paired t-test"}
        assert found["n"].max() == 4


def test_the_first_condition_is_the_reference(cohort):
    adata = cohort[cohort.obs["condition"] == "before"].copy()
    first = adata.obs["patient"].cat.categories[:2]
    adata.obs["half"] = np.where(adata.obs["patient"].isin(first), "x", "w")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        tme.analyse(adata, "cell_type", sample_key="sample", condition_key="half", min_cells=3)
    assert set(adata.uns["tme_compare_composition"]["reference"]) == {"w"}


@pytest.mark.filterwarnings("ignore:.* in place of a label:tmeatlas._errors.TMEWarning")
def test_a_column_of_conditions_without_any(cohort):
    adata = cohort.copy()
    adata.obs["response"] = ""
    before = set(adata.uns)
    with pytest.raises(InputError, match=r"No cell has a condition in obs\['response'\]"):
        tme.analyse(adata, "cell_type", sample_key="sample", condition_key="response")
    assert set(adata.uns) == before


def test_conditions_that_cannot_be_compared_are_left_out_with_the_reason(tumour):
    adata = tumour.copy()
    adata.obs["odd"] = np.where(adata.obs["sample"] == "sample1", "alone", "others")
    with pytest.warns(TMEWarning) as caught:
        tme.analyse(adata, "cell_type", sample_key="sample", condition_key="odd", min_cells=3)
    said = [str(w.message) for w in caught if "Left out: comparing" in str(w.message)]
    assert len(said) == 5
    assert "alone" in said[0]
    assert all("reason is the same" in text for text in said[1:])
    assert not [key for key in adata.uns if key.startswith("tme_compare")]


def test_axes_of_an_earlier_run_do_not_outlive_its_crosstalk(tumour):
    adata = tumour.copy()
    nothing = pd.DataFrame({"ligand": ["NOGENE1"], "receptor": ["NOGENE2"], "axis": ["a"]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        tme.analyse(adata, "cell_type", min_cells=3)
    assert {"tme_crosstalk", "tme_axes"} <= set(adata.uns)
    with pytest.warns(TMEWarning) as caught:
        tme.analyse(adata, "cell_type", database=nothing)
    assert any("axes together" in str(warning.message) for warning in caught)
    assert not {"tme_crosstalk", "tme_axes"} & set(adata.uns)


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_axes_that_the_user_made_stay_as_they_are(tumour):
    adata = tumour.copy()
    nothing = pd.DataFrame({"ligand": ["NOGENE1"], "receptor": ["NOGENE2"], "axis": ["a"]})
    tme.pp.prepare(adata)
    tme.tl.crosstalk(adata, "cell_type", min_cells=3)
    tme.tl.axes(adata)
    before = adata.uns["tme_axes"].copy()
    tme.analyse(adata, "cell_type", database=nothing)
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
    *_, axes, drivers, drug_targets = (str(each.message) for each in caught)
    assert "axes together" in axes
    assert reason in axes
    assert "no axes to rank groups by" in drivers
    assert "no axes to hold drugs against" in drug_targets
    assert len(adata.uns["tme_crosstalk"])
    assert "tme_axes" not in adata.uns


@pytest.mark.parametrize(
    ("options", "error", "word"),
    [
        ({"sample_key": "smaple"}, MissingKeyError, "'sample'"),
        ({"condition_key": "nothing"}, MissingKeyError, "condition_key"),
        ({"condition_key": "condition", "reference": "exclude"}, MissingKeyError, "'excluded'"),
        ({"reference": "excluded"}, InputError, "condition_key"),
        ({"patient_key": "pateint"}, MissingKeyError, "patient_key"),
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


def test_each_step_is_a_hint(tumour, caplog):
    with caplog.at_level(HINT, logger="tmeatlas"):
        tme.analyse(tumour.copy(), "cell_type", min_cells=3)
    assert [record.message for record in caplog.records if record.module == "_progress"] == [
        "Preparing",
        "Telling the lineages",
        "Judging the quality of samples",
        "Scoring signatures",
        "Combining signatures that mark the same",
        "Calling states within lineages",
        "Finding crosstalk",
        "Putting the axes together",
        "Ranking groups by axes, looking for loops",
        "Holding drugs against the axes",
    ]
