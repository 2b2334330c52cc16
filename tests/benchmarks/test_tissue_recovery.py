"""Planted niches are found again: a quick form of the benchmark."""

from __future__ import annotations

import importlib
import sys

import pytest


@pytest.fixture(scope="module")
def recovery(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("tissue_recovery")
    sys.modules.pop("tissue_recovery", None)


@pytest.fixture(scope="module")
def adata(recovery):
    return recovery.tissue(0, 1200)


def test_niches_that_types_tell_apart_are_found(recovery, adata):
    found = recovery.found_by(adata, "true_state", scores=False)
    assert found["found"] == 6
    assert found["index"] > 0.8


def test_a_core_of_malignant_cells_is_tumour_to_cell_types(recovery, adata):
    """What types do not tell is not made up."""
    found = recovery.found_by(adata, "cell_type", scores=False)
    assert found["found"] == 5
    assert found["core in tumour"] > 0.8
    assert found["index"] < found["core in tumour"]
