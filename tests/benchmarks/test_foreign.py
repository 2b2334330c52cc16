"""The benchmark of ambient RNA and doublets: what its tables count."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.lineages import lineage_of, map_labels, tree

MODULES = ("foreign", "damages", "damage_data", "accuracy_data")


@pytest.fixture(scope="module")
def foreign(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("foreign")
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def tumour(foreign):
    adata = tme.datasets.simulated(1000)
    labels = adata.obs[foreign.GROUPS].astype(str)
    means = map_labels(labels.unique())
    adata.obs[foreign.LINEAGE] = [tree()[lineage_of(means[each])].name for each in labels]
    return adata


def test_what_was_added_is_due_and_told(foreign, tumour):
    table = foreign.ambient_table("made", tumour).set_index("added")
    base = table.loc[0.0, "told"]
    assert table.loc[0.2, "due"] == pytest.approx(1 - (1 - base) * 0.8)
    assert (table["told"].diff().dropna() > 0).all()
    assert table.loc[0.2, "genes mostly added"] > 50
    assert table.loc[0.2, "called ambient"] > 0.9
    assert table.loc[0.2, "called ambient "] < 0.05


def test_doublets_are_counted_apart_from_other_cells(foreign, tumour, monkeypatch):
    monkeypatch.setattr(foreign, "DOUBLETS", (0.0, 0.1))
    table = foreign.doublet_table("made", tumour).set_index("added")
    assert np.isnan(table.loc[0.0, "markers: found"])
    assert table.loc[0.1, "markers: found"] > 0.3
    assert table.loc[0.1, "markers: other cells"] < 0.01
    assert table.loc[0.1, "scrublet: AUROC"] > 0.9


def test_tables_have_three_decimals_and_no_nan(foreign):
    table = pd.DataFrame({"data": ["a"], "found": [0.12345], "AUROC": [np.nan]})
    assert foreign.markdown(table).splitlines() == [
        "| data | found | AUROC |",
        "| --- | --- | --- |",
        "| a | 0.123 |  |",
    ]
