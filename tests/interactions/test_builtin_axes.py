from __future__ import annotations

import pytest

from tmeatlas._errors import TMEError
from tmeatlas.interactions import _axes, as_interactions, load_axes


def test_builtin_axes_are_the_default_database():
    axes = load_axes()
    database = as_interactions("tme")
    assert len(database) == sum(len(axis.interactions) for axis in axes)
    assert {entry.axis for entry in database} == {axis.id for axis in axes}


@pytest.mark.parametrize(
    ("axis", "ligand", "receptor"),
    [
        ("tgfb", "TGFB1", {"TGFBR1", "TGFBR2"}),
        ("tgfb", "TGFB1", {"ITGAV", "ITGB6"}),
        ("cxcl12", "CXCL12", {"CXCR4"}),
        ("cxcl12", "CXCL12", {"ACKR3"}),
        ("pd1_pdl1", "CD274", {"PDCD1"}),
        ("pd1_pdl1", "PDCD1LG2", {"PDCD1"}),
    ],
)
def test_the_three_main_axes_hold_their_interactions(axis, ligand, receptor):
    pairs = [
        (entry.ligand_complex, set(entry.receptor_genes))
        for entry in as_interactions("tme")
        if entry.axis == axis
    ]
    assert (ligand, receptor) in pairs


def test_roles_are_read():
    roles = {entry.id: entry.role for entry in as_interactions("tme") if entry.axis == "pd1_pdl1"}
    in_cis = [entry for entry in as_interactions("tme") if entry.in_cis]
    assert set(roles.values()) == {"cis", "signalling"}
    assert ("CD274", "CD80") in [(e.ligand_complex, e.receptor_complex) for e in in_cis]


def test_texts_are_never_none():
    for entry in as_interactions("tme"):
        assert all(isinstance(getattr(entry, name), str) for name in _axes.INTERACTION_TEXTS)


@pytest.mark.parametrize("text", ["- {id: broken", "- {id: x, name: X}", "7"])
def test_a_damaged_file_says_so(tmp_path, monkeypatch, text):
    (tmp_path / "axes.yaml").write_text(text)
    monkeypatch.setattr(_axes, "signature_folder", lambda: tmp_path)
    with pytest.raises(TMEError, match="Install it again"):
        load_axes.__wrapped__()


def test_what_is_known_of_the_pairs_of_an_axis_is_read():
    axes = {axis.id: axis for axis in load_axes()}
    assert [(e.ligand_complex, e.receptor_complex) for e in axes["cxcl12"].core] == [
        ("CXCL12", "CXCR4")
    ]
    of_pair = {(e.ligand_complex, e.receptor_complex): e for e in axes["cxcl12"].interactions}
    beside = of_pair["CXCL14", "CXCR4"]
    assert (beside.core, beside.disputed, beside.n_resources) == ("associated", "few", 3)
    assert of_pair["CXCL12", "CXCR4"].n_resources > 3
    assert of_pair["CXCL12", "CXCR4"].disputed == ""


def test_validated_responses_are_among_the_responses():
    axes = {axis.id: axis for axis in load_axes()}
    assert axes["ifn1"].validated == ("ifna_hallmark",)
    assert axes["tgfb"].validated == ()
    assert all(set(axis.validated) <= set(axis.response) for axis in axes.values())
