"""Rows between groups: which of their sides changed, and the product as a description."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tmeatlas.cohort import SampleTable, changed_rows, compare, read_design

SIDES = [("L", "a"), ("L", "b"), ("R", "a"), ("R", "b"), ("S", "b")]


def make_table(n: int = 6, *, seed: int = 0) -> SampleTable:
    """L is raised in a, R lowered in b, S in b is missing in one sample of the reference."""
    values = np.random.default_rng(seed).normal(0, 0.3, (2 * n, len(SIDES)))
    values[n:, 0] += 3.0
    values[n:, 3] -= 2.0
    values[1, 4] = np.nan
    return SampleTable(
        features=pd.DataFrame(SIDES, columns=["feature", "group"]).assign(unit="log2"),
        values=values,
        cells=np.full(values.shape, 20),
        samples=tuple(f"s{i}" for i in range(2 * n)),
    )


def make_obs(n: int = 6) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sample": [f"s{i}" for i in range(2 * n)],
            "patient": [f"p{i % n}" for i in range(2 * n)],
            "condition": ["before"] * n + ["after"] * n,
        }
    ).astype("category")


def make_routes(pairs=(("L", "R"), ("L", "S"), ("L", "T"))) -> pd.DataFrame:
    rows = [
        (source, target, ligand, receptor, "axis")
        for ligand, receptor in pairs
        for source in "ab"
        for target in "ab"
    ]
    names = ["source", "target", "ligand_complex", "receptor_complex", "axis"]
    return pd.DataFrame(rows, columns=names).astype("category")


@pytest.fixture(params=["unpaired", "paired"])
def case(request):
    paired = "patient" if request.param == "paired" else None
    design = read_design(
        make_obs(),
        sample_key="sample",
        condition_key="condition",
        reference="before",
        paired_by=paired,
    )
    table = make_table()
    compared = compare(table, design)
    rows = changed_rows(make_routes(), table, compared, design)
    return table, compared, rows


def row(rows: pd.DataFrame, source: str, target: str, ligand: str, receptor: str) -> pd.Series:
    found = rows[
        (rows["source"] == source)
        & (rows["target"] == target)
        & (rows["ligand_complex"] == ligand)
        & (rows["receptor_complex"] == receptor)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_rows_carry_the_tests_of_their_sides(case):
    _, compared, rows = case
    tested = compared.table.set_index(["feature", "group"])
    for _, one in rows.iterrows():
        for side, group in (("ligand", "source"), ("receptor", "target")):
            of_side = tested.loc[(one[f"{side}_complex"], one[group])]
            for what in ("effect", "pval", "padj"):
                assert one[f"{side}_{what}"] == of_side[what]


def test_changed_names_the_side(case):
    rows = case[2]
    assert row(rows, "a", "b", "L", "R")["changed"] == "both"
    assert row(rows, "a", "a", "L", "R")["changed"] == "ligand"
    assert row(rows, "b", "b", "L", "R")["changed"] == "receptor"
    assert row(rows, "b", "a", "L", "R")["changed"] == ""
    assert row(rows, "a", "b", "L", "R")["ligand_effect"] > 0
    assert row(rows, "a", "b", "L", "R")["receptor_effect"] < 0


def test_best_side_first(case):
    rows = case[2]
    best = rows[["ligand_pval", "receptor_pval"]].min(axis=1)
    assert best.is_monotonic_increasing
    assert rows.loc[0, ["source", "target", "receptor_complex"]].tolist() == ["a", "b", "R"]


def test_sides_that_were_not_measured_have_no_row(case):
    rows = case[2]
    assert set(rows["receptor_complex"]) == {"R", "S"}
    assert not ((rows["receptor_complex"] == "S") & (rows["target"] == "a")).any()


def test_product_is_the_sum_of_both_levels(case):
    table, compared, rows = case
    sums = table.values[:, 0] + table.values[:, 3]  # noqa: PD011
    after, before = sums[6:], sums[:6]
    if compared.facts["method"] == "paired":
        expected = stats.ttest_1samp(after - before, 0)
    else:
        expected = stats.ttest_ind(after, before, equal_var=False)
    interval = expected.confidence_interval(0.95)
    one = row(rows, "a", "b", "L", "R")
    assert one["product"] == pytest.approx(after.mean() - before.mean())
    assert one["product_low"] == pytest.approx(interval.low)
    assert one["product_high"] == pytest.approx(interval.high)


def test_patients_that_have_both_groups_are_counted(case):
    _, compared, rows = case
    one = row(rows, "a", "b", "L", "S")
    paired = compared.facts["method"] == "paired"
    assert one["n_both_reference"] == 5
    assert one["n_both"] == (5 if paired else 6)
    assert row(rows, "a", "b", "L", "R")["n_both"] == 6


def test_side_that_too_few_patients_have_is_not_guessed():
    table = make_table()
    table.values[:5, 3] = np.nan  # noqa: PD011
    design = read_design(
        make_obs(), sample_key="sample", condition_key="condition", reference="before"
    )
    compared = compare(table, design)
    rows = changed_rows(make_routes(), table, compared, design)
    one = row(rows, "a", "b", "L", "R")
    assert one["changed"] == "ligand"
    assert np.isnan(one[["receptor_effect", "receptor_pval", "product_low"]].astype(float)).all()
    assert (one["n_both"], one["n_both_reference"]) == (6, 1)
    # A row with one side known comes after the row in which the other side changed as well.
    known = row(rows, "a", "a", "L", "R")
    assert rows.index[rows["receptor_pval"].isna()].min() > known.name
    left_out = compared.left_out
    assert left_out["reason"].tolist() == ["values in too few samples: 1 in 'before', 6 in 'after'"]


def test_three_conditions_have_rows_of_their_own():
    obs = make_obs()
    obs["condition"] = pd.Categorical(["before"] * 4 + ["after"] * 4 + ["late"] * 4)
    design = read_design(obs, sample_key="sample", condition_key="condition", reference="before")
    table = make_table()
    rows = changed_rows(make_routes(), table, compare(table, design), design)
    assert rows["condition"].value_counts().to_dict() == {"after": 6, "late": 6}
    assert set(rows["reference"]) == {"before"}
