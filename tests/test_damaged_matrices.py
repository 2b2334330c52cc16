"""Matrices of damaged files: an error that says what is wrong, before any number is computed."""

from __future__ import annotations

import shutil

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import InputError, TMEWarning
from tmeatlas.matrix import open_matrix
from tmeatlas.methods import METHODS

N_CELLS, N_GENES = 60, 30


def made(kind=sp.csr_matrix) -> AnnData:
    values = np.log1p(np.random.default_rng(0).poisson(0.8, (N_CELLS, N_GENES)) * 1.01)
    var = pd.DataFrame(index=[f"G{i}" for i in range(N_GENES)])
    return AnnData(kind(values.astype(np.float32)), var=var)


def read_all(adata: AnnData) -> np.ndarray:
    matrix = open_matrix(adata)
    return np.vstack([block.matrix.toarray() for block in matrix.blocks(7)])


def beyond(x):
    x.indices[x.indptr[6] - 1] = max(x.shape)


def far_beyond(x):
    x.indices[x.indptr[6] - 1] = 2_000_000_000


def negative(x):
    x.indices[x.indptr[5]] = -3


def falling(x):
    x.indptr[9] = x.indptr[11]
    x.indptr[10] = x.indptr[8]


def far_away(x):
    x.indptr[20] = len(x.data) + 1000


def below_zero(x):
    x.indptr[20] = -5


def short_indptr(x):
    x.indptr = x.indptr[:-1]


def short_data(x):
    x.data = x.data[:-9]


def short_indices(x):
    x.indices = x.indices[:-9]


def zeros_for_indices(x):
    x.indices[x.indptr[10] : x.indptr[20]] = 0


def zeros_for_indptr(x):
    x.indptr[:15] = 0


DAMAGES = (
    *(beyond, far_beyond, negative, falling, far_away, below_zero),
    *(short_indptr, short_data, short_indices, zeros_for_indices, zeros_for_indptr),
)
KINDS = {
    "csr_matrix": sp.csr_matrix,
    "csr_array": sp.csr_array,
    "csc_matrix": sp.csc_matrix,
    "wide indices": lambda x: _wide(sp.csr_matrix(x)),
}


def _wide(x: sp.csr_matrix) -> sp.csr_matrix:
    x.indices, x.indptr = x.indices.astype(np.int64), x.indptr.astype(np.int64)
    return x


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_in_memory(damage, kind):
    adata = made(kind)
    damage(adata.X)
    with pytest.raises(InputError, match="X is damaged"):
        read_all(adata)


@pytest.mark.parametrize("damage", DAMAGES)
def test_in_a_file(damage, tmp_path):
    """The file is opened, not loaded: only its rows are read."""
    adata = made()
    adata.write_h5ad(tmp_path / "a.h5ad")
    damage(adata.X)
    with h5py.File(tmp_path / "a.h5ad", "a") as file:
        for part in ("data", "indices", "indptr"):
            del file[f"X/{part}"]
            file[f"X/{part}"] = getattr(adata.X, part)
    with pytest.raises(InputError, match="X is damaged"):
        read_all(ad.read_h5ad(tmp_path / "a.h5ad", backed="r"))


@pytest.mark.parametrize("damage", [beyond, negative, zeros_for_indices])
def test_in_chunks_of_dask(damage):
    array = pytest.importorskip("dask.array")
    adata = made()
    damage(adata.X)
    values = adata.X
    adata.X = array.map_blocks(
        lambda: values,
        chunks=((N_CELLS,), (N_GENES,)),
        dtype=np.float32,
        meta=sp.csr_matrix((0, 0)),
    )
    with pytest.raises(InputError, match="X is damaged"):
        read_all(adata)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_refuses(method):
    adata = made()
    beyond(adata.X)
    with pytest.raises(InputError, match="an index 60, where indices run from 0 to 29"):
        tme.tl.score(adata, {"s": [f"G{i}" for i in range(20)]}, method=method)
    assert not adata.obsm
    assert list(adata.uns) == []


def test_layers_and_raw_are_looked_at_as_well():
    adata = made()
    adata.raw = adata.copy()
    adata.layers["other"] = adata.X.copy()
    beyond(adata.layers["other"])
    with pytest.raises(InputError, match=r"layers\['other'\] is damaged"):
        list(open_matrix(adata, layer="other").blocks())
    beyond(adata.raw.X)
    with pytest.raises(InputError, match=r"raw\.X is damaged"):
        list(open_matrix(adata, use_raw=True).blocks())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.array([[1j, 0], [0, 1]]), "values of type complex128"),
        (np.array([["1", "2"], ["3", "4"]], dtype=object), "values of type object"),
        (np.ma.masked_array(np.ones((2, 2)), [[0, 1], [0, 0]]), "values missing"),
    ],
)
def test_what_are_no_numbers(values, message):
    adata = AnnData(np.ones((2, 2), dtype=np.float32))
    adata.layers["odd"] = values
    with pytest.raises(InputError, match=message):
        list(open_matrix(adata, layer="odd").blocks())


def test_what_a_file_or_a_task_raises_is_told():
    array = pytest.importorskip("dask.array")

    def load(block_info=None):
        raise OSError("the disk is gone")

    adata = made()
    adata.X = array.map_blocks(
        load, chunks=((30, 30), (N_GENES,)), dtype=np.float32, meta=np.empty((0, 0))
    )
    with pytest.raises(InputError, match="X cannot be read: OSError: the disk is gone") as caught:
        read_all(adata)
    assert isinstance(caught.value.__cause__, OSError)


def zarr_with(adata: AnnData, file, chunk: int) -> None:
    """A zarr file whose arrays of X are in chunks."""
    import zarr

    group = zarr.open_group(file, mode="w", zarr_format=2)
    ad.io.write_elem(group, "X", adata.X, dataset_kwargs={"chunks": (chunk,)})


@pytest.mark.parametrize("part", ["data", "indices"])
def test_a_chunk_of_zarr_that_is_missing(part, tmp_path):
    pytest.importorskip("zarr")
    zarr_with(made(), tmp_path / "a.zarr", 100)
    right = read_all(opened(tmp_path / "a.zarr"))
    np.testing.assert_allclose(right, made().X.toarray())
    chunk = next(path for path in (tmp_path / "a.zarr/X" / part).rglob("1") if path.is_file())
    chunk.unlink()
    with pytest.raises(InputError, match=rf"1 of \d+ chunks of its {part} are not in the file"):
        read_all(opened(tmp_path / "a.zarr"))


def opened(file) -> AnnData:
    """Cells whose X lies in a zarr file."""
    import zarr

    adata = made()
    adata.X = ad.io.sparse_dataset(zarr.open_group(file, mode="r")["X"])
    return adata


def test_stored_zeros_are_no_missing_chunk(tmp_path):
    pytest.importorskip("zarr")
    adata = made()
    adata.X.data[120:180] = 0
    zarr_with(adata, tmp_path / "a.zarr", 100)
    np.testing.assert_allclose(read_all(opened(tmp_path / "a.zarr")), adata.X.toarray())


def test_a_missing_chunk_of_a_dense_zarr_array_is_told(tmp_path):
    """Zarr leaves out chunks of zeros: it may be meant."""
    zarr = pytest.importorskip("zarr")
    adata = made(np.asarray)
    file = tmp_path / "x.zarr"
    zarr.create_array(str(file), data=adata.X, chunks=(20, N_GENES))
    adata.X = zarr.open_array(file, mode="r")
    read_all(adata)
    shutil.rmtree(next(path for path in file.rglob("1") if path.is_dir()))
    with pytest.warns(TMEWarning, match="1 of 3 chunks of X are not in the file"):
        assert (read_all(adata)[20:40] == 0).all()


def test_chunks_of_dask_are_computed_once():
    array = pytest.importorskip("dask.array")
    adata, reads = made(), []
    values = adata.X.toarray()

    def load(block_info=None):
        low, high = block_info[None]["array-location"][0]
        reads.append(low)
        return values[low:high]

    chunks = ((11, 20, 29), (N_GENES,))
    adata.X = array.map_blocks(load, chunks=chunks, dtype=np.float32, meta=np.empty((0, 0)))
    np.testing.assert_array_equal(read_all(adata), values)
    assert sorted(reads) == [0, 11, 31]


def test_values_before_the_first_row_are_not_dropped_in_silence(tmp_path):
    adata = made()
    path = tmp_path / "a.h5ad"
    adata.write_h5ad(path)
    adata.X.indptr[0] = 3
    with h5py.File(path, "r+") as file:
        file["X/indptr"][0] = 3
    for each in (adata, ad.read_h5ad(path, backed="r")):
        with pytest.raises(InputError, match="an indptr that begins at 3, not at 0"):
            read_all(each)


def test_shards_past_the_end_of_an_array_are_no_missing_chunks(tmp_path):
    import zarr

    from tmeatlas.matrix import missing_chunks

    array = zarr.create_array(tmp_path, shape=(10,), chunks=(3,), shards=(6,), dtype="i4")
    assert missing_chunks(array) == (2, 2)
    array[:6] = 1
    assert missing_chunks(array) == (1, 2)
    array[:] = 1
    assert missing_chunks(array) == (0, 2)
