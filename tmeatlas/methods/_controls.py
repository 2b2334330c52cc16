"""Control genes of `ScoreGenes`: genes of like expression, drawn or in expectation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError
from tmeatlas._text import counted


@dataclass(frozen=True, eq=False)
class ExpressionBins:
    """Genes of the pool in bins of about equal size, by their mean expression."""

    of_gene: NDArray[np.int32]
    """Bin of each gene of the data; genes outside the pool get that of like genes."""
    in_pool: NDArray[np.bool_]
    members: tuple[NDArray[np.int64], ...]
    """Genes of each bin, in the order of the pool."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of pool genes in each bin."""
        return np.array([len(genes) for genes in self.members])


def bin_genes(means: NDArray[np.float64], pool: NDArray[np.int64], n_bins: int) -> ExpressionBins:
    """Bin genes by rank of their mean, equal means together, as scanpy does.

    A gene's bin is ``rank // round(n_pool / (n_bins - 1))``, where its rank is
    1 plus the number of pool genes with a lower mean.
    """
    bin_size = int(np.round(len(pool) / (n_bins - 1)))
    if bin_size == 0:
        raise InputError(
            f"{counted(n_bins, 'bin')} for controls take more than {counted(len(pool), 'gene')} "
            "in the pool. "
            + remedy(
                python=f"Pass ScoreGenes(n_bins={max(2, len(pool) // 2)}) or fewer.",
                shell="Score the full matrix, or take another method.",
            )
        )
    ranks = 1 + np.searchsorted(np.sort(means[pool]), means)
    of_gene = (ranks // bin_size).astype(np.int32)
    # A gene outside the pool can lie above every gene in it.
    of_gene = np.minimum(of_gene, of_gene[pool].max())
    pool_bins = of_gene[pool]
    by_bin = pool[np.argsort(pool_bins, kind="stable")]
    ends = np.cumsum(np.bincount(pool_bins))
    in_pool = np.zeros(len(means), dtype=bool)
    in_pool[pool] = True
    return ExpressionBins(of_gene, in_pool, tuple(np.split(by_bin, ends[:-1])))


def expected_control_weights(
    bins: ExpressionBins, genes: NDArray[np.int32], *, ctrl_size: int, ctrl_as_ref: bool
) -> NDArray[np.float64]:
    """Weight that each control gene of a bin has; 0 for bins without a gene of the signature.

    Where `ctrl_size` genes are drawn from a bin, each gene of it is a control
    with the probability ``ctrl_size / size``; genes of the signature are never
    controls. Weighting the genes by this probability gives the mean over all
    possible draws, without drawing. The weights of all controls sum to 1, or
    are all 0 if there is no control.
    """
    sizes = bins.sizes
    visited = np.bincount(bins.of_gene[genes], minlength=len(sizes)) > 0
    own = np.bincount(bins.of_gene[genes[bins.in_pool[genes]]], minlength=len(sizes))
    left = sizes - own
    drawn_from = sizes if ctrl_as_ref else left
    chance = np.minimum(1.0, ctrl_size / np.maximum(drawn_from, 1)) * visited
    total = (chance * left).sum()
    return chance * (left > 0) / total if total > 0 else np.zeros(len(sizes))


def drawn_controls(
    bins: ExpressionBins,
    genes: NDArray[np.int32],
    *,
    ctrl_size: int,
    ctrl_as_ref: bool,
    seed: int,
) -> NDArray[np.int64]:
    """The very genes that scanpy draws: `ctrl_size` per visited bin, less the signature."""
    # A generator of its own: scanpy seeds and uses the global one, which draws the same.
    state = np.random.RandomState(seed)
    is_own = np.zeros(len(bins.of_gene), dtype=bool)
    is_own[genes] = True
    controls = []
    for code in np.unique(bins.of_gene[genes]):
        candidates = bins.members[code]
        if not ctrl_as_ref:
            candidates = candidates[~is_own[candidates]]
        if ctrl_size < len(candidates):
            drawn = state.choice(len(candidates), size=ctrl_size, replace=False)
            candidates = candidates[drawn]
        controls.append(candidates[~is_own[candidates]])
    return np.concatenate(controls)
