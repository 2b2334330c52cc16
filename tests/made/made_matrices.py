"""Matrices as nobody would make them on purpose: of any type, in any storage, with odd values."""

from __future__ import annotations

import io
from typing import Any

import anndata as ad
import h5py
import numpy as np
import scipy.sparse as sp
from hypothesis import strategies as st
from made_oddities import read_only, repeated, unsorted, wide_indices

DTYPES = (
    *("float32", "float32", "float64", "float16", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64", "bool", ">f4", ">f8", ">i4", "longdouble"),
)


def in_file(x: Any) -> Any:
    """A matrix of an HDF5 file that lies in memory."""
    file = h5py.File(io.BytesIO(), "w")
    ad.io.write_elem(file, "X", x)
    return ad.io.sparse_dataset(file["X"]) if sp.issparse(x) else file["X"]


def in_dask(x: Any) -> Any:
    import dask.array

    return dask.array.from_array(x, chunks=(max(1, (x.shape[0] + 1) // 2), max(1, x.shape[1])))


def of_rows(x: np.ndarray) -> sp.csr_matrix:
    return sp.csr_matrix(x.astype(x.dtype.newbyteorder("=")))


def with_stored_zeros(x: np.ndarray) -> sp.csr_matrix:
    rows, columns = np.indices(x.shape).reshape(2, -1)
    full = x.astype(x.dtype.newbyteorder("="))
    found = sp.csr_matrix((np.ones(rows.size, dtype=full.dtype), (rows, columns)), shape=x.shape)
    found.data = full.ravel().copy()
    return found


STORAGES = {
    "dense": lambda x: x,
    "columns first": np.asfortranarray,
    "CSR": of_rows,
    "CSC": lambda x: of_rows(x).tocsc(),
    "csr_array": lambda x: sp.csr_array(of_rows(x)),
    "csc_array": lambda x: sp.csc_array(of_rows(x)),
    "unsorted": lambda x: unsorted(of_rows(x)),
    "repeated": lambda x: repeated(of_rows(x)) if x.dtype.kind == "f" else of_rows(x),
    "stored zeros": with_stored_zeros,
    "wide indices": lambda x: wide_indices(of_rows(x)),
    "read only": lambda x: read_only(of_rows(x)),
    "file of rows": lambda x: in_file(of_rows(x)),
    "file of columns": lambda x: in_file(of_rows(x).tocsc()),
    "file, dense": in_file,
    "dask": in_dask,
    "dask of rows": lambda x: in_dask(of_rows(x)),
}
SPARSE = {
    name for name in STORAGES if name not in ("dense", "columns first", "dask", "file, dense")
}


KINDS = ("counts", "logs", "linear", "zeros", "ones", "scaled", "huge", "tiny")


@st.composite
def matrices(draw: Any, *, sizes: Any, kinds: Any, accidents: bool) -> np.ndarray:
    """Values of a kind, float64, with a few that do not belong."""
    n_cells, n_genes = draw(sizes)
    rng = np.random.default_rng(draw(st.integers(0, 5)))
    kind = draw(st.sampled_from(kinds))
    counts = rng.poisson(draw(st.sampled_from([0.3, 2.0, 40.0])), (n_cells, n_genes)) * 1.0
    values = {
        "counts": lambda: counts,
        "logs": lambda: np.log1p(counts * rng.uniform(0.5, 40, (n_cells, 1))),
        "linear": lambda: counts * rng.uniform(0.5, 40, (n_cells, 1)),
        "zeros": lambda: counts * 0,
        "ones": lambda: counts * 0 + 1,
        "scaled": lambda: rng.normal(size=counts.shape),
        "huge": lambda: counts * 1e30,
        "tiny": lambda: counts * 1e-30,
    }[kind]()
    if not values.size or not accidents:
        return values
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, n_cells - 1)), draw(st.integers(0, n_genes - 1))
        odd = draw(
            st.sampled_from([np.nan, np.inf, -np.inf, -1.0, -0.0, 1e38, 1e300, 0.5, 2.0**31])
        )
        values[at] = odd
    if draw(st.booleans()):
        values[draw(st.integers(0, n_cells - 1))] = 0
    if draw(st.booleans()):
        values[:, draw(st.integers(0, n_genes - 1))] = 0
    return values


def in_type(values: np.ndarray, dtype: str) -> np.ndarray:
    """The values that a type can hold; others as near as it has."""
    found = np.dtype(dtype)
    if found.kind in "iub":
        limits = np.iinfo(found) if found.kind != "b" else None
        whole = np.nan_to_num(np.round(values), nan=0, posinf=1e6, neginf=-1e6)
        low, high = (limits.min, limits.max) if limits else (0, 1)
        return np.clip(whole, max(low, -(2**40)), min(high, 2**40)).astype(found)
    with np.errstate(over="ignore"):
        return values.astype(found)
