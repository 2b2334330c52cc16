"""Mean of the signature in units of its standard error within the cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas.methods._protocol import LOG_VALUES, OTHER_CELLS, BlockScorer, RowMethod
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._runner import detected_genes
from tmeatlas.methods._set_index import index_sets
from tmeatlas.methods._weighted_sums import row_sums, signed_weights

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature


@dataclass(frozen=True)
class ZScore(RowMethod):
    """Z-score of the weighted mean within the cell, equal to decoupler's `zscore`.

    With the `m` genes of the signature that are found, their weights (negative
    for down genes), and the standard deviation `sd` over the `n` genes of the
    cell,

    ``score = (Σ weight × x / Σ |weight| - centre) × sqrt(m) / sd``

    where the centre is 0 (as RoKAI has it), or the mean of all genes of the
    cell with ``centred=True`` (as KSEA has it). decoupler calls these
    ``flavor="RoKAI"``, its default, and ``flavor="KSEA"``; its version 2.2
    and earlier ones confuse the two: what they give without a `flavor` is
    ``ZScore(centred=True)``.

    By default **a score depends on which other cells are there**: to equal
    decoupler, genes that none of them shows are left out of the standard
    deviation. ``ZScore(drop_empty=False)`` takes every gene, and a score rests
    on its cell alone.

    Expects log-normalised expression. Cells without any value have no standard
    deviation: their score is NaN (decoupler removes them).

    Parameters
    ----------
    centred
        Whether to take off the mean of all genes of the cell. Without it,
        a signature of housekeeping genes scores high in every cell.
    drop_empty
        Leave out genes that no cell of the data set shows, as decoupler does;
        see above.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.ZScore(centred=True).drop_empty
    True
    """

    centred: bool = False
    drop_empty: bool = True

    name = "zscore"
    citation = (
        "z-score, as in decoupler, Badia-i-Mompel et al. (2022), Bioinformatics Advances, "
        "doi:10.1093/bioadv/vbac016"
    )
    formula = "score = (Σ weight × x / Σ |weight| - centre) × sqrt(m) / sd"
    accepts = LOG_VALUES
    signed = True
    weighted = True

    @property
    def unit(self) -> str:
        """What 0 means depends on the centre."""
        if self.centred:
            return "z-score; 0 = its genes are expressed like all genes of the cell"
        return "z-score; 0 = its genes show nothing, compared with all genes of the cell"

    @property
    def depends_on(self) -> frozenset[str]:
        """Which genes any cell shows."""
        return frozenset({OTHER_CELLS} if self.drop_empty else ())

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Count the genes that are seen and index the sets; then score row blocks."""
        columns, weights = signed_weights(signatures)
        index = index_sets(columns, weights, matrix.n_vars)
        counted = detected_genes(matrix) if self.drop_empty else np.ones(matrix.n_vars, dtype=bool)
        n_genes = int(counted.sum())
        kept = [w[counted[c]] for c, w in zip(columns, weights, strict=True)]
        total = np.array([np.abs(w).sum() for w in kept])
        size = np.array([np.count_nonzero(w) for w in kept])

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            sums = row_sums(rows, index)
            with np.errstate(divide="ignore", invalid="ignore"):
                means = sums.of_sets / total
                if self.centred:
                    means -= sums.of_values / n_genes
                return means * np.sqrt(size) / np.sqrt(sums.variance(n_genes))

        return score_block


register(ZScore())
