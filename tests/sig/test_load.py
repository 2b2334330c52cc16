from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.sig._load import as_signatures


def test_core_holds_every_compartment_of_the_field():
    core = tme.sig.load("core")
    compartments = {signature.compartment for signature in core.values()}
    needed = {"caf", "tam", "treg", "mdsc", "hypoxia", "exhaustion", "cytotoxicity", "ifn", "tgfb"}
    needed |= {"angiogenesis", "ecm", "emt", "proliferation", "metabolism"}
    assert needed <= compartments
    assert set(core) <= set(tme.sig.load("all"))


def test_one_compartment_one_tier_one_id():
    caf = tme.sig.load("all", compartment="caf")
    assert {signature.compartment for signature in caf.values()} == {"caf"}
    assert set(tme.sig.load(tier="core")) == set(tme.sig.load("core"))
    assert list(tme.sig.load("caf_pan")) == ["caf_pan"]


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(MissingKeyError, match="'core'"):
        tme.sig.load("cor")
    with pytest.raises(MissingKeyError, match="'caf'"):
        tme.sig.load(compartment="cafs")
    with pytest.raises(MissingKeyError, match="'caf_pan'"):
        tme.sig.load("core")["caf_pam"]


def test_compartment_and_tier_within_core():
    core = tme.sig.load("core", compartment="caf")
    assert {(s.compartment, s.tier) for s in core.values()} == {("caf", "core")}
    assert (
        core
        == tme.sig.load(compartment="caf", tier="core")
        == tme.sig.load("core", compartment="caf", tier="core")
    )
    with pytest.raises(MissingKeyError, match=r"in 'ici' of tier 'core'.*Nearest first"):
        tme.sig.load(compartment="ici", tier="core")
    with pytest.raises(MissingKeyError, match=r"No tier 'extended'.*'core'"):
        tme.sig.load("core", tier="extended")


@pytest.mark.parametrize(
    "name",
    ["mdsc_m", "m_mdsc", "M-MDSC", "mmdsc", "mdsc_mo", "mdsc_mono", "monocytic_mdsc", "MoMDSC"],
)
def test_who_looks_for_m_mdsc_is_told_that_there_is_no_list(name):
    for ask in (tme.sig.load, lambda name: tme.sig.load(compartment=name)):
        with pytest.raises(MissingKeyError, match="No human M-MDSC list could be confirmed"):
            ask(name)


@pytest.mark.parametrize("name", ["mdsc_pm", "mdsc_gm", "tam_mdsc", "pmn_mdsc"])
def test_who_mistypes_another_mdsc_is_not_told_so(name):
    with pytest.raises(MissingKeyError, match="Nearest first") as raised:
        tme.sig.load(name)
    assert "M-MDSC" not in str(raised.value)


def test_the_mdsc_compartment_says_what_it_lacks(caplog):
    caplog.set_level("INFO", logger="tmeatlas")
    assert set(tme.sig.load(compartment="mdsc")) == set(tme.sig.load().select(compartment="mdsc"))
    assert [record.getMessage() for record in caplog.records] == [
        "No human M-MDSC list could be confirmed in any source, so there is none; "
        "signatures/README.md says more."
    ]
    tme.sig.load(compartment="caf")
    assert len(caplog.records) == 1


def test_an_unknown_signature_comes_with_a_way_out():
    with pytest.raises(MissingKeyError, match=r"'caf' is a compartment.*load\(compartment='caf'\)"):
        as_signatures("caf")
    for given in ("caf_pam", ["tam_pan", "caf_pam"]):
        with pytest.raises(MissingKeyError, match=r"'caf_pan'.*to_frame\(\) lists all"):
            as_signatures(given)
    with pytest.raises(InputError, match=r"'DCN', 'LUM'.*\{'my_signature': \[...\]\}"):
        as_signatures(["DCN", "LUM"])


@pytest.mark.parametrize("genes", [["A", "B", "A-"], {"A": 1.0, " A": 2.0}])
def test_a_gene_given_twice_with_two_meanings(genes):
    with pytest.raises(InputError, match=r"'x'.*'A'.*Give each gene once"):
        as_signatures({"x": genes})


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), 0, True])
def test_weights_that_are_none(weight):
    with pytest.raises(InputError, match="expected a finite weight other than 0 for 'B'"):
        as_signatures({"x": {"A": 1.0, "B": weight}})


def test_gmt_with_up_and_down_genes(tmp_path):
    path = tmp_path / "mine.gmt"
    path.write_text("one\tdescription\tA\tB+\tC-\n\ntwo\tna\tD\tD\t\n")
    with pytest.warns(TMEWarning, match=r"'mine.gmt'.*'D' in 'two'"):
        signatures = tme.sig.read(path)
    assert signatures["one"].genes == ("A", "B")
    assert signatures["one"].down == ("C",)
    assert signatures["two"].genes == ("D",)


def test_yaml_of_the_user(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("- id: mine\n  genes: [A, B]\n  weights: {A: 2}\n")
    assert tme.sig.read(path)["mine"].signed_weights() == {"A": 2.0, "B": 1.0}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.gmt", "one\tA\n", "line 1"),
        ("a.gmt", "\n", "holds no signature"),
        ("a.yaml", "id: x\n", "list of entries"),
        ("a.yaml", "- {id: x, genes: [A], gene: [B]}\n", "gene"),
        ("a.yaml", "- [", "cannot be read"),
        ("a.bin", "A\n", "ending in"),
    ],
)
def test_bad_files(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises((InputError, MissingKeyError), match=message):
        tme.sig.read(path)


def test_no_such_file_names_the_nearest(tmp_path):
    (tmp_path / "mine.gmt").write_text("x\ty\tA\n")
    with pytest.raises(MissingKeyError, match=r"'mine\.gmt'"):
        tme.sig.read(tmp_path / "mime.gmt")


def test_what_users_call_signatures(tmp_path):
    (tmp_path / "mine.gmt").write_text("x\ty\tA\n")
    signature = tme.sig.Signature(id="x", genes=("A",))
    for given in (
        {"x": ["A"]},
        signature,
        [signature],
        tme.sig.SignatureSet([signature]),
        str(tmp_path / "mine.gmt"),
        tmp_path / "mine.gmt",
    ):
        assert as_signatures(given)["x"].genes == ("A",)
    assert list(as_signatures(["caf_pan", "tam_pan"])) == ["caf_pan", "tam_pan"]


@pytest.mark.parametrize(
    "given", [5, ["A", "B"], {"x": "A"}, {"x": 3}, {"x": []}, {"x": [None]}, {"x": [1.5]}]
)
def test_what_is_no_signature(given):
    with pytest.raises(InputError):
        as_signatures(given)


def test_the_table_of_a_set_is_safe_html():
    signature = tme.sig.Signature(id="x", genes=("A",), name="<script>alert(1)</script>")
    html = tme.sig.SignatureSet([signature])._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_weights_names_and_sets_of_a_dict():
    given = {
        "weighted": {"CD3D": 2.0, "MS4A1": -1.5},
        "mine": tme.sig.Signature(id="other", genes=("A",)),
        "set": {"B", "A", "C"},
    }
    signatures = as_signatures(given)
    assert signatures["weighted"].signed_weights() == {"CD3D": 2.0, "MS4A1": -1.5}
    assert signatures["mine"].genes == ("A",)
    assert signatures["set"].genes == ("A", "B", "C")
    with pytest.raises(InputError, match="weight other than 0"):
        as_signatures({"x": {"A": "high"}})


class Gene:
    """Not text."""


OTHER_FORMS = [
    {"x": ("A", "B")},
    {"x": np.array(["A", "B"])},
    {"x": np.array([b"A", b"B"])},
    {"x": pd.Series(["A", "B"], index=["r1", "r2"])},
    {"x": pd.Index(["A", "B"])},
    {"x": pd.Categorical(["A", "B"])},
    {"x": {"B", "A"}},
    {"x": frozenset({"B", "A"})},
    {"x": {"A": 1, "B": 1}.keys()},
    {"x": {"A": 1.0, "B": 1.0}},
    {"x": pd.Series({"A": 1.0, "B": 1.0})},
    {"x": {"up": ["A", "B"]}},
    pd.Series({"A": 1.0, "B": 1.0}, name="x"),
    pd.Series({"x": ["A", "B"]}),
    pd.Series(["A", "B"], name="x"),
    pd.Series(["A", "B"], index=["x", "x"]),
    pd.DataFrame({"x": ["A", "B"]}),
    pd.DataFrame({"x": ["A", "B", None]}, dtype="string"),
    pd.DataFrame({"group": pd.Categorical(["x", "x"]), "names": ["A", "B"], "scores": [2.0, 1.0]}),
    pd.DataFrame({"gene": ["A", "B"]}, index=pd.Index(["x", "x"], name="cluster")),
    np.array([("A",), ("B",)], dtype=[("x", "U1")]),
    {"id": "x", "genes": ["A", "B"]},
    [{"id": "x", "genes": ["A", "B"]}],
    [("x", ["A", "B"])],
]


@pytest.mark.parametrize("given", OTHER_FORMS, ids=range(len(OTHER_FORMS)))
def test_lists_in_all_forms_of_python(given):
    assert {name: s.genes for name, s in as_signatures(given).items()} == {"x": ("A", "B")}


def test_lists_of_up_and_down_genes():
    signature = as_signatures({"x": {"up": ["A", "B"], "down": ["C"]}})["x"]
    assert signature.signed_weights() == {"A": 1.0, "B": 1.0, "C": -1.0}


def test_generators_are_lists():
    assert as_signatures({"x": (gene for gene in "AB")})["x"].genes == ("A", "B")
    assert as_signatures((name, [name]) for name in "xy")["y"].genes == ("y",)
    assert list(as_signatures(name for name in ("tam_pan", "caf_pan"))) == ["tam_pan", "caf_pan"]
    assert list(as_signatures({"tam_pan", "caf_pan"})) == ["caf_pan", "tam_pan"]
    assert list(as_signatures({0: ["A"], 1.0: ["B"]})) == ["0", "1"]


BAD = [
    ({"x": ["A", None, "A", float("nan"), pd.NA], "y": []}, "3 in 'x'.*'A' in 'x'.*'y' .*no genes"),
    ({"x/z": ["A"], "y": "B"}, "'x/z' to 'x_z'.*left out: 'y' .*list of genes"),
    ({"x": ["A"], "y": [Gene()]}, "left out: 'y' .*gene names as text"),
    ({"x": ["A"], "y": pd.DataFrame({"a": ["A"]})}, "left out: 'y' .*DataFrame"),
    ({"x": ["A"], "y": {"z": ["A"]}}, "left out: 'y'"),
    ({1: ["A"], "1": ["B"]}, "later list is called: '1_2'"),
    ({None: ["A"]}, "'' to 'unnamed'"),
    (pd.DataFrame({"x": ["A", "A"], "n": [1, 2]}), "'A' in 'x'.*column 2, 'n'"),
]


@pytest.mark.parametrize(("given", "message"), BAD, ids=range(len(BAD)))
def test_a_bad_list_among_others_is_told_in_one_warning(given, message):
    with pytest.warns(TMEWarning, match=message) as caught:
        assert as_signatures(given)
    assert len(caught) == 1
    assert caught[0].filename == __file__
