"""What to cite, as a table."""

from __future__ import annotations

import pandas as pd
import pytest
from bibtex_read import read_bibtex
from made_adata import make_adata
from made_built_in import score_built_in

import tmeatlas as tme
from tmeatlas.atlas import build_payload
from tmeatlas.citing import citations
from tmeatlas.results import Drivers, Enrichment, Lineages

LISTS = ("tgfb_ftbrs", "caf_ecm_mycaf", "exhaustion_core", "glycolysis_hallmark")


@pytest.fixture(scope="module")
def analysed():
    """Cells with scores of built-in lists by UCell, and the crosstalk of the built-in axes."""
    adata = make_adata()
    runs = adata.uns["tmeatlas"]
    runs["tme_scores"]["provenance"]["citation"] = tme.methods.resolve("ucell").citation
    runs["tme_crosstalk"]["params"]["database"] = "tme"
    score_built_in(adata, *LISTS)
    return adata


def test_each_line_says_what_it_is_for_and_has_one_entry(analysed):
    found = tme.get.citations(analysed)
    assert list(dict.fromkeys(found["what"])) == [
        *("software", "method", "interactions", "collection", "signatures"),
    ]
    entries = read_bibtex("\n".join(filter(None, found["bibtex"])))
    assert set(found["key"]) - {""} == set(entries)
    ours = entries["tmeatlas"]
    assert ours["version"] == tme.__version__
    assert "scanpy" in ours["note"]
    by_key = found.set_index("key")
    assert by_key.loc["Mariathasan2018", "title"].startswith("TGFβ attenuates")
    assert "TGFβ attenuates tumour response" in by_key.loc["Mariathasan2018", "citation"]
    assert by_key.loc["Troule2025", "what"] == "interactions"
    assert by_key.loc["Andreatta2021", "citation"].startswith("Signature scores: UCell, Andreatta")
    assert by_key.loc["Liberzon2015", "citation"].endswith("(as generally attributed)")
    assert found["citation"].iloc[-1].endswith(": origin unknown")
    assert found["bibtex"].iloc[-1] == ""


def test_the_page_says_the_same(analysed):
    about = build_payload(analysed, groupby="cell_type").about
    found = tme.get.citations(analysed)
    assert about.citations == found["citation"].tolist()
    assert about.bibtex == "\n".join(filter(None, found["bibtex"]))


def test_without_results_there_is_the_software(analysed):
    bare = analysed.copy()
    bare.uns, bare.obsm = {}, {}
    found = tme.get.citations(bare)
    assert found["key"].tolist() == ["tmeatlas", "Wolf2018"]


def test_results_of_other_cells_are_left_out(analysed):
    part = analysed[:100].copy()
    assert "interactions" not in set(tme.get.citations(part)["what"])
    assert "method" in set(tme.get.citations(part)["what"])  # scores are of each cell


def test_other_databases_and_methods(analysed):
    def lines(database: str) -> list[str]:
        adata = analysed.copy()
        adata.uns["tmeatlas"]["tme_crosstalk"]["params"]["database"] = database
        found = tme.get.citations(adata)
        return found.loc[found["what"] == "interactions", "citation"].tolist()

    assert [line.partition(",")[0] for line in lines("liana consensus")] == [
        *("Interactions: liana consensus", "LIANA: Dimitrov et al. (2024)"),
    ]
    assert len(lines("cellphonedb v5.0.0")) == 2
    assert lines("mine.csv (SHA-256 0)") == ["Interactions: mine.csv (SHA-256 0)"]


def result(kind, **parts):
    record = kind.new_record(make_adata(pairs=()), params=parts.pop("params", {}), facts={})
    return kind(record=record, key=kind.default_key, **parts)


def test_markers_chains_and_enrichment_are_cited():
    told = result(Lineages, cells=pd.DataFrame(), groups=pd.DataFrame({"how": ["markers", "name"]}))
    loops = pd.DataFrame({"cite": ["by somebody (PMC21564)", "by somebody (PMC21564)"]})
    chains = result(Drivers, table=pd.DataFrame(), loops=loops, genes=pd.DataFrame())
    enriched = result(Enrichment, table=pd.DataFrame(), params={"method": "ssgsea"})
    found = [(each.what, each.text) for each in citations([told, chains, enriched])]
    texts = dict(found)
    assert texts["chains"] == "by somebody (PMC21564)"
    assert [what for what, _ in found].count("chains") == 1
    assert any("PanglaoDB: a web server" in text for _, text in found)
    assert any(text.startswith("Enrichment by gseapy: Fang et al. (2022)") for _, text in found)
    assert texts["enrichment"].startswith("single-sample GSEA: Barbie et al. (2009)")
    by_name = result(Lineages, cells=pd.DataFrame(), groups=pd.DataFrame({"how": ["name"]}))
    assert "markers" not in {each.what for each in citations([by_name])}
