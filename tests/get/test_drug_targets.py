"""Drugs and drug targets as tables: chosen by support and gene."""

from __future__ import annotations

import pytest
from made_results import keep_drug_targets

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError


@pytest.fixture
def cells():
    adata = tme.datasets.simulated(100)
    keep_drug_targets(adata, "cell_type")
    return adata


def test_rows_by_support_and_gene(cells):
    drugs = tme.get.drug_targets(cells)
    assert drugs["drug"].to_list() == ["alpha", "beta", "gamma", "delta"]
    assert str(drugs["drug"].dtype) in ("object", "str")
    once = tme.get.drug_targets(cells, support="seen in one sample")
    assert once["drug"].to_list() == ["gamma"]
    several = tme.get.drug_targets(cells, support=["supported", "seen in one sample"])
    assert several["drug"].to_list() == ["alpha", "beta", "gamma"]
    assert tme.get.drug_targets(cells, drug_target="CXCL12")["drug"].to_list() == ["gamma"]


def test_one_row_per_drug_target_with_all_its_drugs(cells):
    targets = tme.get.drug_targets(cells, rows="targets")
    assert targets["label"].to_list() == ["PDCD1", "CXCL12", "delta"]
    assert targets["drugs"].to_list() == ["alpha; beta", "gamma", "delta"]
    assert targets.loc[0, "told"] == (
        "alpha: blocker of the receptor, Approved (2025-02)\n"
        "beta: blocker of the receptor, approval not recorded in the tables used"
    )


def test_what_is_not_there_is_told(cells):
    with pytest.raises(MissingKeyError, match=r"'suported'.*'supported'"):
        tme.get.drug_targets(cells, support="suported")
    with pytest.raises(InputError, match="leave it out for 'conflicting'"):
        tme.get.drug_targets(cells, rows="conflicting", support="supported")
    with pytest.raises(InputError, match=r"Expected `rows` to be one of.*found 'drug'"):
        tme.get.drug_targets(cells, rows="drug")
