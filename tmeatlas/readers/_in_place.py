"""Large files of AnnData: only the tables come to memory, matrices are read where they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmeatlas._matrix_parts import is_stored_sparse
from tmeatlas.readers._kinds import Kind

if TYPE_CHECKING:
    from anndata import AnnData

LARGE = 2**30
"""Bytes that matrices would take in memory, of which twice as much and more is taken to work on
them: below it, a laptop holds them, and memory is faster than a file."""
SPARSE = ("csr_matrix", "csc_matrix")
DENSE = "array"
TABLES = ("obs", "var", "uns", "obsm", "varm", "obsp", "varp")
RAW = "raw"


def read_in_place(file: Path, kind: Kind) -> AnnData | None:
    """The cells of a large file, whose matrices stay there; None where it is not large.

    None as well of files from before anndata said what is in them.
    """
    if kind not in (Kind.H5AD, Kind.ZARR):
        return None
    store = _opened(file, kind)
    if store.attrs.get("encoding-type") == "anndata":
        matrices = dict(matrices_of(store))
        if None not in matrices.values() and sum(map(_size, matrices.values())) > LARGE:
            return _assembled(store, matrices)
    if kind is Kind.H5AD:
        store.close()
    return None


def _opened(file: Path, kind: Kind) -> Any:
    if kind is Kind.H5AD:
        import h5py

        return h5py.File(file, "r")
    import zarr

    return zarr.open_group(file, mode="r")


def matrices_of(store: Any) -> Iterator[tuple[str, Any]]:
    """Place and matrix; None for what is in another form."""
    places = ["X", f"{RAW}/X", *(f"layers/{name}" for name in store.get("layers", ()))]
    for place in places:
        if place in store and store[place].attrs.get("encoding-type") != "null":
            yield place, _matrix(store[place])


def _matrix(element: Any) -> Any:
    from anndata.io import sparse_dataset

    encoding = element.attrs.get("encoding-type")
    if encoding in SPARSE:
        return sparse_dataset(element)
    return element if encoding == DENSE and len(element.shape) == 2 else None


def _size(matrix: Any) -> int:
    """Bytes in memory."""
    if is_stored_sparse(matrix):
        data = matrix.group["data"]
        return int(data.shape[0]) * (data.dtype.itemsize + 4)
    return int(matrix.shape[0]) * int(matrix.shape[1]) * int(matrix.dtype.itemsize)


def _assembled(store: Any, matrices: dict[str, Any]) -> AnnData:
    from anndata import AnnData
    from anndata.io import read_elem

    tables = {name: read_elem(store[name]) for name in TABLES if name in store}
    raw = None
    if f"{RAW}/X" in matrices:
        names = [name for name in ("var", "varm") if f"{RAW}/{name}" in store]
        beside = {name: read_elem(store[f"{RAW}/{name}"]) for name in names}
        raw = {"X": matrices[f"{RAW}/X"], **beside}
    layers = {
        place.partition("/")[2]: matrix
        for place, matrix in matrices.items()
        if place.startswith("layers/")
    }
    return AnnData(matrices.get("X"), layers=layers, raw=raw, **tables)


def cells_of_raw(adata: AnnData) -> AnnData:
    """The cells with raw as their main matrix, which stays where it is if it lies in a file."""
    from anndata import AnnData

    raw = adata.raw
    if not hasattr(raw.X, "group"):
        return raw.to_adata()
    of_cells = {name: dict(getattr(adata, name)) for name in ("obsm", "obsp", "uns")}
    return AnnData(raw.X, obs=adata.obs, var=raw.var, varm=dict(raw.varm), **of_cells)
