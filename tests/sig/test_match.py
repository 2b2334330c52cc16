from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas.genes import GeneIndex
from tmeatlas.genes._symbols import (
    _other_names,
    builtin_names,
    current_symbol,
    gene_table,
    names_of,
)
from tmeatlas.sig._match import match_signatures


def test_of_a_gene_that_is_there_twice_the_first_column():
    first = GeneIndex(["ENSG00000153563.15", "ENSG00000153563.16", "X"])
    assert first.find("ENSG00000153563") == first.find("CD8A") == 0
    assert GeneIndex(["ENSG00000153563.15", "ENSG00000153563.15"]).find("CD8A") == 0
    assert GeneIndex(["X", "CD8A", "CD8A"], ["CD8A"]).find("CD8A") == 1


def test_former_symbols_and_ensembl_ids_find_the_gene():
    table = gene_table().set_index("symbol")
    assert "WISP2" in table.loc["CCN5", "aliases"].split(",")
    assert current_symbol("WISP2") == "CCN5"
    assert current_symbol("ENSG00000064205.7") == "CCN5"
    assert current_symbol("not_a_gene") == "not_a_gene"
    for name in ("CCN5", "WISP2", "ENSG00000064205", "ENSG00000064205.12"):
        assert GeneIndex(["X", name]).find("CCN5") == 1, name
    assert GeneIndex(["X"]).find("CCN5") is None


def test_the_current_symbol_wins_over_a_former_one():
    assert GeneIndex(["WISP2", "CCN5"]).find("CCN5") == 1


@pytest.fixture
def made_table(monkeypatch):
    """Puts a table of genes of our own in the place of the built-in one."""
    caches = (gene_table, builtin_names, _other_names, names_of)

    def forget():
        for cached in caches:
            cached.cache_clear()

    def put(rows: list[tuple[str, str, str]]):
        table = pd.DataFrame(rows, columns=["symbol", "ensembl_ids", "aliases"])
        monkeypatch.setattr("tmeatlas.genes._symbols.gene_table", lambda: table)
        forget()

    yield put
    monkeypatch.undo()
    forget()


def test_names_that_mean_two_genes_are_not_used(made_table):
    # OLD was the name of two genes, BBB is the name of one and was that of another.
    made_table([("AAA", "", "OLD,BBB,ONLY"), ("BBB", "", ""), ("CCC", "", "OLD")])
    assert builtin_names().find("OLD") == ("AAA", "CCC")
    assert current_symbol("OLD") == "OLD"
    assert current_symbol("BBB") == "BBB"
    assert current_symbol("ONLY") == "AAA"
    for gene in ("AAA", "CCC"):
        assert GeneIndex(["OLD"]).find(gene) is None
    assert GeneIndex(["BBB"]).find("AAA") is None
    assert GeneIndex(["AAA", "CCC"]).find("OLD") is None
    assert GeneIndex(["BBB", "ONLY"]).find("AAA") == 1
    signature = tme.sig.Signature(id="s", genes=("AAA", "CCC"))
    (matched,) = match_signatures([signature], ["OLD", "BBB"])
    assert matched.missing == ("AAA", "CCC")


def test_built_in_names_mean_one_gene():
    table = gene_table()
    current = set(table["symbol"])
    claims = Counter(
        name for cell in table["aliases"] for name in set(filter(None, cell.split(",")))
    )
    assert len(claims) > 1000
    assert [name for name, n in claims.items() if n > 1 or name in current] == []


def test_coverage_counts_missing_and_renamed():
    signature = tme.sig.Signature(id="s", genes=("CCN5", "A", "B"), down=("C", "D"))
    (matched,) = match_signatures([signature], ["A", "C", "WISP2"])
    assert matched.up.tolist() == [2, 0]
    assert matched.down.tolist() == [1]
    assert matched.missing == ("B", "D")
    assert matched.renamed == ("CCN5 as WISP2",)
    assert matched.coverage == 3 / 5


def test_two_names_of_one_gene_count_once():
    signature = tme.sig.Signature(id="s", genes=("CCN5", "WISP2"))
    (matched,) = match_signatures([signature], ["CCN5"])
    assert matched.up.tolist() == [0]
    assert matched.coverage == 0.5


def test_one_gene_up_and_down_under_two_names_says_nothing():
    signature = tme.sig.Signature(id="s", genes=("CCN5", "DCN"), down=("WISP2",))
    (matched,) = match_signatures([signature], ["CCN5", "DCN"])
    assert matched.up.tolist() == [1]
    assert matched.down.tolist() == []
    assert set(matched.missing) == {"CCN5", "WISP2"}


def test_coverage_of_a_data_set():
    adata = AnnData(np.ones((3, 2), dtype=np.float32), var=pd.DataFrame(index=["A", "B"]))
    frame = tme.sig.coverage(adata, {"x": ["A", "Z"], "y": ["B"]})
    assert frame.loc["x"].to_dict() == {
        "n_genes": 2,
        "n_found": 1,
        "coverage": 0.5,
        "missing": "Z",
        "renamed": "",
    }
    assert frame.loc["y", "coverage"] == 1


def test_what_a_matched_signature_says_of_itself():
    genes = ("A", "B", "C", "GONE")
    plain = tme.sig.Signature(id="plain", genes=genes)
    weighted = tme.sig.Signature(id="weighted", genes=genes, weights={"A": 2.0, "B": 1.0})
    of_two = tme.sig.Signature(id="two", genes=genes[:2], weights={"A": 2.0, "B": 2.0})
    signed = tme.sig.Signature(id="signed", genes=genes[:2], down=("C",))
    found = match_signatures([plain, weighted, of_two, signed], pd.Index(["A", "B", "C"]))
    assert [match.is_weighted for match in found] == [False, True, True, False]
    assert [match.is_signed for match in found] == [False, False, False, True]
    assert [match.n_found for match in found] == [3, 3, 2, 3]
    assert [match.coverage for match in found] == [0.75, 0.75, 1, 1]
