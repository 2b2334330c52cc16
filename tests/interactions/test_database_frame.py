from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas._errors import InputError, TMEWarning
from tmeatlas.interactions import Interaction, Interactions, as_interactions


def test_liana_columns_give_subunits_and_a_name():
    frame = pd.DataFrame({"ligand": ["TGFB1"], "receptor": ["TGFBR1_TGFBR2"]})
    (entry,) = as_interactions(frame)
    assert entry.ligand_genes == ("TGFB1",)
    assert entry.receptor_genes == ("TGFBR1", "TGFBR2")
    assert (entry.id, entry.axis, entry.role) == ("TGFB1^TGFBR1_TGFBR2", "", "")


def test_both_sides_are_proteins_unless_the_table_says_otherwise():
    frame = pd.DataFrame({"ligand": ["TGFB1", "PTGES3"], "receptor": ["TGFBR1", "PTGER4"]})
    assert [entry.is_protein for entry in as_interactions(frame)] == [True, True]
    told = as_interactions(frame.assign(is_ppi=[True, False]))
    assert [entry.is_protein for entry in told] == [True, False]


def test_complex_columns_win_over_the_subunits_that_liana_reports_beside_them():
    frame = pd.DataFrame(
        {
            "ligand": ["TGFB1"],
            "receptor": ["TGFBR1"],
            "ligand_complex": ["TGFB1"],
            "receptor_complex": ["TGFBR1_TGFBR2"],
        }
    )
    assert as_interactions(frame).entries[0].receptor_complex == "TGFBR1_TGFBR2"


def test_optional_columns_are_taken_over_and_missing_cells_are_empty():
    frame = pd.DataFrame(
        {
            "ligand": ["A", "C"],
            "receptor": ["B", "D"],
            "axis": ["x", None],
            "interaction": ["first", float("nan")],
        }
    )
    first, second = as_interactions(frame)
    assert (first.id, first.axis) == ("first", "x")
    assert (second.id, second.axis) == ("C^D", "")


def test_rows_given_twice_count_once_but_once_per_axis():
    frame = pd.DataFrame(
        {"ligand": ["A"] * 3, "receptor": ["B"] * 3, "axis": ["x", "x", "y"]},
    )
    assert [(e.id, e.axis) for e in as_interactions(frame)] == [("A^B", "x"), ("A^B", "y")]


def test_genes_come_once_and_in_order():
    frame = pd.DataFrame({"ligand": ["A", "A"], "receptor": ["B_C", "C_D"]})
    assert as_interactions(frame).genes == ("A", "B", "C", "D")


def test_to_frame_can_be_read_again():
    frame = pd.DataFrame({"ligand": ["A", "E"], "receptor": ["B_C", "D"], "axis": ["x", "y"]})
    database = as_interactions(frame)
    assert as_interactions(database.to_frame()).entries == database.entries


def test_interactions_are_taken_as_they_are():
    database = Interactions("mine", (Interaction("i", ("A",), ("B",)),))
    assert as_interactions(database) is database


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"from": ["A"], "to": ["B"]}), "found 'from', 'to'"),
        (pd.DataFrame({"ligand": [], "receptor": []}), "no rows"),
        (pd.DataFrame({"ligand": [None], "receptor": ["B"]}), "row 0 has no ligand"),
        (pd.DataFrame({"ligand": ["A"], "receptor": ["  "]}), "row 0 has no receptor"),
        (pd.DataFrame({"ligand": ["_"], "receptor": ["B"]}), "row 0 has no ligand"),
        (
            pd.DataFrame([["A", "B", "C"]], columns=["ligand", "ligand", "receptor"]),
            "columns 'ligand' twice",
        ),
        (
            pd.DataFrame({"ligand": ["A"], "receptor": ["B"], "is_protein": "maybe"}),
            "found 'maybe'",
        ),
    ],
)
def test_unusable_tables_are_refused(frame, message):
    with pytest.raises(InputError, match=message):
        as_interactions(frame)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ligand": ["A", None], "receptor": ["B", "C"]}, "row 1 has no ligand"),
        ({"ligand": ["A", "C"], "receptor": ["B", "+"]}, "row 1 has no receptor"),
        ({"ligand": ["A", "C"], "receptor": ["B", "D"], "interaction": "i"}, "'i' a second time"),
        ({"ligand": ["A", "A"], "receptor": ["B", "B"], "role": ["cis", ""]}, "another role"),
    ],
)
def test_a_row_without_meaning_costs_no_other(columns, message):
    with pytest.warns(TMEWarning, match=f"rows were left out: .*{message}") as caught:
        (entry,) = as_interactions(pd.DataFrame(columns))
    assert (entry.ligand_genes, entry.receptor_genes) == (("A",), ("B",))
    assert len(caught) == 1


def test_a_subunit_that_is_blank_is_none():
    (entry,) = as_interactions(pd.DataFrame({"ligand": ["A_"], "receptor": ["B, ,C"]}))
    assert (entry.ligand_genes, entry.receptor_genes) == (("A",), ("B", "C"))


def test_other_types_say_what_is_accepted():
    with pytest.raises(InputError, match=r"found list.*'tme'.*'cellphonedb'.*'consensus'"):
        as_interactions([("A", "B")])


def test_cellphonedb_and_optional_columns_are_taken_over():
    frame = pd.DataFrame(
        {
            "id_cp_interaction": ["CPI-1", "CPI-2"],
            "partner_a": ["A", "P2RY12"],
            "partner_b": ["B_C", "D"],
            "is_ppi": [False, True],
            "ligand_name": ["molecule_byA", None],
            "directionality": "Ligand-Receptor",
            "classification": ["by something", None],
            "source": "a paper",
        }
    )
    first, second = as_interactions(frame)
    assert (first.id, first.receptor_genes, first.is_protein) == ("CPI-1", ("B", "C"), False)
    assert (first.ligand_name, first.classification) == ("molecule_byA", "by something")
    assert (second.ligand_name, second.classification, second.is_protein) == ("", "", True)
    assert second.source == "a paper"


def test_uniprot_accessions_are_refused_with_the_way_to_a_database():
    frame = pd.DataFrame(
        {"partner_a": ["P12830", "Q9Y5G9"], "partner_b": ["some_complex", "A0A024RBG1"]}
    )
    with pytest.raises(InputError, match=r"UniProt accessions such as 'P12830'.*create_db"):
        as_interactions(frame)


def test_the_source_of_a_result_is_a_group_of_cells_and_no_reference():
    frame = pd.DataFrame(
        {
            "source": ["CAF", "TAM"],
            "target": ["TAM", "CAF"],
            "ligand_complex": ["A", "A"],
            "receptor_complex": ["B", "B"],
        }
    )
    (entry,) = as_interactions(frame)
    assert entry.source == ""


def test_rows_with_other_references_are_one_interaction():
    frame = pd.DataFrame({"ligand": ["A", "A"], "receptor": ["B", "B"], "source": ["x", "y"]})
    (entry,) = as_interactions(frame)
    assert entry.source == "x"


def test_paths_are_told_from_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for given in ("absent.zip", "some/where", tmp_path / "absent", "folder"):
        with pytest.raises(InputError, match=r"No file or folder|holds nothing"):
            as_interactions(given)


def test_the_public_function_takes_the_same():
    import tmeatlas as tme

    assert tme.sig.interactions() is as_interactions("tme")
    assert tme.sig.Interactions is Interactions
    assert tme.sig.Interaction is Interaction


def test_an_interaction_given_twice_in_an_axis_is_refused():
    entry = Interaction("i", ("A",), ("B",), axis="x")
    with pytest.raises(InputError, match="'i' twice in axis 'x'"):
        Interactions("mine", (entry, entry))
    with pytest.raises(InputError, match="holds no interaction"):
        Interactions("mine", ())
