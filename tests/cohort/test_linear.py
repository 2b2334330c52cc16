"""Linear models, and spread that features lend each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_samples import made_design, made_rows, made_table, waves
from scipy import stats

from tmeatlas._errors import InputError
from tmeatlas.cohort import compare, read_design

AGES = [50, 61, 43, 70, 38, 66, 59, 72, 41, 55, 64, 48]


def rows_of(compared, condition="b"):
    table = compared.table[compared.table["condition"] == condition].set_index("feature")
    return table.sort_index(key=lambda f: f.str[1:].astype(int))


def test_without_covariates_it_is_students():
    values = waves(12, 6)
    found = rows_of(compare(made_table(values), made_design("aaaaabbbbbbb"), method="linear"))
    expected = stats.ttest_ind(values[5:], values[:5])
    np.testing.assert_allclose(found["pval"], expected.pvalue, rtol=1e-9)
    np.testing.assert_allclose(found[["low", "high"]].T, expected.confidence_interval(), rtol=1e-9)


def test_a_number_is_taken_out_of_values_and_condition():
    """Frisch, Waugh and Lovell: both regressed on the covariate, then on each other."""
    values = waves(12, 6) + 0.2 * np.array(AGES)[:, None]
    design = made_design("abababababab", age=AGES, options={"covariates": ["age"]})
    found = rows_of(compare(made_table(values), design))
    others = np.c_[np.ones(12), AGES]
    condition = np.array([0.0, 1.0] * 6)
    taken = [x - others @ np.linalg.lstsq(others, x, rcond=None)[0] for x in (condition, values)]
    effect = taken[0] @ taken[1] / (taken[0] @ taken[0])
    residual = taken[1] - np.outer(taken[0], effect)
    error = np.sqrt((residual**2).sum(axis=0) / 9 / (taken[0] @ taken[0]))
    np.testing.assert_allclose(found["effect"], effect, rtol=1e-8)
    np.testing.assert_allclose(found["pval"], 2 * stats.t.sf(abs(effect / error), 9), rtol=1e-8)
    assert set(found["test"]) == {"linear model with age"}


def test_a_category_is_a_block():
    """Two batches of the same plan: the effect is the mean of that in each."""
    values = waves(8, 4)
    batch = ["x"] * 4 + ["y"] * 4
    design = made_design("aabbaabb", batch=batch, options={"covariates": ["batch"]})
    found = rows_of(compare(made_table(values), design))
    parts = [values[s + 2 : s + 4].mean(axis=0) - values[s : s + 2].mean(axis=0) for s in (0, 4)]
    np.testing.assert_allclose(found["effect"], np.mean(parts, axis=0), rtol=1e-9)
    assert (found["df"] == 5).all()


def test_pairs_as_blocks_give_the_paired_t():
    values = waves(10, 25)
    design = made_design("aaaaabbbbb", pair=[*"vwxyz"] * 2, options={"paired_by": "pair"})
    found = rows_of(compare(made_table(values), design, method="linear"))
    expected = stats.ttest_rel(values[5:], values[:5])
    np.testing.assert_allclose(found["pval"], expected.pvalue, rtol=1e-9)


@pytest.mark.parametrize("lacking", ["v", "z"])
def test_a_pair_without_a_value_is_left_out_whichever_it_is(lacking):
    values, pair = waves(10, 25), [*"vwxyz"] * 2
    there = np.array(pair) != lacking
    expected = stats.ttest_rel(values[there][4:], values[there][:4]).pvalue
    values[~there] = np.nan
    design = made_design("aaaaabbbbb", pair=pair, options={"paired_by": "pair"})
    found = rows_of(compare(made_table(values), design, method="linear"))
    np.testing.assert_allclose(found["pval"], expected, rtol=1e-9)


@pytest.mark.parametrize("lacking", ["x", "z"])
def test_a_batch_without_a_value_is_left_out_whichever_it_is(lacking):
    values, batch, conditions = waves(12, 4), np.array([*"xxxxyyyyzzzz"]), np.array([*"aabb"] * 3)
    there = batch != lacking
    rest = made_design(conditions[there], batch=batch[there], options={"covariates": ["batch"]})
    expected = rows_of(compare(made_table(values[there]), rest))
    values[~there] = np.nan
    design = made_design(conditions, batch=batch, options={"covariates": ["batch"]})
    found = rows_of(compare(made_table(values), design))
    np.testing.assert_allclose(found[["effect", "pval"]], expected[["effect", "pval"]], rtol=1e-9)


def test_a_condition_without_values_leaves_the_others():
    values = waves(12, 3)
    values[9:] = np.nan
    compared = compare(made_table(values), made_design("aaaabbbbcccc"), method="linear")
    expected = stats.ttest_ind(values[4:8], values[:4])
    np.testing.assert_allclose(rows_of(compared)["pval"], expected.pvalue, rtol=1e-9)
    assert rows_of(compared)["overall_pval"].isna().all()
    assert compared.left_out["reason"].str.startswith("not in 'c'").all()


def test_overall_f_of_a_linear_model_is_the_analysis_of_variance():
    values = waves(13, 5)
    compared = compare(made_table(values), made_design("aaaabbbbbcccc"), method="linear")
    expected = stats.f_oneway(values[:4], values[4:9], values[9:]).pvalue
    np.testing.assert_allclose(rows_of(compared)["overall_pval"], expected, rtol=1e-9)


class TestModerated:
    """Numbers frozen from lmFit and eBayes of inmoose 0.9.1, a port of limma."""

    PVAL = (
        *(0.8693065019313135, 0.13079599899152033, 0.0057076358932806074),
        *(0.8129537465677199, 0.779226922466834),
    )
    STATISTIC = (
        *(0.1715348711867956, 1.7426621146219767, 4.14754641637906),
        *(-0.24698731474897254, -0.29290007857409084),
    )
    PRIOR_DF = 1.15248804925933

    def test_two_conditions(self):
        compared = compare(made_table(waves(7, 25)), made_design("aaabbbb"), method="moderated")
        found = rows_of(compared).iloc[:5]
        np.testing.assert_allclose(found["pval"], self.PVAL, rtol=1e-9)
        np.testing.assert_allclose(found["statistic"], self.STATISTIC, rtol=1e-9)
        np.testing.assert_allclose(found["df"], 5 + self.PRIOR_DF, rtol=1e-9)

    def test_three_conditions_and_a_covariate(self):
        """The F of inmoose is frozen, not its p: that takes the residual df for infinite."""
        design = made_design("aaaabbbbcccc", age=AGES, options={"covariates": ["age"]})
        compared = compare(made_table(waves(12, 30)), design, method="moderated")
        b, c = rows_of(compared, "b").iloc[:3], rows_of(compared, "c").iloc[:3]
        expected_b = [0.6703077234917374, 0.7286862207321633, 0.0018351580380131845]
        expected_c = [0.986326724308395, 0.3203090463845665, 0.052541058232800454]
        np.testing.assert_allclose(b["pval"], expected_b, rtol=1e-9)
        np.testing.assert_allclose(c["pval"], expected_c, rtol=1e-9)
        ratios = [0.1203671715931475, 0.5645723995485888, 9.326136631932203]
        df = 8 + 1.2356087198385242
        np.testing.assert_allclose(b["overall_pval"], stats.f.sf(ratios, 2, df), rtol=1e-7)

    def test_inmoose_where_it_is_installed(self):
        limma = pytest.importorskip("inmoose.limma")
        values = waves(9, 40)
        model = np.c_[np.ones(9), np.repeat([0.0, 1.0], [4, 5])]
        expected = limma.eBayes(limma.lmFit(pd.DataFrame(values.T), model))
        compared = compare(made_table(values), made_design("aaaabbbbb"), method="moderated")
        np.testing.assert_allclose(
            rows_of(compared)["pval"], np.asarray(expected.p_value)[:, 1], rtol=1e-9
        )

    def test_a_constant_feature_does_not_spoil_the_others(self):
        values = waves(7, 26)
        values[:, 25] = 4.0
        compared = compare(made_table(values), made_design("aaabbbb"), method="moderated")
        np.testing.assert_allclose(rows_of(compared)["pval"].iloc[:5], self.PVAL, rtol=1e-9)
        assert compared.left_out["feature"].tolist() == ["f25"]

    def test_spread_that_is_alike_in_all_features(self):
        """Where variances differ less than chance makes them, all features have one."""
        values = np.tile(waves(8, 1), 24) + np.linspace(0, 1, 24)
        found = rows_of(compare(made_table(values), made_design("aaaabbbb"), method="moderated"))
        error = (found["effect"] / found["statistic"]).to_numpy()
        np.testing.assert_allclose(error, error[0])
        assert (found["df"] == 24 * 6).all()  # no more than all features have together

    def test_too_few_features_are_refused(self):
        with pytest.raises(InputError, match=r"20 features .* found 19"):
            compare(made_table(waves(8, 19)), made_design("aaaabbbb"), method="moderated")


class TestCovariatesThatCannotBeUsed:
    @pytest.mark.parametrize(
        ("batch", "words"),
        [
            (
                [*"xxxxyyyy"],
                r"confounded with 'batch'.*Samples by 'batch': x: 4 a, 0 b; y: 0 a, 4 b",
            ),
            ([*"xxxxyyzz"], "confounded with 'batch'"),
            ([*"xxxxxxxx"], "same value of 'batch'"),
            ([*"stuvwxyz"], "cannot tell 9 effects apart"),
            ([*range(7), None], "no value for the samples 's7'"),
            (pd.date_range("2020", periods=8), "numbers or categories.*datetime64"),
            ([(1, 2)] * 4 + [(3, 4)] * 4, "numbers or categories.*object"),
            ([1j] * 8, "numbers or categories.*complex"),
        ],
    )
    def test_refused(self, batch, words):
        with pytest.raises(InputError, match=words):
            made_design("aaaabbbb", batch=batch, options={"covariates": ["batch"]})

    def test_two_that_are_confounded_together_are_both_named(self):
        first, second = [*"xxxxyyxx"], [*"uuuuuuvv"]
        for one in (first, second):
            made_design("aaaabbbb", one=one, options={"covariates": ["one"]})
        with pytest.raises(InputError, match="confounded with 'one', 'two'"):
            made_design("aaaabbbb", one=first, two=second, options={"covariates": ["one", "two"]})

    def test_two_that_say_the_same(self):
        options = {"covariates": ["one", "two"]}
        with pytest.raises(InputError, match="'one', 'two' say the same in other words"):
            made_design("aaaabbbb", one=[*"xyxyxyxy"], two=[*"uvuvuvuv"], options=options)

    def test_what_pairs_share_says_the_same_as_they(self):
        options = {"paired_by": "pair", "covariates": ["sex"]}
        pairs, sex = [*"vwxyz"] * 2, [*"fmfmf"] * 2
        with pytest.raises(InputError, match=r"'sex' say the same .* as `paired_by=?`"):
            made_design("aaaaabbbbb", pair=pairs, sex=sex, options=options)

    def test_those_that_differ_between_cells(self):
        rows = made_rows("aabb").loc[[0, 0, 1, 2, 3]].assign(depth=[1, 2, 3, 4, 5])
        with pytest.raises(InputError, match=r"'depth'.* differs between the cells of 's0'"):
            read_design(
                rows,
                sample_key="sample",
                condition_key="condition",
                reference="a",
                covariates=["depth"],
            )

    @pytest.mark.parametrize("method", ["welch", "permutation", "paired"])
    def test_tests_that_take_none(self, method):
        design = made_design("aaaabbbb", age=AGES[:8], options={"covariates": ["age"]})
        with pytest.raises(InputError, match=r"takes no covariates, and found 'age'.*'linear'"):
            compare(made_table(waves(8, 3)), design, method=method)


def test_booleans_and_whole_numbers_are_taken():
    design = made_design(
        "aaaabbbb",
        treated=[True, False] * 4,
        age=AGES[:8],
        options={"covariates": ["treated", "age"]},
    )
    assert design.covariates.columns.shape == (8, 2)


def test_a_batch_without_values_in_a_group_of_cells_leaves_the_feature_testable():
    values = waves(9, 3)
    values[6:, 1] = np.nan  # the whole third batch
    batch = [*"xxxyyyzzz"]
    design = made_design("abbabaabb", batch=batch, options={"covariates": ["batch"]})
    found = rows_of(compare(made_table(values), design))
    assert found.loc["f1", "df"] == 3
    values[[0, 3, 5], 2] = np.nan  # no reference is left in the first two batches
    compared = compare(made_table(values), design)
    assert rows_of(compared).index.tolist() == ["f0", "f1"]
