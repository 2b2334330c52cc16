"""The accuracy benchmark: what the choice of defaults rests on."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tmeatlas.methods import UCell
from tmeatlas.sig import load


@pytest.fixture(scope="module")
def accuracy(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("accuracy")
    for name in ("accuracy", "accuracy_data"):
        del sys.modules[name]


@pytest.fixture
def tumours(accuracy):
    return importlib.import_module("accuracy_data")


def test_auroc_equals_scikit_learn(accuracy):
    rng = np.random.default_rng(0)
    truth = rng.random(200) < 0.2
    scores = np.round(rng.normal(0, 1, 200) + truth, 1)
    assert accuracy.auroc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))


def test_signatures_of_the_same_study_are_known(accuracy):
    everything = load("all")
    own = {
        name: {s.id for s in everything.values() if accuracy.is_own_study(s, data)}
        for name, data in accuracy.DATA.items()
    }
    assert own["wu2021"] == {"caf_wu2020_icaf", "pericyte_wu2020_dpvl", "pericyte_wu2020_impvl"}
    assert "tam_tirosh2016_macrophage" in own["tirosh2016"]
    assert not own["puram2017"]
    assert not own["kim2020"]


def test_candidates_exist(accuracy):
    everything = set(load("all"))
    for name, (_, more) in accuracy.CANDIDATES.items():
        assert set(more) <= everything, name
        assert accuracy.candidates()[name], name
    for data in accuracy.DATA.values():
        assert set(data.truth) <= set(accuracy.CANDIDATES)


def test_cells_within_a_lineage_and_cells_aside(tumours):
    obs = pd.DataFrame({"cell_type": ["a", "b", "c", "d"]})
    wanted, seen = tumours.Cells(("a",), aside=("d",)).of(obs)
    assert wanted.tolist() == [True, False, False, False]
    assert seen.tolist() == [True, True, True, False]
    _, seen = tumours.Cells(("a",), within=("a", "b")).of(obs)
    assert seen.tolist() == [True, True, False, False]


def test_core_signatures_find_their_cells(accuracy, shared_data):
    """The floor under the published tables: depth-aware UCell on one real tumour."""
    data = accuracy.DATA["kim2020"]
    adata = accuracy.read(shared_data / "data" / data.file, data, None)
    method = UCell(max_rank="detected")
    rows = pd.DataFrame(accuracy.judge("kim2020", data, adata, "detected", method))
    rows["own_study"] = rows["own_study"].eq(True)
    table = accuracy.summary(rows).droplevel(["data", "method"])
    assert list(table.index) == ["tam", "b", "t_cell"]
    assert table["consensus"].min() > 0.99
    assert table["core consensus"].min() > 0.97
    assert table["consensus - best"].min() > -0.005
    assert table["best"].max() <= 1
