"""Mean expression of the genes of a signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas.methods._protocol import LOG_VALUES, BlockScorer, RowMethod
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import index_sets
from tmeatlas.methods._sides import sides
from tmeatlas.methods._weighted_sums import row_sums

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature


@dataclass(frozen=True)
class Mean(RowMethod):
    """Mean expression of the signature's genes, of each cell for itself.

    ``score = Σ weight × expression / Σ |weight|`` over the genes found.
    Signatures with down genes score ``mean(up) - mean(down)``; genes with a
    negative weight count like down genes, in proportion to their weight.

    Expects log-normalised expression. Signatures of highly expressed genes
    score high in every cell, and deep cells score higher than shallow ones:
    `ScoreGenes` takes off what genes of like expression show.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.Mean()
    Mean()
    """

    name = "mean"
    unit = "mean log expression; of its genes"
    formula = "score = Σ weight × expression / Σ |weight|"
    accepts = LOG_VALUES
    signed = True
    weighted = True

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Index the genes by their share in the mean; then score row blocks."""
        columns, weights = [], []
        for signature in signatures:
            parts = list(sides(signature))
            columns.append(np.concatenate([side.genes for side in parts]))
            weights.append(np.concatenate([side.share * side.mean_weights for side in parts]))
        index = index_sets(columns, weights, matrix.n_vars)

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            return row_sums(rows, index).of_sets

        return score_block


register(Mean())
