"""What the values of an expression matrix are: counts, log-normalised, linear or scaled."""

from __future__ import annotations

from enum import Enum

import numpy as np
import scipy.sparse as sp

MAX_LOG_VALUE = 25.0
"""No log-transformed expression is larger: 2**25 is above every molecule count of a cell."""


class MatrixKind(Enum):
    """The kinds of values that are told apart."""

    COUNTS = "counts"
    LOGNORM = "lognorm"
    LINEAR = "linear"
    SCALED = "scaled"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            MatrixKind.COUNTS: "raw counts",
            MatrixKind.LOGNORM: "log-normalised expression",
            MatrixKind.LINEAR: "linear TPM or CPM",
            MatrixKind.SCALED: "scaled (z-scored) expression",
        }[self]


def guess_kind(sample: sp.csr_matrix) -> MatrixKind:
    """Judge the kind of values from a sample of rows.

    Negative values mean scaled; whole numbers mean counts; else the largest
    value tells log-transformed values (at most 25) from linear ones. A linear
    matrix of few, small values is told by its constant row sums: totals that
    are equal to 1 % are a normalisation that was not log-transformed.
    """
    values = sample.data
    if values.size == 0:
        return MatrixKind.COUNTS
    if np.nanmin(values) < 0:
        return MatrixKind.SCALED
    finite = values[np.isfinite(values)]
    if finite.size and np.array_equal(finite, np.round(finite)):
        return MatrixKind.COUNTS
    if finite.size and finite.max() > MAX_LOG_VALUE:
        return MatrixKind.LINEAR
    totals = np.asarray(sample.sum(axis=1), dtype=np.float64).ravel()
    totals = totals[totals > 0]
    if totals.size > 2 and totals.std() < 0.01 * totals.mean():
        return MatrixKind.LINEAR
    return MatrixKind.LOGNORM
