from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.lr import Interaction, Interactions, as_interactions


def test_liana_columns_give_subunits_and_a_name():
    frame = pd.DataFrame({"ligand": ["TGFB1"], "receptor": ["TGFBR1_TGFBR2"]})
    (entry,) = as_interactions(frame)
    assert entry.ligand_genes == ("TGFB1",)
    assert entry.receptor_genes == ("TGFBR1", "TGFBR2")
    assert (entry.id, entry.axis, entry.role) == ("TGFB1^TGFBR1_TGFBR2", "", "")


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
        (pd.DataFrame({"ligand": ["A", None], "receptor": ["B", "C"]}), "Row 1"),
        (pd.DataFrame({"ligand": ["A"], "receptor": ["  "]}), "Row 0"),
        (pd.DataFrame({"ligand": ["A_"], "receptor": ["B"]}), "for the ligand"),
        (
            pd.DataFrame({"ligand": ["A", "C"], "receptor": ["B", "D"], "interaction": "i"}),
            "a second time",
        ),
    ],
)
def test_unusable_tables_are_refused(frame, message):
    with pytest.raises(InputError, match=message):
        as_interactions(frame)


def test_unknown_names_and_other_types_say_what_is_accepted():
    with pytest.raises(MissingKeyError, match=r"'tme'.*DataFrame"):
        as_interactions("cellphonedb")
    with pytest.raises(InputError, match=r"found list.*'tme'"):
        as_interactions([("A", "B")])


def test_an_interaction_given_twice_in_an_axis_is_refused():
    entry = Interaction("i", ("A",), ("B",), axis="x")
    with pytest.raises(InputError, match="'i' twice in axis 'x'"):
        Interactions("mine", (entry, entry))
    with pytest.raises(InputError, match="holds no interaction"):
        Interactions("mine", ())
