"""The accuracy benchmark: what the choice of defaults rests on."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from sklearn.metrics import roc_auc_score

from tmeatlas.methods import UCell
from tmeatlas.sig import Signature, SignatureSet, load

MODULES = ("accuracy", "accuracy_core", "accuracy_data", "accuracy_pairs")


@pytest.fixture(scope="module")
def accuracy(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("accuracy")
    for name in MODULES:
        del sys.modules[name]


@pytest.fixture
def tumours(accuracy):
    return importlib.import_module("accuracy_data")


@pytest.fixture
def pairs(accuracy):
    return importlib.import_module("accuracy_pairs")


@pytest.fixture
def core(accuracy):
    return importlib.import_module("accuracy_core")


def test_auroc_equals_scikit_learn(pairs):
    rng = np.random.default_rng(0)
    truth = rng.random(200) < 0.2
    scores = np.round(rng.normal(0, 1, 200) + truth, 1)
    assert pairs.auroc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))


def test_signatures_of_the_same_study_are_known(pairs, tumours):
    everything = load("all")
    own = {
        name: {s.id for s in everything.values() if pairs.is_own_study(s, data)}
        for name, data in tumours.DATA.items()
    }
    assert own["wu2021"] == {"caf_wu2020_icaf", "pericyte_wu2020_dpvl", "pericyte_wu2020_impvl"}
    assert "tam_tirosh2016_macrophage" in own["tirosh2016"]
    assert not own["puram2017"]
    assert not own["kim2020"]


def test_every_label_has_signatures_that_mark_it(pairs, tumours):
    for name, data in tumours.DATA.items():
        assert all(pairs.candidates(data).values()), name


def test_cells_within_a_lineage_and_cells_aside(tumours):
    obs = pd.DataFrame({"cell_type": ["a", "b", "c", "d"]})
    wanted, seen = tumours.Cells(("a",), aside=("d",)).of(obs)
    assert wanted.tolist() == [True, False, False, False]
    assert seen.tolist() == [True, True, True, False]
    _, seen = tumours.Cells(("a",), within=("a", "b")).of(obs)
    assert seen.tolist() == [True, True, False, False]


def made_up_aurocs(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """AUROCs of signatures of one thing: data set, signature, AUROC."""
    table = pd.DataFrame(rows, columns=["data", "signature", "auroc"])
    return table.assign(marks="caf", decides=True, own_study=table["signature"] == "own")


def test_core_is_near_the_best_in_most_data_sets(core):
    aurocs = made_up_aurocs(
        *(("one", "best", 0.99), ("two", "best", 0.90)),
        *(("one", "near", 0.95), ("two", "near", 0.88)),
        *(("one", "far", 0.99), ("two", "far", 0.70)),
        *(("one", "own", 1.00), ("one", "(consensus)", 1.00)),
        *(("three", "near", 0.5), ("three", "rare", 0.53)),
    )
    # `rare` has its genes in one of three data sets, `own` rests on the cells that it is judged on.
    assert core.choose(aurocs) == {"caf": ["best", "near"]}
    assert core.choose(aurocs[aurocs["data"] != "two"]) == {"caf": ["best", "far", "rare"]}
    assert core.choose(aurocs.assign(decides=False)) == {}


def test_the_interval_of_a_difference_holds_it(core, pairs, tumours):
    rng = np.random.default_rng(0)
    wanted = np.arange(300) < 60
    obs = pd.DataFrame(
        {"cell_type": np.where(wanted, "a", "b")}, index=[f"c{i}" for i in range(300)]
    )
    adata = AnnData(np.zeros((300, 1), np.float32), obs=obs)
    adata.obsm["tme_scores"] = pd.DataFrame(
        {"good": rng.normal(0, 1, 300) + 2 * wanted, "bad": rng.normal(0, 1, 300)}, index=obs.index
    )
    signatures = SignatureSet([Signature("good", ("G1",)), Signature("bad", ("G2",))])
    none = SignatureSet([])
    pair = pairs.Pair("wu2021", "caf", tumours.Cells(("a",)), adata, signatures, none)
    same = core.against_best(pair, ["good"], draws=50)
    assert same["difference"] == pytest.approx(0)
    assert same["low"] == pytest.approx(same["high"]) == pytest.approx(0)
    both = core.against_best(pair, ["good", "bad"], draws=200)
    assert both["best"] == pytest.approx(roc_auc_score(wanted, adata.obsm["tme_scores"]["good"]))
    assert both["low"] < both["difference"] < both["high"] < 0


def test_blocks_are_compared_within(pairs, tumours):
    obs = pd.DataFrame({"state": ["x", "y", "x", "y"], "line": ["A", "A", "B", "B"]})
    obs.index = list("abcd")
    adata = AnnData(np.zeros((4, 1), np.float32), obs=obs)
    scores = pd.Series([2.0, 1.0, 9.0, 8.0], index=obs.index)
    none = SignatureSet([])

    def value(by: str) -> float:
        cells = tumours.Cells(("x",), column="state", by=by)
        return pairs.Pair("guo2019", "hypoxia", cells, adata, none, none).auroc(scores)

    assert value("line") == 1
    assert value("") == 0.75


def judged(accuracy, pairs, tumours, name: str, folder) -> tuple[pd.DataFrame, list]:
    data = tumours.DATA[name]
    adata = pairs.read(folder / "data" / data.file, data, None)
    found = list(pairs.pairs_of(name, adata, UCell(max_rank="detected")))
    rows = pd.DataFrame([row for pair in found for row in accuracy.judge(pair, "detected")])
    return rows.assign(own_study=rows["own_study"].eq(True)), found


def test_core_signatures_find_their_cells(accuracy, core, pairs, tumours, shared_data):
    """The floor under the published tables: depth-aware UCell on one real tumour."""
    rows, found = judged(accuracy, pairs, tumours, "kim2020", shared_data)
    table = accuracy.summary(rows).droplevel(["data", "method"])
    assert list(table.index) == ["tam", "b", "t_cell"]
    assert table["consensus"].min() > 0.99
    assert table["core consensus"].min() > 0.98
    assert table["best"].max() <= 1
    beside = core.finding_table(found)
    assert (beside["high"] >= -core.MARGIN).all()
    assert (beside["difference"] >= -core.MARGIN).all()


@pytest.mark.filterwarnings("ignore:.*signatures are NaN:tmeatlas._errors.TMEWarning")
@pytest.mark.filterwarnings("ignore:The (data lack|scores of):tmeatlas._errors.TMEWarning")
def test_interferon_is_told_by_its_response_and_not_by_inflamed_profiles(
    accuracy, core, pairs, tumours, shared_data
):
    rows, found = judged(accuracy, pairs, tumours, "kang2018", shared_data)
    scores = rows[~rows["signature"].str.startswith("(")]
    assert scores[scores["marks"] == "ifn"]["auroc"].min() > 0.99
    assert scores[scores["marks"] == "ifn_t_inflamed"]["auroc"].max() < 0.9
    combined = rows[(rows["marks"] == "ifn") & (rows["signature"] == "(core consensus)")]
    assert combined["auroc"].item() > 0.99
    stimulated = [pair for pair in found if pair.marks.startswith("ifn")]
    few = core.few_genes_table(stimulated).droplevel("marks")
    assert few.loc["ifng_hallmark", "auroc"] > 0.99
    assert few.loc["ifng_tis18", "genes found"] == "8 of 18"
    assert few.loc["ifng_tis18", "auroc"] < 0.8
