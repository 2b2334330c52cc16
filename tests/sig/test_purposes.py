"""What signatures are for, and what they mark."""

from __future__ import annotations

import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.sig import Signature, mark_name


def test_a_purpose_that_there_is_not_names_the_nearest():
    message = (
        r"No purpose of signature 'x' called 'find'\. Nearest first: 'finds'.*"
        r"'finds' if it finds the cells of a lineage.*'state' if.*'process' if it measures"
    )
    with pytest.raises(MissingKeyError, match=message):
        Signature("x", ("DCN",), purpose="find")


@pytest.mark.parametrize("text", ["- {id: x, genes: [DCN], purpose: stats, marks: caf_new}"])
def test_a_wrong_purpose_in_a_file(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(MissingKeyError, match=r"'x' called 'stats'\. Nearest first: 'state'"):
        tme.sig.read(path)


def test_a_state_says_which():
    with pytest.raises(InputError, match=r"'x' tells a state, but not which.*such as 'caf_mycaf'"):
        Signature("x", ("DCN",), compartment="caf", purpose="state")


def test_a_file_without_purpose_counts_for_its_compartment(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("- {id: x, genes: [DCN], compartment: caf}\n- {id: y, genes: [LUM]}\n")
    found = tme.sig.read(path)
    assert [(s.purpose, s.marks, s.consensus) for s in found.values()] == [
        ("", "", "caf"),
        ("", "", ""),
    ]


@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_purposes_are_written_and_read_again(tmp_path, ending):
    signatures = tme.sig.load("core", compartment="caf")
    path = tme.sig.write(signatures, tmp_path / f"caf.{ending}")
    again = tme.sig.read(path)
    assert again == signatures
    assert (again["caf_mycaf"].purpose, again["caf_mycaf"].marks) == ("state", "caf_mycaf")
    assert (again["caf_pan"].purpose, again["caf_pan"].marks) == ("finds", "caf")


def test_the_list_of_signatures_says_what_they_are_for():
    frame = tme.sig.load("all").to_frame()
    assert frame.loc["exhaustion_terminal", ["purpose", "marks"]].to_list() == [
        "state",
        "exhaustion_terminal",
    ]
    assert frame.loc["ifng_tis18", "marks"] != frame.loc["ifng_hallmark", "marks"]


@pytest.mark.parametrize(
    ("marks", "name"),
    [
        ("caf", "CAF"),
        ("caf_mycaf", "myCAF"),
        ("tam_spp1", "TAM, SPP1"),
        ("t_cd8_ifn", "T cells, CD8 interferon"),
        ("exhaustion_terminal", "Exhaustion, terminal"),
        ("b_plasma", "B and plasma cells"),
        ("hypoxia", "Hypoxia"),
        ("my_own_thing", "My own thing"),
        ("", ""),
    ],
)
def test_names_for_people(marks, name):
    assert mark_name(marks) == name
