from __future__ import annotations

import anndata
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError


def test_counts_are_kept_and_log_normalised_as_scanpy_does(small_counts):
    expected = small_counts.copy()
    sc.pp.normalize_total(expected, target_sum=1e4)
    sc.pp.log1p(expected)
    before = small_counts.X.toarray()
    tme.pp.prepare(small_counts)
    np.testing.assert_array_equal(small_counts.layers["counts"].toarray(), before)
    np.testing.assert_allclose(small_counts.X.toarray(), expected.X.toarray(), rtol=1e-6)
    assert small_counts.obsm["X_umap"].shape == (60, 2)
    assert small_counts.uns["tmeatlas"]["prepare"]["provenance"]["input"] == "counts"


def test_a_second_run_changes_nothing(small_counts):
    tme.pp.prepare(small_counts)
    once = small_counts.copy()
    tme.pp.prepare(small_counts)
    np.testing.assert_array_equal(small_counts.X.toarray(), once.X.toarray())
    np.testing.assert_array_equal(small_counts.obsm["X_umap"], once.obsm["X_umap"])


def test_log_values_and_embeddings_of_the_user_stay(small_counts):
    sc.pp.normalize_total(small_counts, target_sum=1e4)
    sc.pp.log1p(small_counts)
    small_counts.obsm["X_tsne"] = np.ones((60, 2))
    before = small_counts.copy()
    tme.pp.prepare(small_counts)
    np.testing.assert_array_equal(small_counts.X.toarray(), before.X.toarray())
    assert list(small_counts.obsm) == ["X_tsne"]
    assert not {"counts", "linear"} & set(small_counts.layers)


def test_umap_starts_from_the_users_pca(small_counts):
    pca = np.random.default_rng(0).normal(size=(60, 5))
    small_counts.obsm["X_pca"] = pca
    tme.pp.prepare(small_counts)
    np.testing.assert_array_equal(small_counts.obsm["X_pca"], pca)
    assert small_counts.obsm["X_umap"].shape == (60, 2)


def test_nothing_else_is_left_behind(small_counts):
    tme.pp.prepare(small_counts)
    assert list(small_counts.var) == ["tme_symbol"]
    assert list(small_counts.obsp) == []
    assert set(small_counts.uns) == {"log1p", "tmeatlas"}


def test_linear_values_are_logged(small_counts):
    linear = small_counts.X.multiply(1e6 / small_counts.X.sum(axis=1)).tocsr()
    adata = AnnData(linear, obs=small_counts.obs, var=small_counts.var)
    tme.pp.prepare(adata)
    np.testing.assert_allclose(adata.X.toarray(), np.log1p(linear.toarray()), rtol=1e-5)
    np.testing.assert_array_equal(adata.layers["linear"].toarray(), linear.toarray())


def test_scaled_values_need_raw(small_counts):
    sc.pp.normalize_total(small_counts)
    sc.pp.log1p(small_counts)
    scaled = small_counts.copy()
    scaled.X = scaled.X.toarray() - 1
    with pytest.raises(InputError, match=r"looks scaled.*adata\.raw"):
        tme.pp.prepare(scaled)
    scaled.raw = small_counts
    before = scaled.X.copy()
    tme.pp.prepare(scaled)
    np.testing.assert_array_equal(scaled.X, before)
    assert scaled.uns["tmeatlas"]["prepare"]["provenance"]["matrix"] == "raw.X"


def test_counts_in_raw_are_not_taken_for_x(small_counts):
    small_counts.raw = small_counts.copy()
    sc.pp.normalize_total(small_counts)
    sc.pp.log1p(small_counts)
    small_counts.X = small_counts.X.toarray() - 1
    before = small_counts.X.copy()
    with pytest.raises(InputError, match=r"raw holds raw counts.*raw\.to_adata"):
        tme.pp.prepare(small_counts)
    np.testing.assert_array_equal(small_counts.X, before)


@pytest.mark.parametrize("has_layer", [True, False])
def test_a_view_leaves_its_parent_alone(small_counts, has_layer):
    if has_layer:
        small_counts.layers["counts"] = small_counts.X.copy()
    before = small_counts.X.toarray()
    view = small_counts[:40]
    tme.pp.prepare(view)
    assert view.X.max() < 10
    np.testing.assert_array_equal(small_counts.X.toarray(), before)


def test_values_of_x_are_kept_beside_a_layer_that_holds_others(small_counts):
    corrected = small_counts.X.toarray()
    small_counts.layers["counts"] = small_counts.X * 2
    tme.pp.prepare(small_counts)
    np.testing.assert_array_equal(small_counts.layers["X_counts"].toarray(), corrected)
    np.testing.assert_array_equal(small_counts.layers["counts"].toarray(), corrected * 2)
    done = small_counts.uns["tmeatlas"]["prepare"]["provenance"]["done"]
    assert "X_counts" in done


def test_scores_are_no_embedding(small_counts):
    signatures = {"a": ["G1", "G2", "G3"], "b": ["G4", "G5", "G6"]}
    tme.tl.score(small_counts, signatures, n_null=19)
    tme.pp.prepare(small_counts)
    assert "X_umap" in small_counts.obsm


def test_no_embedding_where_none_is_wanted(small_counts):
    tme.pp.prepare(small_counts, embed=False)
    assert not small_counts.obsm
    assert small_counts.X.max() < 10


def test_bad_input_leaves_adata_as_it_was(small_counts):
    small_counts.X.data[-1] = np.nan
    with pytest.raises(InputError, match="NaN"):
        tme.pp.prepare(small_counts)
    small_counts.X.data[-1] = 1
    with pytest.raises(MissingKeyError, match="'group'"):
        tme.pp.prepare(small_counts, groupby="groups")
    with pytest.raises(InputError, match="at least 10 cells"):
        tme.pp.prepare(small_counts[:5])
    assert not small_counts.uns
    assert not {"counts", "linear"} & set(small_counts.layers)
    assert not small_counts.obsm


def test_copy_leaves_the_original(small_counts):
    prepared = tme.pp.prepare(small_counts, copy=True)
    assert "X_umap" in prepared.obsm
    assert "X_umap" not in small_counts.obsm
    assert tme.pp.prepare(small_counts) is None


@pytest.mark.parametrize("ending", ["h5ad", "zarr"])
def test_the_result_survives_the_disk(small_counts, tmp_path, ending):
    tme.pp.prepare(small_counts)
    path = tmp_path / f"a.{ending}"
    getattr(small_counts, f"write_{ending}")(path)
    back = getattr(anndata, f"read_{ending}")(path)
    np.testing.assert_array_equal(back.X.toarray(), small_counts.X.toarray())
    assert back.uns["tmeatlas"]["prepare"]["provenance"]["input"] == "counts"


def test_every_storage_gives_the_same_values(small_counts, storage):
    expected = tme.pp.prepare(small_counts, copy=True)
    adata = AnnData(storage(small_counts.X.toarray()), obs=small_counts.obs, var=small_counts.var)
    tme.pp.prepare(adata)
    values = adata.X.toarray() if sp.issparse(adata.X) else adata.X
    np.testing.assert_allclose(values, expected.X.toarray(), rtol=1e-6)


def test_symbols_are_written_beside_the_names():
    names = ["WISP2", "ENSG00000188389", "CD274", "CCN5X", "CCN1", "CYR61"]
    adata = AnnData(np.ones((2, 6), dtype=np.float32), var=pd.DataFrame(index=names))
    tme.pp.harmonise(adata)
    symbols = dict(zip(names, adata.var["tme_symbol"], strict=True))
    assert symbols["WISP2"] == "CCN5"
    assert symbols["ENSG00000188389"] == "PDCD1"
    assert symbols["CD274"] == "CD274"
    assert symbols["CCN5X"] == "CCN5X"
    assert symbols["CYR61"] == "CYR61"
    assert list(adata.var_names) == names


def test_components_alone(small_counts):
    whole = tme.pp.prepare(small_counts, copy=True)
    tme.pp.prepare(small_counts, embed="pca")
    assert list(small_counts.obsm) == ["X_pca"]
    np.testing.assert_array_equal(small_counts.obsm["X_pca"], whole.obsm["X_pca"])
    with pytest.raises(InputError, match="'pca', found 'umap'"):
        tme.pp.prepare(small_counts, embed="umap")
