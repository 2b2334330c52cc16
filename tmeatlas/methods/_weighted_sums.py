"""Weighted sums of gene sets per row: all that the linear methods need of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import SetIndex
from tmeatlas.sig import MatchedSignature


@dataclass(frozen=True, eq=False)
class RowSums:
    """Sums over the genes of a row."""

    of_sets: NDArray[np.float64]
    """Σ weight × x, rows × sets."""
    of_values: NDArray[np.float64]
    """Σ x, rows × 1."""
    of_squares: NDArray[np.float64]
    """Σ x², rows × 1."""

    def variance(self, n_genes: int) -> NDArray[np.float64]:
        """Sample variance of each row over `n_genes`; NaN where the values are all equal."""
        spread = self.of_squares - self.of_values**2 / n_genes
        # Less than what rounding leaves of equal values.
        spread[spread <= 1e-12 * self.of_squares] = np.nan
        return spread / (n_genes - 1)


def row_sums(rows: SparseRows, index: SetIndex) -> RowSums:
    """Sums of every row of a block, in float64, in the order of the row."""
    from tmeatlas.methods._linear_kernel import add_weighted_sums

    sums = np.zeros((rows.n_rows, index.n_sets))
    moments = np.zeros((rows.n_rows, 2))
    add_weighted_sums(rows, index, sums, moments)
    return RowSums(sums, moments[:, [0]], moments[:, [1]])


def signed_weights(
    signatures: Sequence[MatchedSignature],
) -> tuple[list[NDArray[np.int32]], list[NDArray[np.float64]]]:
    """Genes and weights of each signature; those of down genes are negative."""
    columns = [np.concatenate([s.up, s.down]) for s in signatures]
    weights = [np.concatenate([s.up_weights, -s.down_weights]) for s in signatures]
    return columns, weights
