"""Files that say that they hold more than they can are refused before memory is taken for it."""

from __future__ import annotations

import gzip

import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from made_files import write_10x_mtx

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.readers import read_streaming


def made() -> AnnData:
    counts = sp.csr_matrix(np.random.default_rng(0).poisson(1.0, (6, 5)).astype(np.float32))
    obs = pd.DataFrame(index=[f"cell{i}" for i in range(6)])
    return AnnData(counts, obs=obs, var=pd.DataFrame(index=["DCN", "LUM", "SPP1", "CD68", "APOE"]))


@pytest.mark.parametrize("read", [tme.read, read_streaming])
@pytest.mark.parametrize("shape", [(10**6, 10**6), (10**12,)])
def test_an_array_of_hdf5_that_is_not_there(tmp_path, shape, read):
    path = tmp_path / "a.h5ad"
    made().write_h5ad(path)
    with h5py.File(path, "r+") as file:
        file.create_dataset("layers/dense", shape=shape, dtype="f4", chunks=True)
    with pytest.raises(InputError, match=r"'layers/dense' in it takes 4,000 GB, and has 0\.\d MB"):
        read(path)


@pytest.mark.parametrize("read", [tme.read, read_streaming])
def test_an_array_of_zarr_that_is_not_there(tmp_path, read):
    zarr = pytest.importorskip("zarr")
    path = tmp_path / "a.zarr"
    made().write_zarr(path)
    group = zarr.open_group(path, mode="r+", use_consolidated=False)
    group["layers"].create_array("dense", shape=(10**6, 10**6), chunks=(1000, 1000), dtype="f4")
    zarr.consolidate_metadata(path)
    with pytest.raises(InputError, match=r"'layers/dense' in it takes 4,000 GB"):
        read(path)


def test_large_arrays_that_are_there_are_read(tmp_path, monkeypatch):
    """Packed to nearly nothing, but no more than packing can do."""
    monkeypatch.setattr("tmeatlas.readers._claims.ALWAYS", 0)
    adata = made()
    adata.layers["zeros"] = np.zeros((6, 5))
    adata.write_h5ad(tmp_path / "a.h5ad", compression="gzip")
    adata.write_zarr(tmp_path / "a.zarr")
    for name in ("a.h5ad", "a.zarr"):
        assert tme.read(tmp_path / name).shape == (6, 5)


def test_an_array_that_lies_in_another_file_is_no_claim(tmp_path, monkeypatch):
    monkeypatch.setattr("tmeatlas.readers._claims.ALWAYS", 0)
    monkeypatch.setattr("tmeatlas.readers._claims.DENSEST", 1)
    adata = made()
    adata.write_h5ad(tmp_path / "a.h5ad")
    values = np.zeros((6, 20_000))
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["values"] = values
    layout = h5py.VirtualLayout(values.shape, dtype=values.dtype)
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "values", values.shape)
    with h5py.File(tmp_path / "a.h5ad", "r+") as file:
        linked = file.create_virtual_dataset("obsm/X_umap", layout)
        linked.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
    assert tme.read(tmp_path / "a.h5ad").obsm["X_umap"].shape == values.shape


@pytest.mark.parametrize("zipped", [False, True])
def test_a_matrix_that_says_it_has_more_entries_than_its_file(tmp_path, zipped):
    folder = write_10x_mtx(tmp_path / "run", made(), zipped=False)
    matrix = folder / "matrix.mtx"
    lines = matrix.read_text().split("\n")
    size = next(place for place, line in enumerate(lines) if line[0] != "%")
    lines[size] = "5 6 1000000000000"
    matrix.write_text("\n".join(lines))
    if zipped:
        (folder / "matrix.mtx.gz").write_bytes(gzip.compress(matrix.read_bytes()))
        matrix.unlink()
    with pytest.raises(InputError, match="says that it has 1,000,000,000,000 entries"):
        tme.read(folder)


def test_barcodes_that_unpack_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("tmeatlas.readers._mtx.MOST_BYTES", 10**6)
    monkeypatch.setattr("tmeatlas._text_files.MOST_BYTES", 10**6)
    folder = write_10x_mtx(tmp_path / "run", made())
    (folder / "barcodes.tsv.gz").write_bytes(gzip.compress(b"A" * (10**6 + 1)))
    with pytest.raises(InputError, match=r"'barcodes.tsv.gz' holds more than 1 MB, unpacked"):
        tme.read(folder)


def test_rows_that_nobody_names(tmp_path):
    """10^12 rows are no matter of memory: their names are counted first."""
    folder = write_10x_mtx(tmp_path / "run", made(), zipped=False)
    matrix = folder / "matrix.mtx"
    matrix.write_text(
        "%%MatrixMarket matrix coordinate integer general\n1000000000000 6 1\n1 1 1\n"
    )
    with pytest.raises(InputError, match=r"has 1,000,000,000,000 rows and 6 columns; expected"):
        tme.read(folder)


def test_a_heading_longer_than_any(tmp_path):
    path = tmp_path / "interactions.csv"
    path.write_text("ligand" + "A" * 200_000 + "\nTGFB1\n")
    with pytest.raises(InputError, match="has no headings"):
        tme.sig.interactions(path)
