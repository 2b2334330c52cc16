"""UCell among the detected genes of a cell: what `UCell(max_rank="detected")` computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas.methods._set_index import SetIndex, index_sets

if TYPE_CHECKING:
    from tmeatlas.methods._protocol import BlockScorer
    from tmeatlas.methods._rows import SparseRows
    from tmeatlas.sig import MatchedSignature


AVERAGE = 0.5
"""How far into the ranks that equal values share their rank lies."""


@dataclass(frozen=True, eq=False)
class _Sides:
    """Up sides of all signatures, then their down sides; a side may be empty."""

    sizes: NDArray[np.int64]
    """Genes found; 1 for an empty side, whose sums are 0."""
    mean_weights: NDArray[np.float64]
    spread: NDArray[np.float64]
    """Σ weight² / size²: the variance of the mean of that many random genes, by one gene's."""


def detected_scorer(
    signatures: Sequence[MatchedSignature],
    weights: Sequence[NDArray[np.float64]],
    n_genes: int,
    *,
    w_neg: float,
) -> BlockScorer:
    """Score row blocks; `weights` are those of all up sides, then of all down sides."""
    columns = [s.up for s in signatures] + [s.down for s in signatures]
    index = index_sets(columns, weights, n_genes)
    sides = _describe(weights)
    n = len(signatures)
    spread = np.sqrt(sides.spread[:n] + w_neg**2 * sides.spread[n:])
    # No spread is left where a signature has down genes only, and those do not count.
    scale = np.where(spread > 0, 1 / np.where(spread > 0, spread, 1.0), 0.0)

    def score_block(rows: SparseRows) -> NDArray[np.floating]:
        detected = np.diff(rows.indptr).astype(np.float64)
        mean, deviation = _random_gene(detected, n_genes)
        gains = ucell_gains(rows, index, detected) / np.maximum(detected, 1.0)[:, None]
        above = gains / sides.sizes
        above -= mean[:, None] * sides.mean_weights
        scores = (above[:, :n] - w_neg * above[:, n:]) * scale
        return scores / deviation[:, None]

    return score_block


def _describe(weights: Sequence[NDArray[np.float64]]) -> _Sides:
    sizes = np.array([max(1, len(w)) for w in weights], dtype=np.int64)
    return _Sides(
        sizes=sizes,
        mean_weights=np.array([w.sum() for w in weights]) / sizes,
        spread=np.array([(w**2).sum() for w in weights]) / sizes**2,
    )


def _random_gene(
    detected: NDArray[np.float64], n_genes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of ``1 - rank / detected`` over all genes, as if without ties.

    Cells with fewer than two genes tell nothing: their deviation is infinite,
    which makes every score 0.
    """
    d = np.maximum(detected, 1.0)
    mean = (d - 1) / (2 * n_genes)
    variance = (d - 1) * (2 * d - 1) / (6 * d * n_genes) - mean**2
    deviation = np.sqrt(np.maximum(variance, 0.0))
    return mean, np.where(detected >= 2, deviation, np.inf)


def ucell_gains(
    rows: SparseRows,
    index: SetIndex,
    max_rank: NDArray[np.float64],
    share_of_ties: float = AVERAGE,
) -> NDArray[np.float64]:
    """Σ weight × (`max_rank` - rank)₊ over the detected genes of each set, rows × sets.

    `max_rank` is given for each row.
    """
    from tmeatlas.methods._ucell_kernel import add_ucell_gains

    gains = np.zeros((rows.n_rows, index.n_sets))
    add_ucell_gains(rows, index, max_rank, share_of_ties, gains)
    return gains
