"""The states hold together: their format, the signatures they name, and where these can be read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tmeatlas.lineages import is_within, lineage_of, tree
from tmeatlas.sig import load
from tmeatlas.states import load_states

FOLDER = Path(__file__).resolve().parents[2] / "signatures"
BULK = ("ifng_tis18", "ifng_ayers6", "ifn_ayers2017_expanded_immune18")


@pytest.fixture(scope="module")
def entries() -> list[dict]:
    return yaml.safe_load((FOLDER / "states.yaml").read_text(encoding="utf-8"))


def scored(entry: dict) -> list[dict]:
    poles = [c[side] for c in entry.get("continua", ()) for side in ("high", "low")]
    return [*entry["states"], *poles]


def test_file_holds_to_the_schema(entries):
    schema = json.loads((FOLDER / "states.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(entries)] == []
    for wrong in ({"colour": "red"}, {"name": "a/b"}, {"signatures": []}, {"why": "two\nlines"}):
        changed = [{"lineage": "nk", "states": [entries[0]["states"][0] | wrong]}]
        assert list(validator.iter_errors(changed)), wrong


def test_lineages_are_of_level_1_and_named_once(entries):
    names = [entry["lineage"] for entry in entries]
    assert len(set(names)) == len(names)
    assert [name for name in names if tree()[name].level != 1 or lineage_of(name) != name] == []


def test_ids_are_unique_and_names_within_a_lineage(entries):
    ids = Counter(each["id"] for entry in entries for each in scored(entry))
    assert [name for name, times in ids.items() if times > 1] == []
    for entry in entries:
        names = [each["name"] for each in scored(entry)]
        assert len(set(names)) == len(names), entry["lineage"]


def test_every_signature_is_ours_and_means_something_in_some_cells_of_the_lineage(entries):
    library = load("all")
    for entry in entries:
        for each in scored(entry):
            for name in each["signatures"]:
                places = library[name].scored_in
                assert any(
                    place == "any"
                    or is_within(entry["lineage"], place)
                    or is_within(place, entry["lineage"])
                    for place in places
                ), (entry["lineage"], name, places)


def test_signatures_have_up_genes_alone_and_no_weights(entries):
    """They are joined gene by gene, so that down genes and weights would be lost."""
    library = load("all")
    names = {name for entry in entries for each in scored(entry) for name in each["signatures"]}
    assert [n for n in names if library[n].down or library[n].weights] == []


def test_lists_that_find_cells_are_set_aside_only(entries):
    library = load("all")
    finding = {
        each["id"]
        for entry in entries
        for each in scored(entry)
        if any(library[name].purpose == "finds" for name in each["signatures"])
    }
    assert finding == {each["id"] for e in entries for each in e["states"] if "set_aside" in each}
    assert finding == {"mural"}


def test_the_inflamed_profile_of_bulk_tissue_is_no_state_of_a_cell(entries):
    named = {name for entry in entries for each in scored(entry) for name in each["signatures"]}
    assert not named & set(BULK)
    assert set(BULK) <= set(load("all"))


def test_they_are_loaded_as_they_stand(entries):
    loaded = load_states()
    assert [known.lineage for known in loaded] == [entry["lineage"] for entry in entries]
    for known, entry in zip(loaded, entries, strict=True):
        assert [s.id for s in known.states] == [each["id"] for each in entry["states"]]
        assert [s.signatures for s in known.states] == [
            tuple(each["signatures"]) for each in entry["states"]
        ]
        assert len(known.continua) == len(entry.get("continua", ()))
    (balance,) = loaded[1].continua
    assert (balance.high.id, balance.low.id) == ("tam_m1", "tam_m2")
    assert [s.id for known in loaded for s in known.states if s.set_aside] == ["mural"]
