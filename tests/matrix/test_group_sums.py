"""What groups show of every gene: the same numbers whatever the storage."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.matrix import group_sums, open_matrix

labels = np.array([1, 0, -1, 1, 2, 0, 1, 1] * 9)


@pytest.fixture
def values():
    rng = np.random.default_rng(3)
    found = rng.poisson(0.7, size=(len(labels), 11)).astype(np.float32)
    found[labels == 2] = 0
    return np.log1p(found * 1e4 / np.maximum(found.sum(axis=1, keepdims=True), 1))


def read(adata):
    return group_sums(open_matrix(adata), labels, 4)


def test_sums_and_cells_of_each_group(values):
    found = read(ad.AnnData(sp.csr_matrix(values)))
    assert found.sizes.tolist() == [18, 36, 9, 0]
    for group in range(4):
        own = values[group == labels]
        np.testing.assert_allclose(found.sums[group], own.sum(axis=0), rtol=1e-6)
        assert found.n_seen[group].tolist() == (own > 0).sum(axis=0).tolist()
    np.testing.assert_allclose(found.means[1], values[labels == 1].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found.shares[0], (values[labels == 0] > 0).mean(axis=0))
    assert not found.means[3].any()


@pytest.mark.parametrize("storage", ["dense", "csc", "zeros", "backed"])
def test_every_storage_gives_the_same_bytes(values, storage, tmp_path):
    expected = read(ad.AnnData(sp.csr_matrix(values)))
    adata = ad.AnnData(sp.csr_matrix(values))
    if storage == "dense":
        adata = ad.AnnData(values)
    elif storage == "csc":
        adata = ad.AnnData(sp.csc_matrix(values))
    elif storage == "zeros":
        adata.X.data[:5] = 0
        expected = read(ad.AnnData(sp.csr_matrix(adata.X.toarray())))
    elif storage == "backed":
        adata.write_h5ad(tmp_path / "a.h5ad")
        adata = ad.read_h5ad(tmp_path / "a.h5ad", backed="r")
    found = read(adata)
    assert found.sums.tobytes() == expected.sums.tobytes()
    assert found.n_seen.tobytes() == expected.n_seen.tobytes()
