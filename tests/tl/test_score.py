from __future__ import annotations

import logging
import re

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp

from tmeatlas._errors import CoverageError, InputError, MissingKeyError, TMEWarning
from tmeatlas.methods import METHODS, AUCell, ScoreGenes, UCell
from tmeatlas.results import Scores
from tmeatlas.sig import Signature, SignatureSet, load
from tmeatlas.tl._consensus import consensus
from tmeatlas.tl._score import score

SIGNATURES = {"a": ["G1", "G2", "G3"], "b": ["G4", "G5", "G6-"]}


def test_writes_every_slot(small_counts):
    assert score(small_counts, SIGNATURES) is None
    scores = small_counts.obsm["tme_scores"]
    assert list(scores.columns) == ["a", "b"]
    assert (scores.dtypes == np.float32).all()
    assert scores.index.equals(small_counts.obs_names)
    assert scores["a"].std() > 0
    for name in SIGNATURES:
        column = small_counts.obs[f"tme_{name}"]
        assert column.dtype == np.float32
        np.testing.assert_array_equal(column, scores[name])
    weights = small_counts.varm["tme_signatures"]
    assert weights.loc[["G1", "G4", "G6", "G7"], "b"].to_list() == [0, 1, -1, 0]
    assert weights["a"].sum() == 3
    assert weights.to_numpy().dtype == np.float32


def test_provenance_says_what_was_run(small_counts):
    score(small_counts, SIGNATURES, method=UCell(max_rank=20), min_coverage=0.3)
    meta = small_counts.uns["tmeatlas"]["tme_scores"]
    assert meta["params"]["method"] == "ucell"
    assert meta["params"]["method_options"] == repr(UCell(max_rank=20))
    assert meta["params"]["min_coverage"] == 0.3
    assert meta["provenance"]["matrix"] == "X"
    assert meta["provenance"]["values"] == "counts"
    assert list(meta["provenance"]["obs_columns"]) == ["tme_a", "tme_b"]
    assert meta["provenance"]["tmeatlas"]


def test_core_signatures_by_default(symbols):
    score(symbols)
    assert list(symbols.obsm["tme_scores"].columns) == list(load("core"))
    assert symbols.uns["tme_coverage"]["coverage"].min() == 1
    assert symbols.obsm["tme_scores"].notna().all(axis=None)


@pytest.mark.parametrize("format_", ["h5ad", "zarr"])
@pytest.mark.parametrize("obs", [True, False])
def test_survives_writing(symbols, tmp_path, format_, obs):
    score(symbols, obs=obs)
    path = tmp_path / f"scored.{format_}"
    getattr(symbols, f"write_{format_}")(path)
    again = sc.read_h5ad(path) if format_ == "h5ad" else ad.read_zarr(path)
    pd.testing.assert_frame_equal(again.obsm["tme_scores"], symbols.obsm["tme_scores"])
    pd.testing.assert_frame_equal(again.varm["tme_signatures"], symbols.varm["tme_signatures"])
    pd.testing.assert_frame_equal(
        again.uns["tme_coverage"], symbols.uns["tme_coverage"], check_categorical=False
    )
    # What is on record is still known as ours, so another run may replace it.
    with pytest.warns(TMEWarning, match="are replaced by this run"):
        score(again, {"c": list(again.var_names[:5])}, obs=obs)
    assert [name for name in again.obs if name.startswith("tme_")] == ["tme_c"] * obs


def test_running_again_replaces_the_earlier_run(small_counts):
    score(small_counts, SIGNATURES)
    with pytest.warns(TMEWarning, match=r"scores of 'a' in obsm\['tme_scores'\] and obs are"):
        score(small_counts, {"b": ["G7", "G8"], "c": ["G9"]}, method=UCell(max_rank=30))
    assert list(small_counts.obsm["tme_scores"].columns) == ["b", "c"]
    assert [name for name in small_counts.obs if name.startswith("tme_")] == ["tme_b", "tme_c"]
    np.testing.assert_array_equal(small_counts.obs["tme_b"], small_counts.obsm["tme_scores"]["b"])
    assert list(small_counts.varm["tme_signatures"].columns) == ["b", "c"]
    with pytest.warns(TMEWarning, match="scores of 'c' in"):
        score(small_counts, SIGNATURES, obs=False)
    assert not [name for name in small_counts.obs if name.startswith("tme_")]


def test_the_same_run_twice_gives_the_same(small_counts):
    score(small_counts, SIGNATURES)
    first = small_counts.copy()
    score(small_counts, SIGNATURES)
    pd.testing.assert_frame_equal(small_counts.obs, first.obs)
    pd.testing.assert_frame_equal(small_counts.obsm["tme_scores"], first.obsm["tme_scores"])


def test_columns_of_the_user_are_not_overwritten(small_counts, untouched):
    small_counts.obs["tme_b"] = 1
    with (
        untouched(small_counts),
        pytest.raises(InputError, match=r"already has 'tme_b'.*obs=False"),
    ):
        score(small_counts, SIGNATURES)
    score(small_counts, SIGNATURES, obs=False)
    assert (small_counts.obs["tme_b"] == 1).all()


def test_runs_under_different_keys_are_kept_apart(small_counts):
    score(small_counts, SIGNATURES)
    with pytest.raises(InputError, match=r"tme_a.*under 'second'"):
        score(small_counts, SIGNATURES, key_added="second", obs=True)
    first = small_counts.obsm["tme_scores"].copy()
    score(small_counts, {"c": ["G9"]}, key_added="second", obs=False)
    assert list(small_counts.obsm["second"].columns) == ["c"]
    assert list(small_counts.uns["second_coverage"].index) == ["c"]
    assert list(small_counts.varm["second_signatures"].columns) == ["c"]
    pd.testing.assert_frame_equal(small_counts.obsm["tme_scores"], first)
    assert list(small_counts.uns["tme_coverage"].index) == ["a", "b"]
    assert {"tme_a", "tme_b"} <= set(small_counts.obs)


@pytest.mark.parametrize(
    "key", ["X_pca", "a/b", "", "prepare", "schema_version", "tmeatlas", "tme_consensus", "tme"]
)
def test_key_added_that_cannot_be_used(small_counts, untouched, key):
    small_counts.obsm["X_pca"] = np.zeros((60, 2))
    with untouched(small_counts), pytest.raises(InputError, match="key_added"):
        score(small_counts, SIGNATURES, key_added=key)


@pytest.mark.parametrize(
    ("slot", "name"), [("uns", "mine_coverage"), ("varm", "mine_signatures"), ("obsm", "mine_pval")]
)
def test_what_lies_beside_is_not_overwritten(small_counts, untouched, slot, name):
    shape = {"uns": 3, "varm": (40, 2), "obsm": (60, 2)}[slot]
    getattr(small_counts, slot)[name] = np.ones(shape)
    with untouched(small_counts), pytest.raises(InputError, match=rf"{slot}\['{name}'\]"):
        score(small_counts, SIGNATURES, key_added="mine", n_null=19)
    np.testing.assert_array_equal(getattr(small_counts, slot)[name], np.ones(shape))


def test_another_kind_of_result_is_not_overwritten(small_counts, untouched):
    score(small_counts, [Signature(id="a", genes=("G1", "G2"), compartment="x")])
    consensus(small_counts, key_added="combined")
    with untouched(small_counts), pytest.raises(InputError, match="another kind of result"):
        score(small_counts, SIGNATURES, key_added="combined", obs=False)


def test_names_given_to_two_cells(small_counts):
    score(small_counts, SIGNATURES)
    expected = small_counts.obsm["tme_scores"].to_numpy()
    small_counts.obs_names = [*["twin"] * 2, *small_counts.obs_names[2:]]
    score(small_counts, SIGNATURES)
    np.testing.assert_array_equal(small_counts.obsm["tme_scores"], expected)
    np.testing.assert_array_equal(small_counts.obs[["tme_a", "tme_b"]], expected)


def test_copy(small_counts, untouched):
    with untouched(small_counts):
        scored = score(small_counts, SIGNATURES, copy=True)
    assert "tme_scores" in scored.obsm
    score(small_counts, SIGNATURES)
    pd.testing.assert_frame_equal(scored.obsm["tme_scores"], small_counts.obsm["tme_scores"])


def test_layer(small_counts):
    small_counts.layers["mine"] = small_counts.X.copy()
    small_counts.X = -np.ones(small_counts.shape, dtype=np.float32)
    with pytest.raises(InputError, match=r"method 'ucell_detected'.*scaled.*`layer=`"):
        score(small_counts, SIGNATURES)
    score(small_counts, SIGNATURES, layer="mine")
    assert small_counts.uns["tmeatlas"]["tme_scores"]["provenance"]["matrix"] == "layers['mine']"
    with pytest.raises(MissingKeyError, match="'mine'"):
        score(small_counts, SIGNATURES, layer="mines")
    small_counts.layers["counts"] = small_counts.layers["mine"]
    score(small_counts, SIGNATURES)
    assert small_counts.uns["tmeatlas"]["tme_scores"]["provenance"]["matrix"] == "layers['counts']"


def test_raw_with_other_genes_has_no_weights_in_varm(small_counts):
    score(small_counts, SIGNATURES)
    sc.pp.normalize_total(small_counts)
    sc.pp.log1p(small_counts)
    small_counts.raw = small_counts
    scaled = small_counts[:, 10:].copy()
    scaled.X = -np.ones(scaled.shape, dtype=np.float32)
    score(scaled, SIGNATURES)
    assert "tme_signatures" not in scaled.varm
    assert scaled.uns["tmeatlas"]["tme_scores"]["provenance"]["matrix"] == "raw.X"
    assert scaled.obsm["tme_scores"]["a"].std() > 0


def test_score_genes_needs_log_values(small_counts, untouched):
    with (
        untouched(small_counts),
        pytest.raises(InputError, match=r"'score_genes' needs log-normalised.*raw counts.*prepare"),
    ):
        score(small_counts, SIGNATURES, method="score_genes")
    sc.pp.normalize_total(small_counts, target_sum=1e4)
    sc.pp.log1p(small_counts)
    score(small_counts, {"a": ["G1", "G2"]}, method=ScoreGenes(n_bins=5))
    assert small_counts.obsm["tme_scores"]["a"].std() > 0


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
def test_values_that_cannot_be_scored(small_counts, untouched, value):
    small_counts.X = small_counts.X.toarray()
    small_counts.X[3, 4] = value
    with untouched(small_counts), pytest.raises(InputError):
        score(small_counts, SIGNATURES)


def test_gene_names_given_twice(small_counts):
    score(small_counts, SIGNATURES)
    once = small_counts.obsm["tme_scores"]
    small_counts.var_names = [*small_counts.var_names[:-1], small_counts.var_names[-2]]
    score(small_counts, SIGNATURES)
    pd.testing.assert_frame_equal(small_counts.obsm["tme_scores"], once)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"method": "u_cell"}, MissingKeyError, "'ucell'"),
        ({"signatures": "caf_pam"}, MissingKeyError, "'caf_pan"),
        ({"signatures": SignatureSet([])}, InputError, r"no signatures.*\{name: \[genes\]\}"),
        ({"signatures": {}}, InputError, r"no signatures.*tme\.sig\.load\(\)"),
        ({"min_coverage": 50}, InputError, "from 0 to 1"),
        ({"min_coverage": "0.5"}, InputError, "from 0 to 1, found '0.5'"),
        ({"min_coverage": None}, InputError, "from 0 to 1, found None"),
        ({"n_null": None}, InputError, "`n_null=` must be a whole number.*found None"),
        ({"n_null": np.nan}, InputError, "`n_null=` must be a whole number.*found nan"),
        ({"key_added": 5}, InputError, "text as `key_added=?`, found 5"),
        ({"method": UCell(max_rank=41)}, InputError, "genes in the data, 40, found 41"),
    ],
)
def test_options_that_cannot_be_used(small_counts, options, error, match):
    with pytest.raises(error, match=match):
        score(small_counts, **{"signatures": SIGNATURES, **options})


def test_a_record_that_is_none(small_counts, untouched):
    small_counts.uns["tmeatlas"] = "mine"
    with untouched(small_counts), pytest.raises(InputError, match=r"dict in.*found str.*uns\.pop"):
        score(small_counts, SIGNATURES)


@pytest.mark.parametrize(
    ("slot", "name", "obs"),
    [("obs", "a", False), ("obs", "tme_b", True), ("var", "b", False)],
)
def test_names_of_indices_that_a_score_would_have(
    small_counts, untouched, tmp_path, slot, name, obs
):
    names = getattr(small_counts, f"{slot}_names")
    names.name = name
    with (
        untouched(small_counts),
        pytest.raises(InputError, match=rf"adata\.{slot}_names\.name = None"),
    ):
        score(small_counts, SIGNATURES, obs=obs)
    names.name = "other"
    score(small_counts, SIGNATURES, obs=obs)
    small_counts.write_h5ad(tmp_path / "a.h5ad")
    assert "a" in ad.read_h5ad(tmp_path / "a.h5ad").obsm["tme_scores"]


def _joined(adata, signatures, **options):
    parts = [adata[:30].copy(), adata[30:].copy()]
    for part in parts:
        score(part, signatures, **options)
    return ad.concat(parts)


@pytest.mark.parametrize("n", [2, 6])
def test_joined_samples_are_scored_again_after_one_call(small_counts, n):
    signatures = {f"s{i}": [f"G{i}", f"G{i + 1}"] for i in range(n)}
    adata = _joined(small_counts, signatures)
    adata.obs["mine"] = 1
    with pytest.raises(InputError, match=r"already has 'tme_s0'.*adata\.obs = adata") as raised:
        score(adata, signatures)
    call = re.search(r"columns first: (adata\.obs = .*?)(, which|\. Joined)", str(raised.value))
    exec(call[1], {"adata": adata})
    assert list(adata.obs) == ["group", "sample", "mine"]
    score(adata, signatures)
    assert list(adata.obsm["tme_scores"].columns) == list(signatures)


def test_joined_samples_with_pvalues(small_counts):
    adata = _joined(small_counts, SIGNATURES, n_null=19, obs=False)
    with pytest.raises(InputError, match=r"no record.*del adata\.obsm\['tme_scores_pval'\]"):
        score(adata, SIGNATURES, n_null=19)
    del adata.obsm["tme_scores_pval"]
    score(adata, SIGNATURES, n_null=19)
    assert list(adata.obsm["tme_scores_pval"].columns) == ["a", "b"]


@pytest.mark.parametrize("storage", [np.asarray, sp.csr_matrix])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_layers_of_nothing_but_gaps(small_counts, untouched, storage, value):
    small_counts.layers["gaps"] = storage(np.full(small_counts.shape, value, dtype=np.float32))
    with untouched(small_counts), pytest.raises(InputError, match="NaN or infinite"):
        score(small_counts, SIGNATURES, layer="gaps")


def test_infinite_values_among_logged_ones(small_counts, untouched):
    sc.pp.normalize_total(small_counts)
    sc.pp.log1p(small_counts)
    small_counts.X = small_counts.X.toarray()
    small_counts.X[[0, 0, 5], [1, 2, 3]] = np.inf, -np.inf, np.inf
    with untouched(small_counts), pytest.raises(InputError):
        score(small_counts, SIGNATURES)
    small_counts.X[0, 2] = 1
    with untouched(small_counts), pytest.raises(InputError, match="NaN or infinite"):
        score(small_counts, SIGNATURES, method="mean")


def test_empty_data(small_counts):
    with pytest.raises(InputError, match="found 0 cells × 40 genes"):
        score(small_counts[:0], SIGNATURES)


def test_says_what_was_written(small_counts, caplog):
    caplog.set_level(logging.INFO, logger="tmeatlas")
    score(small_counts, SIGNATURES)
    messages = [r.getMessage() for r in caplog.records if r.name == "tmeatlas"]
    assert messages == [
        "2 signatures scored by ucell_detected: obsm['tme_scores'], 2 columns obs['tme_*'] (read X)"
    ]


@pytest.mark.parametrize("method", ["ucell", ScoreGenes(n_bins=5)], ids=repr)
def test_backed(small_counts, tmp_path, method):
    sc.pp.normalize_total(small_counts)
    sc.pp.log1p(small_counts)
    path = tmp_path / "backed.h5ad"
    small_counts.write_h5ad(path)
    content = path.read_bytes()
    backed = sc.read_h5ad(path, backed="r")
    score(backed, SIGNATURES, method=method)
    score(small_counts, SIGNATURES, method=method)
    pd.testing.assert_frame_equal(backed.obsm["tme_scores"], small_counts.obsm["tme_scores"])
    with pytest.raises(InputError, match=r"lie in a file.*to_memory"):
        score(backed, SIGNATURES, copy=True)
    backed.file.close()
    assert path.read_bytes() == content


@pytest.mark.parametrize("method", ["ucell", ScoreGenes(n_bins=5)], ids=repr)
def test_dask(small_counts, method):
    array = pytest.importorskip("dask.array")
    sc.pp.normalize_total(small_counts)
    sc.pp.log1p(small_counts)
    score(small_counts, SIGNATURES, method=method)
    expected = small_counts.obsm["tme_scores"]
    for chunks in ((17, 40), (60, 40)):
        lazy = small_counts.copy()
        lazy.X = array.from_array(small_counts.X.toarray(), chunks=chunks).map_blocks(sp.csr_matrix)
        score(lazy, SIGNATURES, method=method)
        pd.testing.assert_frame_equal(lazy.obsm["tme_scores"], expected)


RESTS_ON_OTHER_CELLS = {"score_genes", "zscore", "ulm", "mlm"}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_by_name(symbols, method):
    sc.pp.normalize_total(symbols, target_sum=1e4)
    sc.pp.log1p(symbols)
    score(symbols, "caf_pan" if method == "mlm" else "core", method=method)
    assert symbols.obsm["tme_scores"].notna().all(axis=None)
    assert (symbols.obsm["tme_scores"].std() > 0).all()
    record = symbols.uns["tmeatlas"]["tme_scores"]
    assert record["params"]["method"] == method
    assert record["provenance"]["unit"] == METHODS[method].unit
    assert record["provenance"]["citation"] == METHODS[method].citation
    part = symbols[: symbols.n_obs // 2].copy()
    among = f"scored among {symbols.n_obs} cells" if method in RESTS_ON_OTHER_CELLS else ""
    assert Scores.read(part).among(part) == among


def test_null_of_a_signature_that_no_cell_shows(small_counts):
    counts = small_counts.X.toarray()
    counts[:, [7, 8]] = 0
    small_counts.X = counts
    method = AUCell(cut=10, parity="decoupler")
    score(small_counts, {"unseen": ["G7", "G8"], "seen": ["G1", "G2"]}, method=method, n_null=19)
    for key in ("tme_scores", "tme_scores_pval"):
        assert small_counts.obsm[key].isna().all().to_dict() == {"unseen": True, "seen": False}
    assert small_counts.uns["tme_coverage"]["null_pval"].isna().to_list() == [True, False]


def test_null_writes_pvalues_and_a_report(small_counts):
    signatures = {**SIGNATURES, "lost": ["G1", "X1", "X2"]}
    with pytest.warns(match="lost"):
        score(small_counts, signatures, n_null=19)
    pvalues = small_counts.obsm["tme_scores_pval"]
    assert list(pvalues.columns) == ["a", "b", "lost"]
    assert pvalues.index.equals(small_counts.obs_names)
    assert (pvalues.dtypes == np.float32).all()
    assert pvalues["lost"].isna().all()
    assert pvalues[["a", "b"]].min(axis=None) == np.float32(0.05)
    assert pvalues[["a", "b"]].max(axis=None) <= 1
    coverage = small_counts.uns["tme_coverage"]
    for name in ("a", "b"):
        row = coverage.loc[name]
        assert 0.05 <= row["null_pval"] <= row["null_padj"] <= 1
        assert row["null_cells"] == (pvalues[name] <= 0.05).mean()
    assert coverage.loc["lost", ["null_pval", "null_padj", "null_cells"]].isna().all()
    params = small_counts.uns["tmeatlas"]["tme_scores"]["params"]
    assert (params["n_null"], params["seed"]) == (19, 0)


def test_null_leaves_the_scores_alone_and_repeats(small_counts):
    score(small_counts, SIGNATURES)
    plain = small_counts.obsm["tme_scores"].copy()
    score(small_counts, SIGNATURES, n_null=39, rng=4)
    pd.testing.assert_frame_equal(small_counts.obsm["tme_scores"], plain)
    first = small_counts.obsm["tme_scores_pval"].copy()
    score(small_counts, SIGNATURES, n_null=39, rng=4)
    pd.testing.assert_frame_equal(small_counts.obsm["tme_scores_pval"], first)
    score(small_counts, SIGNATURES, n_null=39, rng=5)
    assert not small_counts.obsm["tme_scores_pval"].equals(first)
    score(small_counts, SIGNATURES)
    assert "tme_scores_pval" not in small_counts.obsm
    assert "null_pval" not in small_counts.uns["tme_coverage"]


@pytest.mark.parametrize("format_", ["h5ad", "zarr"])
def test_null_survives_writing(small_counts, tmp_path, format_):
    score(small_counts, SIGNATURES, n_null=19, key_added="mine", obs=False)
    path = tmp_path / f"scored.{format_}"
    getattr(small_counts, f"write_{format_}")(path)
    again = sc.read_h5ad(path) if format_ == "h5ad" else ad.read_zarr(path)
    pd.testing.assert_frame_equal(again.obsm["mine_pval"], small_counts.obsm["mine_pval"])
    score(again, SIGNATURES, key_added="mine", obs=False)
    assert "mine_pval" not in again.obsm


def test_null_does_not_overwrite_what_is_not_ours(small_counts, untouched):
    small_counts.obsm["mine_pval"] = np.ones((60, 2))
    with untouched(small_counts), pytest.raises(InputError, match=r"'mine_pval'.*key_added"):
        score(small_counts, SIGNATURES, n_null=19, key_added="mine", obs=False)
    score(small_counts, SIGNATURES, key_added="mine", obs=False)
    assert "mine_pval" in small_counts.obsm


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"n_null": 5}, "0, or 19 and more"),
        ({"n_null": -1}, "0, or 19 and more"),
        ({"n_null": 19, "method": "mlm"}, "'mlm'.*Leave out .n_null="),
        ({"n_null": 19, "rng": -1}, "`rng=?`"),
    ],
)
def test_null_that_cannot_be_made(small_counts, untouched, options, match):
    sc.pp.normalize_total(small_counts)
    sc.pp.log1p(small_counts)
    with untouched(small_counts), pytest.raises(InputError, match=match):
        score(small_counts, SIGNATURES, **options)


def test_raw_with_more_genes_is_named_and_can_be_scored(small_counts, untouched):
    small_counts.raw = small_counts
    signatures = {"a": ["G0", "G1"], "b": ["G20", "G21", "G22"]}
    few = small_counts[:, :5].copy()
    with pytest.warns(TMEWarning, match=r"'G20', 'G21', 'G22'\. raw has 3 of them.*use_raw=True"):
        score(few, signatures)
    with untouched(few), pytest.raises(CoverageError, match="use_raw=True"):
        score(few, {"b": signatures["b"]})
    score(few, signatures, use_raw=True)
    score(small_counts, signatures)
    pd.testing.assert_frame_equal(few.obsm["tme_scores"], small_counts.obsm["tme_scores"])
    assert "tme_signatures" not in few.varm
    assert few.uns["tmeatlas"]["tme_scores"]["provenance"]["matrix"] == "raw.X"


def test_part_of_a_backed_file(small_counts, tmp_path):
    small_counts.write_h5ad(tmp_path / "a.h5ad")
    backed = sc.read_h5ad(tmp_path / "a.h5ad", backed="r")
    with pytest.raises(InputError, match="to_memory"):
        score(backed[:20], SIGNATURES)
    backed.file.close()


def test_a_table_of_the_user_in_the_place_of_pvalues_stays(small_counts):
    signatures = {"a": ["G1", "G2", "G3"]}
    score(small_counts, signatures)
    own = pd.DataFrame({"mine": np.arange(60.0)}, index=small_counts.obs_names)
    small_counts.obsm["tme_scores_pval"] = own
    score(small_counts, signatures)
    pd.testing.assert_frame_equal(small_counts.obsm["tme_scores_pval"], own)
    with pytest.raises(InputError, match=r"no record that tl\.score wrote it"):
        score(small_counts, signatures, n_null=19)
