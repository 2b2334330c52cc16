from __future__ import annotations

import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"genes": ()}, "no genes"),
        ({"genes": ("A", "B", "A")}, "twice.*'A'"),
        ({"genes": ("A",), "down": ("A",)}, "up and down: 'A'"),
        ({"genes": "DCN"}, r"list of genes as `genes`, found 'DCN'"),
        ({"genes": ("A",), "down": "B"}, "as `down`"),
        ({"genes": ("A", 7)}, "found 7"),
        ({"genes": ("A", False)}, "NO and ON"),
        ({"genes": ("A", "")}, "cannot be empty"),
        ({"genes": ("A\tB",)}, "one gene per entry"),
        ({"genes": ("A ",)}, "begin or end with a blank"),
        ({"genes": ("A",), "weights": {"B": 1.0}}, "does not list: 'B'"),
        ({"genes": ("A",), "weights": {"A": float("nan")}}, "finite number"),
        ({"genes": ("A",), "weights": {"A": "high"}}, "finite number.*'high'"),
        ({"genes": ("A",), "weights": [1.0]}, r"\{gene: number\}"),
    ],
)
def test_lists_without_meaning(fields, message):
    with pytest.raises(InputError, match=message) as raised:
        tme.sig.Signature(id="x", **fields)
    assert "'x'" in str(raised.value)


@pytest.mark.parametrize(
    ("signature_id", "message"),
    [
        ("caf/my", "'caf_my'"),
        ("", "cannot be empty"),
        ("caf\tmy", "tabs"),
        (" caf", "begin or end with a blank"),
        (5, "Expected text"),
    ],
)
def test_ids_that_cannot_be_stored(signature_id, message):
    with pytest.raises(InputError, match=message):
        tme.sig.Signature(id=signature_id, genes=("A",))


def test_lists_are_kept_as_tuples_and_weights_of_any_number_type():
    given = ["A", "B"]
    signature = tme.sig.Signature(id="x", genes=given, weights={"A": np.float32(0.5), "B": 2})
    given.append("C")
    assert signature.genes == ("A", "B")
    assert signature.signed_weights() == {"A": 0.5, "B": 2.0}


def test_long_lists_are_checked_in_no_time():
    genes = [f"G{i}" for i in range(30_000)]
    signature = tme.sig.Signature(id="x", genes=genes, weights=dict.fromkeys(genes, 2.0))
    assert len(signature.genes) == 30_000
    with pytest.raises(InputError, match="'G7'"):
        tme.sig.Signature(id="x", genes=[*genes, "G7"])


def test_unknown_ids_are_answered_with_the_nearest():
    with pytest.raises(MissingKeyError, match=r"'caf_icafs'.*Nearest first: 'caf_icaf'"):
        tme.sig.load("all")["caf_icafs"]


def test_a_name_is_given_once():
    signature = tme.sig.Signature(id="x", genes=("A",))
    with pytest.raises(InputError, match="Two signatures are called 'x'"):
        tme.sig.SignatureSet([signature, signature])
