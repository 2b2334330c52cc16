"""Which scores become columns of `obs`, and what a run says of an earlier one."""

from __future__ import annotations

import logging

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.get import scores
from tmeatlas.pl import embedding, violin
from tmeatlas.sig import SignatureSet, as_signatures
from tmeatlas.tl import consensus, score

GENES = ["G1", "G2"]


def lists(n):
    return {f"s{i}": GENES for i in range(n)}


def columns(adata):
    return [name for name in adata.obs if name.startswith("tme_")]


@pytest.mark.parametrize(("n", "written"), [(1, 1), (12, 12), (13, 0)])
def test_up_to_twelve_signatures_are_in_obs(small_counts, n, written):
    score(small_counts, as_signatures(lists(n)))
    assert columns(small_counts) == [f"tme_s{i}" for i in range(written)]
    assert small_counts.obsm["tme_scores"].shape[1] == n


def test_own_lists_are_in_obs_and_large_sets_are_not(small_counts, symbols):
    score(small_counts, lists(20))
    assert len(columns(small_counts)) == 20
    score(symbols)
    assert columns(symbols) == []
    assert symbols.obsm["tme_scores"].shape[1] > 12


@pytest.mark.parametrize(
    ("obs", "expected"),
    [
        (True, [f"tme_s{i}" for i in range(20)]),
        (np.True_, [f"tme_s{i}" for i in range(20)]),
        (False, []),
        ([], []),
        ("s3", ["tme_s3"]),
        (["s3", "s1", "s3"], ["tme_s3", "tme_s1"]),
        (("s1",), ["tme_s1"]),
        (iter(["s1"]), ["tme_s1"]),
    ],
)
def test_who_asks_decides(small_counts, obs, expected):
    signatures = as_signatures(lists(20))
    assert isinstance(signatures, SignatureSet)
    score(small_counts, signatures, obs=obs)
    assert columns(small_counts) == expected
    for name in expected:
        table = small_counts.obsm["tme_scores"]
        np.testing.assert_array_equal(small_counts.obs[name], table[name.removeprefix("tme_")])
    score(small_counts, signatures, obs=False)
    assert columns(small_counts) == []


def test_what_is_no_signature_is_named(small_counts, untouched):
    with untouched(small_counts), pytest.raises(MissingKeyError, match="Nearest first: 's1'"):
        score(small_counts, lists(3), obs=["s11"])
    for odd in (3, [1], 0.5):
        with untouched(small_counts), pytest.raises(InputError, match="Expected True, False or"):
            score(small_counts, lists(3), obs=odd)


def test_a_run_under_another_key_leaves_the_columns_of_the_first(small_counts, caplog):
    score(small_counts, {"a": ["G1", "G2"], "b": ["G3"]})
    before = small_counts.obs.copy()
    with caplog.at_level(logging.DEBUG, "tmeatlas"):
        score(small_counts, {"a": ["G7"], "c": ["G8"]}, key_added="second")
    assert "obs keeps 'tme_a' of another run" in caplog.text
    pd.testing.assert_frame_equal(small_counts.obs[before.columns], before)
    assert columns(small_counts) == ["tme_a", "tme_b", "tme_c"]
    score(small_counts, {"a": ["G7"], "c": ["G8"]}, key_added="second", obs=False)
    pd.testing.assert_frame_equal(small_counts.obs, before)


def test_columns_of_other_results_stay_too(small_counts):
    from tmeatlas.sig import Signature

    score(small_counts, [Signature(id="a", genes=("G1", "G2"), marks="x")])
    consensus(small_counts)
    before = small_counts.obs["tme_consensus_x"].copy()
    score(small_counts, {"consensus_x": ["G5"]}, key_added="second")
    pd.testing.assert_series_equal(small_counts.obs["tme_consensus_x"], before)


def test_scores_that_go_are_named(small_counts):
    score(small_counts, as_signatures(lists(20)))
    message = r"scores of .s0., .s1., .s2. and 17 more in obsm\[.tme_scores.\] are.*`key_added=`"
    with pytest.warns(TMEWarning, match=message) as caught:
        score(small_counts, {"mine": GENES})
    assert caught[0].filename == __file__
    assert len(caught) == 1


def test_nothing_is_said_where_nothing_goes(small_counts):
    score(small_counts, lists(3))
    score(small_counts, lists(3))
    score(small_counts, lists(5))
    score(small_counts, {"mine": GENES}, key_added="mine")
    kept = score(small_counts, {"other": GENES}, copy=True)
    assert list(kept.obsm["tme_scores"]) == ["other"]
    assert len(small_counts.obsm["tme_scores"].columns) == 5


def test_the_record_of_the_columns_is_kept_in_files(small_counts, tmp_path):
    score(small_counts, lists(3), obs=["s1"])
    small_counts.write_h5ad(tmp_path / "a.h5ad")
    again = ad.read_h5ad(tmp_path / "a.h5ad")
    score(again, lists(3), obs=["s2"])
    assert columns(again) == ["tme_s2"]


def test_scores_outside_obs_are_one_call_away(small_counts):
    score(small_counts, as_signatures(lists(20)))
    small_counts.obsm["X_umap"] = np.random.default_rng(0).normal(size=(small_counts.n_obs, 2))
    assert columns(small_counts) == []
    for name in ("s7", "tme_s7"):
        embedding(small_counts, name)
    violin(small_counts, "group", "s7")
    table = scores(small_counts, "s7")
    np.testing.assert_array_equal(table["score"], small_counts.obsm["tme_scores"]["s7"])
