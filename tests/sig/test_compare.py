from __future__ import annotations

import math

import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.sig import Signature


def test_shared_genes_and_the_shares_of_them():
    result = tme.sig.compare(
        {"a": ["gene_A", "gene_B", "gene_C", "gene_D"]}, {"b": ["gene_E", "gene_C", "gene_B"]}
    )
    assert (result.first, result.second) == ("a", "b")
    assert result.shared == ("gene_B", "gene_C")
    assert result.only_first == ("gene_A", "gene_D")
    assert result.only_second == ("gene_E",)
    assert result.jaccard == 2 / 5
    assert result.overlap_coefficient == 2 / 3
    assert result.same_direction == 1
    assert math.isnan(result.weight_correlation)


def test_former_symbols_and_ensembl_ids_meet_the_current_symbol():
    result = tme.sig.compare({"a": ["WISP2", "DCN"]}, {"b": ["CCN5", "ENSG00000064205.3"]})
    assert result.shared == ("CCN5",)
    assert result.only_second == ()


def test_direction_is_that_of_the_list_and_of_the_weight():
    first = Signature("a", ("gene_A", "gene_B", "gene_C"), ("gene_D",), {"gene_C": -0.5})
    second = Signature("b", ("gene_A", "gene_D"), ("gene_B", "gene_C"))
    assert tme.sig.compare(first, second).same_direction == 2 / 4


def test_nothing_shared():
    result = tme.sig.compare({"a": ["gene_A"]}, {"b": ["gene_B"]})
    assert (result.jaccard, result.overlap_coefficient) == (0, 0)
    assert math.isnan(result.same_direction)


def test_correlation_of_weights():
    first = Signature(
        "a", ("gene_A", "gene_B", "gene_C"), ("gene_D",), {"gene_A": 3, "gene_B": 0.5, "gene_D": 2}
    )
    second = Signature(
        "b",
        ("gene_D", "gene_C", "gene_B", "gene_A"),
        (),
        {"gene_A": 2, "gene_B": 1.5, "gene_C": 0.1, "gene_D": 0.7},
    )
    expected = np.corrcoef([3, 0.5, 1, -2], [2, 1.5, 0.1, 0.7])[0, 1]
    assert tme.sig.compare(first, second).weight_correlation == pytest.approx(expected)
    assert math.isnan(
        tme.sig.compare(first, {"b": ["gene_A", "gene_B", "gene_C"]}).weight_correlation
    ), "the second has no weights"
    few = Signature("c", ("gene_A", "gene_B"), weights={"gene_A": 2})
    assert math.isnan(tme.sig.compare(first, few).weight_correlation)
    same = Signature(
        "c",
        ("gene_A", "gene_B", "gene_C"),
        weights=dict.fromkeys(("gene_A", "gene_B", "gene_C"), 2.0),
    )
    assert math.isnan(tme.sig.compare(first, same).weight_correlation)


def test_one_signature_each():
    with pytest.raises(InputError, match=r"one signature as `second`, found \d+.*overlap"):
        tme.sig.compare("caf_pan", "core")


def test_matrix_of_a_set_agrees_with_the_pairs():
    chosen = tme.sig.load(compartment="caf")
    matrix = tme.sig.overlap(chosen)
    assert list(matrix.index) == list(matrix.columns) == list(chosen)
    assert matrix.index.name == "signature"
    assert (np.diag(matrix) == 1).all()
    assert (matrix == matrix.T).all(axis=None)
    for first in list(chosen)[:6]:
        for second in list(chosen)[:12]:
            pair = tme.sig.compare(chosen[first], chosen[second])
            assert matrix.loc[first, second] == pytest.approx(pair.jaccard, abs=1e-15)
