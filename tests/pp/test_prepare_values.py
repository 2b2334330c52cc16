"""What `pp.prepare` makes of each kind of values, from whichever matrix holds them."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from anndata import AnnData
from made_values import joined, made_counts, normalised, transformed, variable, without_ambient

import tmeatlas as tme
from tmeatlas._errors import InputError, TMEWarning

COUNTS = made_counts()
LOGGED = transformed(normalised(COUNTS), np.log1p)


def prepared(values, **options) -> AnnData:
    adata = AnnData(values.copy())
    tme.pp.prepare(adata, embed=False, **options)
    return adata


def dense(values) -> np.ndarray:
    return values.toarray() if sp.issparse(values) else np.asarray(values)


@pytest.mark.parametrize("total", [1e4, 1e6, None])
def test_values_that_were_cut_after_normalising_are_logged_as_they_are(total):
    cut = normalised(COUNTS, total)[:, variable(COUNTS)]
    adata = prepared(cut)
    np.testing.assert_allclose(adata.X.toarray(), np.log1p(cut.toarray()), rtol=1e-5)
    np.testing.assert_array_equal(adata.layers["linear"].toarray(), cut.toarray())
    assert "counts" not in adata.layers


@pytest.mark.parametrize(
    ("total", "genes"), [(1, slice(None)), (1, slice(0, 90)), (100, slice(None))]
)
def test_shares_are_brought_to_ten_thousand_first(total, genes):
    adata = prepared(normalised(COUNTS, total)[:, genes])
    np.testing.assert_allclose(adata.X.toarray(), LOGGED[:, genes].toarray(), rtol=1e-4)
    assert "linear" in adata.layers


def test_counts_with_decimals_are_normalised_and_never_called_counts():
    left = without_ambient(COUNTS)
    with pytest.warns(TMEWarning, match=r"no whole numbers.*layers\['fractional_counts'\]"):
        adata = prepared(left)
    np.testing.assert_array_equal(adata.layers["fractional_counts"].toarray(), left.toarray())
    assert "counts" not in adata.layers
    expected = transformed(normalised(left), np.log1p)
    np.testing.assert_allclose(adata.X.toarray(), expected.toarray(), rtol=1e-4)


def test_decimals_do_not_replace_counts_that_are_there():
    adata = AnnData(without_ambient(COUNTS))
    adata.layers["counts"] = COUNTS
    with pytest.warns(TMEWarning):
        tme.pp.prepare(adata, embed=False)
    np.testing.assert_array_equal(adata.layers["counts"].toarray(), COUNTS.toarray())


def test_one_cell_with_decimals_stops_counts_from_being_kept():
    """Also one that lies between the rows by which the kind is told."""
    many = sp.vstack([COUNTS] * 4, format="lil")
    many[130, 0] = 1.5
    adata = AnnData(many.tocsr())
    with pytest.raises(InputError, match=r"1 of the .* \('130'\).*no whole numbers"):
        tme.pp.prepare(adata, embed=False)
    assert not adata.layers


@pytest.mark.parametrize("x", [None, LOGGED * np.float32(0.5), COUNTS])
@pytest.mark.parametrize("layer", ["counts", "mine"])
def test_a_layer_of_counts_makes_x(x, layer):
    adata = AnnData(COUNTS.copy())
    adata.layers[layer] = COUNTS.copy()
    adata.X = x
    tme.pp.prepare(adata, layer=layer, embed=False)
    np.testing.assert_allclose(adata.X.toarray(), LOGGED.toarray(), rtol=1e-5)
    np.testing.assert_array_equal(adata.layers["counts"].toarray(), COUNTS.toarray())
    if x is None:
        assert "X_before" not in adata.layers
    else:
        np.testing.assert_array_equal(adata.layers["X_before"].toarray(), x.toarray())
    once = adata.copy()
    tme.pp.prepare(adata, layer=layer, embed=False)
    assert list(adata.layers) == list(once.layers)
    np.testing.assert_array_equal(adata.X.toarray(), once.X.toarray())


@pytest.mark.parametrize("layers", [{"counts": COUNTS}, {"counts": COUNTS, "logcounts": LOGGED}])
def test_an_empty_x_is_filled(layers):
    adata = AnnData(COUNTS.copy(), layers=layers)
    adata.X = None
    tme.pp.prepare(adata)
    np.testing.assert_allclose(adata.X.toarray(), LOGGED.toarray(), rtol=1e-5)
    assert "X_umap" in adata.obsm
    if "logcounts" in layers:
        adata.X.data[:] = 0
        np.testing.assert_array_equal(adata.layers["logcounts"].toarray(), LOGGED.toarray())


def test_an_empty_x_is_filled_from_raw():
    adata = AnnData(COUNTS.copy())
    adata.raw = adata.copy()
    adata.X = None
    tme.pp.prepare(adata, embed=False)
    np.testing.assert_allclose(adata.X.toarray(), LOGGED.toarray(), rtol=1e-5)
    np.testing.assert_array_equal(adata.layers["counts"].toarray(), COUNTS.toarray())


def test_raw_with_other_genes_cannot_become_x():
    adata = AnnData(COUNTS.copy())
    adata.raw = adata.copy()
    part = adata[:, :50].copy()
    with pytest.raises(InputError, match=r"raw has 400 genes and X 50.*raw\.to_adata\(\)"):
        tme.pp.prepare(part, use_raw=True, embed=False)
    same = adata.copy()
    tme.pp.prepare(same, use_raw=True, embed=False)
    np.testing.assert_allclose(same.X.toarray(), LOGGED.toarray(), rtol=1e-5)


def test_scaled_values_with_counts_in_a_layer_have_a_remedy_that_works():
    adata = AnnData(LOGGED.toarray() - 1)
    adata.layers["counts"] = COUNTS
    with pytest.raises(InputError, match=r"X looks scaled") as refused:
        tme.pp.prepare(adata, embed=False)
    said = str(refused.value)
    exec(
        said[said.index("tme.pp.prepare(") :].rstrip(".").replace(")", ", embed=False)"),
        {"tme": tme, "adata": adata},
    )
    np.testing.assert_allclose(dense(adata.X), LOGGED.toarray(), rtol=1e-5)


def test_scaled_values_with_logarithms_in_a_layer_stay():
    adata = AnnData(LOGGED.toarray() - 1)
    adata.layers["logcounts"] = LOGGED
    before = adata.X.copy()
    tme.pp.prepare(adata, embed=False)
    np.testing.assert_array_equal(adata.X, before)
    tme.tl.score(adata, {"a": ["1", "2", "3"]})
    facts = adata.uns["tmeatlas"]["tme_scores"]["provenance"]
    assert facts["matrix"] == "layers['logcounts']"


@pytest.mark.parametrize("make", [sp.csr_array, sp.csc_array])
def test_sparse_arrays_give_what_matrices_give(make):
    adata = prepared(make(COUNTS))
    np.testing.assert_allclose(dense(adata.X), LOGGED.toarray(), rtol=1e-5)


def test_cells_of_different_kinds_change_nothing():
    adata = joined(COUNTS[:150], LOGGED[150:])
    before = adata.copy()
    with pytest.raises(InputError, match=r"obs\['sample'\] = 's0'"):
        tme.pp.prepare(adata, embed=False)
    np.testing.assert_array_equal(adata.X.toarray(), before.X.toarray())
    assert not adata.uns
