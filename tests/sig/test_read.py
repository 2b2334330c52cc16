from __future__ import annotations

import gzip
import json

import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning


@pytest.fixture
def read(tmp_path):
    """Write bytes or text to a file of this name and read the signatures in it."""

    def write_and_read(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tme.sig.read(path)

    return write_and_read


def test_grp_is_called_as_its_file(read):
    signatures = read("my_caf.grp", "# comment\nDCN\n\nLUM+\nPTPRC-\n#PDPN\n")
    assert list(signatures) == ["my_caf"]
    assert signatures["my_caf"].genes == ("DCN", "LUM")
    assert signatures["my_caf"].down == ("PTPRC",)


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_mapping_of_names_to_genes(read, name):
    signatures = read(name, '{"one": ["DCN", "LUM-"], "two": ["PDPN"]}')
    assert signatures["one"].signed_weights() == {"DCN": 1.0, "LUM": -1.0}
    assert signatures["two"].genes == ("PDPN",)


def test_entries_in_json(read):
    entry = {"id": "x", "genes": ["A"], "down": ["B"], "weights": {"B": 2}, "note": None}
    signature = read("a.json", json.dumps([entry]))["x"]
    assert signature.signed_weights() == {"A": 1.0, "B": -2.0}
    assert signature.note == ""


def test_json_of_msigdb(read):
    document = {
        "SOME_SET": {
            "collection": "C2:CGP",
            "systematicName": "M1",
            "pmid": "123",
            "exactSource": "Table 1",
            "geneSymbols": ["A", "B"],
        },
        "OTHER_SET": {"systematicName": "M2", "pmid": None, "geneSymbols": ["C"]},
    }
    signatures = read("msigdb.json", json.dumps(document))
    assert signatures["SOME_SET"].genes == ("A", "B")
    assert signatures["SOME_SET"].reference == {"pmid": "123"}
    assert signatures["SOME_SET"].source == "MSigDB M1"
    assert signatures["OTHER_SET"].reference == {}


@pytest.mark.parametrize("header", ["source,target,weight", "Set, Gene ,WEIGHT"])
def test_net_with_weights(read, header):
    signatures = read("net.csv", f"{header}\nb,A,1\na,A,0.5\nb,B,-2\na,C,-1\n")
    assert list(signatures) == ["b", "a"]
    assert signatures["b"] == tme.sig.Signature("b", ("A", "B"), weights={"A": 1.0, "B": -2.0})
    assert signatures["a"] == tme.sig.Signature("a", ("A", "C"), weights={"A": 0.5, "C": -1.0})


@pytest.mark.parametrize("column", ["weight", "mor"])
def test_weights_that_differ_in_sign_alone_are_two_lists(read, column):
    signature = read("net.csv", f"source,target,{column}\na,A,2\na,B,-2\n")["a"]
    assert signature == tme.sig.Signature("a", ("A",), ("B",), {"A": 2.0, "B": 2.0})


def test_signs_under_another_name_are_not_dropped(read):
    text = "source,target,effect\na,A,1\na,B,-1\n"
    with pytest.raises(InputError, match=r"no column `weight`.*'effect'.*Rename"):
        read("net.csv", text)
    net = pd.DataFrame({"source": ["a", "a"], "target": ["A", "B"], "effect": [1.0, -1.0]})
    with pytest.raises(InputError, match=r"'effect'"):
        tme.sig.write(net, "mine.yaml")


def test_a_side_other_than_up_and_down(read):
    with pytest.raises(InputError, match=r"line 2: expected 'up' or 'down'.*found 'left'"):
        read("net.csv", "source,target,weight,side\na,A,1,left\n")


def test_net_without_weights_and_with_other_columns(read):
    text = ",source,resource,target\n0,a,PubMed,A\n1,a,,B\n"
    assert read("net.csv", text)["a"] == tme.sig.Signature("a", ("A", "B"))


def test_one_column_per_signature(read):
    signatures = read("wide.tsv", "one\ttwo\t\nA\tB\t\n\tC-\t\n")
    assert signatures["one"].genes == ("A",)
    assert signatures["two"].signed_weights() == {"B": 1.0, "C": -1.0}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_of_spreadsheets(read, delimiter):
    text = "source,target,weight\na,A,2\n".replace(",", delimiter)
    assert read("net.csv", text)["a"].weights == {"A": 2.0}


def test_quoted_cells(read):
    text = '"source","target"\n"macrophage, ""M2""","CD163"\n'
    assert list(read("net.csv", text)) == ['macrophage, "M2"']


CONTENTS = {
    "x.gmt": "x\tna\tA\tβ2M\n",
    "x.grp": "A\nβ2M\n",
    "x.yaml": "- id: x\n  genes: [A, β2M]\n",
    "x.json": '[{"id": "x",\n"genes": ["A", "β2M"]}]\n',
    "x.csv": "source,target\nx,A\nx,β2M\n",
    "x.tsv": "source\ttarget\nx\tA\nx\tβ2M\n",
}


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_files_of_other_systems(read, name, line_end, mark):
    content = mark + CONTENTS[name].replace("\n", line_end).encode()
    assert read(name, content)["x"] == tme.sig.Signature("x", ("A", "β2M"))


@pytest.mark.parametrize("name", ["x.gmt", "x.grp", "x.csv", "x.tsv"])
def test_trailing_tabs_and_blank_lines(read, name):
    padding = ",\n" if name.endswith("csv") else "\t\t\n"
    content = "\n" + CONTENTS[name].replace("\n", padding) + padding + "\n"
    assert read(name, content)["x"].genes == ("A", "β2M")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.grp", "# nothing\n", "holds no signature"),
        ("a.grp", "A\tB\n", "one gene per entry"),
        ("a.grp", "A B C\n", "'a.grp': Expected one gene per entry.*'A B C'.*line of its own"),
        ("a.grp", "A,B,C\n", "found 'A,B,C'"),
        ("a.gmt", "s\tna\tA,B\n", "commas.*'A,B'"),
        ("a.gmt", "s\tna\tA,1.0\tB\n", "'A,1.0'"),
        ("a.gmt", "s\tna\tA,1.0\tA,2.0\n", "'A,1.0'"),
        ("a.gmt", "s\tna\tA B\n", "blanks.*'A B'"),
        ("a.json", "[", "cannot be read as JSON"),
        ("a.json", "[]", "holds no signature"),
        ("a.json", '{"a": "A"}', "mapping of names to lists"),
        ("a.json", '{"a": {"symbols": ["A"]}}', "`geneSymbols`.*'symbols'"),
        ("a.yaml", "- {id: a, genes: [A], genes: [B]}", "'genes' is given twice"),
        ("a.yaml", "- {id: a}", "no `genes`"),
        ("a.yaml", "- {genes: [A]}", "no `id`"),
        ("a.yaml", "- {id: a, genes: DCN}", "field `genes`: expected a list"),
        ("a.yaml", "- {id: a, genes: [A, NO]}", "truth values"),
        ("a.yaml", "- {id: a, genes: [A], weights: 2}", "field `weights`: expected a mapping"),
        ("a.yaml", "- {id: a, genes: [A], weights: {A: x}}", "finite number"),
        ("a.csv", "source,target\na,\n", "line 2: expected the name of a gene"),
        ("a.csv", "source,target\n,A\n", "line 2: expected the name of a signature"),
        ("a.csv", "source,target,weight\na,A,high\n", "line 2.*weight, found 'high'"),
        ("a.csv", "source,target,weight\na,A,inf\n", "finite number"),
        ("a.csv", "source;target;weight\na;A;0,5\n", "decimals with a point"),
        ("a.csv", "source,target,weight\na,A,1\na,A,2\n", "line 3.*twice"),
        ("a.csv", 'source,target\n"a,A\n', "cannot be read as a table, line 2"),
        ("a.gmt", "x\tna\tA\tA-\n", "'a.gmt' line 1: .*up and down"),
        ("a.gmt", "A,na,DCN\nB,na,LUM\n", r"line 1: .*tab separated; found 1 field"),
        ("a.json", '{"a": []}', "'a' has no genes"),
        ("a.json", "[" * 100_000, "nested|lists in lists"),
        ("a.yaml", "[" * 100_000, "cannot be read as YAML"),
        ("a.yaml", "{a: [" * 30 + "]}" * 30, "too deep to be gene sets"),
        ("a.yaml", "a: !!int ''", "cannot be read as YAML"),
        ("a.yaml", "a: !!timestamp x", "cannot be read as YAML"),
        ("a.yaml", "a: &x [*x]", "unfold to too much"),
        ("a.csv", "n\n1\n2\n", "column 1: 'n' has no gene names"),
        ("a.csv", "source,cell,n\nx,CAF,1\nx,T,2\n", "Rename the column of the names"),
        ("a.csv", "kind,id,gene\nCAF,C,DCN\nCAF,C,LUM\n", "`source`, and that of the genes to"),
        (
            "a.csv",
            "source,target,ligand,receptor\nCAF,T,A,B\n",
            "table of interactions.*`database=` to tme",
        ),
        ("a.csv", "cluster,gene,avg_log2FC,p_val_adj\n0,A,-1,0\n0,B,1,1\n", "no row is left of 2"),
        ("a.xlsx", "PK", "is a spreadsheet. Save the sheet"),
        ("a.gmt", b"PK\x03\x04", "a zip or a spreadsheet"),
        ("a.rds", "A", r"ending in \.gmt, .*found 'a\.rds'"),
        ("a.csv", "", "holds no signature"),
    ],
)
def test_bad_files_are_explained(read, name, content, message):
    with pytest.raises(InputError, match=message):
        read(name, content)


BAD_ENTRIES = [
    ("a.gmt", "PI3K/AKT\t\tA\nb\t\tB\n", {"PI3K_AKT": "A", "b": "B"}, "'PI3K/AKT' to 'PI3K_AKT'"),
    ("a.gmt", "\tna\tA\n", {"unnamed": "A"}, "'' to 'unnamed'"),
    ("a.gmt", "_index\tna\tA\n..\tna\tB\n", {"index": "A", "_.": "B"}, "'_index' to 'index', '..'"),
    ("a.gmt", "a\tna\nb\tna\tB\n", {"b": "B"}, "left out: line 1, 'a' .*2 field"),
    ("a.gmt", "a\tna\t\t\nb\tna\tB\n", {"b": "B"}, "left out: line 1, 'a' .*no genes"),
    ("a.gmt", "x\tna\tA\ny\tna\tA\tA-\n", {"x": "A"}, "left out: line 2, 'y' .*up and down"),
    ("a.gmt", "x\tna\tA\nx\tna\tB\n", {"x": "A", "x_2": "B"}, "later list is called: 'x_2'"),
    ("a.gmt", "x\tna\tA\nx\tna\tA\n", {"x": "A"}, "count once: line 2, 'x'"),
    ("a.gmt", "name\tdescription\tgenes\nx\tna\tA\n", {"x": "A"}, "headings: line 1"),
    ("a.gmt", "# old\nx\tna\tA\n#y\tna\tB\n", {"x": "A"}, "'#': line 3, '#y'"),
    ("a.gmt", "x\tna\tA\tNA\tB\n", {"x": "A B"}, "without a gene were left out: 1 in 'x'"),
    ("a.gmt", "x\tna\tA\tB\tC D\n", {"x": "A B"}, "no gene were left out: 'C D' in 'x'"),
    ("a.gmt", b"x\tna\xefve\tA\n", {"x": "A"}, "Windows-1252: line 1 has 'naïve'"),
    ("a.gmt", "x\0y\tna\tA\n", {"xy": "A"}, "1 NUL character, the first in line 1"),
    ("a.grp", "SOME_SET\n# > about it\nA\n", {"a": "A"}, "name of the list: 'SOME_SET'"),
    ("a.json", '{"a": ["A"], "a": ["B"]}', {"a": "A", "a_2": "B"}, "later list is called: 'a_2'"),
    ("a.json", '{"a": ["A", null, "B", "A", ""]}', {"a": "A B"}, "2 in 'a'.*'A' in 'a'"),
    ("a.json", '{"a": ["A"], "b": "B", "c": 3}', {"a": "A"}, "left out: 'b' .*'B'.*'c' .*3"),
    ("a.json", '{"a\\u0000b": ["A"]}', {"a b": "A"}, "names were changed: .* to 'a b'"),
    ("a.json", '{"' + "é" * 300 + '": ["A"]}', {"é" * 100: "A"}, "names were changed: 'é{79}…'"),
    ("a.yaml", "a: [A]\na: [B]\n", {"a": "A", "a_2": "B"}, "later list is called: 'a_2'"),
    ("a.yaml", "- {id: a/b, genes: [A]}\n- {id: c}\n- 5", {"a_b": "A"}, "'a_b'.*entry 2.*entry 3"),
    ("a.yaml", "- {id: a, genes: [A, ~, B]}", {"a": "A B"}, "1 in 'a'"),
    ("a.csv", "source,target\na,A\na,\n,B\n", {"a": "A"}, "line 3 .*a gene.*line 4 .*a signature"),
    ("a.csv", "source,target\na,A\na,A\na,B\n", {"a": "A B"}, "each counts once: 'A' in 'a'"),
    ("a.csv", "source,target,weight\na,A,1\na,A,2\nb,B,1\n", {"b": "B"}, "'a' .*line 3.*twice"),
    ("a.csv", "source,target,weight\na,A,1\nb,B,high\n", {"a": "A"}, "'b' .*line 3.*'high'"),
    ("a.csv", "source,target\na,A\na,B,C\n", {"a": "A B"}, "line 3 .3 for 2."),
    ("a.csv", "n,one\n1,A\n2,B\n", {"one": "A B"}, "column 1, 'n' .*no gene names"),
    ("a.csv", "one,two\nA,\n", {"one": "A"}, "column 2, 'two' .*no gene names"),
    ("a.csv", "one\nA\nNA\nB\n", {"one": "A B"}, "without a gene were left out: 1 in 'one'"),
    (
        "a.csv",
        "Table S3,\nset,gene\na,A\n",
        {"a": "A"},
        "title above the headings: all until line 1",
    ),
    ("a.csv", "DCN\nLUM\n", {"a": "DCN LUM"}, "no headings.*'a'"),
    (
        "a.csv",
        "ENSG00000011465\nENSG00000139329\n",
        {"a": "ENSG00000011465 ENSG00000139329"},
        "no headings",
    ),
    ("a.csv", "DCN,CD3D\nLUM,CD3E\n", {"a_1": "DCN LUM", "a_2": "CD3D CD3E"}, "'a_1', 'a_2'"),
    ("a.csv", "a,A\na,B\nb,C\n", {"a": "A B", "b": "C"}, "no headings.*'source', 'target'"),
    ("a.csv", "DCN,caf\nLUM,caf\nCD3D,t\n", {"caf": "DCN LUM", "t": "CD3D"}, "'target', 'source'"),
    ("a.csv", "kind,hub\nc,DCN\nc,LUM\n", {"c": "DCN LUM"}, "what they hold: 'kind', 'hub'"),
    ("a.csv", 'kind,markers\nc,"A, B"\nt,C\n', {"c": "A B", "t": "C"}, "'kind', 'markers'"),
    ("a.csv", 'c,"DCN, LUM"\nt,CD3D\n', {"c": "DCN LUM", "t": "CD3D"}, "'source', 'target'"),
    ("a.csv", "DCN,LUM\n", {"a": "DCN LUM"}, "one row of genes: line 1"),
    ("a.csv", "one\nA\nB\nC D\n", {"one": "A B"}, "no gene were left out: 'C D' in 'one'"),
    ("a.gmt", "c\tDCN\tLUM\nt\tCD3D\tCD3E\n", {"c": "DCN LUM", "t": "CD3D CD3E"}, "descriptions"),
    ("a.gmt", "x\tna\t1-Mar\tA\n", {"x": "1-Mar A"}, "look like dates.*'1-Mar' in 'x'"),
    ("a.txt", "gene\nA\nB\n", {"a": "A B"}, "as a heading: 'gene'"),
    ("a.csv", "caf,DCN,2\ncaf,LUM,2\n", {"caf": "DCN LUM"}, "'source', 'target', 'weight'"),
]


@pytest.mark.parametrize(("name", "content", "genes", "message"), BAD_ENTRIES)
def test_a_bad_entry_costs_no_other(read, name, content, genes, message):
    with pytest.warns(TMEWarning, match=message) as caught:
        found = read(name, content)
    assert {key: " ".join(signature.genes) for key, signature in found.items()} == genes
    assert len(caught) == 1
    assert str(caught[0].message).startswith(f"'{name}'")


CLEAN = [
    ("a.gmt", 's\tna\tA\n"t, u"\t"na"\t"A"\t"B"\n', {"s": "A", "t, u": "A B"}),
    ("some_set.grp", "SOME_SET\n# > about it\nA\n", {"some_set": "A"}),
    ("a.json", '{"id": "x", "genes": ["A"]}', {"x": "A"}),
    ("a.json", '{"x": {"genes": ["A"], "note": "n"}}', {"x": "A"}),
    ("a.yaml", "a: &x [A, B]\nb: *x\n", {"a": "A B", "b": "A B"}),
    ("a.yaml", "- {id: 5, genes: [A]}", {"5": "A"}),
    ("a.csv", "genesymbol,collection,geneset\nA,h,s\nB,h,s\nA,h,t\n", {"s": "A B", "t": "A"}),
    ("a.csv", "group,names,scores\nCAF,DCN,2\nT,CD3D,1\n", {"CAF": "DCN", "T": "CD3D"}),
    ("a.csv", '"","avg_log2FC","p_val_adj","cluster","gene"\n"A",1,0,"0","A"\n', {"0": "A"}),
    ("a.csv", "term,gene\nx,A\n", {"x": "A"}),
    ("a.tsv", "species\tofficial gene symbol\tcell type\nHs\tA\tT cells\n", {"T cells": "A"}),
    ("a.csv", 'cellType,cellName,geneSymbol\nN,T,"A, [B, C], NA"\n', {"T": "A B C"}),
    ("a.csv", "cell_name,Symbol,Genename\nT,A,gene a\nB,B,gene b\n", {"T": "A", "B": "B"}),
    ("a.csv", "celltype,genes\nT,A;B\n", {"T": "A B"}),
    ("a.csv", "target,weight\nA,1\n", {"a": "A"}),
    ("a.csv", "gene\nA\nB\n", {"a": "A B"}),
    ("a.csv", '"","p_val","avg_log2FC"\n"DCN",0,1\n"LUM",0,2\n', {"a": "DCN LUM"}),
    ("a.csv", ",one,two\n0,A,B\n1,C,\n", {"one": "A C", "two": "B"}),
    ("a.csv", "one,two\nA,B\nC,NA\n", {"one": "A C", "two": "B"}),
    ("a.csv", "# by R\nsource,target\na,A\n", {"a": "A"}),
    ("a.csv", "caf,na,DCN,LUM\nt,na,CD3D\n", {"caf": "DCN LUM", "t": "CD3D"}),
    ("a.tsv", '"source"\t"target"\n"1"\t"a"\t"A"\n"2"\t"a"\t"B"\n', {"a": "A B"}),
    ("a.tsv", "source,target\na,A\n", {"a": "A"}),
    ("a.txt", "DCN\n# no\nLUM\n", {"a": "DCN LUM"}),
    ("a.txt", "s\t\tA\tB\nt\t\tC\n", {"s": "A B", "t": "C"}),
    ("a.txt", "source\ttarget\ns\tA\n", {"s": "A"}),
    ("a.txt", "caf: DCN, LUM\nt: CD3D\n", {"caf": "DCN LUM", "t": "CD3D"}),
    ("a.gmt", "STAT3_UP\tSTAT3\tA\n", {"STAT3_UP": "A"}),
    ("a.gmt", "x\tna\tA\u200b\tB\xa0\n", {"x": "A B"}),
    ("a.csv", "source|target\ns|A\n", {"s": "A"}),
    ("a.csv", "source,target,weight\ns,A,\n", {"s": "A"}),
    ("a.txt", '{"s": ["A"]}', {"s": "A"}),
    ("a", "DCN\nLUM\n", {"a": "DCN LUM"}),
    ("a.GMT.gz", gzip.compress(b"s\tna\tA\n", mtime=0), {"s": "A"}),
    ("a.csv.gz", gzip.compress(b"source,target\ns,A\n", mtime=0), {"s": "A"}),
    ("a.gmt", gzip.compress(b"s\tna\tA\n", mtime=0), {"s": "A"}),
    ("a.gmt", "s\tna\tβ2M\n".encode("utf-16"), {"s": "β2M"}),
    ("a.csv", "source,target\ns,A\n".encode("utf-16-le"), {"s": "A"}),
]


@pytest.mark.parametrize(("name", "content", "genes"), CLEAN)
def test_tables_and_lists_of_others_are_read_without_a_word(read, name, content, genes):
    found = read(name, content)
    assert {key: " ".join(signature.genes) for key, signature in found.items()} == genes


def test_markers_of_seurat_and_scanpy_that_are_low_or_chance_are_said(read):
    text = "cluster,gene,avg_log2FC,p_val_adj\n0,A,2,0.001\n0,B,-1,0.001\n0,C,1,0.5\n1,D,1,0.01\n"
    with pytest.warns(
        TMEWarning, match=r"'avg_log2FC' of 0 or less or 'p_val_adj'.*: 2 of 4"
    ) as caught:
        found = read("markers.csv", text)
    assert {key: signature.genes for key, signature in found.items()} == {"0": ("A",), "1": ("D",)}
    assert len(caught) == 1


def test_yaml_that_unfolds_without_end_is_refused_in_no_time(read):
    lines = ["a: &a [X, X, X, X, X, X, X, X, X]"]
    for one, other in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{other}: &{other} [{', '.join([f'*{one}'] * 9)}]")
    with pytest.raises(InputError, match="aliases that unfold to too much"):
        read("bomb.yaml", "\n".join(lines))


def test_more_lists_than_anybody_has_are_refused(read, monkeypatch):
    monkeypatch.setattr("tmeatlas.sig._repairs.MOST_SIGNATURES", 2)
    with pytest.raises(InputError, match=r"more than 2 signatures"):
        read("a.gmt", "".join(f"s{i}\tna\tA\n" for i in range(3)))
    monkeypatch.setattr("tmeatlas.sig._tables.MOST_CELLS", 5)
    with pytest.raises(InputError, match=r"more than 5 cells"):
        read("a.csv", "source,target\na,A\nb,B\n")


@pytest.mark.parametrize("name", ["x.gmt", "x.grp"])
def test_genes_that_lists_of_others_give_twice(read, name):
    content = "A\nB\nA\n" if name.endswith("grp") else "x\tna\tA\tB\tA\ny\tna\tC\n"
    with pytest.warns(TMEWarning, match=rf"'{name}'.*each counts once: 'A' in 'x'\.") as caught:
        assert read(name, content)["x"].genes == ("A", "B")
    assert len(caught) == 1


def test_weights_of_enrichr(read):
    signatures = read("enrichr.gmt", "s\t\tA,1.0\tB,1.0\t\nt\t\tA,0.5\tB,2\n")
    assert signatures["s"] == tme.sig.Signature("s", ("A", "B"))
    assert signatures["t"].signed_weights() == {"A": 0.5, "B": 2.0}


def test_columns_of_msigdbr(read):
    text = "gs_cat,gs_name,gene_symbol,entrez_gene\nH,s,A,1\nH,s,B,2\nH,t,A,1\n"
    signatures = read("msigdbr.csv", text)
    assert [(s.id, s.genes) for s in signatures.values()] == [("s", ("A", "B")), ("t", ("A",))]


def test_a_wide_table_may_have_a_signature_called_as_a_gene(read):
    assert list(read("wide.csv", "EGFR,my_caf\nDUSP6,DCN\n")) == ["EGFR", "my_caf"]


@pytest.mark.parametrize("path", [None, 5, ["a.gmt"]])
def test_what_is_no_path(path):
    with pytest.raises(InputError, match=r"path of a signature file, found.*tme\.sig\.load"):
        tme.sig.read(path)


def test_a_folder_is_no_file(tmp_path):
    folder = tmp_path / "d.gmt"
    folder.mkdir()
    with pytest.raises(InputError, match=r"the folder 'd\.gmt'\. It holds none"):
        tme.sig.read(folder)
    (folder / "mine.gmt").write_text("x\ty\tA\n")
    with pytest.raises(InputError, match=r"folder 'd\.gmt'\. Name one of its files: 'mine\.gmt'"):
        tme.sig.read(folder)


def test_fields_of_an_unknown_name_are_answered_with_the_nearest(read):
    with pytest.raises(MissingKeyError, match=r"'citation'.*a.yaml|a.yaml.*'citation'"):
        read("a.yaml", "- {id: x, genes: [A], citation: me}")
    with pytest.raises(MissingKeyError, match="Nearest first: 'compartment'"):
        read("a.yaml", "- {id: x, genes: [A], compartments: caf}")


def test_a_signature_per_line_of_a_table_is_not_read_as_columns(read):
    with pytest.raises(InputError, match=r"one signature per line.*\.gmt file"):
        read("a.csv", "caf,DCN,LUM\ntc,CD3D,CD3E\n")
    clusters = read("b.csv", "CD8,CD4,NK\nCD8A,CD4,NKG7\nCD3D,CD3E,GNLY\n")
    assert clusters["CD8"].genes == ("CD8A", "CD3D")


def test_zeros_and_ones_for_each_signature_are_no_single_list(read):
    with pytest.raises(InputError, match="0 and 1 in 'caf', 'tc'"):
        read("a.csv", "gene,caf,tc\nDCN,1,0\nLUM,1,0\nCD3D,0,1\n")
    assert read("b.csv", "gene,logFC\nDCN,1\nLUM,2.5\n")["b"].genes == ("DCN", "LUM")
