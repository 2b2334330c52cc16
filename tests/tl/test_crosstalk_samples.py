from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from scipy import stats

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.get import crosstalk as get_crosstalk
from tmeatlas.tl._crosstalk import crosstalk

KEY = "tme_crosstalk"
SAMPLE_COLUMNS = ["n_samples", "n_samples_seen", "n_samples_active", "pval_samples", "padj_samples"]
NAMES = ["interaction", "source", "target"]


@pytest.fixture
def cohort() -> AnnData:
    """Four samples of three groups; L is high in a and R in b in s1 to s3; s4 has no group b."""
    rng = np.random.default_rng(0)
    n = 360
    obs = pd.DataFrame(
        {
            "group": pd.Categorical(np.tile(["a", "b", "c"], n // 3)),
            "sample": pd.Categorical(np.repeat(["s1", "s2", "s3", "s4"], n // 4)),
        },
        index=[f"cell{i}" for i in range(n)],
    )
    genes = ["L", "R", *(f"N{i}" for i in range(20))]
    values = rng.lognormal(0, 0.5, (n, len(genes))) * (rng.random((n, len(genes))) < 0.5)
    planted = obs["sample"] != "s4"
    values[(obs["group"] == "a") & planted, 0] += 3
    values[(obs["group"] == "b") & planted, 1] += 3
    adata = AnnData(sp.csr_matrix(values, dtype=np.float32), obs=obs, var=pd.DataFrame(index=genes))
    return adata[~((obs["sample"] == "s4") & (obs["group"] == "b"))].copy()


def database() -> pd.DataFrame:
    pairs = [("L", "R"), *((f"N{i}", f"N{i + 1}") for i in range(0, 20, 2))]
    return pd.DataFrame(pairs, columns=["ligand", "receptor"])


def run(adata, **options) -> pd.DataFrame:
    options = {"database": database(), "n_perms": 999, "sample_key": "sample", **options}
    crosstalk(adata, "group", by_sample=True, **options)
    return adata.uns[KEY]


def test_rows_over_all_samples_are_those_without_by_sample(cohort):
    table = run(cohort)
    overall = table[table["sample"] == ""].drop(columns=SAMPLE_COLUMNS)
    crosstalk(cohort, "group", database=database(), n_perms=999, sample_key="sample")
    plain = cohort.uns[KEY]
    assert len(plain) == len(overall)
    for name in plain:
        if name != "sample":
            np.testing.assert_array_equal(plain[name].to_numpy(), overall[name].to_numpy())


def test_rows_of_a_sample_rest_on_its_cells_alone(cohort):
    table = run(cohort)
    alone = run(cohort[cohort.obs["sample"] == "s2"].copy())
    rows, own = (t[t["sample"] == "s2"].reset_index(drop=True) for t in (table, alone))
    assert len(rows) > 50
    for name in own:
        np.testing.assert_array_equal(rows[name].to_numpy(), own[name].to_numpy())


def test_samples_are_counted_and_combined(cohort):
    table = run(cohort)
    overall, rows = table[table["sample"] == ""], table[table["sample"] != ""]
    planted = overall.set_index(NAMES).loc[("L^R", "a", "b")]
    assert planted[["n_samples", "n_samples_seen", "n_samples_active"]].to_list() == [3, 3, 3]
    assert planted["pval_samples"] == overall["pval_samples"].min()
    own = rows[(rows["interaction"] == "L^R") & (rows["source"] == "a") & (rows["target"] == "b")]
    expected = stats.combine_pvalues(own["pval"], method="fisher").pvalue
    assert planted["pval_samples"] == pytest.approx(expected)
    # Corrected as `padj` is: rows that are not listed are tests too.
    n_tests = cohort.uns["tmeatlas"][KEY]["provenance"]["n_rows_tested"]
    assert n_tests == 11 * 9
    family = np.append(overall["pval_samples"], np.ones(n_tests - len(overall)))
    expected = stats.false_discovery_control(family)[: len(overall)]
    np.testing.assert_allclose(overall["padj_samples"], expected)
    within = overall[(overall["source"] != "b") & (overall["target"] != "b")]
    assert (within["n_samples"] == 4).all()
    assert rows["pval_samples"].isna().all()
    assert (rows["n_samples"] == 0).all()


def test_a_sample_that_does_not_show_a_row_counts_against_it(cohort):
    values = cohort.X.toarray()
    values[cohort.obs["sample"] == "s3", 0] = 0
    cohort.X = sp.csr_matrix(values)
    table = run(cohort)
    planted = table[table["sample"] == ""].set_index(NAMES).loc[("L^R", "a", "b")]
    assert planted[["n_samples", "n_samples_seen"]].to_list() == [3, 2]
    own = table[(table["sample"] != "") & (table["interaction"] == "L^R")]
    own = own[(own["source"] == "a") & (own["target"] == "b")]["pval"]
    expected = stats.combine_pvalues([*own, 1.0], method="fisher").pvalue
    assert planted["pval_samples"] == pytest.approx(expected)


def test_what_is_listed_does_not_change_what_the_samples_say(cohort):
    everything = run(cohort).copy()
    some = run(cohort, min_fraction=0.5)
    assert 0 < len(some) < len(everything)
    by_name = everything.astype(dict.fromkeys((*NAMES, "sample"), str))
    known = by_name.set_index([*NAMES, "sample"])
    for row in some.itertuples():
        before = known.loc[(row.interaction, row.source, row.target, row.sample)]
        assert row.pval == before["pval"]
        assert row.n_samples_seen == before["n_samples_seen"]
        assert row.pval_samples == pytest.approx(before["pval_samples"], nan_ok=True)
    assert some[["ligand_fraction", "receptor_fraction"]].min(axis=None) >= 0.5


def test_a_sample_with_one_group_is_not_tested_but_its_group_is_there(cohort):
    alone = (cohort.obs["sample"] != "s4") | (cohort.obs["group"] == "a")
    table = run(cohort[alone].copy())
    assert set(table["sample"]) == {"", "s1", "s2", "s3"}
    overall = table[(table["sample"] == "") & (table["source"] == "a") & (table["target"] == "a")]
    assert (overall["n_samples"] == 3).all()
    adata = cohort[alone].copy()
    run(adata)
    provenance = adata.uns["tmeatlas"][KEY]["provenance"]
    assert list(provenance["groups_missing_in_samples"]) == ["s4: b, c"]


def test_a_sample_needs_a_name(cohort):
    cohort.obs["sample"] = cohort.obs["sample"].cat.rename_categories({"s2": ""})
    with pytest.raises(InputError, match="empty name"):
        run(cohort)
    assert KEY not in cohort.uns


def test_samples_can_be_numbers(cohort):
    cohort.obs["sample"] = cohort.obs["sample"].str[1].astype(int)
    run(cohort)
    assert set(get_crosstalk(cohort, sample=2)["sample"]) == {"2"}


def test_groups_missing_in_a_sample_are_reported(cohort):
    run(cohort)
    provenance = cohort.uns["tmeatlas"][KEY]["provenance"]
    assert list(provenance["groups_missing_in_samples"]) == ["s4: b"]


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_pvalues_of_noise_are_combined_honestly(cohort):
    """Labels that mean nothing: combined p-values are not small more often than they say."""
    rng = np.random.default_rng(1)
    cohort.obs["group"] = pd.Categorical(rng.choice(["a", "b", "c"], cohort.n_obs))
    table = run(cohort)
    pvalues = table.loc[table["sample"] == "", "pval_samples"]
    assert (pvalues <= 0.05).mean() < 0.12
    assert pvalues.median() > 0.3


def test_one_sample_is_possible(cohort):
    one = cohort[cohort.obs["sample"] == "s1"].copy()
    table = run(one)
    overall = table[table["sample"] == ""]
    assert (overall["n_samples"] == 1).all()


def test_get_gives_the_rows_over_all_samples_unless_asked(cohort):
    run(cohort)
    assert set(get_crosstalk(cohort)["sample"]) == {""}
    assert set(get_crosstalk(cohort, sample=["s1", "s4"])["sample"]) == {"s1", "s4"}
    with pytest.raises(MissingKeyError, match="sample in the crosstalk table called 's5'"):
        get_crosstalk(cohort, sample="s5")


def test_it_needs_samples_with_groups(cohort):
    with pytest.raises(InputError, match="sample_key"):
        crosstalk(cohort, "group", database=database(), by_sample=True)
    with pytest.raises(InputError, match="No sample has two groups of 100"):
        run(cohort, min_cells=100)
    assert KEY not in cohort.uns


def test_survives_a_file(cohort, tmp_path):
    import anndata as ad

    table = run(cohort)
    cohort.write_h5ad(tmp_path / "cohort.h5ad")
    pd.testing.assert_frame_equal(ad.read_h5ad(tmp_path / "cohort.h5ad").uns[KEY], table)


def test_analytic_samples(cohort):
    table = run(cohort, null="analytic")
    exact = run(cohort)
    both = table.merge(exact, on=[*NAMES, "sample"], suffixes=("", "_exact"))
    assert len(both) == len(table) == len(exact)
    assert (both["pval"] - both["pval_exact"]).abs().max() < 0.08
