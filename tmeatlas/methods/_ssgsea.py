"""Single-sample GSEA: where the genes of a signature gather in the ranking of the cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing
from tmeatlas._numbers import check_number
from tmeatlas._text import counted
from tmeatlas.methods._protocol import (
    ORDER_OF_GENES,
    OTHER_CELLS,
    OTHER_SIGNATURES,
    UNSCALED_VALUES,
    BlockScorer,
    RowMethod,
)
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import SetIndex, index_sets
from tmeatlas.methods._sides import sides

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature

TIES = ("order", "mean")
MAX_ALPHA = 10
"""Above it, the highest gene alone counts, and powers of ranks leave the range of numbers."""


@dataclass(frozen=True)
class SSGSEA(RowMethod):
    """Single-sample GSEA (Barbie et al., 2009) of every cell, equal to `gseapy.ssgsea`.

    In each of its cells, the `G` genes get their ascending rank `r`, averaged
    over ties. Walking down from the highest gene, the score is the sum over all
    steps of the difference of two curves: the share of Σ r^alpha of the
    signature's genes passed, less the share of the other genes passed. This is

    ``ES = Σ r^alpha p / Σ r^alpha - (G (G + 1) / 2 - Σ p) / (G - n)``

    over the `n` genes found, where `p` is the ascending place, from 1 to `G`.

    Genes that are not detected are tied in most places of a cell. As in gseapy,
    ties take their places in the order of the genes, later ones higher up, so
    by default **a score depends on the order of the genes in the data**.
    ``SSGSEA(ties="mean")`` gives each gene the mean place over all orders, and
    the order does not matter.

    What ssGSEA does not define: signatures with down genes score
    ``ES(up) - ES(down)``; with weights, r^alpha is multiplied by the weight, and
    genes with a negative weight count like down genes, in proportion to their
    weight.

    Parameters
    ----------
    alpha
        Exponent of the rank, up to 10; 0 counts all genes alike. gseapy calls it `weight`.
    normalise
        Divide by the range of the scores over all cells and all signatures, as
        gseapy does for its NES. Such scores depend on what is scored together.
        By default they are gseapy's ES.
    ties
        ``"order"`` as gseapy, or ``"mean"``.

    Raises
    ------
    InputError
        From the constructor: options out of range. From ``score``: a
        signature of all genes of the data.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.SSGSEA(ties="mean")
    SSGSEA(alpha=0.25, normalise=False, ties='mean')
    """

    alpha: float = 0.25
    normalise: bool = False
    ties: str = "order"

    name = "ssgsea"
    citation = "single-sample GSEA, Barbie et al. (2009), Nature, doi:10.1038/nature08460"
    formula = "ES = Σ r^alpha p / Σ r^alpha - (G (G + 1) / 2 - Σ p) / (G - n)"
    accepts = UNSCALED_VALUES
    signed = True
    weighted = True
    scores_one_by_one = True

    @property
    def unit(self) -> str:
        """A NES is in units of the range of all."""
        if self.normalise:
            return (
                "NES; higher where its genes rank higher in the cell, 1 = the range of all scores"
            )
        return "enrichment score; higher where its genes rank higher in the cell"

    @property
    def depends_on(self) -> frozenset[str]:
        """The order in which ties are taken, and the range of all scores."""
        ties = (ORDER_OF_GENES,) if self.ties == "order" else ()
        return frozenset({*ties, *((OTHER_CELLS, OTHER_SIGNATURES) if self.normalise else ())})

    def __post_init__(self) -> None:
        """Refuse options without a meaning."""
        check_number("alpha", self.alpha, low=0, high=MAX_ALPHA)
        if self.ties not in TIES:
            raise InputError(f"ties must be 'order' or 'mean', found {self.ties!r}.")

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Index the sides of the signatures; then score row blocks, not normalised."""
        n_genes = matrix.n_vars
        _refuse_all_genes(signatures, n_genes)
        parts = [list(sides(signature)) for signature in signatures]
        first = np.cumsum([0, *(len(part) for part in parts[:-1])])
        all_sides = [side for part in parts for side in part]
        index = index_sets(
            [side.genes for side in all_sides], [side.weights for side in all_sides], n_genes
        )
        shares = np.array([side.share for side in all_sides])
        sizes = np.array([len(side.genes) for side in all_sides], dtype=np.float64)
        all_places = n_genes * (n_genes + 1) / 2

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            hits, masses, places = np.moveaxis(self._sums(rows, index, sizes), -1, 0)
            enrichment = hits / masses - (all_places - places) / (n_genes - sizes)
            return np.add.reduceat(enrichment * shares, first, axis=1)

        return score_block

    def finish(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Divide by the range, if asked to."""
        if not self.normalise:
            return scores
        span = float(scores.max()) - float(scores.min())
        return scores / np.float32(span) if span > 0 else scores

    def _sums(
        self, rows: SparseRows, index: SetIndex, sizes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Σ r^alpha p, Σ r^alpha and Σ p: rows × sides × 3."""
        from tmeatlas.methods._ssgsea_kernel import add_average_sums, add_ordered_sums

        sums = np.zeros((rows.n_rows, index.n_sets, 3))
        if self.ties == "order":
            add_ordered_sums(rows, index, float(self.alpha), sums)
        else:
            add_average_sums(rows, index, index.total_weights, sizes, float(self.alpha), sums)
        return sums


def _refuse_all_genes(signatures: Sequence[MatchedSignature], n_genes: int) -> None:
    full = [s.id for s in signatures if max(len(s.up), len(s.down)) == n_genes]
    if full:
        raise InputError(
            f"ssGSEA compares the signature with other genes, and {listing(full)} leave none of "
            f"the {counted(n_genes, 'gene')} in the data. Score more genes, or pass "
            f"{option('method', 'mean')}."
        )


register(SSGSEA())
