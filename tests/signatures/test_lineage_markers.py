"""Markers of lineages: their form, and that every row has its sources."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tmeatlas.lineages import lineage_of, tree

FOLDER = Path(__file__).resolve().parents[2] / "signatures"
REPOSITORIES = {
    "scGate": "carmonalab/scGate_models",
    "CellTypist wiki": "Teichlab/celltypist_wiki",
    "MCP-counter": "ebecht/MCPcounter",
    "PanglaoDB": "ImXman/MASI",
    "Azimuth": "satijalab/azimuth_website",
    "auto-annotation-ah": "linnarsson-lab/auto-annotation-ah",
}
CATALOGUE = {"Gavish 2023", "Jerby-Arnon 2018"}
FEWEST = 5


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (FOLDER / "lineage_markers.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def of_lists(rows, use, direction="up"):
    lists = defaultdict(list)
    for row in rows:
        if row["use"] == use and row["direction"] == direction:
            lists[row["lineage"]].append(row)
    return lists


def test_form(rows):
    assert list(rows[0]) == [
        *("lineage", "use", "gene", "direction", "sources", "n_sources", "single"),
    ]
    assert {row["use"] for row in rows} == {"lineage", "part"}
    assert {row["direction"] for row in rows} == {"up", "down"}
    assert {row["lineage"] for row in rows} <= set(tree())
    counted = Counter((r["lineage"], r["use"], r["gene"]) for r in rows)
    assert max(counted.values()) == 1
    for row in rows:
        sources = row["sources"].split("; ")
        assert set(sources) <= set(REPOSITORIES) | CATALOGUE
        assert len(set(sources)) == int(row["n_sources"])
        assert (row["single"] == "yes") == (len(sources) == 1)


def test_genes_of_one_source_are_there_only_where_few_have_two(rows):
    for lists in (of_lists(rows, "lineage"), of_lists(rows, "part")):
        for lineage, genes in lists.items():
            two = [row for row in genes if not row["single"]]
            assert len(two) == len(genes) or len(two) < FEWEST, lineage


def test_no_gene_speaks_for_two_lineages(rows):
    spoken = defaultdict(set)
    for row in rows:
        if row["use"] == "lineage" and row["direction"] == "up":
            spoken[row["gene"]].add(lineage_of(row["lineage"]))
    assert {gene: places for gene, places in spoken.items() if len(places) > 1} == {}


def test_no_gene_speaks_for_two_parts_of_a_lineage(rows):
    spoken = Counter(
        (lineage_of(row["lineage"]), row["gene"])
        for row in rows
        if row["use"] == "part" and row["direction"] == "up"
    )
    assert [each for each, n in spoken.items() if n > 1] == []


@pytest.mark.parametrize(
    "lineage",
    [
        *("t_cell", "nk", "b_cell", "plasma", "monocyte", "macrophage", "dc_cdc1", "dc_pdc"),
        *("mast", "granulocyte", "fibroblast", "pericyte", "endothelial", "epithelial"),
        *("melanocyte", "astrocyte", "oligodendrocyte", "erythrocyte", "dendritic"),
    ],
)
def test_lineages_that_have_markers(rows, lineage):
    assert len(of_lists(rows, "lineage")[lineage]) >= FEWEST


def test_every_gene_stands_in_its_sources(rows, shared_data):
    with (shared_data / "signatures" / "lineage_markers.tsv").open(encoding="utf-8") as file:
        facts = list(csv.DictReader(file, delimiter="\t"))
    listed = {
        (fact["source_repository"], name, fact["direction"])
        for fact in facts
        for name in (fact["gene"], fact["current_symbol"])
    }
    elsewhere = {"MCP-counter", "scGate", *CATALOGUE}  # lists of the catalogue, too
    lacking = [
        (row["lineage"], row["gene"], source)
        for row in rows
        for source in row["sources"].split("; ")
        if source not in elsewhere
        and (REPOSITORIES[source], row["gene"], row["direction"]) not in listed
    ]
    assert lacking == []
