"""AUCell: how many genes of a signature are among the highest of the cell, and how high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError
from tmeatlas._numbers import PEERS_SEEDS, check_number, read_seed
from tmeatlas._text import counted
from tmeatlas.methods._protocol import (
    ORDER_OF_GENES,
    OTHER_CELLS,
    UNSCALED_VALUES,
    BlockScorer,
    RowMethod,
)
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._runner import detected_genes
from tmeatlas.methods._set_index import SetIndex, index_sets
from tmeatlas.methods._sides import Side, sides

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature

PARITIES = (None, "decoupler", "ctxcore")


@dataclass(frozen=True)
class AUCell(RowMethod):
    """Area under the recovery curve of the highest genes (Aibar et al., 2017).

    In each cell, genes are ranked by expression, highest first. With `c` ranks
    that count,

    ``AUC = Σ max(0, c - rank) / (the same if the signature had the first ranks)``

    over the genes of the signature that are found. Most values of a cell are
    tied, and all peers break ties by a shuffle of the genes. By default nothing
    is drawn: each gene counts by its expectation over all orders of the ties,
    so that a score rests on its cell alone, not on a seed. The peers' own
    shuffles are `parity` modes. Ranks are the same for counts and for
    log-normalised values.

    What AUCell does not define: signatures with down genes score
    ``AUC(up) - AUC(down)``; with weights, each gene counts by its weight, and
    genes with a negative weight count like down genes, in proportion to their
    weight.

    Parameters
    ----------
    cut
        The ranks that count: as a share of the genes (below 1), or their number
        (from 2 up).
    parity
        ``"decoupler"``: as `decoupler.mt.aucell`, which leaves out genes that no
        cell of the data set shows, and has no weights. A signature without any
        other gene is NaN. ``"ctxcore"``: as ctxcore (pySCENIC), whose recovery
        ends one rank earlier and is divided by the number of ranks times the
        sum of the weights; it scores 0 where less than 80 % of the genes are
        found, we leave that to `min_coverage`.
    rng
        Seed of the shuffle in the parity modes; decoupler's is always 0.

    Raises
    ------
    InputError
        From the constructor: options out of range. From ``score``: `cut`
        above the number of genes; weights with ``parity="decoupler"``.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.AUCell(cut=500)
    AUCell(cut=500, parity=None, rng=0)
    """

    cut: float = 0.05
    parity: str | None = None
    rng: int | np.random.Generator = 0

    name = "aucell"
    unit = "AUC; 0 = its genes are not among the highest, 1 = they are the very highest"
    citation = "AUCell, Aibar et al. (2017), Nature Methods, doi:10.1038/nmeth.4463"
    formula = "AUC = Σ max(0, c - rank) / (the same if the signature had the first ranks)"
    accepts = UNSCALED_VALUES
    signed = True

    @property
    def weighted(self) -> bool:
        """Not as in decoupler."""
        return self.parity != "decoupler"

    @property
    def depends_on(self) -> frozenset[str]:
        """The peers shuffle the genes, and decoupler only those that any cell shows."""
        found = {None: (), "ctxcore": (ORDER_OF_GENES,), "decoupler": (ORDER_OF_GENES, OTHER_CELLS)}
        return frozenset(found[self.parity])

    def __post_init__(self) -> None:
        """Refuse options without a meaning."""
        check_number("cut", self.cut, low=0, ends=False)
        object.__setattr__(self, "rng", read_seed(self.rng, below=PEERS_SEEDS))
        is_number_of_ranks = self.cut >= 2 and self.cut == int(self.cut)
        if not (self.cut < 1 or is_number_of_ranks):
            raise InputError(
                "cut must be a share of the genes (above 0, below 1) or a number of ranks (a "
                f"whole number from 2 up), found {self.cut}."
            )
        if self.parity not in PARITIES:
            raise InputError(
                f"parity must be None, 'decoupler' or 'ctxcore', found {self.parity!r}."
            )

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Choose the order of ties and the largest sums; then score row blocks."""
        if self.parity is None:
            return self._expectation(matrix.n_vars, signatures)
        ranked = np.ones(matrix.n_vars, dtype=np.bool_)
        if self.parity == "decoupler":
            ranked = detected_genes(matrix)
        return self._in_shuffled_order(ranked, signatures)

    def _expectation(self, n_genes: int, signatures: Sequence[MatchedSignature]) -> BlockScorer:
        """Scores in expectation over the order of ties."""
        cut = self._n_ranks(n_genes)
        parts = [list(sides(signature)) for signature in signatures]
        index = _index(parts, cut, n_genes)
        total = index.total_weights

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            from tmeatlas.methods._aucell_kernel import add_expected_gains

            scores = np.zeros((rows.n_rows, index.n_sets))
            add_expected_gains(rows, index, total, cut, scores)
            return scores

        return score_block

    def _in_shuffled_order(
        self, ranked: NDArray[np.bool_], signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Scores with ties in the order of a peer's shuffle of the `ranked` genes."""
        n_ranked = int(ranked.sum())
        cut = self._n_ranks(n_ranked)
        position = np.full(len(ranked), -1, dtype=np.int32)
        position[np.flatnonzero(ranked)[self._shuffle(n_ranked)]] = np.arange(n_ranked)
        parts = [_ranked(signature, ranked) for signature in signatures]
        index = _index(parts, cut, len(ranked), exact=self.parity == "decoupler")
        undefined = [not part for part in parts]

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            from tmeatlas.methods._aucell_kernel import add_ordinal_gains

            scores = np.zeros((rows.n_rows, index.n_sets))
            add_ordinal_gains(rows, index, position, cut, scores)
            scores[:, undefined] = np.nan
            return scores

        return score_block

    def _shuffle(self, n_genes: int) -> NDArray[np.int64]:
        """Genes in the order in which a peer ranks ties."""
        if self.parity == "ctxcore":
            # As pandas draws a sample of columns, for pySCENIC's rankings.
            return np.random.RandomState(read_seed(self.rng)).choice(
                n_genes, n_genes, replace=False
            )
        return np.random.default_rng(self.rng).choice(n_genes, n_genes, replace=False)

    def _n_ranks(self, n_genes: int) -> int:
        """The number of ranks that count."""
        if self.cut >= 2:
            if self.cut > n_genes:
                raise InputError(
                    f"AUCell(cut={self.cut:g}) counts more ranks than there are genes ({n_genes}). "
                    + remedy(
                        python="Pass a smaller number, or a share of the genes such as cut=0.05.",
                        shell="Take another method.",
                    )
                )
            return int(self.cut)
        fewest = 1 if self.parity == "ctxcore" else 2
        n_ranks = round(self.cut * n_genes)
        if self.parity != "ctxcore":
            n_ranks = int(np.clip(np.ceil(self.cut * n_genes), fewest, n_genes))
        if n_ranks < fewest:
            raise InputError(
                f"AUCell counts {fewest} or more ranks; found {n_ranks}: {self.cut:g} of "
                f"{counted(n_genes, 'gene')} that are ranked. Score the full matrix"
                + remedy(python=", or pass a higher `cut`.", shell=", or take another method.")
            )
        return n_ranks


def _index(
    parts: Sequence[Sequence[Side]], cut: int, n_genes: int, *, exact: bool = True
) -> SetIndex:
    """Genes with their share in the score, so that gains need only be added up."""
    columns = [_joined([side.genes for side in part]) for part in parts]
    weights = [
        _joined([side.weights * side.share / _largest(side, cut, exact=exact) for side in part])
        for part in parts
    ]
    return index_sets(columns, weights, n_genes)


def _joined(arrays: Sequence[NDArray]) -> NDArray:
    return np.concatenate(arrays) if len(arrays) else np.empty(0)


def _largest(side: Side, cut: int, *, exact: bool) -> float:
    """Σ weight × (`cut` − rank) for the best ranks; ctxcore takes `cut` for each of them."""
    if not exact:
        return float(cut * side.weights.sum())
    heaviest = np.sort(side.weights)[::-1][: cut - 1]
    return float((heaviest * (cut - 1 - np.arange(len(heaviest)))).sum())


def _ranked(signature: MatchedSignature, ranked: NDArray[np.bool_]) -> list[Side]:
    """Sides without the genes that are not ranked."""
    left = []
    for side in sides(signature):
        kept = ranked[side.genes]
        if kept.any():
            left.append(Side(side.share, side.genes[kept], side.weights[kept]))
    return left


register(AUCell())
