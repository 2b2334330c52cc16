"""What is tested, what drops out, and how p-values are adjusted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_samples import made_design, made_table, waves
from scipy import stats

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.cohort import LeftOut, SampleTable, compare, joined


def test_all_that_was_tested_is_adjusted_together():
    tables = [made_table(waves(9, 6)[:, :4], group="T"), made_table(waves(9, 6)[:, 3:], group="B")]
    compared = compare(joined(tables), made_design("aaabbbccc"))
    assert len(compared.table) == 2 * (4 + 3)
    adjusted = stats.false_discovery_control(compared.table["pval"])
    np.testing.assert_allclose(compared.table["padj"], adjusted)
    assert compared.table["pval"].is_monotonic_increasing


def test_what_drops_out_is_listed_with_its_reason():
    values = waves(8, 6)
    values[:, 1] = 0.1 + 0.2  # constant
    values[:4, 2], values[4:, 2] = 1.0, 2.0  # no spread in either
    values[1:4, 3] = np.nan  # one sample of a
    values[:, 4] = np.nan
    compared = compare(made_table(values), made_design("aaaabbbb"))
    assert sorted(compared.table["feature"]) == ["f0", "f5"]
    reasons = dict(zip(compared.left_out["feature"], compared.left_out["reason"], strict=True))
    assert reasons == {
        "f1": "the same value everywhere",
        "f2": "no spread within the conditions, or too few samples in one of them",
        "f3": "values in too few samples: 1 in 'a', 4 in 'b'",
        "f4": "values in too few samples: 0 in 'a', 0 in 'b'",
    }


def test_a_whole_group_is_listed_once_after_what_the_reader_left_out():
    few = made_table(np.full((8, 3), np.nan), group="pDC", left_out=(LeftOut("x", "B", "why"),))
    compared = compare(joined([made_table(waves(8, 3), group="T"), few]), made_design("aaaabbbb"))
    assert compared.left_out.astype(str).to_numpy().tolist() == [
        ["x", "B", "why"],
        ["", "pDC", "values in too few samples: 0 in 'a', 0 in 'b'"],
    ]


def test_a_condition_in_which_a_feature_is_missing():
    values = waves(9, 2)
    values[7:, 1] = np.nan
    compared = compare(made_table(values), made_design("aaabbbccc"))
    assert len(compared.table) == 3
    assert compared.left_out["feature"].tolist() == ["f1"]
    assert compared.left_out["reason"].iloc[0].startswith("not in 'c'")


def test_one_condition_without_spread_is_compared():
    """A state that no control has, and all cases have to some degree."""
    values = np.array([0.0, 0, 0, 0, 0.4, 0.5, 0.6, 0.55])[:, None]
    table = compare(made_table(values), made_design("aaaabbbb")).table
    expected = stats.ttest_1samp(values[4:, 0], 0.0)
    assert table["pval"].iloc[0] == pytest.approx(expected.pvalue)
    assert table["df"].iloc[0] == pytest.approx(3)


def test_rounding_is_no_spread():
    values = 0.1 + np.array([0, 1e-17, 2e-17, 0, 1, 1 + 2e-16, 1, 1])[:, None] + np.zeros((8, 1))
    table = joined([made_table(values), made_table(waves(8, 1))])
    assert len(compare(table, made_design("aaaabbbb")).table) == 1


def test_nothing_left_is_refused():
    with pytest.raises(
        InputError, match=r"Nothing can be compared.*the same value everywhere.*min"
    ):
        compare(made_table(np.ones((8, 2))), made_design("aaaabbbb"))


def test_values_of_patients_are_listed():
    values = waves(6, 2)
    values[5, 1] = np.nan
    options = {"patient_key": "patient"}
    design = made_design("aaabbb", patient=[*"PPQRST"], options=options)
    samples = compare(made_table(values), design).samples
    assert len(samples) == 5 + 4
    row = samples[(samples["feature"] == "f0") & (samples["replicate"] == "P")]
    assert row["value"].iloc[0] == pytest.approx(values[:2, 0].mean())
    assert row["cells"].iloc[0] == 20
    assert samples["condition"].cat.categories.tolist() == ["a", "b"]


def test_of_very_many_features_those_with_the_lowest_pvalues_are_listed():
    values = np.random.default_rng(0).normal(size=(8, 5_100))
    compared = compare(made_table(values), made_design("aaaabbbb"))
    listed = set(compared.samples["feature"])
    assert len(compared.table) == 5_100
    assert listed == set(compared.table["feature"].iloc[:5_000])


@pytest.mark.parametrize(
    ("method", "error", "words"),
    [
        ("wilcoxon", MissingKeyError, "No test called 'wilcoxon'. Nearest first"),
        ("pydeseq2", MissingKeyError, "No test called 'pydeseq2'"),
        ("paired", InputError, "pass `paired_by=`"),
    ],
)
def test_tests_that_cannot_be_run(method, error, words):
    with pytest.raises(error, match=words):
        compare(made_table(waves(8, 2)), made_design("aaaabbbb"), method=method)


def test_different_patients_are_not_what_pairs_are():
    design = made_design("aaabbb", pair=[*"xyzxyz"], options={"paired_by": "pair"})
    with pytest.raises(InputError, match="compares different patients"):
        compare(made_table(waves(6, 2)), design, method="welch")


def test_tables_whose_parts_do_not_fit():
    features = pd.DataFrame({"feature": ["x"], "group": "", "unit": ""})
    with pytest.raises(ValueError, match=r"expected \(2, 1\)"):
        SampleTable(
            features=features, values=np.ones((2, 2)), cells=np.ones((2, 1)), samples=("s", "t")
        )
