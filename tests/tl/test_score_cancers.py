"""Scores say which lists were derived in other cancers than that of the cells."""

from __future__ import annotations

import logging

import pytest

import tmeatlas as tme
from tmeatlas._errors import MissingKeyError
from tmeatlas.sig import Signature, SignatureSet
from tmeatlas.tl import score

FROM_TUMOURS = SignatureSet(
    [
        Signature("of_pancreas", ("G1", "G2"), derived_in={"cancer": ["pancreas"]}),
        Signature("of_glioma", ("G3", "G4"), derived_in={"cancer": ["glioma"]}),
        Signature("of_two", ("G5", "G6"), derived_in={"cancer": ["pancreas", "liver"]}),
        Signature("of_several", ("G7", "G8"), derived_in={"cancer": ["several"]}),
        Signature("mine", ("G9", "G10")),
    ]
)


def others(adata) -> list[str]:
    table = adata.uns["tme_coverage"]
    return table.index[table["other_cancer"]].to_list()


def test_lists_of_other_cancers_are_counted_and_named(small_counts, caplog):
    with caplog.at_level(logging.INFO, "tmeatlas"):
        score(small_counts, FROM_TUMOURS, cancer_type="glioblastoma")
    assert others(small_counts) == ["of_pancreas", "of_two"]
    (line,) = [record.message for record in caplog.records]
    assert "2 of 5 signatures were derived in other cancers than glioma" in line
    assert "by `cancer_type=`: pancreatic cancer 2, liver cancer 1" in line
    facts = small_counts.uns["tmeatlas"]["tme_scores"]["provenance"]
    assert facts["cancer"] == "glioma"
    table = small_counts.uns["tme_coverage"]
    assert table["derived_in"].to_list() == [
        *("pancreatic cancer", "glioma", "pancreatic cancer, liver cancer", "several cancers", ""),
    ]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"disease": "glioblastoma", "tissue": "brain"}, "obs['disease']"),
        ({"Cancer type": "GBM"}, "obs['Cancer type']"),
        ({"tissue": "pancreas"}, "obs['tissue']"),
        ({"disease": "normal", "tissue": "pancreas"}, ""),
        ({"tissue": "primary tumour"}, ""),
        ({}, ""),
    ],
)
def test_the_type_is_told_by_a_column_of_one_type(small_counts, columns, found):
    small_counts.obs = small_counts.obs.assign(**columns)
    score(small_counts, FROM_TUMOURS)
    facts = small_counts.uns["tmeatlas"]["tme_scores"]["provenance"]
    assert facts["cancer_said_by"] == found
    assert bool(others(small_counts)) == bool(found)


def test_two_types_are_no_type(small_counts, caplog):
    small_counts.obs["disease"] = ["melanoma", "lung cancer"] * 30
    with caplog.at_level(logging.INFO, "tmeatlas"):
        score(small_counts, FROM_TUMOURS)
    assert others(small_counts) == []
    assert "other cancers" not in caplog.text


def test_the_scores_do_not_depend_on_it(small_counts):
    score(small_counts, FROM_TUMOURS)
    before = small_counts.obsm["tme_scores"].copy()
    score(small_counts, FROM_TUMOURS, cancer_type="other")
    assert small_counts.obsm["tme_scores"].equals(before)
    assert others(small_counts) == ["of_pancreas", "of_glioma", "of_two"]


def test_a_type_that_there_is_not(small_counts):
    with pytest.raises(MissingKeyError, match=r"'gliom'\. Nearest first: 'glioma'.*cancer_type"):
        score(small_counts, FROM_TUMOURS, cancer_type="gliom")
    assert "tme_scores" not in small_counts.obsm


def test_a_list_of_the_pancreas_in_a_glioma():
    adata = tme.datasets.simulated(300)
    adata.obs["disease"] = "glioblastoma"
    tme.tl.score(adata)
    table = adata.uns["tme_coverage"]
    assert table.loc["caf_icaf", "other_cancer"]
    assert table.loc["caf_icaf", "derived_in"] == "pancreatic cancer"
    assert not table.loc["caf_pan", "other_cancer"]  # where it was derived is not stated
