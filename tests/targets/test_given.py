"""Tables of drugs that users bring."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.targets import DrugTarget, as_drug_table, load_drug_targets

OWN = {"drug": ["one", "two"], "drug_target": ["KDR", "NOGENE"], "action": ["blocks", "activates"]}


def test_the_built_in_table_can_be_passed_again():
    table = load_drug_targets()
    again = as_drug_table(table.to_frame())
    assert len(again) == len(table) == 103
    for mine, theirs in zip(again, table, strict=True):
        for name in ("drug", "drug_target", "action", "status", "status_date", "axes", "programme"):
            assert getattr(mine, name) == getattr(theirs, name), (name, theirs)
        assert mine.interventions == theirs.interventions
    assert as_drug_table() is as_drug_table(None) is table


def test_few_columns_are_enough():
    first, second = as_drug_table(pd.DataFrame(OWN))
    assert first.kind == "drug"
    assert (first.status, first.status_date) == ("not stated", "")
    assert "vegf" in first.axes  # by the core pairs of the built-in axes
    assert second == DrugTarget("two", "NOGENE", action="activates")


def test_a_file_is_read(tmp_path):
    frame = pd.DataFrame(OWN).rename(columns={"drug_target": "Target gene"})
    frame["axes"] = ["mine; vegf", ""]
    frame.to_csv(tmp_path / "mine.tsv", sep="\t", index=False)
    table = as_drug_table(tmp_path / "mine.tsv")
    assert table.name.startswith("mine.tsv (SHA-256 ")
    assert [entry.axes for entry in table] == [("mine", "vegf"), ()]
    assert table.genes == ["KDR", "NOGENE"]


def test_the_table_that_the_built_in_one_was_read_from_works(shared_data):
    table = as_drug_table(shared_data / "targets" / "drugs_core.tsv")
    assert len(table) == 103
    pairs = [(entry.drug, entry.drug_target) for entry in load_drug_targets()]
    assert [(entry.drug, entry.drug_target) for entry in table] == pairs
    assert table.entries[0].axes == ("pd1_pdl1",)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"action": ["blocks", "activate"]}, InputError, "'activate' for 'two'.*'activates'"),
        ({"kind": ["drug", "pill"]}, InputError, "'pill' for 'two'"),
        ({"status": ["Approved", ""]}, InputError, "only with its date.*none for 'one'"),
        ({"drug": ["", ""]}, InputError, "no row with a drug"),
        ({"drug": None}, MissingKeyError, "lacks 'drug'; its columns are 'drug_target', 'action'"),
        ({"drug_target": None}, MissingKeyError, "lacks 'drug_target'"),
    ],
)
def test_what_is_wrong_is_told(change, error, words):
    frame = pd.DataFrame({k: v for k, v in (OWN | change).items() if v is not None})
    with pytest.raises(error, match=words):
        as_drug_table(frame)


def test_what_is_no_table_is_told(tmp_path):
    with pytest.raises(InputError, match="Expected a table of drugs, found int"):
        as_drug_table(3)
    with pytest.raises(MissingKeyError, match=r"nowhere\.csv"):
        as_drug_table(tmp_path / "nowhere.csv")


def test_sources_are_named_and_other_words_stay():
    table = load_drug_targets()
    assert table.named(("moalmanac", "my own reading")) == (
        "Molecular Oncology Almanac; my own reading"
    )
