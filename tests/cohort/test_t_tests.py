"""T-tests, Welch's ANOVA and Hotelling's T² against scipy and against identities."""

from __future__ import annotations

import numpy as np
import pytest
from made_samples import made_design, made_table, waves
from scipy import stats

from tmeatlas.cohort import compare

FIVE_SEVEN = "aaaaabbbbbbb"


def by_feature(compared):
    return compared.table.set_index("feature").sort_index(key=lambda f: f.str[1:].astype(int))


def test_welch_is_scipys():
    values = waves(12, 9)
    values[5:] *= 3  # another spread
    values[[0, 7], 2] = np.nan
    found = by_feature(compare(made_table(values), made_design(FIVE_SEVEN)))
    expected = stats.ttest_ind(values[5:], values[:5], equal_var=False, nan_policy="omit")
    np.testing.assert_allclose(found["pval"], expected.pvalue, rtol=1e-10)
    np.testing.assert_allclose(found["statistic"], expected.statistic, rtol=1e-10)
    np.testing.assert_allclose(found["df"], expected.df, rtol=1e-10)
    interval = expected.confidence_interval()
    np.testing.assert_allclose(found[["low", "high"]].T, interval, rtol=1e-10)
    assert found.loc["f2", ["n", "n_reference", "cells", "cells_reference"]].tolist() == [
        6,
        4,
        60,
        40,
    ]
    assert set(found["test"]) == {"Welch's t-test"}


def test_paired_t_is_scipys_whatever_the_order_of_the_samples():
    values = waves(10, 6)
    values[3, 1] = np.nan
    pairs = [*"vwxyz", *"zwvyx"]
    design = made_design("aaaaabbbbb", pair=pairs, options={"paired_by": "pair"})
    found = by_feature(compare(made_table(values), design))
    before = values[:5][np.argsort(pairs[:5])]
    after = values[5:][np.argsort(pairs[5:])]
    expected = stats.ttest_rel(after, before, nan_policy="omit")
    np.testing.assert_allclose(found["pval"], expected.pvalue, rtol=1e-10)
    np.testing.assert_allclose(found["effect"], np.nanmean(after - before, axis=0), rtol=1e-10)
    assert found.loc["f1", ["n", "n_reference"]].tolist() == [4, 4]
    np.testing.assert_allclose(found["mean"] - found["mean_reference"], found["effect"])


def test_three_conditions_each_against_the_reference_and_all_by_welchs_anova():
    values = waves(13, 7)
    compared = compare(made_table(values), made_design("aaaabbbbbcccc"))
    groups = values[:4], values[4:9], values[9:]
    expected = stats.f_oneway(*groups, equal_var=False).pvalue
    for condition, group in zip("bc", groups[1:], strict=True):
        rows = compared.table[compared.table["condition"] == condition].set_index("feature")
        rows = rows.loc[[f"f{i}" for i in range(7)]]
        alone = stats.ttest_ind(group, groups[0], equal_var=False).pvalue
        np.testing.assert_allclose(rows["pval"], alone, rtol=1e-10)
        np.testing.assert_allclose(rows["overall_pval"], expected, rtol=1e-10)
    once = compared.table.drop_duplicates("feature")
    adjusted = stats.false_discovery_control(once["overall_pval"])
    np.testing.assert_allclose(once["overall_padj"], adjusted)
    assert compared.facts["overall_test"] == "Welch's ANOVA"


def test_pairs_in_three_conditions_by_hotelling():
    """T² tests what the regression of a constant on the differences does."""
    values = waves(18, 5)
    design = made_design("aaaaaabbbbbbcccccc", pair=[*"uvwxyz"] * 3, options={"paired_by": "pair"})
    found = by_feature(compare(made_table(values), design))
    for i in range(5):
        against = np.stack([values[6:12, i], values[12:, i]], axis=1) - values[:6, i, None]
        ones = np.ones(6)
        fitted = against @ np.linalg.lstsq(against, ones, rcond=None)[0]
        explained = fitted @ fitted
        expected = stats.f.sf(explained / 2 / ((6 - explained) / 4), 2, 4)
        assert found.loc[f"f{i}", "overall_pval"].to_numpy() == pytest.approx(expected)


def test_pairs_that_lack_a_condition_are_compared_in_the_others():
    values = waves(8, 3)
    design = made_design("aaabbbcc", pair=[*"xyz", *"xyz", *"xy"], options={"paired_by": "pair"})
    table = compare(made_table(values), design).table
    sizes = table.groupby("condition")["n"].unique()
    assert sizes["b"].tolist() == [3]
    assert sizes["c"].tolist() == [2]
    assert table["overall_pval"].isna().all()  # two pairs cannot show two differences


def test_pvalues_are_never_zero():
    values = np.array([0.0, 1e-9, -1e-9, 1e6, 1e6 + 1e-3, 1e6 - 1e-3] * 2).reshape(2, 6)
    values = np.r_[values[:, :3].ravel(), values[:, 3:].ravel()][:, None] + 1e-12 * waves(12, 1)
    table = compare(
        made_table(np.hstack([values, waves(12, 1)])), made_design("aaaaaabbbbbb")
    ).table
    assert (table["pval"] > 0).all()
    assert table["pval"].min() < 1e-30
