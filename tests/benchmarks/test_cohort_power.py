"""The benchmark of planted effects: its measures, and a quick form of what it shows."""

from __future__ import annotations

import importlib
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import tmeatlas as tme


@pytest.fixture(scope="module")
def power(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("cohort_power")
    sys.modules.pop("cohort_power", None)


def test_ideal_is_the_test_of_what_is_true(power):
    adata = tme.datasets.simulated_cohort(
        5, n_cells=20, patient_effect=0.3, effects={"axes": {"tgfb": 4.0}}
    )
    truth = power.Truth(adata)
    assert truth.case.tolist() == [False] * 5 + [True] * 5
    values = truth.side("TGFBR1_TGFBR2", "CAF myCAF")
    table = adata.uns["truth_levels"]
    own = table[(table["group"] == "CAF myCAF") & table["feature"].isin(["TGFBR1", "TGFBR2"])]
    least = own.groupby("sample", observed=True)["value"].min()
    assert values.tolist() == least.tolist()
    expected = stats.ttest_ind(values[5:], values[:5], equal_var=False).pvalue
    assert truth.pval(values) == pytest.approx(expected)
    assert expected < 0.01


def test_ideal_of_pairs_is_the_paired_test(power):
    adata = tme.datasets.simulated_cohort(5, n_cells=20, paired=True)
    truth = power.Truth(adata)
    values = truth.values("programmes", "interferon", "B")
    assert truth.pval(values) == pytest.approx(stats.ttest_rel(values[5:], values[:5]).pvalue)


def test_planted_sides(power):
    adata = tme.datasets.simulated_cohort(2, n_cells=20)
    sides = power.planted_sides(adata)
    assert ("TGFBR1_TGFBR2", "CAF myCAF") in sides
    assert ("CD274", "Malignant") in sides
    assert ("PDCD1", "Malignant") not in sides
    assert len(sides) == len(set(sides)) == 13


def test_what_was_not_tested_counts_as_missed(power):
    table = pd.DataFrame({"feature": ["TGFB1"], "group": ["B"], "pval": [0.01]})
    assert power.found(table, "TGFB1", "B") == 0.01
    assert power.found(table, "TGFB1", "NK") == 1.0


def test_upper_limit_counts_repeats(power):
    shares = pd.Series([0.04, 0.06])
    assert power.upper_limit(shares) == pytest.approx(0.05 + 1.96 * np.sqrt(2e-4) / np.sqrt(2))


def test_sides_hold_their_level_from_cells(power):
    """Two cohorts in which nothing differs; the bound is that of as many independent sides."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [power.null_once(power.FOUR, seed, 250) for seed in (1, 2)]
    for what in ("crosstalk", "axes"):
        n = sum(of[f"{what} sides"] for of in found)
        share = sum(of[what] * of[f"{what} sides"] for of in found) / n
        assert n > 500
        assert share < stats.binom.ppf(0.999, int(n), 0.05) / n, what
