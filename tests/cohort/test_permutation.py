"""Exact permutations against scipy's, their floors, and what is drawn where there are too many."""

from __future__ import annotations

import numpy as np
import pytest
from made_samples import made_design, made_table, waves
from scipy import stats

from tmeatlas.cohort import compare


def rows_of(compared):
    table = compared.table.set_index("feature")
    return table.sort_index(key=lambda f: f.str[1:].astype(int))


def test_all_relabellings_are_scipys():
    values = waves(8, 5)
    values[3:] += 1.0
    values[7, 4] = np.nan
    found = rows_of(compare(made_table(values), made_design("aaabbbbb"), method="permutation"))
    exact = stats.PermutationMethod(n_resamples=np.inf)
    for i in range(5):
        case, reference = (v[np.isfinite(v)] for v in (values[3:, i], values[:3, i]))
        expected = stats.permutation_test(
            (case, reference),
            lambda x, y: abs(stats.ttest_ind(x, y, equal_var=False).statistic),
            n_resamples=exact.n_resamples,
            alternative="greater",
        )
        assert found.loc[f"f{i}", "pval"] == pytest.approx(expected.pvalue)
    assert found.loc["f0", "note"] == "smallest reachable p 0.018"  # 1 of 56
    assert found.loc["f4", "note"] == "smallest reachable p 0.029"  # 1 of 35
    welch = rows_of(compare(made_table(values), made_design("aaabbbbb")))
    np.testing.assert_array_equal(found[["effect", "low"]], welch[["effect", "low"]])


def test_signs_of_differences():
    values = waves(12, 4)
    design = made_design("aaaaaabbbbbb", pair=[*"uvwxyz"] * 2, options={"paired_by": "pair"})
    found = rows_of(compare(made_table(values), design, method="permutation"))
    for i in range(4):
        expected = stats.permutation_test(
            (values[6:, i], values[:6, i]),
            lambda x, y: abs(stats.ttest_rel(x, y).statistic),
            permutation_type="samples",
            alternative="greater",
        )
        assert found.loc[f"f{i}", "pval"] == pytest.approx(expected.pvalue)
    assert set(found["note"]) == {"smallest reachable p 0.031"}


def test_a_test_that_can_find_nothing_says_so():
    compared = compare(made_table(waves(6, 2)), made_design("aaabbb"), method="permutation")
    assert set(compared.table["note"]) == {"smallest reachable p 0.1"}
    assert any("no permutation can give a p below 0.1" in words for words in compared.cautions)


def test_many_patients_are_drawn_and_the_draws_repeat():
    values = waves(24, 6)
    values[12:, 0] += 4
    design = made_design("a" * 12 + "b" * 12)
    found, again = (
        rows_of(compare(made_table(values), design, method="permutation")) for _ in range(2)
    )
    np.testing.assert_array_equal(found["pval"], again["pval"])
    assert found.loc["f0", "pval"] == pytest.approx(1e-4)
    assert set(found["note"]) == {"smallest reachable p 0.0001"}
    welch = rows_of(compare(made_table(values), design))
    np.testing.assert_allclose(found["pval"][1:], welch["pval"][1:], atol=0.05)
