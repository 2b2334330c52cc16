"""Cells and labels in the types that the compiled loops are made for."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Labels = NDArray[np.uint8] | NDArray[np.uint16]


def stored(
    values: sp.csc_matrix,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Column starts, rows and values."""
    return (
        values.indptr.astype(np.int64, copy=False),
        values.indices.astype(np.int32, copy=False),
        values.data.astype(np.float32, copy=False),
    )


def sum_groups(
    values: sp.csc_matrix,
    codes: NDArray[np.integer],
    sums: NDArray[np.floating],
    n_seen: NDArray[np.int64],
) -> None:
    """Sum the values, and count those above 0, of each column (gene) in each group."""
    from tmeatlas.lr._kernels import sum_groups as kernel

    kernel(*stored(values), codes, sums, n_seen)


def as_labels(codes: NDArray[np.integer], n_groups: int) -> Labels:
    """Group codes in as few bytes as they fit into: the permutations read nothing more often."""
    return codes.astype(np.uint8) if n_groups <= 256 else codes.astype(np.uint16)
