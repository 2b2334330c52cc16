from __future__ import annotations

import logging
from dataclasses import replace

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
from scipy.stats import expon

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.sig import Signature, SignatureSet
from tmeatlas.tl._consensus import consensus
from tmeatlas.tl._score import score

SIGNATURES = SignatureSet(
    [
        Signature(id="a1", genes=("G1", "G2", "G3"), compartment="a"),
        Signature(id="a2", genes=("G1", "G4", "G5"), compartment="a"),
        Signature(id="a3", genes=("G2", "G4", "G6"), compartment="a"),
        Signature(id="b1", genes=("G7", "G8"), compartment="b"),
        Signature(id="free", genes=("G9",)),
    ]
)


@pytest.fixture
def scored(small_counts):
    score(small_counts, SIGNATURES)
    return small_counts


def test_writes_every_slot(scored):
    assert consensus(scored) is None
    frame = scored.obsm["tme_consensus"]
    assert list(frame.columns) == ["a", "b"]
    assert (frame.dtypes == np.float32).all()
    assert frame.index.equals(scored.obs_names)
    weights = scored.uns["tme_agreement"].set_index("signature")["weight"]
    ranks = scored.obsm["tme_scores"][["a1", "a2", "a3"]].rank()
    quantiles = expon.ppf((ranks - 0.5) / len(ranks))
    np.testing.assert_allclose(frame["a"], quantiles @ weights[["a1", "a2", "a3"]], rtol=1e-6)
    for name in frame:
        column = scored.obs[f"tme_consensus_{name}"]
        assert column.dtype == np.float32
        np.testing.assert_array_equal(column, frame[name])


def test_agreement_says_what_the_consensus_rests_on(scored):
    consensus(scored)
    table = scored.uns["tme_agreement"]
    assert table["signature"].to_list() == ["a1", "a2", "a3", "b1"]
    assert table["compartment"].to_list() == ["a", "a", "a", "b"]
    assert table["n_signatures"].to_list() == [3, 3, 3, 1]
    assert table.groupby("compartment")["weight"].sum().to_list() == pytest.approx([1, 1])
    spearman = scored.obsm["tme_scores"][["a1", "a2", "a3"]].corr(method="spearman").to_numpy()
    pairs = spearman[np.triu_indices(3, 1)]
    np.testing.assert_allclose(table["agreement"][:3], pairs.mean(), atol=1e-6)
    np.testing.assert_allclose(table["with_others"][0], spearman[0, 1:].mean(), atol=1e-6)
    expected = scored.obsm["tme_scores"]["a1"].corr(scored.obs["tme_consensus_a"], "spearman")
    np.testing.assert_allclose(table["with_consensus"][0], expected, atol=1e-5)
    alone = table.iloc[3]
    assert np.isnan(alone["agreement"])
    assert alone["with_consensus"] == pytest.approx(1)


@pytest.mark.parametrize("format_", ["h5ad", "zarr"])
def test_survives_writing(scored, tmp_path, format_):
    consensus(scored)
    path = tmp_path / f"combined.{format_}"
    getattr(scored, f"write_{format_}")(path)
    again = sc.read_h5ad(path) if format_ == "h5ad" else ad.read_zarr(path)
    pd.testing.assert_frame_equal(again.obsm["tme_consensus"], scored.obsm["tme_consensus"])
    written = again.uns["tme_agreement"].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        written,
        scored.uns["tme_agreement"],
        check_categorical=False,
        check_index_type=False,
        check_dtype=False,
    )
    pairs = again.uns["tme_agreement_pairs"]
    assert pairs["other"].to_list() == scored.uns["tme_agreement_pairs"]["other"].to_list()
    consensus(again, compartments="b")
    assert [name for name in again.obs if name.startswith("tme_consensus")] == ["tme_consensus_b"]


def test_compartments_by_name(scored):
    consensus(scored, compartments=["b", "a", "b"])
    assert list(scored.obsm["tme_consensus"].columns) == ["b", "a"]
    consensus(scored, compartments="a")
    assert list(scored.obsm["tme_consensus"].columns) == ["a"]
    assert "tme_consensus_b" not in scored.obs


FOR_TWO_PURPOSES = SignatureSet(
    [
        Signature("state1", ("G1", "G2"), compartment="a", purpose="state", marks="a_new"),
        Signature("finds1", ("G3", "G4", "G5"), compartment="a", purpose="finds", marks="a"),
        Signature("finds2", ("G3", "G6"), compartment="a", purpose="finds", marks="a"),
        Signature("state2", ("G1", "G7"), compartment="b", purpose="state", marks="a_new"),
        Signature("state3", ("G2", "G8"), compartment="a", purpose="state", marks="a_new"),
        Signature("process1", ("G8", "G9"), compartment="b", purpose="process"),
    ]
)


def test_lists_of_one_purpose_are_combined(small_counts):
    score(small_counts, FOR_TWO_PURPOSES)
    consensus(small_counts)
    table = small_counts.uns["tme_agreement"]
    # First what finds the cells of a compartment; a list counts where it marks the same.
    assert list(small_counts.obsm["tme_consensus"]) == ["a", "a_new", "b"]
    found = {name: list(rows["signature"]) for name, rows in table.groupby("consensus")}
    assert found == {
        "a": ["finds1", "finds2"],
        "a_new": ["state1", "state2", "state3"],
        "b": ["process1"],
    }
    about = table.drop_duplicates("consensus").set_index("consensus")
    assert about["compartment"].to_dict() == {"a": "a", "a_new": "a", "b": "b"}
    assert about["purpose"].to_dict() == {"a": "finds", "a_new": "state", "b": "process"}
    both = small_counts.obsm["tme_consensus"]["a"].copy()
    with pytest.warns(TMEWarning, match="are replaced by this run"):
        score(small_counts, [FOR_TWO_PURPOSES["finds1"], FOR_TWO_PURPOSES["finds2"]])
    consensus(small_counts)
    pd.testing.assert_series_equal(small_counts.obsm["tme_consensus"]["a"], both)


def test_a_compartment_is_all_that_its_lists_mark(small_counts):
    score(small_counts, FOR_TWO_PURPOSES)
    consensus(small_counts, compartments="a")
    assert list(small_counts.obsm["tme_consensus"]) == ["a", "a_new"]
    consensus(small_counts, compartments=["b", "a_new"])
    assert list(small_counts.obsm["tme_consensus"]) == ["b", "a_new"]
    with pytest.raises(MissingKeyError, match=r"'a_nwe'\. Nearest first: 'a_new'"):
        consensus(small_counts, compartments="a_nwe")


def test_a_list_without_purpose_counts_in_its_compartment(small_counts):
    mine = Signature("mine", ("G5", "G6"), compartment="a")
    score(small_counts, [*FOR_TWO_PURPOSES.values(), mine])
    consensus(small_counts, compartments="a")
    table = small_counts.uns["tme_agreement"].set_index("signature")
    assert table.loc["mine", "consensus"] == "a"
    assert table.loc["mine", "purpose"] == "finds"


def test_how_cells_were_handled_is_never_combined(small_counts):
    handled = Signature("handled", ("G5", "G6"), compartment="a", purpose="quality")
    score(small_counts, [*FOR_TWO_PURPOSES.values(), handled])
    consensus(small_counts)
    assert "handled" not in set(small_counts.uns["tme_agreement"]["signature"])
    score(small_counts, [handled], key_added="tme_handled")
    with pytest.raises(InputError, match=r"judge how cells were handled.*Score others beside them"):
        consensus(small_counts, key="tme_handled")


def test_a_list_may_mark_something_of_no_compartment(small_counts):
    score(small_counts, [Signature("mine", ("G5", "G6"), purpose="process", marks="my_process")])
    consensus(small_counts)
    assert list(small_counts.obsm["tme_consensus"]) == ["my_process"]
    with pytest.raises(MissingKeyError, match=r"called ''\. Nearest first: 'my_process'\.$"):
        consensus(small_counts, compartments="")


def test_different_purposes_are_not_combined(small_counts, untouched):
    other = Signature("other", ("G5", "G6"), compartment="a", purpose="process")
    score(small_counts, [*FOR_TWO_PURPOSES.values(), other])
    message = r"mark 'a' have different purposes: 'finds' for 'finds1' and 'process' for 'other'"
    with untouched(small_counts), pytest.raises(InputError, match=message):
        consensus(small_counts)


def test_scores_of_which_nobody_said_what_they_mark(scored, untouched):
    del scored.uns["tme_coverage"]["marks"]
    with untouched(scored), pytest.raises(MissingKeyError, match=r"tme\.tl\.score\(adata\) again"):
        consensus(scored)


def test_provenance_and_log(scored, caplog):
    with caplog.at_level(logging.INFO, logger="tmeatlas"):
        consensus(scored)
    assert "2 consensuses of signatures: obsm['tme_consensus']" in caplog.text
    meta = scored.uns["tmeatlas"]["tme_consensus"]
    assert list(meta["params"]["compartments"]) == ["a", "b"]
    assert meta["params"]["key"] == "tme_scores"
    assert meta["provenance"]["tmeatlas"]


def test_other_keys(scored):
    score(scored, SIGNATURES, key_added="second", obs=False)
    consensus(scored, key="second", key_added="combined")
    assert list(scored.obsm["combined"].columns) == ["a", "b"]
    assert "combined_a" in scored.obs
    assert len(scored.uns["combined_agreement"]) == 4
    assert "tme_consensus" not in scored.obsm


def test_signatures_that_were_not_scored_are_left_out(small_counts):
    absent = Signature(id="a4", genes=("X1", "X2"), compartment="a")
    only = Signature(id="c1", genes=("X3",), compartment="c")
    with pytest.warns(TMEWarning, match="min_coverage"):
        score(small_counts, [*SIGNATURES.values(), absent, only])
    with pytest.warns(TMEWarning, match=r"No signature of 'c' .*tme_coverage"):
        consensus(small_counts)
    assert small_counts.obsm["tme_consensus"]["c"].isna().all()
    table = small_counts.uns["tme_agreement"].set_index("signature")
    assert np.isnan(table.loc["a4", "weight"])
    assert table.loc["a4", "n_signatures"] == 3
    assert table.loc["c1", "n_signatures"] == 0
    with_absent = small_counts.obsm["tme_consensus"]["a"].copy()
    score(small_counts, SIGNATURES)
    consensus(small_counts)
    pd.testing.assert_series_equal(small_counts.obsm["tme_consensus"]["a"], with_absent)


def test_a_cell_without_expression_is_left_out_alone():
    adata = tme.datasets.simulated(200)
    tme.pp.prepare(adata, embed=False)
    full = adata[1:].copy()
    adata.X.data[: adata.X.indptr[1]] = 0
    for data in (adata, full):
        tme.tl.score(data, tme.sig.load("core", compartment="caf"), method="ulm")
        tme.tl.consensus(data)
    consensus = adata.obsm["tme_consensus"]["caf"].to_numpy()
    assert np.isnan(consensus[0])
    np.testing.assert_array_equal(consensus[1:], full.obsm["tme_consensus"]["caf"])


def test_not_scored(small_counts, untouched):
    with untouched(small_counts), pytest.raises(MissingKeyError, match=r"tme\.tl\.score\(adata\)"):
        consensus(small_counts)


def test_scores_without_their_table(scored):
    del scored.uns["tme_coverage"]
    with pytest.raises(MissingKeyError, match="tme_coverage"):
        consensus(scored)


def test_no_such_compartment(scored, untouched):
    with untouched(scored), pytest.raises(MissingKeyError, match=r"'aa'.*'a'"):
        consensus(scored, compartments=["aa"])


def test_signatures_without_compartments(small_counts):
    score(small_counts, {"mine": ["G1", "G2"]})
    with pytest.raises(InputError, match="compartment"):
        consensus(small_counts)


def test_columns_of_the_user_are_not_overwritten(scored, untouched):
    scored.obs["tme_consensus_a"] = 1
    with untouched(scored), pytest.raises(InputError, match=r"drop\(columns=\['tme_consensus_a'\]"):
        consensus(scored)


@pytest.mark.parametrize(
    "key", ["tme_scores", "X_pca", "a/b", "", "prepare", "schema_version", "tmeatlas", "tme"]
)
def test_key_added_that_cannot_be_used(scored, untouched, key):
    scored.obsm["X_pca"] = np.zeros((60, 2))
    with untouched(scored), pytest.raises(InputError, match="key_added"):
        consensus(scored, key_added=key)


@pytest.mark.parametrize("name", ["mine_agreement", "mine_agreement_pairs"])
def test_what_lies_beside_is_not_overwritten(scored, untouched, name):
    scored.uns[name] = "of the user"
    with untouched(scored), pytest.raises(InputError, match=name):
        consensus(scored, key_added="mine")


def test_no_compartments(scored, untouched):
    with untouched(scored), pytest.raises(InputError, match=r"found none.*'a', 'b'"):
        consensus(scored, compartments=[])


def test_pairs_are_correlations_of_the_scores(scored):
    consensus(scored)
    pairs = scored.uns["tme_agreement_pairs"]
    assert len(pairs) == 3 * 3 + 1
    of_a = pairs[pairs["compartment"] == "a"]
    wide = of_a.pivot_table(index="signature", columns="other", values="spearman")
    expected = scored.obsm["tme_scores"][["a1", "a2", "a3"]].corr(method="spearman")
    np.testing.assert_allclose(wide, expected, atol=1e-6)
    assert scored.uns["tmeatlas"]["tme_consensus"]["cells"]["n_cells"] == 60


def test_nothing_to_combine_survives_writing(small_counts, tmp_path):
    with pytest.warns(TMEWarning):
        score(small_counts, [SIGNATURES["a1"], Signature(id="c", genes=("X",), compartment="c")])
    with pytest.warns(TMEWarning, match="'c'"):
        consensus(small_counts, compartments="c")
    assert len(small_counts.uns["tme_agreement_pairs"]) == 0
    small_counts.write_h5ad(tmp_path / "combined.h5ad")
    again = sc.read_h5ad(tmp_path / "combined.h5ad")
    assert again.uns["tme_agreement_pairs"]["spearman"].dtype == np.float64


def test_compartment_with_a_slash(small_counts):
    score(small_counts, [replace(SIGNATURES["a1"], compartment="a/b")])
    with pytest.raises(InputError, match="a/b"):
        consensus(small_counts)


def test_copy(scored, untouched):
    with untouched(scored):
        combined = consensus(scored, copy=True)
    assert "tme_consensus" in combined.obsm
    assert "tme_consensus_a" in combined.obs
