"""Crosstalk with samples: compared within each, judged over them, listed for each."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from made_crosstalk import cells_with, check_verdicts
from scipy import stats

from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.get import crosstalk as get_crosstalk
from tmeatlas.results import Crosstalk
from tmeatlas.tl import crosstalk

KEY = "tme_crosstalk"
COUNTS = ["n_samples", "n_samples_seen", "n_samples_specific"]
NAMES = ["interaction", "source", "target"]
PLANTED = ("L^R", "a", "b")
SAMPLES = ("s1", "s2", "s3", "s4")


def cohort_with(
    planted: tuple[str, ...], samples: tuple[str, ...] = SAMPLES, *, by: float = 3.0
) -> AnnData:
    """Samples of three groups of thirty cells; L is high in a and R in b in the `planted` ones."""
    rng = np.random.default_rng(0)
    n = 90 * len(samples)
    group, sample = np.tile(["a", "b", "c"], n // 3), np.repeat(samples, 90)
    genes = ["L", "R", *(f"N{i}" for i in range(60))]
    values = rng.lognormal(0, 0.5, (n, len(genes))) * (rng.random((n, len(genes))) < 0.5)
    where = np.isin(sample, planted)
    values[(group == "a") & where, 0] += by
    values[(group == "b") & where, 1] += by
    return cells_with(values, genes, group=group, sample=sample)


def without(adata: AnnData, group: str, *samples: str) -> AnnData:
    return adata[~((adata.obs["group"] == group) & adata.obs["sample"].isin(samples))].copy()


@pytest.fixture
def cohort() -> AnnData:
    """L and R are planted in s1 to s3; s4 has no group b."""
    return without(cohort_with(("s1", "s2", "s3")), "b", "s4")


def database() -> pd.DataFrame:
    pairs = [("L", "R"), *((f"N{i}", f"N{i + 1}") for i in range(0, 20, 2))]
    return pd.DataFrame(pairs, columns=["ligand", "receptor"])


def run(adata, **options) -> pd.DataFrame:
    usual = {"database": database(), "sample_key": "sample", "by_sample": True}
    crosstalk(adata, "group", **usual | options)
    table = adata.uns[KEY]
    check_verdicts(table, Crosstalk)
    return table


def overall(table) -> pd.DataFrame:
    rows = table[table["sample"] == ""]
    return rows.astype(dict.fromkeys(NAMES, str)).set_index(NAMES)


def of_samples(table, row=PLANTED) -> pd.DataFrame:
    rows = table[table["sample"] != ""].astype(dict.fromkeys([*NAMES, "sample"], str))
    return rows.set_index(NAMES).loc[[row]].set_index("sample")


def facts(adata) -> dict:
    return adata.uns["tmeatlas"][KEY]["provenance"]


def half_of(pvalues, least) -> float:
    """Fisher's method on what is left without the `least` - 1 lowest."""
    left = np.sort(pvalues)[least - 1 :]
    return stats.combine_pvalues(left, method="fisher").pvalue


def test_rows_over_all_samples_are_those_without_by_sample(cohort):
    table = run(cohort)
    plain = run(cohort, by_sample=False)
    rows = table[table["sample"] == ""]
    assert len(plain) == len(rows) > 80
    for name in plain:
        np.testing.assert_array_equal(plain[name].to_numpy(), rows[name].to_numpy())


def test_rows_of_a_sample_rest_on_its_cells_alone(cohort):
    table = run(cohort)
    own = table[table["sample"] == "s2"].reset_index(drop=True)
    crosstalk(cohort[cohort.obs["sample"] == "s2"].copy(), "group", database=database())
    alone = cohort[cohort.obs["sample"] == "s2"].copy()
    crosstalk(alone, "group", database=database())
    expected = alone.uns[KEY]
    assert len(own) == len(expected) > 80
    for name in expected:
        if name != "sample":
            np.testing.assert_array_equal(own[name].to_numpy(), expected[name].to_numpy())
    assert (own[COUNTS] == 0).all(axis=None)
    assert own["pval_pooled"].isna().all()


def test_samples_are_counted_and_combined(cohort):
    table = run(cohort)
    rows = overall(table)
    planted, own = rows.loc[PLANTED], of_samples(table)
    assert planted[COUNTS].to_list() == [3, 3, 3]
    assert list(own.index) == ["s1", "s2", "s3"]
    assert (own["verdict"] == "specific").all()
    assert planted["pval"] == pytest.approx(half_of(own["pval"], 2), rel=1e-6)
    assert planted["verdict"] == "specific"
    assert facts(cohort)["verdict_by_samples"]
    # Groups that all four samples have: specific in two of them at least.
    for row in [("N0^N1", "a", "c"), ("N4^N5", "c", "c"), ("L^R", "a", "a")]:
        assert rows.loc[row, COUNTS[0]] == 4
        assert rows.loc[row, "pval"] == pytest.approx(
            half_of(of_samples(table, row)["pval"], 2), rel=1e-6
        )


def test_padj_is_that_of_the_p_values_of_the_samples(cohort):
    table = run(cohort)
    rows = overall(table)
    larger, smaller = [], []
    for row in rows.index:
        sides = of_samples(table, row)[["ligand_pval", "receptor_pval"]]
        larger.append(half_of(sides.max(axis=1), 2))
        smaller.append(half_of(sides.min(axis=1), 2))
    larger, smaller = np.array(larger), np.array(smaller)
    expected = [
        min(1.0, *(p * (smaller <= p).sum() / (larger <= p).sum() for p in larger[larger >= own]))
        for own in larger
    ]
    np.testing.assert_allclose(rows["padj"], expected, rtol=1e-6)
    assert facts(cohort)["n_rows_tested"] == len(rows) == 11 * 9


def test_all_cells_together_are_told_beside(cohort):
    few = cohort[cohort.obs["sample"].isin(["s1", "s2"])].copy()
    two = overall(run(few))
    assert not facts(few)["verdict_by_samples"]
    np.testing.assert_array_equal(two["pval"], two["pval_pooled"])
    assert two.loc[PLANTED, COUNTS].to_list() == [2, 2, 2]
    assert two.loc[PLANTED, "verdict"] == "specific"
    three = overall(run(cohort))
    assert (three["pval"] != three["pval_pooled"]).any()
    assert three.loc[PLANTED, "pval_pooled"] < 1e-10


def test_one_sample_does_not_carry_a_row():
    table = overall(run(cohort_with(("s2",), by=6.0)))
    planted = table.loc[PLANTED]
    assert planted[COUNTS].to_list() == [4, 4, 1]
    assert planted["pval_pooled"] < 1e-4
    assert planted["padj"] == 1.0
    assert planted["verdict"] != "specific"


def test_half_of_the_samples_carry_a_row():
    planted = overall(run(cohort_with(("s1", "s4")))).loc[PLANTED]
    assert planted[COUNTS].to_list() == [4, 4, 2]
    assert planted["verdict"] == "specific"
    # Of five, three are at least half.
    five = (*SAMPLES, "s5")
    for where, verdict in ((five[:2], False), (five[:3], True)):
        planted = overall(run(cohort_with(where, five))).loc[PLANTED]
        assert (planted["verdict"] == "specific") is verdict


def test_groups_that_meet_in_one_or_two_samples(cohort):
    """One sample does not speak for the others; of two, both have to."""
    both = without(cohort_with(SAMPLES), "b", "s3", "s4")
    assert overall(run(both)).loc[PLANTED, [*COUNTS, "verdict"]].to_list() == [2, 2, 2, "specific"]
    half = without(cohort_with(("s1",), by=6.0), "b", "s3", "s4")
    assert overall(run(half)).loc[PLANTED, COUNTS].to_list() == [2, 2, 1]
    assert overall(run(half)).loc[PLANTED, "padj"] == 1.0
    one = without(cohort_with(SAMPLES, by=6.0), "b", "s2", "s3", "s4")
    with pytest.warns(
        TMEWarning, match="fewer: 'b'. None of their rows can be specific.*min_cells"
    ):
        table = run(one)
    planted = overall(table).loc[PLANTED]
    assert planted[COUNTS].to_list() == [1, 1, 1]
    assert (of_samples(table)["verdict"] == "specific").all()
    assert planted["pval_pooled"] < 1e-4
    assert (planted["padj"], planted["verdict"]) == (1.0, "too few cells")


def test_groups_that_meet_in_no_sample_with_enough_cells(cohort):
    """There are cells of like depth to compare with, but too few in each sample."""
    values, obs = cohort.X, cohort.obs.copy()
    in_c = np.flatnonzero(obs["group"] == "c")
    groups = obs["group"].astype(str).to_numpy()
    groups[in_c[::5]] = "rare"  # six in each sample
    adata = AnnData(values, obs=obs.assign(group=groups), var=cohort.var)
    with pytest.warns(TMEWarning, match="fewer: 'rare'"):
        rows = overall(run(adata)).reset_index()
    rare = (rows["source"] == "rare") | (rows["target"] == "rare")
    assert rare.any()
    assert (rows.loc[rare, COUNTS] == 0).all(axis=None)
    assert (rows.loc[rare, "padj"] == 1.0).all()
    assert set(rows.loc[rare, "verdict"]) <= {"too few cells", "not specific"}
    assert list(facts(adata)["groups_missing_in_samples"]) == [
        "s1: rare", "s2: rare", "s3: rare", "s4: b, rare",
    ]  # fmt: skip


def test_a_sample_that_does_not_show_a_row_counts_against_it(cohort):
    values = cohort.X.toarray()
    values[cohort.obs["sample"] == "s3", 0] = 0
    cohort.X = sp.csr_matrix(values)
    table = run(cohort)
    planted = overall(table).loc[PLANTED]
    assert planted[COUNTS].to_list() == [3, 2, 2]
    own = of_samples(table)["pval"]
    assert list(own.index) == ["s1", "s2"]
    assert planted["pval"] == pytest.approx(half_of([*own, 1.0], 2), rel=1e-6)
    values[cohort.obs["sample"] == "s2", 0] = 0
    cohort.X = sp.csr_matrix(values)
    planted = overall(run(cohort)).loc[PLANTED]
    assert planted[COUNTS].to_list() == [3, 1, 1]
    assert planted["padj"] == 1.0


def test_what_is_listed_does_not_change_what_the_samples_say(cohort):
    everything = run(cohort).copy()
    some = run(cohort, min_fraction=0.5)
    assert 0 < len(some) < len(everything)
    by_name = everything.astype(dict.fromkeys((*NAMES, "sample"), str))
    known = by_name.set_index([*NAMES, "sample"])
    for row in some.itertuples():
        before = known.loc[(row.interaction, row.source, row.target, row.sample)]
        assert row.pval == before["pval"]
        assert row.padj == before["padj"]
        assert row.n_samples_seen == before["n_samples_seen"]
    assert some[["ligand_fraction", "receptor_fraction"]].min(axis=None) >= 0.5


def test_microenvironments_hold_within_samples(cohort):
    table = run(cohort, microenvironments={"one": ["a", "b"], "two": ["c"]})
    met = {tuple(pair) for pair in table[["source", "target"]].astype(str).to_numpy()}
    assert met == {("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"), ("c", "c")}
    assert overall(table).loc[PLANTED, "verdict"] == "specific"
    # In s4 a and c cannot meet, and b is not there.
    own = table[table["sample"] == "s4"]
    assert {tuple(p) for p in own[["source", "target"]].astype(str).to_numpy()} == {
        ("a", "a"),
        ("c", "c"),
    }


def test_a_sample_with_one_group_is_not_tested_but_its_group_is_there(cohort):
    alone = (cohort.obs["sample"] != "s4") | (cohort.obs["group"] == "a")
    adata = cohort[alone].copy()
    table = run(adata)
    assert set(table["sample"]) == {"", "s1", "s2", "s3"}
    rows = overall(table).reset_index()
    assert (rows["n_samples"] == 3).all()
    assert list(facts(adata)["groups_missing_in_samples"]) == ["s4: b, c"]


def test_samples_in_which_all_groups_are_too_small(cohort):
    """No sample can be tested by itself: all cells together are, within the samples."""
    sample = [f"{name}.{i % 4}" for i, name in enumerate(cohort.obs["sample"])]
    cohort.obs["sample"] = pd.Categorical(sample)
    with pytest.warns(TMEWarning, match="No sample has two groups.*`min_cells=`") as caught:
        table = run(cohort)
    assert len(caught) == 1
    assert set(table["sample"]) == {""}
    assert not facts(cohort)["verdict_by_samples"]
    planted = overall(table).loc[PLANTED]
    assert planted["verdict"] == "specific"
    assert planted[COUNTS].to_list() == [0, 0, 0]
    levels = cohort.uns[f"{KEY}_levels"]
    assert set(levels["sample"]) == set(cohort.obs["sample"])
    assert levels["cells"].max() < 16  # and every one of them is told


def test_a_group_of_unlike_depth_in_a_sample_is_not_counted_there(cohort):
    """In s1, group c shows many genes more than a and b: it is there, and cannot be compared."""
    extra = np.zeros((cohort.n_obs, 100), dtype=np.float32)
    deep = ((cohort.obs["sample"] == "s1") & (cohort.obs["group"] == "c")).to_numpy()
    extra[deep] = 1.0
    genes = [*cohort.var_names, *(f"E{i}" for i in range(100))]
    values = np.hstack([cohort.X.toarray(), extra])
    adata = cells_with(values, genes, group=cohort.obs["group"], sample=cohort.obs["sample"])
    rows = overall(run(adata))
    assert rows.loc[("L^R", "a", "c"), COUNTS[:2]].to_list() == [3, 3]
    assert (rows["n_samples_seen"] <= rows["n_samples"]).all()


def test_levels_are_those_of_each_sample_and_group(cohort):
    pairs = database().assign(receptor=lambda d: d["receptor"].replace("N3", "N3_N5"))
    run(cohort, database=pairs, by_sample=False)
    levels = cohort.uns[f"{KEY}_levels"]
    types = {name: str(dtype) for name, dtype in levels.dtypes.items()}
    assert types == {column.name: column.dtype for column in Crosstalk.level_columns}
    partners = {*pairs["ligand"], *pairs["receptor"]}
    assert set(levels["partner"]) == partners
    assert len(levels) == len(partners) * (3 * 3 + 2)  # s4 has two groups
    assert not levels.duplicated(["sample", "group", "partner"]).any()
    frame = cohort.to_df()
    for found in levels.sample(60, random_state=0).itertuples():
        inside = (cohort.obs["sample"] == found.sample) & (cohort.obs["group"] == found.group)
        own = frame.loc[inside, found.partner.split("_")]
        assert found.cells == len(own) == 30
        assert found.mean == pytest.approx(own.mean().min(), rel=1e-5)
        assert found.fraction == pytest.approx((own > 0).mean().min(), rel=1e-6)


def test_levels_go_with_the_samples(cohort):
    run(cohort)
    assert f"{KEY}_levels" in cohort.uns
    run(cohort, sample_key=None, by_sample=False)
    assert f"{KEY}_levels" not in cohort.uns
    assert not {*COUNTS, "pval_pooled"} & set(cohort.uns[KEY])


def test_a_sample_needs_a_name(cohort):
    cohort.obs["sample"] = cohort.obs["sample"].cat.rename_categories({"s2": ""})
    with (
        pytest.warns(TMEWarning, match="have '' in place of a label"),
        pytest.raises(InputError, match="without a sample"),
    ):
        run(cohort)
    assert dict(cohort.uns) == {}


def test_samples_can_be_numbers(cohort):
    cohort.obs["sample"] = cohort.obs["sample"].str[1].astype(int)
    run(cohort)
    assert set(get_crosstalk(cohort, sample="2")["sample"]) == {"2"}


@pytest.mark.parametrize("seed", range(4))
def test_labels_without_a_meaning_are_specific_in_no_sample(seed):
    adata = cohort_with(())
    labels = np.random.default_rng(seed).choice(["a", "b", "c"], adata.n_obs)
    adata.obs["group"] = pd.Categorical(labels)
    rows = overall(run(adata))
    assert (rows["padj"] > 0.05).all()


def test_one_sample_is_possible(cohort):
    one = cohort[cohort.obs["sample"] == "s1"].copy()
    rows = overall(run(one))
    assert (rows["n_samples"] == 1).all()
    assert rows.loc[PLANTED, "verdict"] == "specific"
    assert not facts(one)["verdict_by_samples"]


def test_get_gives_the_rows_over_all_samples_unless_asked(cohort):
    run(cohort)
    assert set(get_crosstalk(cohort)["sample"]) == {""}
    assert set(get_crosstalk(cohort, sample=["s1", "s4"])["sample"]) == {"s1", "s4"}
    with pytest.raises(MissingKeyError, match="sample in the crosstalk table called 's5'"):
        get_crosstalk(cohort, sample="s5")
    run(cohort, by_sample=False)
    with pytest.raises(MissingKeyError, match=r"'s1'\. There are none\. .*`by_sample=True`"):
        get_crosstalk(cohort, sample="s1")


@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
def test_survives_a_file(cohort, tmp_path, file_format):
    table = run(cohort)
    path = tmp_path / f"cohort.{file_format}"
    getattr(cohort, f"write_{file_format}")(path)
    back = getattr(ad, f"read_{file_format}")(path)
    for key in (KEY, f"{KEY}_levels"):
        expected = cohort.uns[key]
        found = back.uns[key].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected, check_index_type=False, check_names=False)
    assert Crosstalk.read(back).levels is not None
    assert len(get_crosstalk(back, sample=None)) == len(table)
