"""The benchmark of states: its measures, and the page, which has what it computes."""

from __future__ import annotations

import doctest
import importlib
import re
import sys

import numpy as np
import pytest

from tmeatlas.sig import load
from tmeatlas.states import load_states


@pytest.fixture(scope="module")
def states(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("states")
    for name in ("states", "accuracy_pairs", "accuracy_data"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def page(repository) -> str:
    return (repository / "docs" / "states.md").read_text(encoding="utf-8")


def test_examples_of_the_page_run(page):
    (block,) = re.findall(r"```pycon\n(.*?)```", page, re.S)
    test = doctest.DocTestParser().get_doctest(block, {}, "states.md", None, 0)
    assert len(test.examples) >= 8
    assert doctest.DocTestRunner().run(test).failed == 0


def test_balanced_accuracy_is_the_mean_of_both_groups(states):
    label = np.array([True, True, True, True, False])
    assert states._balanced(np.array([True, True, True, False, False]), label) == 0.375


def test_rows_on_interferon_stand_in_the_page(states, page, shared_data):
    table = states.interferon(shared_data / "data")
    assert len(table) == 5
    for row in table.to_numpy(str).tolist():
        assert f"| {' | '.join(row)} |" in page


def test_every_state_with_labels_stands_in_the_page(states, page):
    for known in states.KNOWN:
        data = known.data.partition("_")[0]
        assert f"| {data} | {known.lineage} | {known.state} |" in page
        (lineage,) = [
            each for each in load_states() if known.id in {state.id for state in each.states}
        ]
        assert known.state in {state.name for state in lineage.states}


def test_lists_of_pooled_atlases_are_left_out_where_others_remain(states):
    library = load("all")

    def pooled(name: str) -> bool:
        return any(atlas in library[name].source for atlas in states.POOLED)

    from tmeatlas.tl import _call_states_inputs as inputs

    with states.without_pooled():
        reduced = {s.id: s.signatures for each in inputs.load_states() for s in each.states}
    every = {s.id: s.signatures for each in load_states() for s in each.states}
    assert reduced.keys() == every.keys()
    for name, lists in every.items():
        own = tuple(one for one in lists if not pooled(one))
        assert reduced[name] == (own or lists)
    assert reduced["tam_spp1"] == ("tam_xue2022_mph_03_spp1",)
    assert inputs.load_states is load_states


def test_no_list_is_by_the_authors_of_the_data(states):
    authors = {known.data.partition("20")[0] for known in states.KNOWN} | {"kang", "kim"}
    assert {"wu", "puram"} <= authors
    named = {name for each in load_states() for s in each.states for name in s.signatures}
    assert [n for n in named if any(f"_{author}20" in n for author in authors)] == []
