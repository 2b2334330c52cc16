"""How often a gene is detected at the depth of a cell, and what detecting it or not tells.

Whether a gene is detected says nearly all that counts of it say in shallow data, and no
single gene can outshout the others, as immunoglobulins would. With a rate :math:`r` per
10,000 transcripts, a cell of depth :math:`d` shows the gene with the probability
:math:`1 - e^{-rd}`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.floating]

DEEPEST = 1.0
"""In 10,000 transcripts: beyond that, and without counts, dropout is not a matter of depth."""
SHALLOWEST = 0.2
"""As a share of the depth of the median cell."""
BINS = 4
"""Depths are read to this part of a doubling."""
LEAST_RATE, MOST_RATE = 1e-3, 1e4
ROUNDS = 30
MOST_TOLD = 2.0
"""What one gene can tell in one cell, in units of log likelihood, either way."""


@dataclass(frozen=True, eq=False)
class Detected:
    """Which genes are detected in which cells, and the depths of these."""

    genes: sp.csr_matrix
    """Cells × genes, 1 where detected."""
    depths: NDArray[np.float64]
    """The depths that cells have, rising, in 10,000 transcripts."""
    at: NDArray[np.intp]
    """The place in `depths` of each cell."""

    def of(self, cells: NDArray[np.intp], columns: NDArray[np.intp] | None = None) -> Detected:
        """Some of the cells, and of the genes where `columns` are given."""
        genes = self.genes[cells]
        if columns is not None:
            genes = genes[:, columns].tocsr()
            # Sums are in this order, whatever that of the genes in the data.
            genes.sort_indices()
        return Detected(genes, self.depths, self.at[cells])

    def rates(
        self, weights: Floats, prior: Floats | None = None, prior_cells: float = 0.0
    ) -> Floats:
        """The rate of each gene in cells of each kind, as likely as can be: kinds × genes.

        `weights` are cells × kinds. Of a kind with few cells the rates stay near those of
        `prior`, which count as much as `prior_cells` of median depth.
        """
        hits = np.asarray(self.genes.T @ weights).T
        cells = np.zeros((weights.shape[1], len(self.depths)))
        for kind in range(weights.shape[1]):
            cells[kind] = np.bincount(self.at, weights[:, kind], minlength=len(self.depths))
        if prior is not None and len(self.at):
            middle = int(np.sort(self.at)[len(self.at) // 2])
            cells[:, middle] += prior_cells
            hits = hits + prior_cells * -np.expm1(-self.depths[middle] * prior)
        depths = self.depths[:, None, None]
        found = np.clip(hits / np.maximum(cells @ self.depths, 1e-9)[:, None], LEAST_RATE, None)
        for _ in range(ROUNDS):
            missed = cells.T[:, :, None] * np.exp(-depths * found)
            expected = cells.sum(axis=1)[:, None] - missed.sum(axis=0)
            slope = np.maximum((depths * missed).sum(axis=0), 1e-9)
            step = (hits - expected) / slope
            found = np.clip(found + step, found / 4, found * 4)
            found = np.clip(found, LEAST_RATE, MOST_RATE)
        return np.asarray(found)

    def told(self, rates: Floats, against: Floats) -> Floats:
        """Log likelihood of the rates of each kind against others: cells × kinds."""
        told = np.zeros((self.genes.shape[0], len(rates)))
        for place, depth in enumerate(self.depths):
            cells = np.flatnonzero(self.at == place)
            if not len(cells):
                continue
            present = np.log(np.expm1(-depth * rates) / np.expm1(-depth * against))
            absent = -depth * (rates - against)
            present, absent = (np.clip(x, -MOST_TOLD, MOST_TOLD) for x in (present, absent))
            told[cells] = self.genes[cells] @ (present - absent).T + absent.sum(axis=1)
        return told


def read_detected(values: sp.csc_matrix) -> Detected:
    """What is detected, of logarithms of counts per 10,000; the smallest stands for one count."""
    rows = values.tocsr().copy()
    rows.eliminate_zeros()
    n = rows.shape[0]
    least = np.full(n, np.nan)
    filled = np.flatnonzero(np.diff(rows.indptr))
    if len(filled):
        least[filled] = np.minimum.reduceat(rows.data, rows.indptr[filled])
        depth = 1.0 / np.expm1(np.maximum(least.astype(np.float64), 1e-6))
        middle = float(np.nanmedian(depth))
        depth = np.where(np.isnan(depth), middle, depth)
        depth = np.clip(depth, SHALLOWEST * min(middle, DEEPEST), DEEPEST)
    else:
        depth = np.full(n, DEEPEST)
    steps, at = np.unique(np.round(BINS * np.log2(depth)), return_inverse=True)
    rows.data = np.ones_like(rows.data)
    return Detected(rows, 2.0 ** (steps / BINS), at.astype(np.intp))
