"""Mean of the signature less the mean of control genes of like expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._numbers import PEERS_SEEDS, check_number, read_seed
from tmeatlas.methods._controls import (
    ExpressionBins,
    bin_genes,
    drawn_controls,
    expected_control_weights,
)
from tmeatlas.methods._protocol import (
    LOG_VALUES,
    ORDER_OF_GENES,
    OTHER_CELLS,
    BlockScorer,
    RowMethod,
)
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._runner import gene_means
from tmeatlas.methods._set_index import index_sets
from tmeatlas.methods._sides import sides

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature

PARITIES = (None, "scanpy")


@dataclass(frozen=True)
class ScoreGenes(RowMethod):
    """Mean expression less that of control genes (Tirosh et al., 2016), as in scanpy and Seurat.

    Genes are put into `n_bins` bins by their mean over all cells. For each bin
    that a gene of the signature falls into, `ctrl_size` genes are drawn as
    controls, and

    ``score = mean of the signature's genes - mean of the controls``

    per cell. Scanpy's score depends on the draw. By default nothing is drawn:
    each possible control counts by its probability to be drawn, which is the
    mean over all draws. With ``parity="scanpy"`` the draws, and so the scores,
    are those of `scanpy.tl.score_genes` (versions 1.11 and 1.12), without
    touching the global random state.

    Expects log-normalised expression. Signatures with down genes score
    ``score(up) - score(down)``. With weights, the mean is weighted by their
    absolute values, genes with a negative weight count like down genes, in
    proportion to their weight; controls are not weighted.

    The bins depend on all cells of the data set, so scores of two data sets are
    comparable only as far as the means of their genes are.

    Parameters
    ----------
    ctrl_size
        Control genes per bin.
    n_bins
        Number of bins, as scanpy counts them.
    ctrl_as_ref
        Whether genes of the signature take part in the draw (they are taken out
        of the controls afterwards).
    gene_pool
        Names of the genes that may be controls; by default all. A gene of the
        signature outside the pool falls into the bin of like genes (scanpy
        fails here). A pool that holds every gene in another order gives the
        right result, where scanpy confuses the genes.
    parity
        ``"scanpy"`` for scanpy's own draws. Scanpy adds up dense float32 data
        in float32, which can move a gene to the next bin; results then equal
        scanpy's on the same data as float64 or sparse.
    rng
        Seed of the draws of ``parity="scanpy"``.

    Raises
    ------
    InputError
        From the constructor: options out of range. From ``score``: a pool
        without a gene of the data, fewer genes than bins, or no control gene.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.ScoreGenes(parity="scanpy").n_bins
    25
    """

    ctrl_size: int = 50
    n_bins: int = 25
    ctrl_as_ref: bool = True
    gene_pool: tuple[str, ...] | None = None
    parity: str | None = None
    rng: int | np.random.Generator = 0

    name = "score_genes"
    unit = "score; mean log expression above that of genes expressed alike, 0 = no more"
    citation = (
        "mean above control genes, Tirosh et al. (2016), Science, doi:10.1126/science.aad0501"
    )
    formula = "score = mean of the signature's genes - mean of the controls"
    accepts = LOG_VALUES
    signed = True
    weighted = True

    @property
    def depends_on(self) -> frozenset[str]:
        """The means by which genes are expressed alike, and the order from which scanpy draws."""
        return frozenset({OTHER_CELLS, *((ORDER_OF_GENES,) if self.parity == "scanpy" else ())})

    def __post_init__(self) -> None:
        """Refuse options without a meaning."""
        check_number("ctrl_size", self.ctrl_size, low=1, whole=True)
        check_number("n_bins", self.n_bins, low=2, whole=True)
        object.__setattr__(self, "rng", read_seed(self.rng, below=PEERS_SEEDS))
        if self.parity not in PARITIES:
            raise InputError(f"parity must be None or 'scanpy', found {self.parity!r}.")
        if self.gene_pool is not None:
            object.__setattr__(self, "gene_pool", tuple(self.gene_pool))

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Read the gene means, choose the controls; then score row blocks."""
        pool = self._pool(matrix.genes)
        bins = bin_genes(gene_means(matrix), pool, self.n_bins)
        plan = self._plan(signatures, bins)
        index = index_sets(plan.columns, plan.weights, matrix.n_vars)
        own_bin = np.where(bins.in_pool, bins.of_gene, len(bins.members))
        gene_code = (2 * own_bin + index.is_member).astype(np.uint16)

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            # Looked up here, so that whoever is sent this function finds it compiled.
            from tmeatlas.methods._linear_kernel import add_linear_scores

            scores = np.zeros((rows.n_rows, index.n_sets))
            add_linear_scores(rows, index, gene_code, plan.bin_weights, scores)
            return scores

        return score_block

    def _pool(self, genes: pd.Index) -> NDArray[np.int64]:
        """Columns of the genes that may be controls, in the order of the pool."""
        if self.gene_pool is None:
            return np.arange(len(genes))
        columns = genes.get_indexer(pd.Index(dict.fromkeys(self.gene_pool)))
        columns = columns[columns >= 0]
        if len(columns) == 0:
            raise InputError(
                f"No gene of gene_pool is in the data; it begins with "
                f"{listing(self.gene_pool, limit=3)}, the data with {listing(list(genes[:3]))}."
            )
        return columns

    def _plan(self, signatures: Sequence[MatchedSignature], bins: ExpressionBins) -> _Plan:
        """Every score as a weighted sum over single genes and over whole bins."""
        plan = _Plan([], [], np.zeros((len(bins.members) + 1, len(signatures))))
        without_control = []
        for k, signature in enumerate(signatures):
            columns: list[NDArray[np.integer]] = []
            weights: list[NDArray[np.float64]] = []
            for side in sides(signature):
                share, genes, own = side.share, side.genes, side.mean_weights
                if self.parity == "scanpy":
                    controls = self._drawn(bins, genes)
                    has_control = len(controls) > 0
                    columns.append(controls)
                    weights.append(np.full(len(controls), -share / max(1, len(controls))))
                else:
                    per_bin = self._expected(bins, genes)
                    has_control = bool(per_bin.any())
                    plan.bin_weights[:-1, k] -= share * per_bin
                    # The sum of a bin includes the signature's own genes: give them back.
                    own = own + per_bin[bins.of_gene[genes]] * bins.in_pool[genes]
                columns.append(genes)
                weights.append(share * own)
                if not has_control:
                    without_control.append(signature.id)
            plan.columns.append(np.concatenate(columns))
            plan.weights.append(np.concatenate(weights))
        if without_control:
            raise InputError(
                f"No control gene is left for {listing(without_control)}: their expression bins "
                "hold only their own genes. Pass ScoreGenes(n_bins=...) with fewer bins, or a "
                "larger gene_pool."
            )
        return plan

    def _drawn(self, bins: ExpressionBins, genes: NDArray[np.int32]) -> NDArray[np.int64]:
        return drawn_controls(
            bins,
            genes,
            ctrl_size=self.ctrl_size,
            ctrl_as_ref=self.ctrl_as_ref,
            seed=read_seed(self.rng),
        )

    def _expected(self, bins: ExpressionBins, genes: NDArray[np.int32]) -> NDArray[np.float64]:
        return expected_control_weights(
            bins, genes, ctrl_size=self.ctrl_size, ctrl_as_ref=self.ctrl_as_ref
        )


@dataclass(frozen=True, eq=False)
class _Plan:
    """Scores as weighted sums: weights of genes per signature, and of bins × signatures."""

    columns: list[NDArray[np.integer]]
    weights: list[NDArray[np.float64]]
    bin_weights: NDArray[np.float64]
    """The last bin takes the genes outside the pool and has no weight."""


register(ScoreGenes())
