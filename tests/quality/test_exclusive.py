"""Which markers the data confirm, and which of them are foreign everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from made_molecules import ALL_GENES, BLOOD, MARKERS, column, made_counts, read_cells

from tmeatlas.quality import marker_columns
from tmeatlas.quality._exclusive import SOURCES, find_exclusive, source_of


def test_candidates_mark_one_source():
    candidates = marker_columns(ALL_GENES)
    names = [ALL_GENES[k] for k in candidates.columns]
    source = dict(zip(names, candidates.source, strict=True))
    assert (np.diff(candidates.columns) > 0).all()
    assert {"CD3D", "IGKC", "C1QA", "COL1A1", "KRT8", "HBB"} <= set(names)
    assert not any(name.startswith("HOUSE") for name in names)
    assert SOURCES[source["C1QA"]].name == "myeloid cells"
    assert dict(zip(names, candidates.lineage, strict=True))["IGKC"] == "b_lineage"
    assert {n for n, yes in zip(names, candidates.unnamed, strict=True) if yes} == {
        *("IGKC", "IGHG1", "IGHA1", "HBA1", "HBA2", "HBB", "HBM")
    }


def test_markers_of_two_sources_are_none():
    """KIT marks mast cells alone, GFAP two lineages of one source, SNCA no lineage but blood."""
    table = marker_columns(["GFAP", "S100A9", "FSCN1", *ALL_GENES])
    assert len(set(table.columns)) == len(table.columns)
    assert SOURCES[source_of("schwann")] == SOURCES[source_of("astrocyte")]


@pytest.mark.parametrize(
    ("lineage", "name"),
    [
        ("treg", "T and NK cells"),
        ("myeloid", "myeloid cells"),
        ("mast", "mast cells"),
        ("macrophage", "myeloid cells"),
        ("malignant", "epithelial, malignant and neural cells"),
    ],
)
def test_each_lineage_has_one_source(lineage, name):
    assert SOURCES[source_of(lineage)].name == name


@pytest.mark.parametrize("lineage", ["immune", "stromal", "lymphoid", "unassigned", ""])
def test_what_lies_above_the_sources_has_none(lineage):
    assert source_of(lineage) == -1


@pytest.mark.parametrize("ambient", [0.0, 0.2])
def test_pure_markers_are_confirmed_however_ambient(ambient):
    counts, lineages = made_counts(100, np.random.default_rng(0), ambient=ambient)
    cells, candidates = read_cells(counts, lineages)
    found = find_exclusive(cells, candidates)
    confirmed = {ALL_GENES[k] for k in candidates.columns[found.source >= 0]}
    assert confirmed == {gene for genes in MARKERS.values() for gene in genes}
    assert found.even[found.source >= 0].mean() >= 0.9


def test_a_marker_that_others_make_too_is_not_exclusive():
    rng = np.random.default_rng(0)
    counts, lineages = made_counts(100, rng, ambient=0.05)
    counts[lineages == "fibroblast", column("CD3D")] += rng.poisson(20, 100)
    cells, candidates = read_cells(counts, lineages)
    found = find_exclusive(cells, candidates)
    confirmed = {ALL_GENES[k] for k in candidates.columns[found.source >= 0]}
    assert "CD3D" not in confirmed
    assert "CD3E" in confirmed


def test_a_marker_that_others_make_a_little_is_no_sign_of_ambient_rna():
    rng = np.random.default_rng(0)
    counts, lineages = made_counts(100, rng, ambient=0.02)
    counts[lineages == "fibroblast", column("CD3D")] += rng.poisson(2.0, 100)
    cells, candidates = read_cells(counts, lineages)
    found = find_exclusive(cells, candidates)
    even = {ALL_GENES[k] for k in candidates.columns[found.even]}
    assert "CD3D" not in even
    assert {"CD3E", "CD3G"} <= even


def test_haemoglobin_without_erythrocytes_is_everywhere():
    counts, lineages = made_counts(60, np.random.default_rng(0), ambient=0.05, blood=0.01)
    cells, candidates = read_cells(counts, lineages)
    found = find_exclusive(cells, candidates)
    assert {ALL_GENES[k] for k in candidates.columns[found.everywhere]} == set(BLOOD[:3])


def test_haemoglobin_of_one_lineage_is_its_own():
    counts, lineages = made_counts(60, np.random.default_rng(0))
    counts[np.ix_(lineages == "epithelial", [column(gene) for gene in BLOOD[:3]])] += 20
    cells, candidates = read_cells(counts, lineages)
    assert not find_exclusive(cells, candidates).everywhere.any()


def test_haemoglobin_is_of_erythrocytes_where_there_are_some():
    counts, lineages = made_counts(60, np.random.default_rng(0), ambient=0.05, blood=0.01)
    lineages = lineages.astype(object)
    lineages[:3] = "erythrocyte"
    cells, candidates = read_cells(counts, lineages.astype(str))
    assert not find_exclusive(cells, candidates).everywhere.any()
