"""What a signature says of the tumours that it was derived in."""

from __future__ import annotations

import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.sig import Signature, of_another_cancer


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        ({}, ""),
        ({"cancer": ["breast"], "tissue": "tumour"}, "breast cancer"),
        ({"cancer": ["melanoma", "kidney"], "tissue": "tumour"}, "melanoma, kidney cancer"),
        ({"cancer": ["several"], "tissue": "tumour"}, "several cancers"),
        ({"cancer": ["none"], "tissue": "in vitro"}, "no tumour (in vitro)"),
        ({"cancer": ["none"], "tissue": "compiled"}, "compiled"),
        ({"cancer": ["not stated"], "tissue": "not stated"}, "not stated"),
        ({"tissue": "blood"}, "blood"),
    ],
)
def test_origin_in_words(origin, text):
    assert Signature("x", ("DCN",), derived_in=origin).origin == text


@pytest.mark.parametrize(
    ("cancers", "expected"),
    [
        (["pancreas"], True),
        (["glioma"], False),
        (["glioma", "pancreas"], False),
        (["several"], False),
        (["none"], False),
        (["not stated"], False),
        ([], False),
    ],
)
def test_only_known_types_are_other_types(cancers, expected):
    assert of_another_cancer({"cancer": cancers}, "glioma") is expected
    assert of_another_cancer({"cancer": ["glioma"]}, "other") is True


def test_an_origin_that_there_is_not_is_refused():
    with pytest.raises(MissingKeyError, match=r"'brest'\. Nearest first: 'breast'"):
        Signature("x", ("DCN",), derived_in={"cancer": ["brest"]})
    with pytest.raises(MissingKeyError, match="field in derived_in of signature 'x' called"):
        Signature("x", ("DCN",), derived_in={"organ": "lung"})
    with pytest.raises(InputError, match=r"a list of cancers, such as \[breast\]; found 'breast'"):
        Signature("x", ("DCN",), derived_in={"cancer": "breast"})


@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_an_origin_is_written_and_read_again(tmp_path, ending):
    chosen = tme.sig.load("caf_icaf")
    tme.sig.write(chosen, tmp_path / f"some.{ending}")
    again = tme.sig.read(tmp_path / f"some.{ending}")
    assert dict(again["caf_icaf"].derived_in) == dict(chosen["caf_icaf"].derived_in)


def test_the_table_of_signatures_has_cancer_and_tissue():
    frame = tme.sig.load("all").to_frame()
    assert frame.loc["caf_icaf", ["cancer", "tissue"]].to_list() == ["pancreas", "tumour"]
    assert frame.loc["oxphos_hallmark", ["cancer", "tissue"]].to_list() == ["none", "compiled"]
    assert frame["cancer"].ne("").all()
