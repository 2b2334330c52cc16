"""Finding genes under names that somebody changed."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas.genes import GeneIndex, is_date, is_same_name, understand


@pytest.mark.parametrize(
    ("gene", "name"),
    [
        ("HLA-DRA", "HLA.DRA"),
        ("HLA-DRA", "HLA_DRA"),
        ("HLA.DRA", "HLA-DRA"),
        ("7SK", "X7SK"),
        ("X7SK", "7SK"),
        ("CD3D", "CD3D-1"),
        ("CD3D", "CD3D.1"),
        ("HLA-DRA", "HLA.DRA.2"),
        ("cd3d", "CD3D"),
        ("CD3D", "cd3d"),
        ("hla-dra", "HLA.DRA"),
        ("C1orf54", "C1ORF54"),
        ("CD3D_ENSG00000167286", "CD3D"),
        ("CD3D ", "CD3D"),
    ],
)
def test_changed_names_are_found(gene, name):
    assert GeneIndex(["OTHER", name]).find(gene) == 1


@pytest.mark.parametrize(
    ("gene", "name"),
    [("Cd3d", "CD3D"), ("CD3D", "Cd3d"), ("MT-ND1", "mt-Nd1"), ("NKX2", "NKX2-1"), ("CD3", "CD3D")],
)
def test_other_genes_are_not(gene, name):
    assert GeneIndex(["OTHER", name]).find(gene) is None


def test_the_exact_name_wins_and_what_is_unclear_is_not_found():
    assert GeneIndex(["CD3D-1", "cd3d", "CD3D"]).find("CD3D") == 2
    assert GeneIndex(["HLA.DRA", "HLA_DRA"]).find("HLA-DRA") is None


def test_the_names_of_the_user_are_found_too():
    labels = pd.Index(["ENSG00000167286", "ENSG99999999999"])
    symbols = pd.DataFrame({"name": ["CD3D", "NOVEL1"]}, index=labels)
    index = GeneIndex(understand(labels, symbols))
    assert [index.find(name) for name in ("CD3D", *labels, "ENSG99999999999.4")] == [0, 0, 1, 1]


def test_what_is_the_same_name():
    assert is_same_name("HLA-DRA", "HLA.DRA")
    assert is_same_name("CD3D", "CD3D-1")
    assert not is_same_name("WISP2", "CCN5")


def test_dates():
    dates = ["1-Mar", "2-Sep", "Sep-02", "1-DEC", "2021-03-01", "3/1/2021"]
    assert [
        name for name in [*dates, "MARCH1", "SEPT2", "OCT-4", "NKX2-1", "HLA-A"] if is_date(name)
    ] == dates
