"""`tl.compare`: what it reads, what it keeps, and what it refuses."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from scipy import stats

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, StaleResultError, TMEWarning
from tmeatlas.results import Comparison, Phenotype, States

SAMPLES = {"condition_key": "condition", "sample_key": "sample", "reference": "ctrl"}
N_SAMPLES, N_CELLS = 8, 40


@pytest.fixture
def cells(symbols) -> AnnData:
    """Eight samples of 40 cells each; four a condition; two types, one lacking in sample s0."""
    rng = np.random.default_rng(1)
    n = N_SAMPLES * N_CELLS
    counts = rng.poisson(1.0, size=(n, symbols.n_vars)).astype(np.float32)
    sample = np.repeat(np.arange(N_SAMPLES), N_CELLS)
    kind = np.where(np.tile(np.arange(N_CELLS), N_SAMPLES) < 25, "T cells", "B cells")
    kind[sample == 0] = "T cells"
    obs = pd.DataFrame(
        {
            "sample": pd.Categorical([f"s{i}" for i in sample]),
            "condition": pd.Categorical(np.where(sample < 4, "ctrl", "case"), ["ctrl", "case"]),
            "patient": [f"p{i % 4}" for i in sample],
            "age": 40.0 + sample * 3 % 11,
            "type": pd.Categorical(kind),
        },
        index=[f"c{i}" for i in range(n)],
    )
    return AnnData(sp.csr_matrix(counts), obs=obs, var=symbols.var.copy())


def test_scores_are_means_of_samples_by_welch(cells):
    tme.tl.score(cells)
    tme.tl.compare(cells, "scores", **SAMPLES, groupby="type")
    table = cells.uns["tme_compare_scores"]
    scores = cells.obsm["tme_scores"]
    row = table[(table["feature"] == scores.columns[3]) & (table["group"] == "B cells")].iloc[0]
    of_type = cells.obs["type"] == "B cells"
    means = scores[of_type].iloc[:, 3].groupby(cells.obs["sample"][of_type], observed=True).mean()
    assert "s0" not in means  # no B cells there: missing, not zero
    case, control = means[["s4", "s5", "s6", "s7"]], means[["s1", "s2", "s3"]]
    expected = stats.ttest_ind(case, control, equal_var=False)
    assert row["pval"] == pytest.approx(expected.pvalue, rel=1e-4)
    assert row[["n", "n_reference", "cells", "cells_reference"]].tolist() == [4, 3, 60, 45]
    assert row["effect"] == pytest.approx(case.mean() - control.mean(), rel=1e-4)


def test_columns_and_types_are_those_of_the_result(cells, tmp_path):
    tme.tl.score(cells)
    some = cells[cells.obs["patient"] != "p3"].copy()
    with pytest.warns(TMEWarning, match=r"Few pairs \(3 in 'ctrl', 3 in 'case'\)"):
        tme.tl.compare(some, "scores", **SAMPLES, paired_by="patient")
    for frame, columns in (
        (some.uns["tme_compare_scores"], Comparison.columns),
        (some.uns["tme_compare_scores_samples"], Comparison.sample_columns),
        (some.uns["tme_compare_scores_left_out"], Comparison.left_out_columns),
    ):
        assert list(frame.columns) == [column.name for column in columns]
        assert {c.name: str(frame[c.name].dtype) for c in columns} == {
            c.name: c.dtype for c in columns
        }
    some.write_h5ad(tmp_path / "kept.h5ad")
    again = Comparison.read(ad.read_h5ad(tmp_path / "kept.h5ad"), "tme_compare_scores")
    assert again.what == "scores"
    np.testing.assert_array_equal(again.table["pval"], some.uns["tme_compare_scores"]["pval"])


def unnamed(cells: AnnData) -> None:
    """Groups whose names tell no lineage: nobody knows that T cells were sorted in sample s0."""
    cells.obs["type"] = cells.obs["type"].cat.rename_categories({"T cells": "c1", "B cells": "c2"})


def test_zero_cells_are_zero_in_composition(cells):
    unnamed(cells)
    tme.tl.composition(cells, "type", sample_key="sample")
    tme.tl.compare(cells, "composition", **SAMPLES)
    table = cells.uns["tme_compare_composition"].set_index("feature")
    samples = cells.uns["tme_compare_composition_samples"]
    assert (table["n_reference"] == 4).all()
    clr = np.log(0.5) / 2 - np.log(40.5) / 2
    zero = samples[(samples["replicate"] == "s0") & (samples["feature"] == "c2")]
    assert zero["value"].tolist() == pytest.approx([clr])
    assert zero["cells"].tolist() == [0]


def test_two_groups_of_a_lineage_are_one_test():
    """Their log-ratios are each other's negative."""
    adata = tme.datasets.simulated_cohort(3, n_cells=300, rng=1)
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    design = {"condition_key": "condition", "sample_key": "sample", "reference": "control"}
    with pytest.warns(TMEWarning, match="Few samples"):
        tme.tl.compare(adata, "composition", **design, min_cells=3)
    table = adata.uns["tme_compare_composition"]
    within = table[table["group"] == "B lineage"]
    assert list(within["feature"]) == ["B"]
    left_out = adata.uns["tme_compare_composition_left_out"]
    mirror = left_out[left_out["group"] == "B lineage"]
    assert list(mirror["feature"]) == ["Plasma"]
    assert list(mirror["reason"]) == ["the mirror image of 'B'"]


def test_composition_of_other_groups_or_samples_is_refused(cells):
    tme.tl.composition(cells, "type", sample_key="sample")
    with pytest.raises(InputError, match=r"of obs\['type'\], and `groupby='patient'`"):
        tme.tl.compare(cells, "composition", **SAMPLES, groupby="patient")
    cells.obs["half"] = cells.obs["sample"].astype(str) + cells.obs["type"].astype(str)
    with pytest.raises(
        InputError, match=r"samples in obs\['sample'\], .* Pass `sample_key='sample'`"
    ):
        tme.tl.compare(cells, "composition", **SAMPLES | {"sample_key": "half"})


@pytest.mark.parametrize("order", [["ctrl", "x", "y"], ["ctrl", "y", "x"]])
def test_conditions_are_in_the_order_of_the_data_not_of_their_p_values(cells, order):
    number = cells.obs["sample"].astype(str).str[1:].astype(int)
    arm = number.map(dict(enumerate([*"ccc", *"xxx", *"yy"]))).replace("c", "ctrl")
    cells.obs["condition"] = pd.Categorical(arm, order)
    unnamed(cells)
    tme.tl.composition(cells, "type", sample_key="sample")
    with pytest.warns(TMEWarning, match="Few samples"):
        tme.tl.compare(cells, "composition", **SAMPLES)
    assert Comparison.read(cells).conditions == order[1:]


def made_states(cells: AnnData) -> None:
    """States as `tl.call_states` keeps them, drawn here."""
    rng = np.random.default_rng(3)
    state = np.where(cells.obs["type"] == "T cells", "exhausted", "not called").astype(object)
    draws = rng.random(cells.n_obs)
    state[(state == "exhausted") & (draws < 0.5)] = "cytotoxic"
    state[(state == "cytotoxic") & (draws < 0.1)] = "unassigned"
    columns = pd.DataFrame(
        {"tme_state": pd.Categorical(state), "tme_state_m1_m2": np.float32(draws)},
        index=cells.obs_names,
    )
    columns.loc[cells.obs["type"] == "B cells", "tme_state_m1_m2"] = np.nan
    scores = pd.DataFrame(index=cells.obs_names)
    record = States.new_record(cells, params={"lineage_key": "type"}, facts={})
    States(
        key="tme_state", cells=columns, scores=scores, calls=pd.DataFrame(), record=record
    ).write(cells)


def test_states_within_their_lineage(cells):
    made_states(cells)
    tme.tl.compare(cells, "states", **SAMPLES)
    table = cells.uns["tme_compare_states"]
    assert set(table["feature"]) == {"exhausted", "cytotoxic", "M1 minus M2"}
    assert set(table["group"]) == {"T cells"}
    samples = cells.uns["tme_compare_states_samples"]
    one = samples[(samples["replicate"] == "s5") & (samples["feature"] == "exhausted")].iloc[0]
    mine = cells.obs["tme_state"][(cells.obs["sample"] == "s5") & (cells.obs["type"] == "T cells")]
    sizes = mine.value_counts().reindex(["cytotoxic", "exhausted", "unassigned"]).fillna(0) + 0.5
    assert one["value"] == pytest.approx(np.log(sizes["exhausted"]) - np.log(sizes).mean())


@pytest.mark.parametrize("column", ["tme_state", "type", "patient"])
def test_states_that_were_compared_are_on_record(cells, column):
    made_states(cells)
    tme.tl.compare(cells, "states", **SAMPLES, paired_by="patient")
    assert Comparison.read(cells).groupby == "type"
    cells.obs[column] = cells.obs[column].array[::-1]
    with pytest.raises(StaleResultError, match=rf"obs\['{column}'\] have changed"):
        Comparison.read(cells)


def test_cells_that_were_joined_without_states_are_in_none(cells):
    made_states(cells)
    cells.obs["tme_state"] = cells.obs["tme_state"].where(np.arange(cells.n_obs) % 5 > 0)
    assert cells.obs["tme_state"].isna().any()
    tme.tl.compare(cells, "states", **SAMPLES)
    assert set(cells.uns["tme_compare_states"]["feature"]) == {
        *("exhausted", "cytotoxic", "M1 minus M2")
    }
    assert States.read(cells).summary().endswith("in 2 states")


def test_data_without_states(cells):
    with pytest.raises(MissingKeyError, match="call_states"):
        tme.tl.compare(cells, "states", **SAMPLES)
    made_states(cells)
    cells.obs["tme_state"] = "not called"
    with pytest.raises(InputError, match=r"No cell .* is in a state"):
        tme.tl.compare(cells, "states", **SAMPLES)


def test_measures_of_a_phenotype(cells):
    columns = [column.name for column in Phenotype.columns]
    rows = pd.DataFrame(
        [(f"s{i}", m, v) for m, v in (("cd8", 0.1), ("ifng", 2.0)) for i in range(N_SAMPLES)],
        columns=["sample", "measure", "value"],
    )
    rows["value"] += np.tile(np.sin(np.arange(N_SAMPLES)), 2)
    rows.loc[2, "value"] = np.nan  # not readable in s2
    rows = rows.reindex(columns=columns).assign(unit="share", lineage="T cells", cells=7)
    options = {"sample_key": "sample", "params": {}, "facts": {}}
    record = Phenotype.new_record(cells, **options)
    calls = pd.DataFrame({"call": []})
    Phenotype(key="tme_phenotype", table=rows, calls=calls, record=record).write(cells)
    tme.tl.compare(cells, "phenotype", **SAMPLES)
    table = cells.uns["tme_compare_phenotype"].set_index("feature")
    values = rows["value"].to_numpy()
    expected = stats.ttest_ind(values[4:8], values[[0, 1, 3]], equal_var=False)
    assert table.loc["cd8", "pval"] == pytest.approx(expected.pvalue)
    assert table.loc["cd8", ["n", "n_reference", "cells_reference"]].tolist() == [4, 3, 21]
    assert table.loc["ifng", ["group", "unit", "n_reference"]].tolist() == ["T cells", "share", 4]


class TestGenes:
    def test_counts_are_added_up(self, cells):
        tme.tl.compare(cells, "genes", **SAMPLES, method="welch", groupby="type")
        samples = cells.uns["tme_compare_genes_samples"]
        row = samples[(samples["replicate"] == "s6") & (samples["group"] == "B cells")].iloc[0]
        of_it = (cells.obs["sample"] == "s6") & (cells.obs["type"] == "B cells")
        sums = np.asarray(cells.X[of_it.to_numpy()].sum(axis=0)).ravel()
        place = cells.var_names.get_loc(row["feature"])
        expected = np.log2((sums[place] + 0.5) / (sums.sum() + 1) * 1e6)
        assert row["value"] == pytest.approx(expected)
        assert row["cells"] == 15

    def test_genes_that_are_hardly_seen_are_counted(self, cells):
        dense = cells.X.toarray()
        dense[:, :3] = 0
        dense[5, 0], dense[:9, 1] = 50, 1
        cells.X = sp.csr_matrix(dense)
        tme.tl.compare(cells, "genes", **SAMPLES, method="welch")
        left_out = cells.uns["tme_compare_genes_left_out"].astype(str).to_numpy().tolist()
        assert left_out == [
            ["3 genes", "", "fewer than 10 counts, or seen in fewer than 2 samples"]
        ]

    def test_counts_are_found_in_their_layer(self, cells):
        tme.tl.compare(cells, "genes", **SAMPLES, method="welch")
        before = cells.uns["tme_compare_genes"]
        tme.pp.prepare(cells, embed=False)
        tme.tl.compare(cells, "genes", **SAMPLES, method="welch")
        pd.testing.assert_frame_equal(cells.uns["tme_compare_genes"], before)
        del cells.layers["counts"]
        with pytest.raises(
            InputError, match=r"needs raw counts; X looks like .*layers\['counts'\]"
        ):
            tme.tl.compare(cells, "genes", **SAMPLES)


def test_rows_that_are_samples(cells):
    bulk = cells[::16].copy()
    tme.tl.score(bulk)
    tme.tl.compare(bulk, "scores", **SAMPLES | {"sample_key": None})
    table = bulk.uns["tme_compare_scores"]
    assert (table["n"] + table["n_reference"] == bulk.n_obs).all()


def test_samples_of_one_row_each_are_rows_that_are_samples(cells, untouched):
    bulk = cells[::16].copy()
    tme.tl.score(bulk)
    bulk.obs["sample"] = bulk.obs_names
    with untouched(bulk), pytest.raises(InputError, match=r"one row for each.*sample_key=None"):
        tme.tl.compare(bulk, "scores", **SAMPLES)


def test_an_empty_text_is_no_condition(cells):
    tme.tl.score(cells)
    conditions = cells.obs["condition"].astype(object)
    first = cells.obs["sample"] == cells.obs["sample"].iloc[0]
    cells.obs["condition"] = conditions.where(~first, "")
    with (
        pytest.warns(TMEWarning, match="have '' in place of a label"),
        pytest.warns(TMEWarning, match="Left out, without a condition: "),
    ):
        tme.tl.compare(cells, "scores", **SAMPLES)
    table = cells.uns["tme_compare_scores"]
    assert set(table["condition"]) | set(table["reference"]) == {"ctrl", "case"}


def test_the_cells_a_value_needs(cells):
    tme.tl.score(cells)
    with pytest.raises(InputError, match="min_cells"):
        tme.tl.compare(cells, "scores", **SAMPLES, min_cells=41)
    tme.tl.compare(cells, "scores", **SAMPLES, groupby="type", min_cells=20)
    left_out = cells.uns["tme_compare_scores_left_out"].astype(str).to_numpy().tolist()
    assert left_out == [["", "B cells", "values in too few samples: 0 in 'ctrl', 0 in 'case'"]]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"what": "score"}, MissingKeyError, "No comparison of 'score'. Nearest first: 'scores'"),
        ({"reference": "control"}, MissingKeyError, "No condition .* 'control'.*'ctrl'"),
        ({"condition_key": "treatment"}, MissingKeyError, "condition_key"),
        ({"sample_key": "biopsy"}, MissingKeyError, "sample_key"),
        ({"patient_key": "patient"}, InputError, "paired_by='patient'"),
        ({"covariates": "age"}, InputError, r"covariates=\['age'\]"),
        ({"covariates": ["sample"]}, InputError, "who is compared with whom as well"),
        ({"covariates": ["size"]}, MissingKeyError, "covariates"),
        ({"method": "t"}, MissingKeyError, "No test called 't'"),
        ({"min_cells": 0}, InputError, "min_cells"),
        ({"key": "others"}, MissingKeyError, "others"),
        ({"layer": "counts"}, InputError, r"'scores' takes no `layer`.* takes 'groupby', 'key'"),
        ({"what": "genes", "key": "mine"}, InputError, "'genes' takes no `key`"),
        ({"what": "phenotype", "groupby": "type"}, InputError, "'phenotype' takes no `groupby`"),
        ({"key_added": "tme_scores"}, InputError, "another kind of result"),
        ({"condition_key": "age", "reference": "40"}, InputError, "two or more samples"),
    ],
)
def test_what_cannot_be_compared_is_refused_and_nothing_is_written(
    cells, untouched, options, error, words
):
    tme.tl.score(cells)
    given = {"what": "scores", **SAMPLES, **options}
    with untouched(cells), pytest.raises(error, match=words):
        tme.tl.compare(cells, **given)


def test_the_order_of_the_cells_does_not_matter(cells):
    tme.tl.score(cells)
    tme.tl.compare(cells, "scores", **SAMPLES, covariates=["age"])
    shuffled = cells[np.random.default_rng(0).permutation(cells.n_obs)].copy()
    tme.tl.compare(shuffled, "scores", **SAMPLES, covariates=["age"])
    one, two = (tme.get.compare(a, "scores").set_index("feature") for a in (cells, shuffled))
    np.testing.assert_allclose(one["pval"], two["pval"].loc[one.index], rtol=1e-6)
    assert set(one["test"]) == {"linear model with age"}


def test_the_table_is_got_by_feature_and_group(cells):
    tme.tl.score(cells)
    tme.tl.compare(cells, "scores", **SAMPLES, groupby="type")
    feature = cells.obsm["tme_scores"].columns[0]
    rows = tme.get.compare(cells, "scores", feature=feature, group="T cells")
    assert rows[["feature", "group", "condition"]].to_numpy().tolist() == [
        [feature, "T cells", "case"]
    ]
    with pytest.raises(MissingKeyError, match="No group in the comparison table called 'T cell'"):
        tme.get.compare(cells, group="T cell")


class TestRealPatients:
    @pytest.fixture(scope="class")
    def glioblastoma(self, shared_data):
        name = "zhao2021_gbm_panobinostat_5patients_300genes.h5ad"
        return ad.read_h5ad(shared_data / "data" / name)

    def compared(self, adata, **options):
        tme.tl.compare(
            adata,
            "genes",
            condition_key="condition",
            sample_key="sample",
            reference="ctrl",
            **options,
        )
        return adata.uns["tme_compare_genes"]

    @pytest.mark.parametrize("method", [None, "pydeseq2"])
    def test_the_same_patients_compared_with_themselves_find_more(self, glioblastoma, method):
        """Each patient was treated with the drug and with the vehicle."""
        if method == "pydeseq2":
            pytest.importorskip("pydeseq2")
        paired, unpaired = (
            (self.compared(glioblastoma, method=method, paired_by=p)["pval"] <= 0.05).sum()
            for p in ("patient", None)
        )
        assert paired > 2 * unpaired

    def test_two_donors_warn(self, shared_data):
        adata = ad.read_h5ad(shared_data / "data" / "kang2018_pbmc_ifnb_2donors.h5ad")
        columns = {str(name).lower(): name for name in adata.obs}
        donor = next(columns[n] for n in ("patient", "donor", "replicate", "ind") if n in columns)
        adata.obs["sample"] = adata.obs[donor].astype(str) + adata.obs["condition"].astype(str)
        with pytest.warns(TMEWarning, match=r"Few pairs \(2 in 'ctrl', 2 in 'stim'\)"):
            self.compared(adata, paired_by=donor)
        assert (adata.uns["tme_compare_genes"]["df"] == 1).all()
