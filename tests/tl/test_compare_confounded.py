"""`tl.compare` of conditions whose samples were not made alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import TMEWarning
from tmeatlas.results import Comparison

ARMS = {"condition_key": "condition", "sample_key": "sample", "reference": "excluded"}
KINDS = {"sample_key": "sample"}


@pytest.fixture(scope="module")
def cohort() -> AnnData:
    """Eight samples of whole tumours, four inflamed and four excluded ones."""
    return tme.datasets.simulated(3000)


def sorted_in(adata: AnnData, where: pd.Series) -> AnnData:
    """The cohort of which some samples were sorted for T cells."""
    kinds = adata.obs["cell_type"].astype(str)
    return adata[~where | kinds.str.startswith("T ") | (kinds == "Treg")].copy()


def compared(adata: AnnData, what: str, **options) -> Comparison:
    tme.tl.compare(adata, what, **ARMS, **options)
    return Comparison.read(adata, f"tme_compare_{what}")


def notes(found: Comparison) -> set[str]:
    return set(found.table["note"].astype(str))


def test_conditions_made_alike_have_no_note(cohort):
    adata = cohort.copy()
    tme.tl.composition(adata, "cell_type", **KINDS)
    assert notes(compared(adata, "composition")) == {""}
    assert "confounded" not in Comparison.read(adata).record.facts


def test_sorting_that_goes_with_the_condition_is_said_and_its_shares_are_left_out(cohort):
    adata = sorted_in(cohort, cohort.obs["condition"] == "inflamed")
    tme.tl.composition(adata, "cell_type", **KINDS)
    with pytest.warns(TMEWarning, match="4 T cells only among samples of inflamed") as said:
        found = compared(adata, "composition")
    assert len(said) == 1
    assert "covariates=" in str(said[0].message)
    (note,) = notes(found)
    assert note.startswith("sorting goes with condition (condition: 4 T cells only")
    groups = set(found.table["group"].astype(str))
    assert "" not in groups  # no shares of all cells
    assert "T cells" in groups  # within the gate they are
    reasons = found.left_out.astype(str).set_index("reason")["feature"]
    (named,) = reasons.filter(like="sorted, no shares of all cells: T cells only")
    assert named == "samples 'sample1', 'sample2', 'sample3', 'sample4'"


def test_sorting_of_both_arms_alike_is_compared_within_the_gate(cohort):
    adata = sorted_in(cohort, cohort.obs["sample"].notna())
    tme.tl.composition(adata, "cell_type", **KINDS)
    found = compared(adata, "composition")
    rows = found.table.astype({"group": str, "note": str})
    assert set(rows.loc[rows["group"] == "", "note"]) == {"within the gate: T cells only"}
    assert set(rows.loc[rows["group"] != "", "note"]) <= {""}


def test_a_single_sorted_sample_is_left_out_without_a_warning(cohort):
    adata = sorted_in(cohort, cohort.obs["sample"] == "sample1")
    tme.tl.composition(adata, "cell_type", **KINDS)
    found = compared(adata, "composition")
    rows = found.table[found.table["group"].astype(str) == ""]
    assert set(rows["n"]) == {3}
    assert set(rows["n_reference"]) == {4}
    assert notes(found) == {""}


def test_sorted_samples_have_no_shares_in_a_compared_phenotype(cohort):
    adata = sorted_in(cohort, cohort.obs["sample"] == "sample1")
    tme.tl.phenotype(adata, **KINDS, groupby="cell_type")
    found = compared(adata, "phenotype")
    rows = found.table.astype({"feature": str}).set_index("feature")
    assert rows.loc["t_cell_share", "n"] == 3
    assert rows.loc["cd8_of_t_cells", "n"] == 4
    left_out = found.left_out.astype(str)
    assert "samples 'sample1'" in set(left_out["feature"])


@pytest.fixture(scope="module")
def thinned(cohort) -> AnnData:
    """The cohort with a third of the molecules of the inflamed tumours."""
    adata = cohort.copy()
    counts = adata.X.tocsr().astype(np.int64)
    drawn = np.random.default_rng(0).binomial(counts.data, 1 / 3)
    deep = np.repeat((adata.obs["condition"] == "excluded").to_numpy(), np.diff(counts.indptr))
    counts.data = np.where(deep, counts.data, drawn)
    counts.eliminate_zeros()
    adata.X = counts.astype(np.float32)
    return adata


def test_depth_of_the_counts_that_are_compared_is_told(thinned):
    with pytest.warns(TMEWarning, match=r"depth goes with condition .* molecules a cell in 4"):
        found = compared(thinned.copy(), "genes")
    (note,) = notes(found)
    assert "of excluded" in note
    assert found.record.facts["confounded"][0].startswith("inflamed: depth goes with condition")


def test_depth_that_quality_found_is_told_of_what_reads_no_counts(thinned):
    adata = thinned.copy()
    tme.tl.composition(adata, "cell_type", **KINDS)
    assert notes(compared(adata, "composition")) == {""}  # nothing tells the depth
    with pytest.warns(TMEWarning):
        tme.tl.quality(adata, groupby="cell_type", **KINDS)
    with pytest.warns(TMEWarning, match="depth goes with condition"):
        found = compared(adata, "composition")
    assert all(note.startswith("depth goes with condition") for note in notes(found))


def test_a_quality_of_other_cells_is_not_believed(thinned):
    adata = thinned.copy()
    with pytest.warns(TMEWarning):
        tme.tl.quality(adata, groupby="cell_type", **KINDS)
    fewer = adata[::2].copy()
    tme.tl.composition(fewer, "cell_type", **KINDS)
    assert notes(compared(fewer, "composition")) == {""}


def test_depth_of_one_group_that_quality_found_is_told(cohort):
    adata = cohort.copy()
    counts = adata.X.tocsr().astype(np.int64)
    drawn = np.random.default_rng(0).binomial(counts.data, 1 / 3)
    thin = (adata.obs["condition"] == "inflamed") & (adata.obs["cell_type"] == "Malignant")
    of_value = np.repeat(thin.to_numpy(), np.diff(counts.indptr))
    counts.data = np.where(of_value, drawn, counts.data)
    counts.eliminate_zeros()
    adata.X = counts.astype(np.float32)
    tme.tl.composition(adata, "cell_type", **KINDS)
    with pytest.warns(TMEWarning, match="differences between these conditions"):
        tme.tl.quality(adata, groupby="cell_type", **KINDS, condition_key="condition")
    with pytest.warns(TMEWarning, match="molecules a cell of Malignant in"):
        compared(adata, "composition")


def test_more_cells_of_a_deep_lineage_are_no_depth_of_the_condition():
    whole = tme.datasets.simulated(6000)
    kinds = whole.obs["cell_type"].astype(str)
    lymphocytes = (kinds.str.startswith("T ") | kinds.isin(["Treg", "NK", "B"])).to_numpy()
    inflamed = (whole.obs["condition"] == "inflamed").to_numpy()
    some = np.random.default_rng(0).random(whole.n_obs) < 0.2
    adata = whole[(lymphocytes == inflamed) | some].copy()
    assert notes(compared(adata, "genes", groupby="cell_type")) == {""}
    with pytest.warns(TMEWarning, match="depth goes with condition"):
        compared(adata, "genes")  # all cells together are of other depth
