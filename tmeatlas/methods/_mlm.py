"""Multivariate linear model: expression of the cell on the weights of all signatures at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing
from tmeatlas._text import counted
from tmeatlas.methods._protocol import (
    LOG_VALUES,
    OTHER_CELLS,
    OTHER_SIGNATURES,
    BlockScorer,
    RowMethod,
)
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._runner import detected_genes
from tmeatlas.methods._set_index import index_sets
from tmeatlas.methods._weighted_sums import row_sums, signed_weights

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature


@dataclass(frozen=True)
class MLM(RowMethod):
    """Multivariate linear model (Badia-i-Mompel et al., 2022), equal to decoupler's `mlm`.

    Over the genes of a cell, expression is regressed on the weights of all
    signatures together (as in :class:`ULM`, negative for down genes). The score
    of a signature is the t value of its coefficient,

    ``t = coefficient / its standard error``

    or what it explains beyond the others. Alone among the methods, **a score
    depends on which other signatures are scored**, and signatures that overlap
    much share what they have in common.

    By default **it also depends on which other cells are there**: to equal
    decoupler, genes that none of them shows are left out.
    ``MLM(drop_empty=False)`` takes every gene, and a score rests on its cell
    and the signatures.

    Expects log-normalised expression. Cells without any value score NaN
    (decoupler removes them).

    Parameters
    ----------
    drop_empty
        Leave out genes that no cell of the data set shows, as decoupler does;
        see above.

    Raises
    ------
    InputError
        From ``score``: more signatures than genes, or signatures that are
        sums of others (such as the same genes twice), whose coefficients are
        not defined.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.MLM()
    MLM(drop_empty=True)
    """

    drop_empty: bool = True

    name = "mlm"
    unit = "t value; 0 = its genes show no more than the other signatures explain"
    citation = (
        "multivariate linear model, Badia-i-Mompel et al. (2022), Bioinformatics Advances, "
        "doi:10.1093/bioadv/vbac016"
    )
    formula = "t = coefficient / its standard error"
    accepts = LOG_VALUES
    signed = True
    weighted = True

    @property
    def depends_on(self) -> frozenset[str]:
        """The other signatures, and which genes any cell shows."""
        return frozenset({OTHER_SIGNATURES, *((OTHER_CELLS,) if self.drop_empty else ())})

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Invert the normal equations, which all cells share; then score row blocks."""
        columns, weights = signed_weights(signatures)
        index = index_sets(columns, weights, matrix.n_vars)
        counted = detected_genes(matrix) if self.drop_empty else np.ones(matrix.n_vars, dtype=bool)
        design = np.zeros((int(counted.sum()), len(signatures) + 1))
        design[:, 0] = 1.0
        row_of_gene = np.cumsum(counted) - 1
        for k, (genes, own) in enumerate(zip(columns, weights, strict=True)):
            seen = counted[genes]
            design[row_of_gene[genes[seen]], k + 1] = own[seen]
        _check_design(design, signatures)
        inverse = np.linalg.inv(design.T @ design)
        freedom = len(design) - design.shape[1]

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            sums = row_sums(rows, index)
            products = np.hstack([sums.of_values, sums.of_sets])
            # Row by row: a product of matrices rounds in ways that depend on the block.
            coefficients = np.einsum("ij,jk->ik", products, inverse)
            residual = sums.of_squares[:, 0] - (coefficients * products).sum(axis=1)
            residual[sums.of_squares[:, 0] == 0] = np.nan
            variance = np.maximum(residual, 0)[:, None] / freedom * np.diag(inverse)
            with np.errstate(divide="ignore", invalid="ignore"):
                return (coefficients / np.sqrt(variance))[:, 1:]

        return score_block


def _check_design(design: NDArray[np.float64], signatures: Sequence[MatchedSignature]) -> None:
    """Refuse signatures whose coefficients are not defined."""
    from scipy.linalg import qr

    n_genes, n_columns = design.shape
    if n_genes <= n_columns:
        raise InputError(
            f"MLM needs more genes than signatures; found {counted(n_genes, 'gene')} and "
            f"{counted(len(signatures), 'signature')}. Score fewer at a time, or pass "
            f"{option('method', 'ulm')}."
        )
    length = np.linalg.norm(design, axis=0)
    scaled = design / np.where(length > 0, length, 1.0)
    triangle, order = qr(scaled, mode="r", pivoting=True)
    redundant = order[np.abs(np.diag(triangle[:n_columns])) < 1e-9]
    # The intercept may come last by its pivot; then it is the signatures that make it up.
    names = [signatures[k - 1].id for k in sorted(redundant) if k > 0]
    if len(redundant):
        shown = listing(names) if names else "all signatures together"
        raise InputError(
            f"MLM cannot tell signatures apart that are sums of others, or have no gene that is "
            f"seen: look at {shown}. Leave them out, or pass {option('method', 'ulm')}."
        )


register(MLM())
