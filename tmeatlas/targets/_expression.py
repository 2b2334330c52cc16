"""In which groups of cells the drug targets are: shares, means and how specific they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._stats import wilson_interval
from tmeatlas._text import percent
from tmeatlas.targets._support import EXPRESSED

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Expression:
    """Genes × groups of cells."""

    genes: tuple[str, ...]
    labels: tuple[str, ...]
    cells: NDArray[np.int64]
    """Of each group."""
    share: Floats
    """Of the cells of the group, those that show the gene."""
    low: Floats
    high: Floats
    """95 % interval of the share from its cells (Wilson)."""
    mean: Floats
    """Mean of what is expressed, on the linear scale, over samples that each weigh alike."""

    @property
    def specificity(self) -> Floats:
        """Per gene τ of Yanai et al. (2005) over the groups: 0 alike in all, 1 in a single one.

        The sum over groups of 1 minus the mean over the highest mean, divided by the number of
        groups less one. NaN where no cell shows the gene.
        """
        with np.errstate(invalid="ignore"):
            means = np.where(np.isfinite(self.mean), self.mean, 0.0)
            highest = means.max(axis=1, initial=0.0)
            relative = means / np.where(highest > 0, highest, np.nan)[:, None]
        tau: Floats = (1 - relative).sum(axis=1) / max(1, len(self.labels) - 1)
        return tau

    @property
    def most(self) -> Floats:
        """Per gene the highest share of a group."""
        return self.share.max(axis=1, initial=0.0)

    def has(self, gene: str) -> bool:
        """Whether the data measured the gene."""
        return gene in self.genes

    def at(self, gene: str, group: str) -> tuple[float, float, float]:
        """Share with its interval of a gene in a group; NaN for what is not there."""
        if gene not in self.genes or group not in self.labels:
            return np.nan, np.nan, np.nan
        at = self.genes.index(gene), self.labels.index(group)
        return float(self.share[at]), float(self.low[at]), float(self.high[at])

    def highest(self, gene: str) -> str:
        """The group with the highest share; "" where no cell shows the gene."""
        if gene not in self.genes:
            return ""
        shares = self.share[self.genes.index(gene)]
        return self.labels[int(shares.argmax())] if shares.max(initial=0.0) > 0 else ""

    def also_in(self, gene: str, normal: Sequence[bool], group: str = "") -> list[str]:
        """The groups of normal cells that have the gene, by falling share, with the share.

        `group` is known to have it, be the data ever so shallow.
        """
        if gene not in self.genes:
            return []
        shares = self.share[self.genes.index(gene)]
        order = np.argsort(-shares, kind="stable")
        return [
            f"{self.labels[j]} ({percent(shares[j])})"
            for j in order.tolist()
            if normal[j] and (shares[j] >= EXPRESSED or self.labels[j] == group)
        ]


def read_expression(
    values: sp.csc_matrix,
    genes: Sequence[str],
    codes: NDArray[np.int32],
    labels: Sequence[str],
    samples: NDArray[np.int32],
    *,
    min_cells: int,
) -> Expression:
    """Shares and means of `genes`, the columns of log-normalised `values`, in groups of cells.

    A group weighs alike in each sample in which it has `min_cells` cells; where it has them in
    none, all its cells are one sample.
    """
    n_groups, n_samples = len(labels), int(samples.max(initial=0)) + 1
    kept = codes >= 0
    place = codes[kept].astype(np.int64) * n_samples + samples[kept]
    one_hot = sp.csr_matrix(
        (np.ones(len(place)), (place, np.flatnonzero(kept))),
        shape=(n_groups * n_samples, values.shape[0]),
    )
    linear = values.astype(np.float64)
    linear.data = np.expm1(linear.data)
    shown = values.astype(bool).astype(np.float64)
    shape = (n_groups, n_samples, len(genes))
    sums = np.asarray((one_hot @ linear).toarray()).reshape(shape)
    seen = np.asarray((one_hot @ shown).toarray()).reshape(shape).sum(axis=1)
    sizes = np.bincount(place, minlength=n_groups * n_samples).reshape(n_groups, n_samples)
    cells = sizes.sum(axis=1)
    low, high = wilson_interval(seen, np.broadcast_to(cells[:, None], seen.shape))
    return Expression(
        genes=tuple(genes),
        labels=tuple(labels),
        cells=cells.astype(np.int64),
        share=(seen / np.maximum(cells, 1)[:, None]).T,
        low=low.T,
        high=high.T,
        mean=_means(sums, sizes, min_cells).T,
    )


def _means(sums: Floats, sizes: NDArray[np.int64], min_cells: int) -> Floats:
    """Groups × genes: mean over the samples that have enough cells, else over all cells."""
    enough = sizes >= min_cells
    each = sums / np.maximum(sizes, 1)[:, :, None]
    n_enough = enough.sum(axis=1)
    of_samples = (each * enough[:, :, None]).sum(axis=1) / np.maximum(n_enough, 1)[:, None]
    of_cells = sums.sum(axis=1) / np.maximum(sizes.sum(axis=1), 1)[:, None]
    found: Floats = np.where((n_enough > 0)[:, None], of_samples, of_cells)
    return found
