from __future__ import annotations

import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.shell._choices import choose_signatures, read_genes_table, read_numbers, read_pairs


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine, too.gmt").write_text("my_caf\tmine\tDCN\tLUM\n")
    (tmp_path / "mine.gmt").write_text("my_caf\tmine\tDCN\tLUM\n")
    (tmp_path / "other.gmt").write_text("my_caf\tother\tACTA2\tTAGLN\n")
    return tmp_path


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["core"], list(tme.sig.load("core"))),
        (["caf_pan,treg_pan"], ["caf_pan", "treg_pan"]),
        (["caf_pan", "treg_pan"], ["caf_pan", "treg_pan"]),
        (["treg_pan, caf_pan ,treg_pan,"], ["treg_pan", "caf_pan"]),
        (["caf"], list(tme.sig.load("all", compartment="caf"))),
        ([",".join(["caf_pan"] * 100)], ["caf_pan"]),  # longer than the name of a file can be
        (["mine.gmt,caf_pan"], ["my_caf", "caf_pan"]),
        (["mine, too.gmt"], ["my_caf"]),
        (["mine.gmt", "mine.gmt"], ["my_caf"]),
    ],
)
def test_sets_ids_compartments_and_files(mine, given, expected):
    assert list(choose_signatures(given)) == expected


def test_what_is_no_signature_is_refused(mine):
    with pytest.raises(MissingKeyError, match=r"'caf_pam'.*'caf_pan'.*tmeatlas signatures"):
        choose_signatures(["core,caf_pam"])
    with pytest.raises(InputError, match=r"Two signatures are called 'my_caf'.*'other.gmt'"):
        choose_signatures(["mine.gmt,other.gmt"])
    with pytest.raises(InputError, match="found nothing"):
        choose_signatures([" , "])
    with pytest.raises(MissingKeyError, match=r"'mine\.gmt'"):
        choose_signatures(["min.gmt"])


def test_pairs_and_numbers():
    assert read_pairs(["CD8=high=T cells", " a = B cells "], "--label") == {
        "CD8=high": "T cells",
        "a": "B cells",
    }
    assert read_pairs(None, "--label") == {}
    numbers = read_numbers(["t_cells=0.1", "least_cells=1"], "--threshold")
    assert numbers == {"t_cells": 0.1, "least_cells": 1}
    assert isinstance(numbers["least_cells"], int)
    for text in ("T cells", "=T cells", "a="):
        with pytest.raises(InputError, match="Expected --label NAME=VALUE"):
            read_pairs([text], "--label")
    with pytest.raises(InputError, match="Expected a number after --threshold t_cells=, found 'x'"):
        read_numbers(["t_cells=x"], "--threshold")


def test_a_table_of_genes(tmp_path):
    (tmp_path / "genes.tsv").write_text("gene\tchromosome\tstart\tend\nDCN\tchr12\t1\t2\n")
    table = read_genes_table(str(tmp_path / "genes.tsv"), "--positions")
    assert table.loc["DCN"].tolist() == ["chr12", 1, 2]
    (tmp_path / "of_excel.csv").write_bytes("gene;start\r\nDCN;1\r\n".encode("utf-16"))
    table = read_genes_table(str(tmp_path / "of_excel.csv"), "--positions")
    assert table.loc["DCN"].tolist() == [1]
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(InputError, match=r"after --positions; 'empty.csv' cannot be read"):
        read_genes_table(str(tmp_path / "empty.csv"), "--positions")
