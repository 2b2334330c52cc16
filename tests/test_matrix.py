from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData, read_h5ad

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas._values import MatrixKind
from tmeatlas.matrix import open_matrix
from tmeatlas.matrix._kind import judge

VALUES = np.array([[0, 1.5, 0], [2.25, 0, 0.5], [0, 0, 0], [1, 0, 3]], dtype=np.float32)


def make(values, names=("A", "B", "C")) -> AnnData:
    return AnnData(values, var=pd.DataFrame(index=list(names)))


def read_all(adata, size=2, **options) -> np.ndarray:
    blocks = list(open_matrix(adata, **options).blocks(size))
    assert [block.start for block in blocks] == list(range(0, adata.n_obs, size))
    return np.vstack([block.matrix.toarray() for block in blocks])


def test_every_storage_reads_the_same(storage):
    adata = make(storage(VALUES))
    np.testing.assert_array_equal(read_all(adata), VALUES)
    columns = open_matrix(adata).columns(np.array([2, 0]))
    assert columns.format == "csc"
    np.testing.assert_array_equal(columns.toarray(), VALUES[:, [2, 0]])


def test_backed_and_dask_read_the_same(tmp_path):
    make(sp.csr_matrix(VALUES)).write_h5ad(tmp_path / "a.h5ad")
    backed = read_h5ad(tmp_path / "a.h5ad", backed="r")
    np.testing.assert_array_equal(read_all(backed), VALUES)
    array = pytest.importorskip("dask.array")
    lazy = make(array.from_array(VALUES, chunks=(3, 3)))
    np.testing.assert_array_equal(read_all(lazy), VALUES)


def test_stored_zeros_and_duplicates_are_merged_on_a_copy():
    untidy = sp.csr_matrix(
        (np.array([1, 1, 0], dtype=np.float32), np.array([1, 1, 2]), np.array([0, 3])), shape=(1, 3)
    )
    block = next(open_matrix(make(untidy)).blocks())
    np.testing.assert_array_equal(block.matrix.toarray(), [[0, 2, 0]])
    assert block.matrix.nnz == 1
    assert untidy.nnz == 3


def test_integers_are_read_as_float32():
    block = next(open_matrix(make(sp.csr_matrix(VALUES.astype(np.int64)))).blocks())
    assert block.matrix.dtype == np.float32


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([[0, 3, 1], [7, 0, 2]]), MatrixKind.COUNTS),
        (VALUES, MatrixKind.LOGNORM),
        (np.array([[0.5, 300.2, 0], [12.5, 0, 80]]), MatrixKind.LINEAR),
        (np.array([[0.25, 0.75, 0], [0.5, 0, 0.5], [0.1, 0.2, 0.7]]), MatrixKind.LINEAR),
        (np.array([[-1.2, 0.3, 0.4], [0.6, 0.1, 2]]), MatrixKind.SCALED),
    ],
)
def test_kind_is_told_from_the_values(values, kind):
    assert open_matrix(make(sp.csr_matrix(values))).kind is kind


def test_real_tumours_are_told_apart(shared_data):
    kinds = {
        "wu2021_tnbc_CID4465": MatrixKind.COUNTS,
        "kim2020_luad_T34": MatrixKind.LOGNORM,
        "puram2017_hnscc_ref180": MatrixKind.LOGNORM,
        "tirosh2016_oligodendroglioma_184": MatrixKind.LINEAR,
        "moncada2020_pdacA_ST": MatrixKind.COUNTS,
    }
    for name, kind in kinds.items():
        adata = read_h5ad(shared_data / "data" / f"{name}.h5ad")
        assert open_matrix(adata).kind is kind, name


def depth_like_counts(n_genes: int, *, largest: float | None = None) -> sp.csr_matrix:
    """Counts from which a share of ambient RNA was subtracted, at varying depth."""
    rng = np.random.default_rng(0)
    depth = np.exp(rng.normal(0, 0.6, 300))
    counts = rng.poisson(depth[:, None] * rng.gamma(0.3, 4.0, n_genes)).astype(np.float32)
    left = np.where(counts > 0, np.maximum(counts - 0.3 * rng.random(counts.shape), 0.01), 0)
    return sp.csr_matrix(np.minimum(left, largest) if largest else left, dtype=np.float32)


def test_counts_with_decimals_are_neither_linear_nor_logged():
    many = depth_like_counts(400)
    assert many.data.max() > 25
    assert judge(many)[0] is MatrixKind.FRACTIONAL
    assert judge(depth_like_counts(100, largest=20))[0] is MatrixKind.FRACTIONAL


@pytest.mark.parametrize("undo", [np.log1p, lambda values: np.log2(values + 1)])
@pytest.mark.parametrize("n_genes", [400, 60])
def test_logged_values_are_told_even_where_genes_were_left_out(undo, n_genes):
    counts = depth_like_counts(400).toarray()
    cpm = counts / counts.sum(axis=1, keepdims=True) * 1e4
    assert judge(sp.csr_matrix(undo(cpm)[:, :n_genes]))[0] is MatrixKind.LOGNORM


@pytest.mark.parametrize("telling", [0, 3])
def test_the_kind_is_judged_from_the_first_cell_to_the_last(telling):
    values = np.ones((4, 3), dtype=np.float32)
    assert open_matrix(make(values)).kind is MatrixKind.COUNTS
    values[telling] = 1.5
    assert open_matrix(make(values)).kind is MatrixKind.LOGNORM


def test_the_kind_does_not_depend_on_the_storage(tmp_path):
    """A file whose first cells are not like the rest."""
    counts = depth_like_counts(50).toarray()
    mixed = make(sp.csr_matrix(np.vstack([np.log1p(counts), counts])), names=map(str, range(50)))
    mixed.write_h5ad(tmp_path / "a.h5ad")
    backed = read_h5ad(tmp_path / "a.h5ad", backed="r")
    assert open_matrix(backed).kind is open_matrix(mixed).kind


def test_raw_replaces_a_scaled_x():
    adata = make(sp.csr_matrix(VALUES))
    adata.raw = adata
    adata.X = np.array(VALUES) - 1
    matrix = open_matrix(adata)
    assert matrix.name == "raw.X"
    np.testing.assert_array_equal(read_all(adata), VALUES)


@pytest.mark.parametrize(
    ("value", "message"), [(np.nan, "NaN"), (np.inf, "NaN or infinite"), (-2.0, "negative")]
)
def test_bad_values_are_refused(value, message, storage):
    values = VALUES.copy()
    values[3, 2] = value
    with pytest.raises(InputError, match=message):
        read_all(make(storage(values)))


@pytest.mark.filterwarnings("ignore:Variable names are not unique")
def test_of_a_name_given_twice_the_first_column_has_it():
    matrix = open_matrix(make(VALUES, ["A", "A", "B"]))
    assert matrix.genes.to_list() == ["A", "A-1", "B"]
    assert matrix.labels.to_list() == ["A", "A", "B"]
    assert matrix.names.repeated == ("A",)


def test_bad_shapes_and_names_are_refused():
    adata = make(VALUES)
    adata.layers["counts"] = VALUES
    with pytest.raises(MissingKeyError, match="'counts'"):
        open_matrix(adata, layer="count")
    with pytest.raises(InputError, match="0 cells"):
        open_matrix(make(VALUES)[:0])


def test_a_kind_that_cannot_be_used_names_the_remedy():
    with pytest.raises(InputError, match=r"scoring needs log-normalised.*raw counts.*pp\.prepare"):
        open_matrix(make(np.ones((3, 3))), accepts={MatrixKind.LOGNORM}, needed_by="scoring")


def test_use_raw_reads_all_genes_whatever_x_holds():
    adata = make(sp.csr_matrix(VALUES))
    adata.raw = adata
    part = adata[:, :2].copy()
    assert open_matrix(part).name == "X"
    assert open_matrix(part, use_raw=True).n_vars == adata.n_vars
    part.X = np.array(VALUES)[:, :2] - 1
    with pytest.raises(InputError, match="scaled"):
        list(open_matrix(part, use_raw=False).blocks())


def test_use_raw_where_there_is_none():
    adata = make(sp.csr_matrix(VALUES))
    with pytest.raises(InputError, match=r"empty.*adata\.raw = adata"):
        open_matrix(adata, use_raw=True)
    adata.raw = adata
    adata.layers["mine"] = adata.X
    with pytest.raises(InputError, match="both"):
        open_matrix(adata, layer="mine", use_raw=True)


def test_logged_values_with_equal_totals():
    """Pseudobulk: logged values of many cells together, whose totals hardly differ."""
    rng = np.random.default_rng(0)
    bulk = rng.poisson(np.outer(np.ones(24), rng.gamma(0.3, 900.0, 500))).astype(np.float32)
    logged = np.log2(bulk / bulk.sum(axis=1, keepdims=True) * 1e6 + 1)
    totals = logged.sum(axis=1)
    assert totals.std() / totals.mean() < 0.01
    assert judge(sp.csr_matrix(logged))[0] is MatrixKind.LOGNORM


def test_scanpys_note_that_values_are_logged_is_believed():
    shares = sp.csr_matrix([[0.25, 0.75, 0], [0.5, 0, 0.5], [0.1, 0.2, 0.7]])
    adata = make(shares)
    assert open_matrix(adata).kind is MatrixKind.LINEAR
    with pytest.raises(InputError, match=r"adata\.uns\['log1p'\]"):
        open_matrix(adata, accepts=[MatrixKind.LOGNORM])
    adata.uns["log1p"] = {"base": None}
    assert open_matrix(adata).kind is MatrixKind.LOGNORM
    adata.X = sp.csr_matrix(np.array([[0.0, 3, 1], [7, 0, 2], [1, 1, 0]]))
    assert open_matrix(adata).kind is MatrixKind.COUNTS
    adata.X = sp.csr_matrix(np.array([[0.5, 300.2, 0], [112.5, 0, 180], [101, 12, 203.5]]))
    assert open_matrix(adata).kind is MatrixKind.LINEAR
