"""Who is compared with whom, and who cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_samples import made_design, made_rows, made_table

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.cohort import average, compare, read_design


def design_of(rows, **options):
    keys = {"sample_key": "sample", "condition_key": "condition", "reference": "a"}
    return read_design(rows, **keys | options)


def test_cells_become_samples_in_the_order_of_their_categories():
    rows = made_rows("bbaa").loc[[3, 0, 0, 1, 2, 2]]
    rows["sample"] = pd.Categorical(rows["sample"], ["s3", "s2", "s1", "s0"])
    design = design_of(rows)
    assert design.samples == ("s3", "s2", "s1", "s0")
    assert design.conditions == ("a", "b")
    assert design.condition_of.tolist() == [0, 0, 1, 1]
    assert not design.patients


def test_samples_of_a_patient_are_averaged_each_alike():
    values = np.array([[1.0], [3.0], [5.0], [2.0], [np.nan], [4.0], [np.nan]])
    table = made_table(values)
    table.cells[:, 0] = [100, 1, 10, 10, 3, 10, 10]
    patients = [*"PPQRRST"]
    design = made_design("aaabbbb", patient=patients, options={"patient_key": "patient"})
    found = average(table, design)
    assert design.names == ("P", "Q", "R", "S", "T")
    np.testing.assert_array_equal(found.means[:, 0], [2.0, 5.0, 2.0, 4.0, np.nan])
    assert found.cells[:, 0].tolist() == [101, 10, 10, 10, 0]  # those behind the values


def test_counts_of_a_patient_add_up():
    table = made_table(np.ones((5, 1)), counts=np.array([[1.0], [2], [3], [4], [5]]))
    design = made_design("aaabb", patient=[*"PPQRS"], options={"patient_key": "patient"})
    assert average(table, design).counts[:, 0].tolist() == [3.0, 3.0, 4.0, 5.0]


@pytest.fixture
def refused():
    def check(words, conditions, error=InputError, options=None, **columns):
        with pytest.raises(error, match=words):
            made_design(conditions, options=options, **columns)

    return check


def test_conditions_of_one_sample(refused):
    refused(
        r"two or more samples in every condition .* found 1 in 'b'.*cells of one patient cannot"
        r".*Add patients, or describe",
        "aab",
    )
    refused(r"found 1 in 'c'.*adata\[adata.obs\['condition'\] != 'c'\]", "aabbc")


def test_conditions_of_one_patient(refused):
    words = "two or more patients in every condition .* found 1 in 'a'"
    refused(words, "aabb", patient=[*"PPQR"], options={"patient_key": "patient"})


def test_one_condition(refused):
    refused("All samples are of one condition, 'a'", "aaaa")


def test_a_reference_that_is_none_of_them(refused):
    with pytest.raises(MissingKeyError, match=r"No condition .* 'ctrl'. Nearest first: 'control'"):
        made_design(["case", "control"] * 2, reference="ctrl")


def test_a_sample_in_two_conditions():
    rows = made_rows("aabb").assign(sample=[*"xyxz"])
    with pytest.raises(InputError, match=r"'x' of obs\['sample'\] have more: 'x' has 'a', 'b'"):
        design_of(rows)


def test_cells_without_a_condition_in_a_sample_of_two():
    rows = pd.DataFrame({"sample": ["s", "s", "s"], "condition": ["a", np.nan, "b"]})
    with pytest.raises(InputError, match="'s' has 'a', 'b'"):
        read_design(rows, sample_key="sample", condition_key="condition", reference="a")


def test_conditions_that_are_text_are_in_the_order_of_the_alphabet():
    conditions = [*"zzyyxxaa", *"vvwwuutt"]
    design = made_design(conditions)
    assert design.conditions == ("a", "t", "u", "v", "w", "x", "y", "z")


def test_a_sample_of_two_patients():
    rows = made_rows("aabb").assign(sample=[*"xxyz"], patient=[*"PQRS"])
    with pytest.raises(InputError, match=r"one value of obs\['patient'\], and 'x' .* between pat"):
        design_of(rows, patient_key="patient")


def test_a_patient_in_two_conditions_needs_pairs(refused):
    options = {"patient_key": "patient"}
    words = r"2 patients .* more than one condition .*'P', 'Q'.*`paired_by='patient'`"
    refused(words, "aaabbb", patient=[*"PQRPQS"], options=options)
    paired = {"paired_by": "patient"}
    design = made_design("aaabbb", patient=[*"PQRPQS"], options=options | paired)
    assert design.sizes() == {"a": 2, "b": 2}
    assert design.unpaired == ("R", "S")
    assert any("want of a partner" in words and "'R', 'S'" in words for words in design.cautions())


def test_pairs_without_partners(refused):
    words = r"No pair of obs\['pair'\] has samples both in 'a' and in another .*'P', 'Q', 'R', 'S'"
    refused(words, "aabb", pair=[*"PQRS"], options={"paired_by": "pair"})


def test_a_single_pair(refused):
    words = "two or more pairs in every condition .* found 1 in 'a', 1 in 'b'"
    refused(words, "aabb", pair=[*"PQPS"], options={"paired_by": "pair"})


def test_pairs_of_several_patients(refused):
    options = {"paired_by": "pair", "patient_key": "patient"}
    refused(
        "one patient in each condition, and 'x' .* have several in one",
        "aaabbb",
        pair=[*"xxyxyy"],
        patient=[*"PQRSTT"],
        options=options,
    )
    refused(
        "A patient of .* belongs to several pairs",
        "aaabbb",
        pair=[*"xyzxyz"],
        patient=[*"PPRSTU"],
        options=options,
    )


def test_biopsies_of_a_pair_are_averaged():
    table = made_table(np.array([[1.0], [3.0], [0.0], [5.0], [4.0], [4.5]]))
    design = made_design("aaabbb", patient=[*"PPQPQQ"], options={"paired_by": "patient"})
    row = compare(table, design).table.iloc[0]
    assert (row["n"], row["effect"]) == (2, pytest.approx((3.0 + 4.25) / 2))


def test_samples_without_a_patient_or_condition(refused):
    options = {"patient_key": "patient"}
    words = r"without a patient in obs\['patient'\]: 's1'"
    refused(words, "aabb", patient=["P", None, "Q", "R"], options=options)
    design = made_design(["a", "a", "b", None, "b"])
    assert design.without_condition == ("s3",)
    assert design.samples == ("s0", "s1", "s2", "s4")
    assert "Left out, without a condition: 's3'." in design.cautions()


def test_columns_without_any_name(refused):
    refused(r"No sample has a condition in obs\['condition'\]", [None, None])
    rows = made_rows("aabb").assign(sample=None)
    with pytest.raises(InputError, match=r"No cell has a sample in obs\['sample'\]"):
        design_of(rows)


def test_a_covariate_without_end(refused):
    words = r"finite numbers in the covariate obs\['age'\].*for the samples 's1'"
    age = [40.0, np.inf, 50.0, 61.0, 39.0, 70.0]
    refused(words, "aaabbb", age=age, options={"covariates": ["age"]})


def test_rows_that_are_samples_have_names():
    rows = made_rows("aabb").set_index("sample")
    assert design_of(rows, sample_key=None).samples == ("s0", "s1", "s2", "s3")
    with pytest.raises(InputError, match="names twice"):
        design_of(rows.set_axis([*"xxyz"]), sample_key=None)


def test_few_samples_against_many_are_said():
    assert any("11 % with two" in words for words in made_design("aabbbb").cautions())
    assert not any("11 % with two" in words for words in made_design("aaabbbb").cautions())


@pytest.mark.parametrize(("conditions", "found"), [("aabbb", "2 in 'a'"), ("aaabbbb", "3 in 'a'")])
def test_few_samples_are_said(conditions, found):
    words = made_design(conditions).cautions()
    assert len(words) == 1
    assert f"Few samples ({found}" in words[0]


def test_four_samples_are_not_few():
    assert made_design("aaaabbbb").cautions() == []
