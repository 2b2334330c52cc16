"""Which drugs aim at what is specific: over a simulated tumour, in samples and without."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import CoverageError, InputError, MissingKeyError, StaleResultError
from tmeatlas.targets import RESEARCH_ONLY

ONE = pd.DataFrame({"drug": ["one"], "drug_target": ["KDR"], "action": ["blocks"]})


@pytest.fixture(scope="module")
def prepared():
    adata = tme.datasets.simulated(1500)
    tme.pp.prepare(adata, embed=False)
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    tme.tl.axes(adata)
    tme.tl.drug_targets(adata)
    return adata


@pytest.fixture
def adata(prepared):
    return prepared.copy()


@pytest.fixture(scope="module")
def drugs(prepared):
    return tme.get.drug_targets(prepared)


def test_the_planted_axes_are_found_with_the_sides_that_drugs_aim_at(drugs):
    """The tumour was made with PD-L1 to exhausted T cells, CSF1 to macrophages, VEGF to vessels."""
    by_drug = drugs[drugs["level"] == "axis"].drop_duplicates("drug").set_index("drug")
    for drug, feature, direction, group in (
        ("pembrolizumab", "pd1_pdl1", "blocker of the receptor", "T CD8 exhausted"),
        ("atezolizumab", "pd1_pdl1", "blocker of the ligand", "Malignant"),
        ("bevacizumab", "vegf", "blocker of the ligand", "Malignant"),
        ("ramucirumab", "vegf", "blocker of the receptor", "Endothelial"),
    ):
        row = by_drug.loc[drug]
        assert row["support"] == "supported"
        assert (row["feature"], row["direction"], row["group"]) == (feature, direction, group)
        assert row["n_samples_specific"] >= 2


def test_supported_axes_are_specific_in_two_samples_by_the_drug_target(prepared, drugs):
    axes = tme.get.axes(prepared).set_index(["axis", "source", "target"])
    pairs = tme.get.crosstalk(prepared)
    pairs["pair"] = pairs["ligand_complex"] + "^" + pairs["receptor_complex"]
    pairs = pairs[pairs["core"] == "core"].set_index(["axis", "source", "target", "pair"])
    supported = drugs[(drugs["level"] == "axis") & (drugs["support"] == "supported")]
    assert len(supported) > 10
    for row in supported.itertuples():
        genes = {gene for side in row.interaction.split("^") for gene in side.split("_")}
        assert row.drug_target in genes
        axis = axes.loc[(row.feature, row.source, row.target)]
        own = pairs.loc[(row.feature, row.source, row.target, row.interaction)]
        by_axis = axis["n_samples_specific"] if axis["top_interaction"] == row.interaction else 0
        assert row.n_samples_specific == max(by_axis, own["n_samples_specific"]) >= 2
        assert row.n_samples == axis["n_samples"]
        assert axis["verdict"] not in ("not specific", "specific, mostly ambient", "not testable")


def test_a_status_never_stands_without_its_date_and_everything_says_what_it_is(prepared, drugs):
    stated = drugs["status"] != "not stated"
    assert (drugs.loc[stated, "status_date"] != "").all()
    for rows in ("drugs", "targets", "expression", "conflicting"):
        table = tme.get.drug_targets(prepared, rows=rows)
        assert set(table["use"]) == {RESEARCH_ONLY}
        assert table.attrs["use"] == RESEARCH_ONLY
    assert prepared.uns["tmeatlas"]["tme_drug_targets"]["provenance"]["use"] == RESEARCH_ONLY
    assert set(prepared.uns["tme_drug_targets_conflicting"]["drug"]).isdisjoint(
        set(drugs["drug"]) - {"pidilizumab"}
    )


def test_shares_and_specificity_are_those_of_the_cells(prepared, drugs):
    expression = tme.get.drug_targets(prepared, rows="expression", drug_target="KDR")
    row = expression.set_index("group").loc["Endothelial"]
    values = prepared[:, "KDR"].X.toarray().ravel()
    of = prepared.obs["cell_type"] == "Endothelial"
    assert row["share"] == pytest.approx((values[of] > 0).mean())
    assert row["cells"] == of.sum()
    means = []
    for group in expression["group"]:
        linear = pd.Series(np.expm1(values[prepared.obs["cell_type"] == group]))
        samples = prepared.obs.loc[prepared.obs["cell_type"] == group, "sample"].astype(str)
        by_sample = linear.groupby(samples.to_numpy())
        enough = by_sample.mean()[by_sample.size() >= 5]
        means.append(enough.mean() if len(enough) else linear.mean())
    tau = (1 - np.array(means) / max(means)).sum() / (len(means) - 1)
    assert row["specificity"] == pytest.approx(tau, rel=1e-4)
    assert "Endothelial (" in drugs.loc[drugs["drug_target"] == "KDR", "normal_groups"].iloc[0]
    assert not expression.set_index("group").loc["Malignant", "normal"]


def test_programmes_states_and_lineages(adata):
    tme.tl.score(adata)
    tme.tl.consensus(adata)
    tme.tl.call_states(adata, lineage_key="cell_type", n_null=19)
    tme.tl.drug_targets(adata)
    drugs = tme.get.drug_targets(adata).set_index("drug")
    treg = drugs.loc["Treg depletion / inhibition"]
    counts = adata.obs.loc[adata.obs["cell_type"] == "Treg", "sample"].value_counts()
    assert treg["n_samples_specific"] == (counts >= 5).sum()
    assert treg["verdict"] == f"{counts.sum()} cells"
    fap = drugs.loc["sibrotuzumab"]
    caf = adata.obs["cell_type"].isin(["CAF myCAF", "CAF iCAF"])
    assert fap["share"] == pytest.approx((adata[caf, "FAP"].X.toarray() > 0).mean())
    assert drugs.loc["belzutifan", "verdict"] in ("stands out", "does not stand out")
    assert drugs.loc["IDO inhibitors", "note"].endswith("the programme tryptophan is not scored")
    assert drugs.loc["metformin", "support"] == "not measured"
    assert "the programme hypoxia is not scored" not in drugs.loc["belzutifan", "note"]


def test_without_samples_nothing_is_supported_by_an_axis(adata):
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    tme.tl.drug_targets(adata)
    drugs = tme.get.drug_targets(adata)
    of_axes = drugs[drugs["level"] == "axis"]
    assert set(of_axes["support"]) <= {
        *("seen in one sample", "expressed, not specific", "not seen", "not measured"),
    }
    assert (of_axes["support"] == "seen in one sample").any()
    assert set(of_axes["n_samples"]) == {0}


def test_labels_dealt_out_anew_support_no_axis(adata):
    rng = np.random.default_rng(0)
    labels = adata.obs["cell_type"].astype(str).to_numpy().copy()
    for sample in adata.obs["sample"].unique():
        at = np.flatnonzero(adata.obs["sample"] == sample)
        labels[at] = labels[rng.permutation(at)]
    adata.obs["shuffled"] = labels
    tme.tl.crosstalk(adata, "shuffled", sample_key="sample", min_cells=5)
    tme.tl.axes(adata)
    tme.tl.drug_targets(adata)
    drugs = tme.get.drug_targets(adata)
    assert not (drugs.loc[drugs["level"] == "axis", "support"] == "supported").any()


def test_a_table_of_ones_own(adata, tmp_path):
    own = pd.concat([ONE, ONE.assign(drug="two", drug_target="NOT_A_GENE", axes="vegf")])
    own.to_csv(tmp_path / "mine.csv", index=False)
    tme.tl.drug_targets(adata, table=tmp_path / "mine.csv", key_added="mine")
    drugs = tme.get.drug_targets(adata, key="mine").set_index("drug")
    assert set(drugs.loc[["one"], "feature"]) == {"semaphorin", "vegf"}
    assert "supported" in set(drugs.loc[["one"], "support"])
    assert drugs.loc["two", "support"] == "not measured"
    assert drugs.loc["two", "note"] == "the data lack NOT_A_GENE"
    assert len(adata.uns["mine_conflicting"]) == 0
    assert "tme_drug_targets" in adata.uns
    with pytest.raises(CoverageError, match=r"None of the drug targets.*'NOT_A_GENE'"):
        tme.tl.drug_targets(adata, table=own[own["drug"] == "two"])


def test_it_is_kept_in_a_file(adata, tmp_path):
    adata.write_h5ad(tmp_path / "cells.h5ad")
    again = tme.read(tmp_path / "cells.h5ad")
    for rows in ("drugs", "targets", "expression", "conflicting"):
        pd.testing.assert_frame_equal(
            tme.get.drug_targets(again, rows=rows), tme.get.drug_targets(adata, rows=rows)
        )


def test_what_is_missing_is_told(adata):
    adata.obs["cell_type"] = adata.obs["cell_type"].astype(str)
    adata.obs.iloc[0, adata.obs.columns.get_loc("cell_type")] = "Treg"
    with pytest.raises(StaleResultError, match="have changed since"):
        tme.tl.drug_targets(adata)
    fresh = tme.datasets.simulated(300)
    with pytest.raises(MissingKeyError, match=r"No axes in uns\['tme_axes'\]"):
        tme.tl.drug_targets(fresh)


def test_lineage_key_tells_normal_cells(adata):
    """Without a name of malignant cells, epithelial ones are not counted as normal."""
    renamed = {"Malignant": "Epithelial cells"}
    adata.obs["mine"] = adata.obs["cell_type"].astype(str).replace(renamed)
    tme.tl.drug_targets(adata, lineage_key="mine")
    expression = tme.get.drug_targets(adata, rows="expression").set_index("group")
    assert not expression.loc["Malignant", "normal"].any()
    assert expression.loc["Treg", "normal"].all()
    record = adata.uns["tmeatlas"]["tme_drug_targets"]["provenance"]
    assert not record["malignant_cells_known"]
    with pytest.raises(InputError, match="Expected labels that name lineages"):
        tme.tl.drug_targets(adata, lineage_key="sample")


def test_of_spots_nothing_is_called_normal_or_of_a_lineage(adata):
    for name in ("in_tissue", "array_row", "array_col"):
        adata.obs[name] = 1
    tme.tl.drug_targets(adata)
    record = adata.uns["tmeatlas"]["tme_drug_targets"]["provenance"]
    assert (record["rows"], record["lineages"]) == ("spots", "")
    assert not adata.uns["tme_drug_targets_expression"]["normal"].any()
    drugs = tme.get.drug_targets(adata).set_index("drug")
    assert drugs.loc["Treg depletion / inhibition", "note"].endswith(
        "no lineage of single cells is known"
    )
    subtitle = tme.pl.drug_targets(adata).layout.title.subtitle.text
    assert subtitle.endswith("share of spots that show it")
