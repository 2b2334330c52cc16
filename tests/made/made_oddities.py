"""Legal AnnData of every kind that people have, each made of clean cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

Change = Callable[[AnnData, Path], AnnData]


class Case(NamedTuple):
    """One kind of input."""

    change: Change
    """Makes it of clean cells."""
    clean: Callable[[AnnData], AnnData] = lambda adata: adata
    """What it must be read as, made of the same cells."""
    base: str = "numbers"
    refused: tuple[str, ...] = ()
    """The functions that may refuse it; ("*",) for all."""
    said: str = ""
    """Words of the warning that it may be read with."""
    same_text: bool = True
    """Whether texts, too, are those of the clean cells."""


def _with_matrix(adata: AnnData, change: Callable[[sp.csr_matrix], object]) -> AnnData:
    """X and the counts in another storage."""
    adata.X = change(sp.csr_matrix(adata.X))
    adata.layers["counts"] = change(sp.csr_matrix(adata.layers["counts"]))
    return adata


def matrix(change: Callable[[sp.csr_matrix], object]) -> Change:
    return lambda adata, _: _with_matrix(adata, change)


def unsorted(values: sp.csr_matrix) -> sp.csr_matrix:
    found = values.copy()
    for row in range(found.shape[0]):
        part = slice(*found.indptr[row : row + 2])
        found.indices[part] = found.indices[part][::-1].copy()
        found.data[part] = found.data[part][::-1].copy()
    found.has_sorted_indices = False
    return found


def repeated(values: sp.csr_matrix) -> sp.csr_matrix:
    """Every value in two halves, one after the other."""
    parts = (np.repeat(values.data / 2, 2), np.repeat(values.indices, 2), values.indptr * 2)
    return sp.csr_matrix(parts, shape=values.shape)


def with_zeros(values: sp.csr_matrix) -> sp.csr_matrix:
    """All values of 30 genes stored, those that are zero as well."""
    rows, columns = np.indices((values.shape[0], 30)).reshape(2, -1)
    stored = sp.coo_matrix((np.ones(rows.size), (rows, columns)), shape=values.shape).tocsr()
    found = (values + stored).tocsr()
    found.data -= np.asarray(stored[found.nonzero()]).ravel()
    return found.astype(np.float32)


def wide_indices(values: sp.csr_matrix) -> sp.csr_matrix:
    found = values.copy()
    found.indices, found.indptr = found.indices.astype(np.int64), found.indptr.astype(np.int64)
    return found


def half_precision(values: sp.csr_matrix) -> sp.csr_matrix:
    found = values.copy()
    found.data = found.data.astype(np.float16)
    return found


def read_only(values: sp.csr_matrix) -> sp.csr_matrix:
    for part in (values.data, values.indices, values.indptr):
        part.flags.writeable = False
    return values


def rounded(adata: AnnData) -> AnnData:
    return _with_matrix(adata, lambda x: half_precision(x).astype(np.float32))


def small_integers(adata: AnnData, _: Path) -> AnnData:
    adata.layers["counts"] = adata.layers["counts"].toarray().astype(np.uint16)
    return adata


def in_memory_map(adata: AnnData, folder: Path) -> AnnData:
    np.save(folder / "x.npy", adata.X.toarray())
    adata.X = np.load(folder / "x.npy", mmap_mode="r")
    return adata


def backed(change: Callable[[sp.csr_matrix], object]) -> Change:
    def made(adata: AnnData, folder: Path) -> AnnData:
        _with_matrix(adata, change).write_h5ad(folder / "a.h5ad")
        return ad.read_h5ad(folder / "a.h5ad", backed="r")

    return made


def lazy(kind: str) -> Change:
    def made(adata: AnnData, folder: Path) -> AnnData:
        import pytest

        pytest.importorskip("xarray")
        pytest.importorskip("dask")
        file = folder / f"a.{kind}"
        getattr(adata, f"write_{kind}")(file)
        return ad.experimental.read_lazy(file)

    return made


def dask(change: Callable[[sp.csr_matrix], object], chunks: tuple[int, int]) -> Change:
    def made(adata: AnnData, _: Path) -> AnnData:
        import pytest

        array = pytest.importorskip("dask.array")
        return _with_matrix(adata, lambda x: array.from_array(change(x), chunks=chunks))

    return made


def stored_array(kind: str) -> Change:
    """X as an array of a file that is open."""

    def made(adata: AnnData, folder: Path) -> AnnData:
        import zarr

        dense = adata.X.toarray()
        if kind == "zarr":
            adata.X = zarr.create_array(
                str(folder / "x.zarr"), data=dense, chunks=(50, 70), overwrite=True
            )
        else:
            adata.X = h5py.File(folder / "x.h5", "w").create_dataset("x", data=dense)
        return adata

    return made


STORAGES = {
    # Files first: they meet tables that can be written.
    "backed CSR": Case(backed(sp.csr_matrix)),
    "backed CSC": Case(backed(sp.csc_matrix)),
    "backed dense": Case(backed(lambda x: x.toarray())),
    "read_lazy of h5ad": Case(lazy("h5ad")),
    "read_lazy of zarr": Case(lazy("zarr")),
    "csc_matrix": Case(matrix(sp.csc_matrix)),
    "csr_array": Case(matrix(sp.csr_array)),
    "csc_array": Case(matrix(sp.csc_array)),
    "unsorted indices": Case(matrix(unsorted)),
    "repeated indices": Case(matrix(repeated)),
    "stored zeros": Case(matrix(with_zeros)),
    "indices of 64 bits": Case(matrix(wide_indices)),
    "float64": Case(matrix(lambda x: x.astype(np.float64))),
    "sparse float16": Case(matrix(half_precision), clean=rounded),
    "dense float16": Case(matrix(lambda x: x.toarray().astype(np.float16)), clean=rounded),
    "unsigned integers": Case(small_integers),
    "the other byte order": Case(matrix(lambda x: x.toarray().astype(">f4"))),
    "columns first": Case(matrix(lambda x: np.asfortranarray(x.toarray()))),
    "masked, nothing missing": Case(matrix(lambda x: np.ma.masked_array(x.toarray()))),
    "memory map": Case(in_memory_map),
    "read only": Case(matrix(read_only)),
    "view": Case(lambda adata, _: adata[np.arange(adata.n_obs)]),
    "dask of dense": Case(dask(lambda x: x.toarray(), (70, -1))),
    "dask of CSR": Case(dask(lambda x: x, (70, -1))),
    "dask in columns": Case(dask(lambda x: x.toarray(), (70, 300))),
    "open zarr array": Case(stored_array("zarr")),
    "open HDF5 array": Case(stored_array("h5py")),
}


def groups(change: Callable[[pd.Series], object]) -> Change:
    """The groups, which are called 1, 2 and 3, in another type."""

    def made(adata: AnnData, _: Path) -> AnnData:
        adata.obs["group"] = change(adata.obs["group"].astype(object))
        return adata

    return made


def names(change: Callable[[pd.Index], object]) -> Change:
    def made(adata: AnnData, _: Path) -> AnnData:
        adata.obs.index, adata.var.index = change(adata.obs_names), change(adata.var_names)
        return adata

    return made


def twice(adata: AnnData, _: Path) -> AnnData:
    """Two samples joined without telling their cells apart."""
    half = adata.n_obs // 2
    first = adata.obs_names[:half].tolist()
    adata.obs.index = pd.Index([*first, *first, *adata.obs_names[2 * half :]])
    return adata


def odd_columns(adata: AnnData, _: Path) -> AnnData:
    """Columns that are no labels, beside those that are asked for."""
    adata.obs["lists"] = [[1]] * adata.n_obs
    adata.obs[7] = 1.5
    adata.obs["when"] = pd.Timestamp("2020-01-01")
    adata.obs["span"] = pd.Timedelta(days=1)
    return adata


def bytes_of(group: object) -> object:
    return str(group).encode()


def mixed(column: pd.Series) -> list[object]:
    kinds = [lambda text: text, int, float]
    return [kinds[i % 3](text) for i, text in enumerate(column)]


TABLES = {
    "categories of floats": Case(groups(lambda c: pd.Categorical(c.astype(float)))),
    "floats": Case(groups(lambda c: c.astype(float))),
    "nullable integers": Case(groups(lambda c: c.astype(int).astype("Int64"))),
    "text": Case(groups(lambda c: c)),
    "ordered categories": Case(groups(lambda c: pd.Categorical(c, ordered=True))),
    # Those below cannot all be written to files.
    "nullable floats": Case(groups(lambda c: c.astype(float).astype("Float32"))),
    "mixed types": Case(groups(mixed)),
    "nullable text": Case(groups(lambda c: c.astype("string[python]"))),
    "pyarrow text": Case(groups(lambda c: c.astype("string[pyarrow]"))),
    "bytes": Case(groups(lambda c: c.map(bytes_of))),
    "unused categories": Case(groups(lambda c: pd.Categorical(c, categories=["1", "2", "9", "3"]))),
    "None": Case(groups(lambda c: c.where(c.notna(), None)), base="gaps"),
    "NaN": Case(groups(lambda c: c), base="gaps"),
    "NA": Case(groups(lambda c: c.astype("string")), base="gaps"),
    "nullable integers with NA": Case(
        groups(lambda c: c.astype(float).astype("Int64")), base="gaps"
    ),
    "floats with NaN": Case(groups(lambda c: c.astype(float)), base="gaps"),
    '"nan"': Case(groups(lambda c: c.astype(str)), base="gaps", said="in place of a label"),
    '"NaN" as a category': Case(
        groups(lambda c: pd.Categorical(c.fillna("NaN"))), base="gaps", said="in place of a label"
    ),
    '""': Case(groups(lambda c: c.fillna("")), base="gaps", said="in place of a label"),
    "bool": Case(groups(lambda c: c == "True"), base="bool"),
    "nullable bool": Case(groups(lambda c: (c == "True").astype("boolean")), base="bool"),
    "dates": Case(groups(pd.to_datetime), base="dates"),
    "categories of dates": Case(groups(lambda c: pd.Categorical(pd.to_datetime(c))), base="dates"),
    "names as categories": Case(names(pd.CategoricalIndex)),
    "names of pyarrow": Case(names(lambda i: pd.Index(i, dtype="string[pyarrow]"))),
    "names given twice": Case(
        twice, same_text=False, refused=("tl.cellphonedb", "get.selection", "get.cellphonedb")
    ),
    "other columns": Case(odd_columns),
}


def labels(*texts: str) -> Change:
    """The first groups under other names."""
    new = dict(zip(("1", "2", "3"), texts, strict=False))
    return groups(lambda c: pd.Categorical(c.replace(new)))


def without_expression(adata: AnnData, _: Path) -> AnnData:
    seen = np.arange(adata.n_obs) % 3 > 0
    return _with_matrix(adata, lambda x: sp.csr_matrix(x.multiply(seen[:, None])))


EDGES = {
    "NUL, half a surrogate pair and a long text in labels": labels("a\0b", "a\ud800", "x" * 9000),
    "control characters and markup in labels": labels("a\x1b[31m\nb\t\u202e", "</script><b>&'\""),
    "a slash and only spaces in labels": labels("T/NK", "   "),
    "one cell": lambda adata, _: adata[:1].copy(),
    "one gene": lambda adata, _: adata[:, :1].copy(),
    "one group": groups(lambda c: c.replace("2", "1").replace("3", "1")),
    "no group at all": groups(lambda c: c.where(c.isna())),
    "cells without expression": without_expression,
    "two columns of one name": lambda adata, _: _two_of_one_name(adata),
}
"""Of these is asked that no function ends in another package's error."""


def _two_of_one_name(adata: AnnData) -> AnnData:
    adata.obs = pd.concat([adata.obs, adata.obs[["group"]]], axis=1)
    return adata
