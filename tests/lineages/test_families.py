from __future__ import annotations

import pytest

from tmeatlas.lineages import FAMILIES, family_of, is_within, map_labels, place_in_tree, tree


@pytest.mark.parametrize(
    ("label", "family"),
    [
        ("Malignant", "epithelium"),
        ("Epithelial_normal", "epithelium"),
        ("Pericyte_PVL", "stroma"),
        ("Endothelial", "stroma"),
        ("Adipocytes", "stroma"),
        ("Macrophage_TAM", "myeloid"),
        ("pDC", "myeloid"),
        ("Mast", "myeloid"),
        ("Treg", "t_nk"),
        ("NK", "t_nk"),
        ("T/NK", "t_nk"),
        ("Plasma", "b"),
        ("Astrocyte", "nerve"),
        ("Lymphocytes", "other"),
        ("B/T", "other"),
        ("Erythrocytes", "other"),
        ("cluster 7", "other"),
    ],
)
def test_family_of_a_label(label, family):
    assert family_of(map_labels([label])[label], label).id == family


def test_no_lineage_is_in_two_families():
    for lineage in tree():
        found = [f.id for f in FAMILIES if any(is_within(lineage, each) for each in f.lineages)]
        assert len(found) <= 1


def test_broad_lineages_stand_behind_their_parts():
    lineages = ["t_cell", "treg", "nk", "t_cd8", "t_cd4", ""]
    assert sorted(lineages, key=place_in_tree) == ["t_cd4", "t_cd8", "treg", "t_cell", "nk", ""]
