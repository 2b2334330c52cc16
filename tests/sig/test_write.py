from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tmeatlas as tme
from tmeatlas._errors import InputError, TMEWarning
from tmeatlas.sig import Signature, SignatureSet
from tmeatlas.sig._load import as_signatures

LOSSLESS = ("a.json", "a.yaml")
TABLES = ("a.csv", "a.tsv")

GAPS = ("na", "nan", "n/a", "#n/a", "<na>", "none", "null", "nat")


def is_name(text):
    """Whether no table writes this for a gap, and no file keeps it for itself."""
    return text.lower() not in GAPS and not text.startswith(".")


# Letters, digits, signs and symbols of any script; a blank only inside.
words = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="/"), min_size=1)
names = st.lists(words, min_size=1, max_size=2).map(" ".join).filter(is_name)
plain = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='/,;"'), min_size=1)
plain = plain.filter(is_name)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.floats(min_value=1e-300, max_value=1e300)
none = st.none()


@st.composite
def signatures(draw, *, genes=names, weights=none, described=False, size=4):
    found = []
    for name in draw(st.lists(names, min_size=1, max_size=size, unique=True)):
        listed = draw(st.lists(genes, min_size=1, max_size=6, unique=True))
        n_up = draw(st.integers(0, len(listed)))
        given_weights = {gene: draw(weights) for gene in listed}
        fields = {
            "weights": {gene: w for gene, w in given_weights.items() if w not in (None, 1)},
            "genes": tuple(listed[:n_up]),
            "down": tuple(listed[n_up:]),
        }
        if described:
            fields |= {"name": draw(texts), "note": draw(texts), "organism": draw(texts)}
            fields |= {"scored_in": tuple(draw(st.lists(names, max_size=2)))}
            fields |= {"reference": draw(st.dictionaries(names, texts | st.integers(), max_size=2))}
        found.append(Signature(id=name, **fields))
    return SignatureSet(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("signatures")


def write_twice_and_read(chosen, path):
    """What comes back from the file, having made sure that its bytes do not vary."""
    assert tme.sig.write(chosen, path) == path
    first = path.read_bytes()
    tme.sig.write(chosen, path)
    assert path.read_bytes() == first
    assert b"\r" not in first
    return tme.sig.read(path)


@pytest.mark.parametrize("name", LOSSLESS)
@settings(max_examples=60)
@given(chosen=signatures(weights=none | numbers | numbers.map(lambda x: -x), described=True))
def test_json_and_yaml_lose_nothing(folder, name, chosen):
    found = write_twice_and_read(chosen, folder / name)
    assert list(found.items()) == list(chosen.items())


def what_counts(signature):
    return signature.id, signature.genes, signature.down, signature.signed_weights()


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=60)
@given(chosen=signatures(weights=none | numbers | numbers.map(lambda x: -x)))
def test_tables_keep_genes_directions_and_weights(folder, name, chosen):
    found = write_twice_and_read(chosen, folder / name)
    assert [what_counts(s) for s in found.values()] == [what_counts(s) for s in chosen.values()]


@settings(max_examples=60)
@given(chosen=signatures(genes=plain))
def test_gmt_keeps_genes_and_directions(folder, chosen):
    if any(name.startswith("#") for name in chosen):
        with pytest.raises(InputError, match="'#'"):
            tme.sig.write(chosen, folder / "a.gmt")
        return
    found = write_twice_and_read(chosen, folder / "a.gmt")
    assert list(found.items()) == list(chosen.items())


@settings(max_examples=60)
@given(chosen=signatures(genes=plain, size=1))
def test_grp_keeps_the_genes_of_one_signature(folder, chosen):
    (signature,) = chosen.values()
    path = folder / "a.grp"
    if any(gene.startswith("#") for gene in (*signature.genes, *signature.down)):
        with pytest.raises(InputError, match="'#'"):
            tme.sig.write(chosen, path)
        return
    found = write_twice_and_read(chosen, path)["a"]
    assert (found.genes, found.down) == (signature.genes, signature.down)


@settings(max_examples=60)
@given(chosen=signatures(weights=none | numbers))
def test_nets_come_back_as_the_same_signatures(chosen):
    assert list(as_signatures(tme.sig.to_net(chosen)).items()) == list(chosen.items())


@pytest.mark.parametrize("gene", ["A B", "A,1.0", "A;B", '"A"'])
@pytest.mark.parametrize("ending", ["gmt", "grp"])
def test_genes_that_plain_text_would_take_for_something_else(folder, gene, ending):
    path = folder / f"odd.{ending}"
    with pytest.raises(InputError, match=r"one gene per entry.*\.yaml, \.json or \.csv"):
        tme.sig.write(Signature("x", ("C", gene)), path)
    assert not path.exists()


def test_gene_names_that_end_in_a_sign(folder):
    chosen = SignatureSet([Signature("x", ("A-", "B+", "-"), ("C-", "D+", "+"))])
    tme.sig.write(chosen, folder / "a.gmt")
    assert (folder / "a.gmt").read_text() == "x\tx\tA-+\tB++\t-+\tC--\tD+-\t+-\n"
    assert tme.sig.read(folder / "a.gmt") == chosen


@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_the_built_in_signatures_survive(folder, ending):
    everything = tme.sig.load("all")
    found = tme.sig.read(tme.sig.write(everything, folder / f"all.{ending}"))
    assert list(found.items()) == list(everything.items())


def test_the_built_in_signatures_as_a_net(folder):
    everything = tme.sig.load("all")
    found = tme.sig.read(tme.sig.write(everything, folder / "all.csv"))
    assert list(found) == list(everything)
    for name, signature in everything.items():
        own, again = ((s.genes, s.down, dict(s.weights)) for s in (signature, found[name]))
        assert again == own


def test_a_net_has_the_columns_and_types_of_decoupler():
    signature = Signature("x", ("A", "B"), ("C",), {"A": 0.5, "C": 2})
    net = tme.sig.to_net(signature)
    assert list(net.columns) == ["source", "target", "weight", "side"]
    rows = [["x", "A", 0.5, "up"], ["x", "B", 1.0, "up"], ["x", "C", -2.0, "down"]]
    assert net.to_numpy().tolist() == rows
    assert net["weight"].dtype == "float64"
    assert tme.sig.to_net({}).empty


def test_nets_are_accepted_wherever_signatures_are():
    net = pd.DataFrame(
        {
            "weight": [2.0, -1.0],
            "target": pd.Categorical(["DCN", "PTPRC"]),
            "source": ["mine", "mine"],
            "PMID": ["1", None],
        },
        index=["r1", "r2"],
    )
    assert as_signatures(net)["mine"].signed_weights() == {"DCN": 2.0, "PTPRC": -1.0}
    assert as_signatures(net[["source", "target"]])["mine"].genes == ("DCN", "PTPRC")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": None}, "The DataFrame row 0: expected the name of a signature"),
        ({"target": 7157}, "expected the name of a gene, found 7157"),
        ({"weight": math.nan}, "finite number"),
    ],
)
def test_nets_with_gaps(change, message):
    row = {"source": "a", "target": "A", "weight": 1.0}
    net = pd.DataFrame(
        [row | change, {**row, "target": "B"}] if "weight" in change else [row | change]
    )
    with pytest.raises(InputError, match=message):
        as_signatures(net)


def test_nets_with_a_gene_twice_and_tables_that_are_no_net():
    twice = pd.DataFrame({"source": ["a", "a"], "target": ["A", "A"]})
    with pytest.warns(TMEWarning, match=r"each counts once: 'A' in 'a'"):
        assert as_signatures(twice)["a"].genes == ("A",)
    with pytest.raises(InputError, match=r"'n_genes' has no gene names.*source, target"):
        as_signatures(pd.DataFrame({"n_genes": [1]}))


@pytest.mark.parametrize("ending", ["gmt", "grp"])
def test_lost_weights_are_named(folder, ending):
    chosen = tme.sig.load("ifng_tis18")
    with pytest.warns(TMEWarning, match=r"'ifng_tis18'.*\.yaml, \.json or \.csv") as caught:
        tme.sig.write(chosen, folder / f"a.{ending}")
    assert caught[0].filename == __file__


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "a.grp"
    path.write_text("A\n")
    with pytest.raises(InputError, match=r"one signature for a \.grp file, found 2.*\.gmt"):
        tme.sig.write({"x": ["A"], "y": ["B"]}, path)
    with pytest.raises(InputError, match="at least one signature"):
        tme.sig.write({}, path)
    assert path.read_text() == "A\n"
    strange = Signature("x", ("A",), reference={"year": object()})
    for name in LOSSLESS:
        with pytest.raises(InputError, match="text, numbers and lists"):
            tme.sig.write(strange, tmp_path / name)
    with pytest.raises(InputError, match=r"ending in \.gmt, .*found 'a\.xlsx'"):
        tme.sig.write("core", tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="does not exist"):
        tme.sig.write("core", tmp_path / "nowhere" / "a.gmt")
    assert [item.name for item in tmp_path.iterdir()] == ["a.grp"]
