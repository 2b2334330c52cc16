"""The tree of lineages, and where signatures can be read in it."""

from __future__ import annotations

import pytest

from tmeatlas._errors import MissingKeyError
from tmeatlas.lineages import (
    UNASSIGNED,
    common,
    fits,
    is_within,
    lineage_of,
    map_labels,
    named,
    tree,
)
from tmeatlas.lineages._words import words


def test_readable_names_of_the_first_level():
    names = {each.id: each.name for each in tree().values() if each.level == 1}
    assert names == {
        "malignant": "Malignant cells",
        "epithelial": "Epithelial cells",
        "melanocyte": "Melanocytes",
        "glia": "Glial cells",
        "neuron": "Neurons",
        "erythrocyte": "Erythrocytes",
        "platelet": "Platelets",
        "adipocyte": "Adipocytes",
        "fibroblast": "Fibroblasts",
        "pericyte": "Mural cells",
        "endothelial": "Endothelial cells",
        "t_cell": "T cells",
        "nk": "NK cells",
        "b_lineage": "B lineage",
        "monocyte_macrophage": "Monocytes and macrophages",
        "dendritic": "Dendritic cells",
        "granulocyte": "Neutrophils",
        "mast": "Mast cells",
    }


def test_levels_descend():
    """The second level lies within the first, and what lies above holds no second level itself."""
    for each in tree().values():
        above = [0] if each.level == 1 else [1, 2] if each.level == 2 else [0]
        assert each.parent is None or tree()[each.parent].level in above, each.id


def test_names_are_unique_and_each_is_a_label_of_its_own():
    names = [each.name for each in tree().values()]
    assert len(set(names)) == len(names)
    known = [each for each in tree().values() if each.id != "any"]
    assert map_labels(each.name for each in known) == {each.name: each.id for each in known}


def test_a_phrase_says_one_lineage_and_is_spelled_as_labels_are_read():
    seen: dict[str, str] = {}
    for each in tree().values():
        for phrase in (*each.names, *each.soft, *each.hints):
            assert seen.setdefault(phrase, each.id) == each.id, phrase
            assert " ".join(words(phrase)) == phrase
    assert seen["treg"] == "treg"


@pytest.mark.parametrize(
    ("lineage", "ancestor", "within"),
    [
        ("treg", "t_cd4", True),
        ("treg", "t_cell", True),
        ("treg", "immune", True),
        ("t_cell", "t_cell", True),
        ("t_cell", "treg", False),
        ("nk", "t_cell", False),
        (UNASSIGNED, "any", False),
        ("", "any", False),
    ],
)
def test_is_within(lineage, ancestor, within):
    assert is_within(lineage, ancestor) is within


@pytest.mark.parametrize(
    ("lineage", "first"),
    [
        ("treg", "t_cell"),
        ("plasma", "b_lineage"),
        ("microglia", "monocyte_macrophage"),
        ("fibroblast", "fibroblast"),
        ("myeloid", "myeloid"),
        (UNASSIGNED, UNASSIGNED),
    ],
)
def test_lineage_of(lineage, first):
    assert lineage_of(lineage) == first


@pytest.mark.parametrize(
    ("lineages", "lowest"),
    [
        (["t_cd4", "t_cd8"], "t_cell"),
        (["t_cell", "treg"], "t_cell"),
        (["t_cell", "nk"], "lymphoid"),
        (["t_cell", "monocyte"], "immune"),
        (["t_cell", "fibroblast"], ""),
        (["mast"], "mast"),
        ([], ""),
    ],
)
def test_common(lineages, lowest):
    assert common(lineages) == lowest


@pytest.mark.parametrize(
    ("scored_in", "lineage", "readable"),
    [
        (["any"], "fibroblast", True),
        (["any"], UNASSIGNED, True),
        (["malignant", "any"], "t_cell", True),
        (["malignant"], "epithelial", False),
        (["t_cd8", "nk"], "nk", True),
        (["t_cd4"], "treg", True),
        (["t_cd8"], "t_cell", False),
        (["myeloid"], "macrophage", True),
        (["fibroblast"], "pericyte", False),
        (["fibroblast"], UNASSIGNED, False),
    ],
)
def test_fits(scored_in, lineage, readable):
    assert fits(scored_in, lineage) is readable


def test_named_takes_ids_and_names_in_any_case():
    assert named("T cells") == named("t_cell") == named(" t CELLS ") == "t_cell"
    assert named("unassigned") == UNASSIGNED


def test_named_tells_the_nearest():
    with pytest.raises(MissingKeyError, match=r"No lineage 'Fibroblats'. Nearest first: 'Fibrob"):
        named("Fibroblats")
