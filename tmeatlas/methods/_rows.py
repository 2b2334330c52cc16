"""Rows of expression as the kernels take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tmeatlas.matrix import RowBlock


class SparseRows(NamedTuple):
    """Rows in CSR with the dtypes that the kernels are compiled for; values are positive."""

    values: NDArray[np.float32]
    indices: NDArray[np.int32]
    indptr: NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.indptr) - 1


def sparse_rows(block: RowBlock) -> SparseRows:
    """A row block as bare arrays."""
    return SparseRows(
        values=block.matrix.data.astype(np.float32, copy=False),
        indices=block.matrix.indices.astype(np.int32, copy=False),
        indptr=block.matrix.indptr.astype(np.int64, copy=False),
    )
