"""Sorted samples are told from whole tumours, and few cells tell nothing."""

from __future__ import annotations

import math

import pytest

from tmeatlas.quality import (
    CALL,
    FORBIDDEN,
    GATES,
    REMARKS,
    SHARES,
    TREG_CD8,
    gate_of,
    gates_of,
    judge_gate,
    why_not_whole,
)

TUMOUR = {"malignant": 400, "fibroblast": 120, "endothelial": 60, "t_cd8": 150, "macrophage": 270}


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        (TUMOUR, None),
        (TUMOUR | {"malignant": 9000}, None),  # most cells of a tumour may be malignant
        ({"t_cd4": 200, "t_cd8": 180, "treg": 20}, "T cells only"),
        ({"t_cell": 970, "monocyte": 20, "malignant": 10}, "T cells only"),  # 97 % pure
        ({"macrophage": 300, "dendritic": 4}, "one lineage only"),
        ({"epithelial_luminal": 150, "malignant": 150}, "one lineage only"),
        ({"malignant": 120}, "one lineage only"),
        ({"fibroblast": 75}, "one lineage only"),
        ({"t_cd8": 300, "b_cell": 200, "macrophage": 500}, "immune cells only"),
        ({"t_cd8": 300, "b_cell": 200, "macrophage": 490, "malignant": 9}, "immune cells only"),
        ({"malignant": 500, "fibroblast": 300, "endothelial": 200}, "no immune cells"),
        ({"malignant": 500, "t_cell": 200, "macrophage": 300}, "no stroma"),
        ({"fibroblast": 500, "t_cell": 200, "macrophage": 300}, "no epithelium"),
        ({"fibroblast": 500, "endothelial": 300}, "no immune cells"),
    ],
)
def test_the_gate_of_a_sample(counts, word):
    gate = gate_of(counts)
    assert (gate and gate.word) == word
    if gate:
        assert gate.word in GATES
        assert gate.against(SHARES)
        assert gate.against(CALL)
        assert gate.against(TREG_CD8) is (word == "T cells only")
        assert str(f"{sum(counts.values()):,}") in gate.reason


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"t_cell": 20},
        {"malignant": 20, "t_cell": 20, "macrophage": 20},
        {"t_cell": 30, "macrophage": 30},
    ],
)
def test_few_cells_prove_no_gate(counts):
    assert gate_of(counts) is None
    assert gates_of([(counts, 0)]) == [None]
    assert why_not_whole(counts, None)


def test_small_samples_of_one_lineage_lack_what_all_lack():
    tumours = [({"malignant": 60, "macrophage": 30}, 0), ({"malignant": 40}, 0)]
    assert [gate.word for gate in gates_of(tumours)] == ["no stroma", "no stroma"]
    with_stroma = ({"malignant": 40, "fibroblast": 1}, 0)
    assert gates_of([*tumours, *tumours, *tumours, with_stroma])[-1] is None


def test_a_whole_tumour_of_few_cells_is_one():
    few = {"malignant": 10, "fibroblast": 10, "t_cell": 10, "macrophage": 10}
    assert gate_of(few) is None
    assert why_not_whole(few, None) == ""


def test_small_samples_have_the_gate_of_all_together():
    small = [({"t_cd4": 8, "t_cd8": n}, 0) for n in range(4, 20)]
    gates = gates_of(small)
    assert {gate.word for gate in gates} == {"T cells only"}
    assert gates[0].reason == (
        "as in all samples together: 312 of 312 cells are T cells (100.0%); 12 cells here"
    )
    # What is not as the others has no gate, and whole tumours among them undo it.
    assert gates_of([*small, ({"t_cd8": 10, "macrophage": 10}, 0)])[-1] is None
    assert gates_of([*small, (TUMOUR, 0)])[0] is None
    assert gates_of([]) == []


def test_small_samples_have_the_gate_of_their_condition():
    sorted_ = [({"t_cd4": 15, "b_cell": 12, "macrophage": n}, 0) for n in range(20, 28)]
    whole = [(TUMOUR, 0)] * 3
    arms = ["treated"] * 8 + ["untreated"] * 2 + [""]
    gates = gates_of([*sorted_, *whole], arms)
    assert {gate.word for gate in gates[:8]} == {"immune cells only"}
    assert gates[0].reason.startswith("as in all samples of treated together: 404 of 404 cells are")
    assert gates[8:] == [None] * 3
    # A sample of these that has stroma was not sorted; without conditions none is known to be.
    gates = gates_of([*sorted_, ({"fibroblast": 1, "t_cd4": 9}, 0), *whole], ["treated", *arms])
    assert [gate is None for gate in gates[7:9]] == [False, True]
    assert set(gates_of([*sorted_, *whole])) == {None}


def test_in_a_section_of_tissue_a_part_may_lack_and_one_lineage_was_chosen():
    no_stroma = {"malignant": 500, "t_cell": 200, "macrophage": 300}
    immune = {"t_cd8": 300, "b_cell": 200, "macrophage": 500}
    samples = [(no_stroma, 0), (immune, 0)]
    assert [gate and gate.word for gate in gates_of(samples)] == ["no stroma", "immune cells only"]
    found = gates_of(samples, in_tissue=True)
    assert [gate and gate.word for gate in found] == [None, "immune cells only"]
    assert why_not_whole(no_stroma, None).endswith("sorted cells, blood or too few cells")
    assert why_not_whole(no_stroma, found[0], in_tissue=True) == ""
    assert "immune cells only" in why_not_whole(immune, found[1], in_tissue=True)


def test_unknown_cells_may_be_what_is_missing():
    counts = {"malignant": 500, "t_cell": 200, "macrophage": 300}
    assert gate_of(counts, unknown=50).word == "no stroma"
    assert gate_of(counts, unknown=200) is None


def test_reasons_have_their_numbers():
    gate = gate_of({"malignant": 500, "fibroblast": 2, "t_cell": 200, "macrophage": 298})
    assert gate.reason == "2 stromal cells among 1,000 cells (0.2%)"
    assert why_not_whole({"malignant": 40, "t_cell": 20}, None) == (
        "no stromal cells among 60 cells: sorted cells, blood or too few cells"
    )


def test_shares_of_the_parts_are_measured():
    judged = judge_gate(TUMOUR, None, unknown=250)
    found = {each.measure: each for each in judged.measured}
    assert found["known_lineage"].value == 0.8
    assert found["immune_share"].value == pytest.approx(0.42)
    assert found["stroma_share"].low < 0.18 < found["stroma_share"].high
    assert found["epithelium_share"].cells == 1000
    assert judged.remarks == ()
    none = judge_gate({}, None, unknown=3).measured
    assert math.isnan(none[1].value)
    assert none[1].note == "no cell has a known lineage"


def test_every_word_stands_once():
    assert len(set(REMARKS)) == len(REMARKS)
    assert len(set(FORBIDDEN)) == len(FORBIDDEN)
    assert not any(";" in what for what in FORBIDDEN)
