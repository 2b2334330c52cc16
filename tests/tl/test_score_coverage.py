from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import CoverageError, TMEWarning
from tmeatlas.sig import Signature
from tmeatlas.tl._score import score


def test_coverage_table(small_counts):
    signature = Signature(
        id="a",
        genes=("G1", "G2", "NOT_THERE"),
        down=("G3",),
        name="An a",
        compartment="caf",
        purpose="state",
        marks="caf_new",
        tier="core",
        scored_in=("fibroblast", "any"),
        reference={"authors": "Doe et al.", "year": 2020, "journal": "J"},
    )
    with pytest.warns(TMEWarning, match="1 gene of 'a' is not in the data: 'NOT_THERE'"):
        score(small_counts, signature)
    row = small_counts.uns["tme_coverage"].loc["a"]
    assert row.to_dict() == {
        "n_genes": 4,
        "n_found": 3,
        "coverage": 0.75,
        "missing": "NOT_THERE",
        "renamed": "",
        "scored": True,
        "compartment": "caf",
        "purpose": "state",
        "marks": "caf_new",
        "name": "An a",
        "tier": "core",
        "citation": "Doe et al. (2020), J",
        "genes": "G1, G2, NOT_THERE, G3-",
        "scored_in": "fibroblast, any",
        "derived_in": "",
        "other_cancer": False,
    }


def test_below_min_coverage_is_nan_and_named_once(small_counts):
    signatures = {"a": ["G1", "G2"], "b": ["G3", "X1", "X2"], "c": ["G4", "X1", "X2"]}
    with pytest.warns(TMEWarning) as caught:
        score(small_counts, signatures)
    assert len(caught) == 1
    assert "2 of 3 signatures" in str(caught[0].message)
    assert "b (1 of 3), c (1 of 3)" in str(caught[0].message)
    assert caught[0].filename == __file__
    scores = small_counts.obsm["tme_scores"]
    assert list(scores.columns) == ["a", "b", "c"]
    assert scores[["b", "c"]].isna().all(axis=None)
    assert small_counts.obs["tme_b"].dtype == np.float32
    assert list(small_counts.uns["tme_coverage"]["scored"]) == [True, False, False]
    assert (small_counts.varm["tme_signatures"][["b", "c"]] == 0).all(axis=None)


def test_min_coverage_is_honoured(small_counts):
    signatures = {"b": ["G3", "X1", "X2"]}
    with pytest.warns(TMEWarning, match="2 genes of 'b' are not in the data: 'X1', 'X2'"):
        score(small_counts, signatures, min_coverage=1 / 3)
    assert small_counts.obsm["tme_scores"]["b"].notna().all()


def test_a_side_without_genes_is_not_scored(small_counts):
    signatures = {"a": ["G1"], "up_only": ["G1", "G2", "X1-"], "down_only": ["X1", "G1-", "G2-"]}
    with pytest.warns(TMEWarning, match=r"up_only \(2 of 3\), down_only \(2 of 3\)"):
        score(small_counts, signatures)


def test_a_warning_turned_into_an_error_leaves_adata_alone(small_counts, untouched):
    with untouched(small_counts), warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(TMEWarning):
            score(small_counts, {"a": ["G1"], "b": ["X1"]})


@pytest.mark.parametrize(
    ("names", "match"),
    [
        ("{}", r"look like numbers of rows"),
        ("ENSMUSG{:011d}", r"Ensembl ids of another species.*orthologues"),
        ("ENSG{:011d}", r"look like Ensembl ids.*gene symbols"),
        ("Gene{}a", r"look like mouse symbols.*orthologues"),
        ("gene{}", r"in lower case.*str\.upper"),
        ("GENE{}", r"lower `min_coverage=`"),
    ],
)
def test_no_signature_covered_says_what_the_names_look_like(small_counts, untouched, names, match):
    small_counts.var_names = [names.format(i) for i in range(40)]
    with untouched(small_counts), pytest.raises(CoverageError, match=match) as raised:
        score(small_counts)
    assert repr(small_counts.var_names[0]) in str(raised.value)


def test_other_names_of_genes_are_found(symbols):
    score(symbols, {"s": ["CDH1", "PDCD1", "IFNG"]}, min_coverage=0)
    expected = symbols.obsm["tme_scores"].copy()
    found = symbols.uns["tme_coverage"].loc["s", "n_found"]
    symbols.var_names = symbols.var_names.where(symbols.var_names != "PDCD1", "ENSG00000188389")
    score(symbols, {"s": ["CDH1", "PDCD1", "IFNG"]}, min_coverage=0)
    pd.testing.assert_frame_equal(symbols.obsm["tme_scores"], expected)
    assert symbols.uns["tme_coverage"].loc["s", "n_found"] == found
    assert symbols.uns["tme_coverage"].loc["s", "renamed"] == "PDCD1 as ENSG00000188389"
