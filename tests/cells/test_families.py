from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas.cells import find_families, group_families
from tmeatlas.cells._families import FAMILY_PALETTES
from tmeatlas.lineages import map_labels

LABELS = ("B", "CAF", "Treg", "Malignant", "T_CD4", "cluster 9", "Plasma")


def families(labels):
    found = find_families(map_labels(labels))
    assert found is not None
    return found


def test_order_by_family_then_by_lineage():
    found = families(LABELS)
    order = [LABELS[i] for i in found.order]
    assert order == ["Malignant", "CAF", "T_CD4", "Treg", "B", "Plasma", "cluster 9"]
    assert [(family.name, codes) for family, codes in found.runs(found.order)] == [
        ("Tumour & epithelium", [0]),
        ("Stroma", [1]),
        ("T & NK", [2, 3]),
        ("B & plasma", [4, 5]),
        ("Other", [6]),
    ]


def test_groups_of_one_lineage_stay_as_given():
    found = families(["TAM SPP1", "B", "TAM C1Q"])
    assert [found.labels[i] for i in found.order] == ["TAM SPP1", "TAM C1Q", "B"]


def test_colours_are_of_the_family_and_none_twice():
    found = families(LABELS)
    colours = dict(zip(found.labels, found.colours(), strict=True))
    assert colours["T_CD4"] == FAMILY_PALETTES["t_nk"][0]
    assert colours["Treg"] == FAMILY_PALETTES["t_nk"][1]
    assert colours["cluster 9"] == FAMILY_PALETTES["other"][0]
    many = families([*(f"T_CD8 {i}" for i in range(60)), "B"])
    assert len(set(many.colours())) == 61


@pytest.mark.parametrize(
    "labels",
    [
        ["T_CD4", "T_CD8", "Treg"],  # one family
        ["tumour", "normal", "metastasis"],  # samples, not cells
        ["0", "1", "2"],
        [],
    ],
)
def test_too_little_is_known(labels):
    assert find_families(map_labels(labels)) is None


@pytest.fixture
def clustered() -> AnnData:
    """Cells in numbered clusters that were told to be B and T cells."""
    adata = AnnData(np.ones((40, 0), dtype=np.float32))
    adata.obs["leiden"] = pd.Categorical(["0"] * 25 + ["1"] * 15)
    tme.tl.annotate(adata, "leiden", labels={"0": "B cells", "1": "T cells"})
    return adata


def test_clusters_are_what_was_told_of_them(clustered):
    found = group_families(clustered, "leiden", {"0": 25, "1": 15})
    assert found is not None
    assert [family.id for family in found.of] == ["b", "t_nk"]
    assert found.order == [1, 0]


def test_clusters_that_changed_since_are_not(clustered):
    assert group_families(clustered, "leiden", {"0": 20, "1": 20}) is None
    clustered.obs["other"] = clustered.obs["leiden"]
    assert group_families(clustered, "other", {"0": 25, "1": 15}) is None


def test_spots_are_of_no_family():
    adata = AnnData(np.ones((4, 1), dtype=np.float32))
    adata.obs["region"] = pd.Categorical(["Tumour", "Tumour", "T cells", "CAF"])
    sizes = {"Tumour": 2, "T cells": 1, "CAF": 1}
    assert group_families(adata, "region", sizes) is not None
    adata.uns["spatial"] = {"s": {"scalefactors": {"spot_diameter_fullres": 55.0}}}
    adata.obsm["spatial"] = np.zeros((4, 2))
    assert group_families(adata, "region", sizes) is None
