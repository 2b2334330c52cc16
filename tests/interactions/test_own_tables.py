"""Interaction tables of users: files, spellings of columns, and the words of CellChat and LIANA."""

from __future__ import annotations

import gzip
import os

import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.interactions import Interactions, as_interactions

PAIRS = pd.DataFrame(
    {"ligand": ["TGFB1", "CXCL12"], "receptor": ["TGFBR1_TGFBR2", "CXCR4"], "axis": ["t", "c"]}
)

# The columns of CellChatDB's interaction table, as its package has them, in versions 1 and 2.
CELLCHAT_1 = pd.DataFrame(
    {
        "interaction_name": ["TGFB1_TGFBR1_TGFBR2", "VEGFA_VEGFR1", "CD99_CD99"],
        "pathway_name": ["TGFb", "VEGF", "CD99"],
        "ligand": ["TGFB1", "VEGFA", "CD99"],
        "receptor": ["TGFbR1_R2", "FLT1", "CD99"],
        "agonist": ["TGFb agonist", "", ""],
        "co_I_receptor": ["TGFb inhibition receptor", "", ""],
        "evidence": ["KEGG: hsa04350", "KEGG: hsa04060", "PMID: 1"],
        "annotation": ["Secreted Signaling", "Secreted Signaling", "Cell-Cell Contact"],
        "interaction_name_2": ["TGFB1 - (TGFBR1+TGFBR2)", "VEGFA  - VEGFR1", "CD99 - CD99"],
    }
)
CELLCHAT_2 = pd.DataFrame(
    {
        "interaction_name": ["TGFB1_TGFBR1_TGFBR2", "COL1A1_ITGA1_ITGB1", "X_ADORA1", "A_B"],
        "pathway_name": ["TGFb", "COLLAGEN", "Adenosine", "AB"],
        "ligand": ["TGFB1", "COL1A1", "Adenosine-NT5E-SLC29A1", "A"],
        "receptor": ["TGFbR1_R2", "ITGA1_ITGB1", "ADORA1", "B"],
        "annotation": [
            "Secreted Signaling",
            "ECM-Receptor",
            "Non-protein Signaling",
            "Cell-Cell Contact",
        ],
        "ligand.symbol": ["TGFB1", "COL1A1", "NT5E, SLC29A1", ""],
        "receptor.symbol": ["TGFBR1, TGFBR2", "ITGA1, ITGB1", "ADORA1", None],
    }
)


def pairs_of(database: Interactions) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(entry.ligand_genes, entry.receptor_genes) for entry in database]


@pytest.mark.parametrize(
    ("name", "sep"), [("my.csv", ","), ("my.tsv", "\t"), ("my.txt", "\t"), ("my.csv", ";")]
)
def test_files_are_read_as_the_table_is(tmp_path, name, sep):
    path = tmp_path / name
    PAIRS.to_csv(path, sep=sep, index=False)
    found = as_interactions(path)
    assert found.entries == as_interactions(PAIRS).entries
    assert found.name.startswith(f"{name} (SHA-256 ")
    assert as_interactions(str(path)) == found


def test_a_file_in_the_folder_needs_no_separator_in_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("my.csv", "my_pairs", "my.table"):
        PAIRS.to_csv(name, index=False)
        assert as_interactions(name).entries == as_interactions(PAIRS).entries


def test_compressed_files_are_told_by_their_content(tmp_path):
    content = PAIRS.to_csv(index=False).encode()
    for name in ("my.csv.gz", "named_wrongly.csv"):
        (tmp_path / name).write_bytes(gzip.compress(content))
        assert as_interactions(tmp_path / name).entries == as_interactions(PAIRS).entries


def test_what_spreadsheets_and_r_add_does_no_harm(tmp_path):
    path = tmp_path / "my.csv"
    path.write_bytes(b"\xef\xbb\xbfLigand , Receptor\r\nA,B_C\r\n")
    assert pairs_of(as_interactions(path)) == [(("A",), ("B", "C"))]
    path.write_text('"","ligand","receptor","axis"\n"1","A","B",NA\n"2","C","D","x"\n')
    first, second = as_interactions(path)
    assert (first.ligand_genes, first.axis, second.axis) == (("A",), "", "x")
    path.write_text('ligand, receptor, axis\nA, "B, C", null\n')
    (entry,) = as_interactions(path)
    assert (entry.receptor_genes, entry.axis) == (("B", "C"), "null")
    path.write_text("ligand\treceptor\nrow1\tA\tB\n")
    assert pairs_of(as_interactions(path)) == [(("A",), ("B",))]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("my.csv", b"", "no header"),
        ("my.csv", b"from,to\nA,B\n", "found 'from', 'to'"),
        ("my.csv", b"ligand,receptor\n", "no rows"),
        ("my.csv", b"ligand,ligand,receptor\nA,B,C\n", "columns 'ligand' twice"),
        ("my.csv", b"ligand,receptor\nA,\n", "has no receptor"),
        ("my.csv", b'ligand,receptor\n"A,B\n', "cannot be read as a table"),
        ("my.csv", b"\xff\xfe\x00", "cannot be read as text"),
        ("my.csv", b"PK\x03\x04", "a spreadsheet .*save the sheet as CSV"),
        ("my.csv", b"<!DOCTYPE html><html>log in</html>", "is a web page"),
        ("my.csv", b"," * 50_000 + b"\n" * 500, "more than 20,000,000 cells"),
        ("my.csv", b"RDX3\n\0\0", "no text file"),
        ("my.csv.gz", b"\x1f\x8b\x08broken", r"damaged \.gz"),
        ("my.xlsx", b"PK\x03\x04", "is a spreadsheet"),
        ("my.zip", b"ligand,receptor\nA,B\n", "is not a zip"),
    ],
)
def test_files_that_are_no_table_say_why(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        as_interactions(path)


def test_a_line_with_too_many_cells_costs_no_other(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("# mine\n\nligand,receptor\nA,B\nA,B,C,D\nC,D\n")
    with pytest.warns(TMEWarning, match=r"'my\.csv' has lines with more cells.*: '3'") as caught:
        database = as_interactions(path)
    assert pairs_of(database) == [(("A",), ("B",)), (("C",), ("D",))]
    assert len(caught) == 1


def test_text_of_other_systems(tmp_path):
    path = tmp_path / "my.csv"
    for content in ("ligand,receptor\rA,B\r".encode("utf-16"), b"ligand\treceptor\r\nA\tB\r\n"):
        path.write_bytes(content)
        assert pairs_of(as_interactions(path)) == [(("A",), ("B",))]


@pytest.mark.parametrize(
    "above", ["# pairs of ligand, receptor\n", "Table S1\n\n", "sep=,\n", "Ligand-receptor pairs\n"]
)
def test_lines_above_the_headings(tmp_path, above):
    path = tmp_path / "my.csv"
    path.write_text(f"{above}Receptor name,Ligand,Receptor\nb,A,B\n")
    assert pairs_of(as_interactions(path)) == [(("A",), ("B",))]
    path.write_text(f"{above}ligand|receptor\nA|B\n")
    assert pairs_of(as_interactions(path)) == [(("A",), ("B",))]


def test_what_is_no_file_is_not_opened(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero", tmp_path / "pipe.zip"):
        if str(path).endswith("zip"):
            os.mkfifo(path)
        with pytest.raises(InputError, match=r"Expected a file, found a (pipe|device)"):
            as_interactions(path)


def test_a_file_that_is_not_there_names_its_neighbours(tmp_path):
    PAIRS.to_csv(tmp_path / "pairs.csv", index=False)
    with pytest.raises(MissingKeyError, match=r"'pairs\.csv'"):
        as_interactions(tmp_path / "pair.csv")


@pytest.mark.parametrize(
    "columns",
    [
        ("Ligand", "RECEPTOR", "Axis"),
        ("source_genesymbol", "target_genesymbol", "axis"),
        ("ligand_complex", "receptor_complex", "pathway_name"),
        ("ligand_gene_symbol", "receptor_gene_symbol", "axis"),
        ("Ligand.ApprovedSymbol", "Receptor.ApprovedSymbol", "axis"),
        ("Ligand.Symbol", "receptor symbol", "Pathway Name"),
    ],
)
def test_columns_are_known_by_other_names_and_in_any_case(columns):
    frame = PAIRS.set_axis(columns, axis=1)
    assert as_interactions(frame).entries == as_interactions(PAIRS).entries


def test_two_spellings_of_a_column_are_refused():
    with pytest.raises(InputError, match="'ligand', 'Ligand' twice or in two spellings"):
        as_interactions(PAIRS.assign(Ligand="A"))


@pytest.mark.parametrize("joined", ["A_B", "A, B", "A,B", "A+B"])
def test_subunits_are_told_apart_however_they_are_joined(joined):
    frame = pd.DataFrame({"ligand": ["L"], "receptor": [joined]})
    (entry,) = as_interactions(frame)
    assert (entry.receptor_genes, entry.id) == (("A", "B"), "L^A_B")


def test_cellchat_version_1_names_the_genes_of_complexes_in_brackets():
    database = as_interactions(CELLCHAT_1)
    assert pairs_of(database) == [
        (("TGFB1",), ("TGFBR1", "TGFBR2")),
        (("VEGFA",), ("FLT1",)),
        (("CD99",), ("CD99",)),
    ]
    first, _, third = database
    assert (first.id, first.axis) == ("TGFB1_TGFBR1_TGFBR2", "TGFb")
    assert (first.role, third.role, first.source) == ("signalling", "signalling", "KEGG: hsa04350")
    assert all(entry.is_protein for entry in database)


def test_cellchat_version_2_has_columns_of_genes():
    database = as_interactions(CELLCHAT_2)
    assert pairs_of(database) == [
        (("TGFB1",), ("TGFBR1", "TGFBR2")),
        (("COL1A1",), ("ITGA1", "ITGB1")),
        (("NT5E", "SLC29A1"), ("ADORA1",)),
        (("A",), ("B",)),
    ]
    assert [entry.role for entry in database] == [
        "signalling",
        "adhesion",
        "signalling",
        "signalling",
    ]
    assert [entry.is_protein for entry in database] == [True, True, False, True]


@pytest.mark.parametrize("table", [CELLCHAT_1, CELLCHAT_2])
def test_cellchat_tables_are_read_from_files_with_row_names(tmp_path, table):
    path = tmp_path / "cellchat.csv"
    table.set_axis(table["interaction_name"].tolist()).to_csv(path)
    assert as_interactions(path).entries == as_interactions(table).entries


def test_results_of_cellchat_name_groups_of_cells_as_source():
    results = CELLCHAT_1.assign(source="CAF", target="TAM")
    assert [entry.source for entry in as_interactions(results)] == CELLCHAT_1["evidence"].tolist()


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Secreted Signaling", "signalling"),
        ("secreted signalling", "signalling"),
        ("Signaling", "signalling"),
        ("Cell-Cell Contact", "signalling"),
        ("Non-protein Signaling", "signalling"),
        ("ECM-Receptor", "adhesion"),
        (" Adhesion", "adhesion"),
        ("Co-receptor", "coreceptor"),
        ("cis", "cis"),
        (None, ""),
    ],
)
def test_common_words_are_roles(word, role):
    frame = pd.DataFrame({"ligand": ["A"], "receptor": ["B"], "Role": [word]})
    assert as_interactions(frame).entries[0].role == role


def test_an_unknown_role_is_refused_with_the_nearest():
    frame = PAIRS.assign(role=["signaling", "decoi"])
    with pytest.raises(MissingKeyError, match=r"'decoi'\. Nearest first: 'decoy'.*leave it empty"):
        as_interactions(frame)


def test_unknown_classes_among_those_of_cellchat_are_told_and_tested():
    frame = PAIRS.assign(annotation=["ECM-Receptor", "Synaptic"])
    with pytest.warns(TMEWarning, match=r"'Synaptic'.*tested as signalling"):
        database = as_interactions(frame)
    assert [entry.role for entry in database] == ["adhesion", ""]


def test_remarks_are_no_classes_and_a_role_wins_over_them():
    remarks = PAIRS.assign(annotation=["seen in 2019", "why?"])
    assert [entry.role for entry in as_interactions(remarks)] == ["", ""]
    both = PAIRS.assign(annotation="ECM-Receptor", role=["decoy", ""])
    assert [entry.role for entry in as_interactions(both)] == ["decoy", ""]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["core", "associated"], ["core", "associated"]),
        ([True, False], ["core", "associated"]),
        (["Yes", None], ["core", ""]),
    ],
)
def test_core_is_written_in_several_ways(written, read):
    assert [entry.core for entry in as_interactions(PAIRS.assign(core=written))] == read


def test_what_is_known_of_a_pair_is_taken_over():
    first, second = as_interactions(PAIRS.assign(n_resources=[3, None], disputed=["few", None]))
    assert (first.n_resources, first.disputed) == (3, "few")
    assert (second.n_resources, second.disputed) == (0, "")
    assert [entry.n_resources for entry in as_interactions(PAIRS)] == [0, 0]


@pytest.mark.parametrize(
    ("written", "read"),
    [([1, 0], [True, False]), (["TRUE", "false"], [True, False]), ([1.0, 0.0], [True, False])],
)
def test_flags_are_written_in_several_ways(written, read):
    assert [entry.is_protein for entry in as_interactions(PAIRS.assign(is_ppi=written))] == read


@pytest.mark.parametrize(
    ("column", "message"),
    [("core", "'core' or 'associated'"), ("disputed", "'few'"), ("n_resources", "whole numbers")],
)
def test_other_words_there_are_refused(column, message):
    with pytest.raises(InputError, match=rf"Expected .*{message}.*found 'perhaps'"):
        as_interactions(PAIRS.assign(**{column: "perhaps"}))


def test_the_built_in_axes_survive_a_file(tmp_path):
    builtin = as_interactions("tme")
    path = tmp_path / "axes.tsv"
    builtin.to_frame().to_csv(path, sep="\t", index=False)
    assert as_interactions(path).entries == builtin.entries


@pytest.mark.parametrize("name", ["tme_pairs.csv", "liana pairs.csv", "cellphonedb 5.csv"])
def test_a_table_is_the_users_own_whatever_it_is_called(tmp_path, name):
    PAIRS.to_csv(tmp_path / name, index=False)
    assert as_interactions(tmp_path / name).is_own
    assert as_interactions(PAIRS).is_own
    assert not as_interactions("tme").is_own
