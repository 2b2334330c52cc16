"""`tmeatlas cite`: what the library gives, as a file."""

from __future__ import annotations

import csv

import pytest
from bibtex_read import read_bibtex

import tmeatlas as tme


@pytest.fixture(scope="module")
def scored():
    adata = tme.datasets.simulated(300)
    tme.pp.prepare(adata, embed=False)
    tme.tl.score(adata, ["tgfb_ftbrs", "caf_pan"])
    return adata


def test_bibtex_and_table_are_those_of_the_library(shell, scored, tmp_path):
    scored.write_h5ad(tmp_path / "scored.h5ad")
    expected = tme.get.citations(scored)
    status, out, _ = shell("cite", "scored.h5ad", "-o", "refs.bib")
    assert status == 0
    assert " ".join(out.split()).startswith(f"tmeatlas developers: tmeatlas {tme.__version__}")
    assert out.rstrip().endswith("Wrote refs.bib")
    text = (tmp_path / "refs.bib").read_text(encoding="utf-8")
    assert text == "\n".join(filter(None, expected["bibtex"]))
    assert {"tmeatlas", "Wolf2018", "Mariathasan2018"} < set(read_bibtex(text))
    assert shell("cite", "scored.h5ad", "-o", "refs.csv")[0] == 0
    with (tmp_path / "refs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == expected["key"].tolist()


def test_other_endings_are_refused(shell, scored, tmp_path):
    scored.write_h5ad(tmp_path / "scored.h5ad")
    status, _, err = shell("cite", "scored.h5ad", "-o", "refs.h5ad")
    assert status == 1
    assert "Expected an output ending in .bib, .csv or .tsv" in " ".join(err.split())
