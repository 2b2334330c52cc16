"""Sparse rows are not trusted: their indices are looked at before anything follows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._text import counted

MOST_REPEATS_OF_FIRST = 2
"""Adding up leaves no index more often in a row; where a part of a file is lost, zeros fill it."""


def as_csr(rows: Any, name: str) -> sp.csr_matrix:
    """A block as CSR float32, sorted and without duplicates; the input is never changed."""
    if not sp.issparse(rows):
        dense = np.asarray(rows)
        if dense.ndim != 2:
            raise InputError(f"{name} holds {type(rows).__name__}, which is no matrix of numbers.")
        return sp.csr_matrix(numbers(dense, name))
    if rows.format == "csr":
        return checked_csr(rows.data, rows.indices, rows.indptr, rows.shape, name)
    if rows.format == "csc":
        # Its columns are rows of the transposed one: indices are looked at before scipy follows
        # them.
        flipped = checked_csr(rows.data, rows.indices, rows.indptr, rows.shape[::-1], name)
        return _with_canonical(flipped.T.tocsr())
    entries = rows.tocoo()
    if entries.nnz:
        low, high = entries.coords[0].min(), entries.coords[0].max()
        first, last = entries.coords[1].min(), entries.coords[1].max()
        if min(low, first) < 0 or high >= entries.shape[0] or last >= entries.shape[1]:
            raise damaged(name, "coordinates outside of it")
    plain = sp.coo_matrix((numbers(entries.data, name), entries.coords), shape=entries.shape)
    return _with_canonical(plain.tocsr())


def _with_canonical(matrix: sp.csr_matrix) -> sp.csr_matrix:
    matrix.sum_duplicates()
    return matrix


def checked_csr(
    data: NDArray[Any],
    indices: NDArray[Any],
    indptr: NDArray[Any],
    shape: tuple[int, int],
    name: str,
) -> sp.csr_matrix:
    """These arrays as canonical CSR of float32; they are shared where they are so already.

    Raises InputError where they are no such matrix. Repeated indices are added
    up, as scipy does.
    """
    from tmeatlas.matrix._structure_kernel import CANONICAL, OUTSIDE, judge_indices

    data, indices, indptr = check_arrays(data, indices, indptr, shape, name)
    verdict = judge_indices(indices, indptr, shape[1])
    if verdict == OUTSIDE:
        low, high = int(indices.min()), int(indices.max())
        raise _outside(name, low if low < 0 else high, shape[1])
    matrix = assembled(sp.csr_matrix, data, indices, indptr, shape)
    if verdict == CANONICAL:
        matrix.has_canonical_format = True
        return matrix
    _check_not_filled(indices, indptr, shape[1], name)
    tidy = matrix.copy()
    tidy.has_sorted_indices = tidy.has_canonical_format = False
    tidy.sum_duplicates()
    return tidy


def check_arrays(
    data: NDArray[Any],
    indices: NDArray[Any],
    indptr: NDArray[Any],
    shape: tuple[int, int],
    name: str,
) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any]]:
    """The three arrays of a CSR matrix in the types that are read, if they can be one."""
    n_rows, n_columns = shape
    if indptr.ndim != 1 or len(indptr) != n_rows + 1:
        raise damaged(
            name,
            f"an indptr of {counted(indptr.size, 'entry', 'entries')} for {counted(n_rows, 'row')}",
        )
    if indptr.dtype.kind not in "iu" or indices.dtype.kind not in "iu":
        raise damaged(name, f"indices of type {indices.dtype} and {indptr.dtype}")
    steps = np.diff(indptr.astype(np.int64, copy=False))
    n_values = int(indptr[-1])
    if int(indptr[0]) != 0 or (steps < 0).any():
        raise damaged(name, "an indptr that falls")
    if n_values > len(indices) or n_values > len(data):
        n_held = min(len(indices), len(data))
        raise damaged(name, f"{n_held:,} values where its indptr says {n_values:,}")
    data, indices = numbers(data[:n_values], name), indices[:n_values]
    fits = n_columns <= np.iinfo(np.int32).max
    if fits and indices.dtype != np.int32:
        if n_values and not 0 <= (low := int(indices.min())) <= int(indices.max()) < n_columns:
            raise _outside(name, low if low < 0 else int(indices.max()), n_columns)
        indices = indices.astype(np.int32)
    small = np.int32 if n_values <= np.iinfo(np.int32).max else np.int64
    return data, np.ascontiguousarray(indices), indptr.astype(small, copy=False)


def numbers(values: Any, name: str) -> NDArray[np.float32]:
    """Values as float32; raises where they are no real numbers."""
    if values.dtype.kind not in "biuf":
        raise InputError(
            f"{name} holds values of type {values.dtype}; expected real numbers. Convert them "
            "first, such as by .astype('float32')."
        )
    if values.dtype == np.float32:
        return np.ascontiguousarray(values)
    with np.errstate(over="ignore"):  # what is too large becomes infinite, which is refused
        return values.astype(np.float32, order="C")


def assembled(kind: Any, data: Any, indices: Any, indptr: Any, shape: tuple[int, int]) -> Any:
    """A sparse matrix of these very arrays: scipy would look at all of them, and copy slices."""
    matrix = kind(shape, dtype=data.dtype)
    matrix.data, matrix.indices, matrix.indptr = data, indices, indptr
    return matrix


def damaged(name: str, found: str) -> InputError:
    """The error for a matrix that cannot be one."""
    return InputError(
        f"{name} is damaged: it has {found}. Write the file again from its source, or copy it "
        "again if it was copied."
    )


def _outside(name: str, index: int, n: int) -> InputError:
    return damaged(name, f"an index {index:,}, where indices run from 0 to {n - 1:,}")


def _check_not_filled(
    indices: NDArray[Any], indptr: NDArray[Any], n_columns: int, name: str
) -> None:
    """Refuse rows as they are in a file that lost a part: zeros are read in its place."""
    firsts = np.concatenate([[0], np.cumsum(indices == 0)])
    most = int(np.diff(firsts[indptr]).max(initial=0))
    if most > MOST_REPEATS_OF_FIRST:
        raise damaged(name, f"a row in which the first index is given {most:,} times")
    longest = int(np.diff(indptr).max())
    if longest > n_columns:
        raise damaged(
            name, f"a row of {longest:,} values, where there are {counted(n_columns, 'column')}"
        )
