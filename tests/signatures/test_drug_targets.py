"""The drugs hold together: their format, what they refer to, and the rows they were read from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tmeatlas.genes import current_symbol
from tmeatlas.interactions import load_axes
from tmeatlas.lineages import tree
from tmeatlas.sig import load
from tmeatlas.states import load_states

FOLDER = Path(__file__).resolve().parents[2] / "signatures"
# One table says "reviews" where the other names the file of their statements.
SAME = {"targets.tsv": "reviews"}


@pytest.fixture(scope="module")
def content() -> dict[str, list[dict]]:
    return yaml.safe_load((FOLDER / "drug_targets.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drugs(content) -> list[dict]:
    return content["drugs"]


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_file_holds_to_the_schema(content):
    schema = json.loads((FOLDER / "drug_targets.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(content)] == []
    good = content["drugs"][0]
    undated = {key: value for key, value in good.items() if not key.startswith("status_")}
    for wrong in (
        {**good, "colour": "red"},
        {**good, "action": "binds"},
        {**good, "drug_target": "PD 1"},
        {**good, "note": "two\nlines"},
        undated,
    ):
        assert list(validator.iter_errors({**content, "drugs": [wrong]})), wrong


def test_every_status_has_its_date_and_its_source(drugs):
    stated = [entry for entry in drugs if entry["status"] != "not stated"]
    assert len(stated) == 98
    assert [e["drug"] for e in stated if not e["status_date"] or not e["status_source"]] == []
    assert [e["drug"] for e in drugs if "status_date" in e and e not in stated] == []


def test_what_is_named_is_known(content, drugs):
    sources = {source["id"] for source in content["sources"]}
    assert len(sources) == len(content["sources"])
    cited = {each for e in drugs for each in (*e["action_source"], *e.get("status_source", ()))}
    assert cited == sources
    axes = {axis.id for axis in load_axes()}
    assert {axis for entry in drugs for axis in entry.get("axes", ())} <= axes
    marks = {signature.consensus for signature in load("all").values()}
    assert {entry["programme"] for entry in drugs if "programme" in entry} <= marks
    states = {state.id for each in load_states() for state in each.states}
    assert {entry["state"] for entry in drugs if "state" in entry} <= states
    assert {entry["lineage"] for entry in drugs if "lineage" in entry} <= set(tree())


def test_genes_are_current_symbols_and_on_every_axis_that_they_carry(drugs):
    for entry in drugs:
        gene = entry.get("drug_target", "")
        assert not gene or current_symbol(gene) == gene
        carried = {
            axis.id
            for axis in load_axes()
            for pair in axis.core
            if gene in (*pair.ligand_genes, *pair.receptor_genes)
        }
        assert carried <= set(entry.get("axes", ())), (entry["drug"], carried)


def test_no_drug_of_conflicting_sources_is_a_plain_row(content, drugs):
    conflicting = {(each["drug"], each["drug_target"]) for each in content["conflicting"]}
    assert len(conflicting) == 7
    assert conflicting.isdisjoint((each["drug"], each.get("drug_target")) for each in drugs)


def test_rows_are_those_of_the_table_that_was_read_row_by_row(drugs, content, shared_data):
    rows = read_rows(shared_data / "targets" / "drugs_core.tsv")
    assert len(rows) == len(drugs) == 103
    for row, entry in zip(rows, drugs, strict=True):
        assert entry["drug"] == row["drug"]
        assert entry.get("drug_target", "") == row["target_gene"]
        for name in ("action", "action_as_stated", "status", "kind"):
            assert entry[name] == row[name]
        if not row["status_date"].startswith("review"):
            assert entry.get("status_date", "") == row["status_date"]
        basis = [SAME.get(name, name) for name in row["oncology_basis"].split(", ")]
        assert entry["oncology_basis"] == basis
        assert entry.get("interventions", []) == list(filter(None, row["intervention"].split("|")))
        assert set(filter(None, row["axes"].split(";"))) <= set(entry.get("axes", ()))
        assert len(entry["action_source"]) >= row["action_source"].count(" | ") + 1
    conflicts = read_rows(shared_data / "targets" / "drugs_conflicting.tsv")
    told = [
        (each["drug"], each["drug_target"], each["conflict"]) for each in content["conflicting"]
    ]
    assert told == [(row["drug"], row["target_gene"], row["conflict"]) for row in conflicts]


def test_every_intervention_of_the_reviews_has_a_row(drugs, shared_data):
    named = {row["intervention"] for row in read_rows(shared_data / "targets" / "targets.tsv")}
    assert {name for entry in drugs for name in entry.get("interventions", ())} == named
