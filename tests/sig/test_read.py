from __future__ import annotations

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


def test_columns_of_genes_that_pandas_would_take_for_gaps(read):
    assert read("wide.csv", "one\nNA\nNaN\nnull\n")["one"].genes == ("NA", "NaN", "null")


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
        ("a.gmt", "\tna\tA\n", "'a.gmt' line 1: Signature ids cannot be empty"),
        ("a.gmt", "x\tna\tA\ny\tna\tA\tA-\n", "line 2.*up and down"),
        ("a.gmt", "x/y\tna\tA\n", "'x_y'"),
        ("a.gmt", b"x\tna\t\xff\n", "UTF-8"),
        ("a.gmt", "x\tna\tA\nx\tna\tB\n", "Two signatures are called 'x'"),
        ("a.grp", "# nothing\n", "holds no signature"),
        ("a.grp", "A\tB\n", "one gene per entry"),
        ("a.grp", "A B C\n", "'a.grp': Expected one gene per entry.*'A B C'.*line of its own"),
        ("a.grp", "A,B,C\n", "found 'A,B,C'"),
        ("a.gmt", 's\tna\tA\n"t"\t"na"\t"A"\t"B"\n', "line 2: .*quotes around it; found '\"A\"'"),
        ("a.gmt", "s\tna\tA,B\n", "commas.*'A,B'"),
        ("a.gmt", "s\tna\tA,1.0\tB\n", "'A,1.0'"),
        ("a.gmt", "s\tna\tA,1.0\tA,2.0\n", "'A,1.0'"),
        ("a.gmt", "s\tna\tA B\n", "blanks.*'A B'"),
        ("a.gmt", "_index\tna\tA\n", "cannot be '_index'"),
        ("a.json", '{"a": ["A", "A"]}', "twice.*'A'"),
        ("a.csv", "DCN\nLUM\n", "no header: its first row holds genes, 'DCN'.*source and target"),
        ("a.csv", "DCN,LUM\nCOL1A1,PDPN\n", "no header"),
        ("a.csv", "ENSG00000011465\nENSG00000139329\n", "no header"),
        ("a.json", "[", "cannot be read as JSON"),
        ("a.json", "[]", "holds no signature"),
        ("a.json", '{"a": ["A"], "a": ["B"]}', "'a' is given twice"),
        ("a.json", '{"a": "A"}', "mapping of names to lists"),
        ("a.json", '{"a": {"symbols": ["A"]}}', "`geneSymbols`.*'symbols'"),
        ("a.json", '{"a": ["A", null]}', "found None"),
        ("a.yaml", "- {id: a, genes: [A], genes: [B]}", "'genes' is given twice"),
        ("a.yaml", "- {id: a}", "no `genes`"),
        ("a.yaml", "- {genes: [A]}", "no `id`"),
        ("a.yaml", "- {id: a, genes: DCN}", "field `genes`: expected a list"),
        ("a.yaml", "- {id: a, genes: [A, NO]}", "truth values"),
        ("a.yaml", "- {id: 5, genes: [A]}", "field `id`: expected text, found 5"),
        ("a.yaml", "- {id: a, genes: [A], weights: 2}", "field `weights`: expected a mapping"),
        ("a.yaml", "- {id: a, genes: [A], weights: {A: x}}", "finite number"),
        ("a.csv", "source,genes\na,A\n", "columns source, target.*found.*'genes'"),
        ("a.csv", "target,weight\nA,1\n", "columns source, target"),
        ("a.csv", "source,target\na,\n", "line 2: expected the name of a gene"),
        ("a.csv", "source,target\n,A\n", "line 2: expected the name of a signature"),
        ("a.csv", "source,target,weight\na,A,high\n", "line 2.*weight, found 'high'"),
        ("a.csv", "source,target,weight\na,A,inf\n", "finite number"),
        ("a.csv", "source;target;weight\na;A;0,5\n", "decimals with a point"),
        ("a.csv", "source,target,weight\na,A,1\na,A,2\n", "line 3.*twice"),
        ("a.csv", "source,target\na,A,B\n", "line 2: expected 2 columns"),
        ("a.csv", 'source,target\n"a,A\n', "cannot be read as .csv"),
        ("a.csv", "a,A\na,B\nb,C\n", "column 1 .'a'. has no header"),
        ("a.csv", ",one\n0,A\n1,B\n", "column 1 .''. has no header"),
        ("a.csv", "n,one\n1,A\n2,B\n", "column 1 .'n'. has no gene names"),
        ("a.csv", "one,two\nA,\n", "column 2 .'two'. has no gene names"),
        ("a.csv", "one\nA\nA\n", "twice: 'A'"),
        ("a.csv", "", "holds no signature"),
        ("a.txt", "A\n", r"ending in \.gmt, .*found 'a.txt'"),
    ],
)
def test_bad_files_are_explained(read, name, content, message):
    with pytest.raises(InputError, match=message):
        read(name, content)


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
