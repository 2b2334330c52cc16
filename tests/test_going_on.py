"""Results that are there stay where they would be made just so; all others are made again."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import wraps

import anndata as ad
import made_tissue
import numpy as np
import pandas as pd
import pytest
from sameness import different

import tmeatlas as tme
from tmeatlas import _going_on
from tmeatlas._asked_for import as_text
from tmeatlas._errors import TMEWarning
from tmeatlas.methods import ScoreMethod, resolve
from tmeatlas.results import KINDS, Crosstalk, MadeOf

pytestmark = pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")

GIVEN = {"sample_key": "sample", "condition_key": "condition", "min_cells": 3}
VERBS = (
    *("annotate", "quality", "score", "consensus", "call_states", "niches", "crosstalk", "axes"),
    *("drivers", "drug_targets", "composition", "phenotype", "compare"),
)
AFTER_CROSSTALK = {"axes", "drivers", "drug_targets", "compare"}


@pytest.fixture(scope="module")
def cells():
    """Of two conditions, in tissue, with a map, so that none is computed."""
    rng = np.random.default_rng(0)
    adata = made_tissue.place(tme.datasets.simulated_cohort(4, n_cells=40, rng=2))
    adata.obsm["X_pca"] = rng.normal(size=(adata.n_obs, 10)).astype(np.float32)
    adata.obsm["X_umap"] = rng.normal(size=(adata.n_obs, 2)).astype(np.float32)
    return adata


@pytest.fixture(scope="module")
def whole(cells):
    """After the whole way, without a break."""
    adata = cells.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        tme.analyse(adata, "cell_type", **GIVEN)
    return adata


@pytest.fixture
def called(monkeypatch):
    """The verbs that are called in place of the real ones, which do nothing."""
    names = []

    def idle(verb):
        @wraps(verb)
        def call(*_, **__):
            names.append(verb.__name__)

        return call

    monkeypatch.setattr(tme.pp, "prepare", idle(tme.pp.prepare))
    for name in VERBS:
        monkeypatch.setattr(tme.tl, name, idle(getattr(tme.tl, name)))
    return names


def page(adata) -> str:
    given = {"groupby": "cell_type", "sample_key": "sample", "condition_key": "condition"}
    return tme.pl.atlas(adata, title="Cells", **given).to_html()


def through_a_file(adata, tmp_path):
    adata.write_h5ad(tmp_path / "kept.h5ad")
    return ad.read_h5ad(tmp_path / "kept.h5ad")


def test_every_verb_of_the_way_is_known(whole):
    kinds = {kind.default_key for kind in KINDS}
    on_record = set(whole.uns["tmeatlas"]) - {"schema_version", "prepare"}
    compared = {key for key in on_record if key.startswith("tme_compare_")}
    assert on_record - compared == set(_going_on.WAY) <= kinds
    assert set(_going_on.READS) <= {*_going_on.WAY, "prepare"}


def test_every_step_is_signed_and_what_it_read_is_as_it_was(whole):
    for key in set(whole.uns["tmeatlas"]) - {"schema_version"}:
        made = MadeOf.find(whole, key)
        assert made is not None, key
        assert "" not in made.read.values()
    fresh = _going_on.GoingOn(whole, again=False)
    signed = MadeOf.find(whole, "tme_phenotype").read
    assert {name: fresh._sum(name) for name in signed if name != "labels"} == {
        name: value for name, value in signed.items() if name != "labels"
    }


def test_nothing_is_made_again_of_a_file_that_has_all(whole, tmp_path, called, caplog):
    found = through_a_file(whole, tmp_path)
    with caplog.at_level("INFO", logger="tmeatlas"):
        tme.analyse(found, "cell_type", **GIVEN, again=False)
    assert called == []
    kept = [text for text in caplog.messages if text.startswith("kept, found in ")]
    assert len(kept) == len(set(found.uns["tmeatlas"]) - {"schema_version"})
    assert any("signatures scored by ucell_detected" in text for text in kept)
    assert different(found, ad.read_h5ad(tmp_path / "kept.h5ad")) == []


@pytest.mark.parametrize("stopped", ["crosstalk"])
def test_interrupted_and_gone_on_is_uninterrupted(cells, whole, tmp_path, monkeypatch, stopped):
    adata = cells.copy()
    verb = getattr(tme.tl, stopped)

    @wraps(verb)
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(tme.tl, stopped, stop)
    with pytest.raises(KeyboardInterrupt):
        tme.analyse(adata, "cell_type", **GIVEN)
    monkeypatch.setattr(tme.tl, stopped, verb)
    before = through_a_file(adata, tmp_path)
    tme.analyse(before, "cell_type", **GIVEN, again=False)
    found = through_a_file(before, tmp_path)
    assert different(found, through_a_file(whole, tmp_path)) == []
    assert page(before) == page(whole)


def test_by_default_all_is_made_again(whole, called):
    tme.analyse(whole.copy(), "cell_type", **GIVEN)
    assert set(called) == {"prepare", *VERBS}


def set_value(adata):
    adata.X.data[3] += 1


def set_label(adata):
    adata.obs["sample"] = adata.obs["sample"].array[::-1]


def set_lineage(adata):
    adata.obs["tme_lineage"] = adata.obs["tme_lineage"].array[::-1]


def set_score(adata):
    adata.obsm["tme_scores"].iloc[0, 0] += 1


def drop_table(adata):
    del adata.uns["tme_axes_samples"]


def forget(adata):
    del adata.uns["tmeatlas"]["tme_crosstalk"]["made_of"]


def another_package(adata):
    for key in ("tme_quality", "tme_state"):
        made = MadeOf.find(adata, key)
        replace(made, made_with={**made.made_with, "scipy": "0.1"}).write(adata, key)


ALL = {"prepare", *VERBS}
AFTER_SCORES = {"consensus", "niches", "axes", "drivers", "drug_targets", "phenotype", "compare"}
LATER = {"niches", "axes", "drivers", "drug_targets", "phenotype", "compare"}
CASES = {
    "other values": (set_value, {}, ALL - {"consensus"}),
    "other labels": (set_label, {}, ALL),
    "lineages by hand": (set_lineage, {}, ALL - {"prepare", "score", "consensus"}),
    "scores by hand": (set_score, {}, {"score", *AFTER_SCORES}),
    "a table is gone": (
        drop_table,
        {},
        {"axes", "drivers", "drug_targets", "phenotype", "compare"},
    ),
    "no signature": (forget, {}, {"crosstalk"}),
    "another package": (another_package, {}, {"quality", "call_states"}),
    "another method": (None, {"method": "mean"}, {"score"}),
    "other signatures": (None, {"signatures": "caf_pan"}, {"score"}),
    "fewer cells": (None, {"min_cells": 4}, {"crosstalk", "compare"}),
    "another database": (None, {"database": "PAIR"}, {"crosstalk", "axes"}),
    "no samples": (
        None,
        {"sample_key": None, "condition_key": None},
        {"quality", "niches", "crosstalk"},
    ),
    "another seed": (None, {"rng": 1}, {"prepare", "annotate", "quality", "call_states", "niches"}),
    "without raw": (None, {"use_raw": False}, {"prepare"}),
}
"""By what is changed in the cells, and in the call: the verbs that are called."""


@pytest.mark.parametrize("case", CASES)
def test_what_is_made_again(case, whole, called):
    change, options, expected = CASES[case]
    adata = whole.copy()
    if change is not None:
        change(adata)
    if options.get("database") == "PAIR":
        pair = {
            "ligand": ["CXCL12"],
            "receptor": ["CXCR4"],
            "axis": ["one"],
            "role": ["signalling"],
        }
        options = {"database": pd.DataFrame(pair)}
    tme.analyse(adata, "cell_type", **{**GIVEN, **options}, again=False)
    assert set(called) == expected


class Own(ScoreMethod):
    """A method of a user, of whose code nothing is known."""

    name = "own"

    def score(self, matrix, signatures):
        raise NotImplementedError


def test_what_is_asked_for_is_told_by_all_of_it_or_not_at_all():
    long = np.arange(5000)
    other = np.where(long == 2500, -1, long)
    assert as_text(long) == as_text(long.copy()) != as_text(other)
    assert as_text({"a": long}) != as_text({"a": other})
    assert as_text(resolve("mean")) == "Mean()"
    assert as_text(Own()) == as_text([1, Own()]) == as_text(object()) == ""


def test_what_cannot_be_told_is_made_again_each_time(whole, called, caplog):
    adata = whole.copy()
    for _ in range(2):
        called.clear()
        with caplog.at_level("INFO", logger="tmeatlas"):
            tme.analyse(adata, "cell_type", **GIVEN, method=Own(), again=False)
        assert set(called) == {"score"}
    assert "of method cannot be told whether it is what it was" in caplog.text


@pytest.mark.parametrize("is_of_user", [False, True])
def test_components_are_of_the_values_unless_the_user_brought_them(is_of_user):
    adata = tme.datasets.simulated(120, rng=0)

    def go_on():
        _going_on.GoingOn(adata, again=False).take(tme.pp.prepare, embed="pca")

    go_on()
    first = adata.obsm["X_pca"]
    go_on()
    assert adata.obsm["X_pca"] is first
    if is_of_user:
        adata.obsm["X_pca"] = first[:, ::-1].copy()
        go_on()
    before = adata.obsm["X_pca"]
    adata.X.data[:2000] *= 0.9
    go_on()
    if is_of_user:
        assert adata.obsm["X_pca"] is before
        return
    found = adata.obsm.pop("X_pca")
    tme.pp.prepare(adata, embed="pca")
    assert np.array_equal(adata.obsm["X_pca"], found)
    assert not np.array_equal(before, found)


def test_what_this_run_leaves_out_does_not_stay_of_an_earlier_one(whole, called):
    adata = whole.copy()
    del adata.uns["tmeatlas"]["tme_composition"]["made_of"]  # as after a call by itself
    adata.uns["tme_compare_states"] = adata.uns["tme_compare_states"].iloc[::-1]
    tme.analyse(adata, "cell_type", min_cells=3, signatures={"mine": ["CD3D"]}, again=False)
    assert {"tme_composition", "tme_compare_states"} <= set(adata.uns)
    gone = ("tme_phenotype", "tme_agreement", "tme_compare_axes")
    assert not {*gone, "tme_consensus"} & {*adata.uns, *adata.obsm, *adata.uns["tmeatlas"]}
    assert {"tme_phenotype", "tme_agreement", "tme_compare_axes"} <= set(whole.uns)
    assert {"tme_lineage", "tme_state"} <= set(adata.obs)


def test_lineages_are_no_labels_unless_they_were(whole):
    adata = whole.copy()
    assert "tme_lineage" in _going_on.columns_of_lineages_told(adata)
    made = MadeOf.find(adata, "tme_lineage")
    replace(made, asked={**made.asked, "groupby": "'tme_state'"}).write(adata, "tme_lineage")
    assert _going_on.columns_of_lineages_told(adata) == set()


def test_a_damaged_result_is_made_again(whole, called, monkeypatch, caplog):
    def broken(_):
        raise KeyError("ligand")

    monkeypatch.setattr(Crosstalk, "summary", broken)
    with caplog.at_level("INFO", logger="tmeatlas"):
        tme.analyse(whole.copy(), "cell_type", **GIVEN, again=False)
    assert set(called) == {"crosstalk"}
    assert "as it cannot be read: KeyError: 'ligand'" in caplog.text
