"""Crosstalk and axes between conditions: levels of sides, rows, and what patients lack."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scanpy as sc
from made_results import keep_quality
from scipy import stats

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.results import Comparison

OF = {"condition_key": "condition", "sample_key": "sample", "reference": "control"}
LIGAND, SOURCE = "TGFB1", "TAM SPP1"
RECEPTOR, TARGET = "TGFBR1_TGFBR2", "CAF myCAF"


def prepared(adata):
    """Counts beside log-normalised values, with a crosstalk and its axes."""
    adata.layers["counts"] = adata.X.copy()
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    return adata


@pytest.fixture(scope="module")
def cohort():
    adata = tme.datasets.simulated_cohort(
        5, n_cells=300, effects={"axes": {"tgfb": 6.0}}, missing={"sample02": [TARGET]}, rng=3
    )
    return prepared(adata)


@pytest.fixture(scope="module")
def compared(cohort):
    adata = cohort.copy()
    tme.tl.compare(adata, "crosstalk", **OF)
    tme.tl.compare(adata, "axes", **OF)
    return adata


def cells_of(adata, sample, cell_type):
    return ((adata.obs["sample"] == sample) & (adata.obs["cell_type"] == cell_type)).to_numpy()


def level_by_hand(adata, gene, cell_type, min_cells=10):
    """log2 of counts per 10,000 and half a molecule at the mean depth of the type, per sample."""
    counts, totals = {}, {}
    for sample in adata.obs["sample"].cat.categories:
        cells = cells_of(adata, sample, cell_type)
        if cells.sum() >= min_cells:
            of_cells = adata.layers["counts"][cells]
            counts[sample] = of_cells[:, adata.var_names.get_loc(gene)].sum()
            totals[sample] = of_cells.sum()
    depth = np.mean(list(totals.values()))
    return {s: np.log2(1e4 * (counts[s] / totals[s] + 0.5 / depth)) for s in counts}


def test_values_of_samples_by_hand(compared):
    samples = compared.uns["tme_compare_crosstalk_samples"]
    for gene, cell_type in ((LIGAND, SOURCE), ("CXCR4", "T CD4"), ("TGFBR2", TARGET)):
        own = samples[(samples["feature"] == gene) & (samples["group"] == cell_type)]
        expected = level_by_hand(compared, gene, cell_type)
        assert own["replicate"].tolist() == list(expected)
        assert np.allclose(own["value"], list(expected.values()))
        sizes = [cells_of(compared, s, cell_type).sum() for s in expected]
        assert own["cells"].tolist() == sizes


def test_complex_is_its_least_subunit_in_each_sample(compared):
    samples = compared.uns["tme_compare_crosstalk_samples"]
    own = samples[(samples["feature"] == RECEPTOR) & (samples["group"] == TARGET)]
    one, other = (level_by_hand(compared, gene, TARGET) for gene in RECEPTOR.split("_"))
    least = {sample: min(one[sample], other[sample]) for sample in one}
    assert dict(zip(own["replicate"], own["value"], strict=True)) == pytest.approx(least)
    assert any(one[s] < other[s] for s in one) or any(other[s] < one[s] for s in one)


def test_sides_of_few_counts_are_left_out(compared):
    """At two molecules in a sample the log of their number still depends on depth."""
    table = compared.uns["tme_compare_crosstalk"]
    genes = table.loc[table["feature"].isin(compared.var_names), ["feature", "group"]]
    counts = pd.DataFrame.sparse.from_spmatrix(
        compared.layers["counts"], compared.obs_names, compared.var_names
    )[sorted(set(genes["feature"]))]
    for group, own in genes.groupby("group", observed=True)["feature"]:
        of_group = compared.obs["cell_type"] == group
        sizes = compared.obs.loc[of_group, "sample"].value_counts()
        kept = of_group & compared.obs["sample"].isin(sizes.index[sizes >= 10])
        mean = counts.loc[kept, list(own)].to_numpy().sum(axis=0) / (sizes >= 10).sum()
        assert mean.min() >= 2, group
    left_out = compared.uns["tme_compare_crosstalk_left_out"]
    few = left_out["reason"].str.startswith("fewer than 2 counts in a sample on average")
    assert set(left_out.loc[few, "group"]) >= set(table["group"])


@pytest.fixture(scope="module")
def shallow_cases():
    adata = tme.datasets.simulated_cohort(6, n_cells=300, patient_effect=0.2, rng=11)
    shallow = (adata.obs["condition"] == "case").to_numpy()
    of_entry = np.repeat(shallow, np.diff(adata.X.indptr))
    drawn = np.random.default_rng(0).binomial(adata.X.data[of_entry].astype(int), 0.4)
    adata.X.data[of_entry] = drawn
    adata.X.eliminate_zeros()
    prepared(adata)
    with pytest.warns(TMEWarning, match="depth goes with condition"):
        tme.tl.compare(adata, "crosstalk", **OF)
    return adata.uns["tme_compare_crosstalk"]


def test_depth_alone_makes_no_difference(shallow_cases):
    """The second condition has two fifths of the depth of the first, and nothing else differs."""
    table = shallow_cases
    n = len(table)
    assert n > 300
    assert (table["pval"] <= 0.05).sum() < stats.binom.ppf(0.999, n, 0.05)
    assert (table["padj"] <= 0.05).sum() == 0
    assert table["note"].str.startswith("depth goes with condition").all()


def test_each_side_is_tested_once(compared):
    for key in ("tme_compare_crosstalk", "tme_compare_axes"):
        table = compared.uns[key]
        assert not table.duplicated(["feature", "group"]).any()
        assert set(table["unit"]) == {"log2 per 10,000"}
        assert set(table["test"]) == {"Welch's t-test"}
    assert len(compared.uns["tme_compare_axes"]) < len(compared.uns["tme_compare_crosstalk"])


def test_planted_axis_comes_first(compared):
    rows = compared.uns["tme_compare_axes_rows"]
    assert rows["axis"].iloc[0] == "tgfb"
    assert not rows.duplicated(["axis", "source", "target"]).any()
    planted = rows[(rows["source"] == SOURCE) & (rows["target"] == TARGET)]
    planted = planted[planted["axis"] == "tgfb"].iloc[0]
    assert planted["ligand_complex"] == LIGAND
    assert planted["receptor_effect"] == pytest.approx(np.log2(6.0), abs=1)
    table = compared.uns["tme_compare_crosstalk"]
    assert tuple(table.iloc[0][["feature", "group"]]) in {
        (LIGAND, SOURCE),
        *((side, TARGET) for side in (RECEPTOR, "TGFBR1", "TGFBR2")),
    }


def test_rows_of_axes_are_core_pairs(compared):
    crosstalk = compared.uns["tme_crosstalk"]
    core = crosstalk[crosstalk["core"] == "core"]
    pairs = set(zip(core["ligand_complex"], core["receptor_complex"], core["axis"], strict=True))
    rows = compared.uns["tme_compare_axes_rows"]
    found = zip(rows["ligand_complex"], rows["receptor_complex"], rows["axis"], strict=True)
    assert set(found) <= pairs
    assert not crosstalk["verdict"].eq("").all()


def test_columns_are_those_of_the_result(compared):
    for key in ("tme_compare_crosstalk", "tme_compare_axes"):
        rows = Comparison.read(compared, key).rows
        assert {n: str(d) for n, d in rows.dtypes.items()} == {
            column.name: column.dtype for column in Comparison.row_columns
        }


def test_patient_without_the_group_is_said(compared):
    """Of one sample all receivers are missing: it is no zero, and rows say how many are left."""
    table = compared.uns["tme_compare_crosstalk"]
    side = table[(table["feature"] == "TGFBR2") & (table["group"] == TARGET)].iloc[0]
    has = [cells_of(compared, f"sample{i:02d}", TARGET).sum() >= 10 for i in range(1, 11)]
    assert not has[1]
    assert (side["n_reference"], side["n"]) == (sum(has[:5]), sum(has[5:]))
    rows = compared.uns["tme_compare_crosstalk_rows"]
    onto = rows[(rows["target"] == TARGET) & (rows["source"] == TARGET)]
    assert set(onto["n_both_reference"]) == {sum(has[:5])}
    left_out = compared.uns["tme_compare_crosstalk_left_out"]
    whole = left_out[left_out["feature"] == ""]
    assert whole["reason"].str.startswith("values in too few samples").all()
    sizes = pd.crosstab(compared.obs["cell_type"], compared.obs["sample"]) >= 10
    few = (sizes.iloc[:, :5].sum(axis=1) < 2) | (sizes.iloc[:, 5:].sum(axis=1) < 2)
    assert set(whole["group"]) == set(few.index[few])


def test_paired(cohort):
    """Pairs of which one lacks the group do not count."""
    adata = cohort.copy()
    adata.obs["person"] = [f"p{int(s[-2:]) % 5}" for s in adata.obs["sample"]]
    tme.tl.compare(adata, "axes", **OF, paired_by="person")
    table = adata.uns["tme_compare_axes"]
    assert set(table["test"]) == {"paired t-test"}
    assert (table["n"] == table["n_reference"]).all()
    assert table.loc[table["group"] == TARGET, "n"].max() <= 4
    assert adata.uns["tme_compare_axes_rows"]["n_both"].max() <= 5


def test_without_counts_the_means_of_log_values_are_compared(cohort):
    adata = cohort.copy()
    del adata.layers["counts"]
    tme.tl.compare(adata, "axes", **OF)
    table = adata.uns["tme_compare_axes"]
    assert set(table["unit"]) == {"mean log expression"}
    samples = adata.uns["tme_compare_axes_samples"]
    own = samples[(samples["feature"] == LIGAND) & (samples["group"] == SOURCE)]
    sample = own["replicate"].iloc[0]
    cells = cells_of(adata, sample, SOURCE)
    by_hand = adata.X[cells][:, adata.var_names.get_loc(LIGAND)].mean()
    assert own["value"].iloc[0] == pytest.approx(by_hand, rel=1e-5)
    assert "counts" not in " ".join(adata.uns["tme_compare_axes_left_out"]["reason"])


def test_needs_a_crosstalk_and_axes(cohort):
    adata = tme.datasets.simulated(300)
    for what, call in (("crosstalk", "tl.crosstalk"), ("axes", "tl.axes")):
        with pytest.raises(MissingKeyError, match=call):
            tme.tl.compare(
                adata, what, condition_key="condition", sample_key="sample", reference="inflamed"
            )


def test_other_groups_than_those_of_the_crosstalk_are_refused(cohort):
    with pytest.raises(InputError, match=r"groups of obs\['cell_type'\].*'true_state'"):
        tme.tl.compare(cohort.copy(), "crosstalk", **OF, groupby="true_state")


def test_rows_as_samples_are_refused(cohort):
    with pytest.raises(InputError, match="sample_key"):
        tme.tl.compare(
            cohort.copy(), "axes", condition_key="condition", sample_key=None, reference="control"
        )


def test_database_of_ones_own(cohort):
    """Genes are found again by the names in the table, complexes by their subunits."""
    adata = cohort.copy()
    own = pd.DataFrame({"ligand": [LIGAND, "CXCL12"], "receptor": [RECEPTOR, "CXCR4"]})
    tme.tl.crosstalk(adata, "cell_type", database=own)
    tme.tl.compare(adata, "crosstalk", **OF)
    table = adata.uns["tme_compare_crosstalk"]
    assert set(table["feature"]) <= {LIGAND, RECEPTOR, "CXCL12", "CXCR4"}
    assert RECEPTOR in set(table["feature"])


def test_genes_that_only_the_crosstalk_had_are_named(cohort):
    """A crosstalk of `raw`, whose genes the matrix with counts does not have."""
    adata = cohort[:, cohort.var_names != LIGAND].copy()
    tme.tl.compare(adata, "axes", **OF)
    left_out = adata.uns["tme_compare_axes_left_out"]
    reason = left_out.loc[left_out["feature"] == LIGAND, "reason"]
    assert reason.tolist() == ["genes that the compared matrix lacks"]
    assert LIGAND not in set(adata.uns["tme_compare_axes"]["feature"])
    assert LIGAND not in set(adata.uns["tme_compare_axes_rows"]["ligand_complex"])


def test_round_trip(tmp_path, compared):
    import anndata as ad

    compared.write_h5ad(tmp_path / "compared.h5ad")
    again = ad.read_h5ad(tmp_path / "compared.h5ad")
    for key in ("tme_compare_crosstalk", "tme_compare_axes"):
        one, other = Comparison.read(compared, key), Comparison.read(again, key)
        assert other.rows["changed"].tolist() == one.rows["changed"].tolist()
        assert other.rows["product"].equals(one.rows["product"])


def test_sides_that_are_mostly_ambient_are_left_out_and_said_so(cohort):
    adata = cohort.copy()
    keep_quality(adata, "cell_type", {(LIGAND, SOURCE): 0.8})
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.compare(adata, "crosstalk", **OF)
    left = adata.uns["tme_compare_crosstalk_left_out"].astype(str)
    (told,) = left[left["reason"].str.startswith("mostly ambient RNA")].to_dict("records")
    assert (told["feature"], told["group"]) == ("1 ligand or receptor", SOURCE)
    table = adata.uns["tme_compare_crosstalk"].astype({"feature": str, "group": str})
    of_ligand = table[table["feature"] == LIGAND]
    assert SOURCE not in set(of_ligand["group"])
    assert len(of_ligand)
    rows = adata.uns["tme_compare_crosstalk_rows"].astype({"source": str, "ligand_complex": str})
    assert not ((rows["source"] == SOURCE) & (rows["ligand_complex"] == LIGAND)).any()
