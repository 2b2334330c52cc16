"""Univariate linear model: expression of the cell on the weights of one signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas.methods._protocol import LOG_VALUES, OTHER_CELLS, BlockScorer, RowMethod
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._runner import detected_genes
from tmeatlas.methods._set_index import index_sets
from tmeatlas.methods._weighted_sums import row_sums, signed_weights

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature

FEWEST_GENES = 3
"""With fewer, a line through two points always fits."""
TINY = 2.2e-16
"""Keeps the t value finite at a correlation of 1, as in decoupler."""


@dataclass(frozen=True)
class ULM(RowMethod):
    """Univariate linear model (Badia-i-Mompel et al., 2022), equal to decoupler's `ulm`.

    Over the `n` genes of a cell, expression is regressed on the weights of the
    signature (1 or its own weight, negative for down genes, 0 for all other
    genes). The score is the t value of the slope,

    ``t = r sqrt((n - 2) / (1 - r²))``

    with the correlation `r` of weights and expression. One gene is enough for
    a score; decoupler leaves out signatures of fewer than 5 genes (`tmin`).
    The t value grows with the number of genes in the data.

    By default **a score depends on which other cells are there**: to equal
    decoupler, genes that none of them shows are left out of `n`.
    ``ULM(drop_empty=False)`` counts every gene, and a score rests on its cell
    alone.

    Expects log-normalised expression. Where nothing varies there is no slope:
    the score is NaN in cells without any value (decoupler removes them), and for
    a signature that holds all genes with equal weights, or only genes that are
    left out.

    Parameters
    ----------
    drop_empty
        Leave out genes that no cell of the data set shows, as decoupler does;
        see above.

    Raises
    ------
    InputError
        From ``score``: fewer than 3 genes.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.ULM(drop_empty=False)
    ULM(drop_empty=False)
    """

    drop_empty: bool = True

    name = "ulm"
    unit = "t value; 0 = its genes are expressed like the other genes of the cell"
    citation = (
        "univariate linear model, Badia-i-Mompel et al. (2022), Bioinformatics Advances, "
        "doi:10.1093/bioadv/vbac016"
    )
    formula = "t = r sqrt((n - 2) / (1 - r²))"
    accepts = LOG_VALUES
    signed = True
    weighted = True

    @property
    def depends_on(self) -> frozenset[str]:
        """Which genes any cell shows."""
        return frozenset({OTHER_CELLS} if self.drop_empty else ())

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Mean and variance of the weights; then score row blocks."""
        columns, weights = signed_weights(signatures)
        index = index_sets(columns, weights, matrix.n_vars)
        counted = detected_genes(matrix) if self.drop_empty else np.ones(matrix.n_vars, dtype=bool)
        n_genes = int(counted.sum())
        if n_genes < FEWEST_GENES:
            raise InputError(
                f"ULM needs {FEWEST_GENES} or more genes for a t value, found {n_genes}"
                f"{' that any cell shows' if self.drop_empty else ''}. Score the full matrix, or "
                f"pass {option('method', 'mean')}."
            )
        kept = [w[counted[c]] for c, w in zip(columns, weights, strict=True)]
        mean = np.array([w.sum() for w in kept]) / n_genes
        spread = np.array([(w**2).sum() for w in kept]) - n_genes * mean**2
        variance = np.where(spread > 1e-9, spread, np.nan) / (n_genes - 1)
        freedom = n_genes - 2

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            sums = row_sums(rows, index)
            covariance = (sums.of_sets - sums.of_values * mean) / (n_genes - 1)
            r = covariance / np.sqrt(variance * sums.variance(n_genes))
            return r * np.sqrt(freedom / ((1.0 - r + TINY) * (1.0 + r + TINY)))

        return score_block


register(ULM())
