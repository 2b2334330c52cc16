"""Cells among alike cells: neighbours in a graph, and clusters of several draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Codes = NDArray[np.integer]
Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Around:
    """What cells are like each cell."""

    walk: sp.csr_matrix
    """Cells × cells, rows adding up to 1: the cell itself and its neighbours by their weight."""
    partitions: tuple[Codes, ...]
    """Clusterings of all cells, each a code from 0 per cell; that of the user, or several draws."""

    def smooth(self, values: Floats, steps: int) -> Floats:
        """Mean over neighbours, and theirs, up to `steps` away."""
        for _ in range(steps):
            values = self.walk @ values
        return values

    def within(self, cells: NDArray[np.integer]) -> Around:
        """Around some of the cells, of which no others count."""
        weights = self.walk[cells][:, cells].tocsr()
        partitions = [np.unique(codes[cells], return_inverse=True)[1] for codes in self.partitions]
        return Around(_as_walk(weights), tuple(partitions))

    def common(self, labels: Codes) -> NDArray[np.intp]:
        """The most frequent label around each cell; ties go to the first."""
        n_labels = int(labels.max()) + 1
        one = np.ones(len(labels), dtype=np.float32)
        marked = sp.csr_matrix(
            (one, labels, np.arange(len(labels) + 1)), shape=(len(labels), n_labels)
        )
        return np.asarray((self.walk @ marked).toarray().argmax(axis=1), dtype=np.intp)

    def share(self, labels: Codes) -> Floats:
        """How much of what is around each cell has the cell's own label."""
        rows = np.repeat(np.arange(len(labels)), np.diff(self.walk.indptr))
        same = labels[rows] == labels[self.walk.indices]
        weight = self.walk.data.astype(np.float64) * same
        return np.bincount(rows, weights=weight, minlength=len(labels)).astype(np.float64)


def around_cells(weights: sp.csr_matrix | None, partitions: Sequence[Codes], n: int) -> Around:
    """Around from the weights of a graph; without one, a cell is alone."""
    identity = sp.identity(n, dtype=np.float32, format="csr")
    if weights is None:
        return Around(identity, tuple(partitions))
    total = sp.csr_matrix(weights, dtype=np.float32) + identity
    return Around(_as_walk(total), tuple(partitions))


def _as_walk(weights: sp.csr_matrix) -> sp.csr_matrix:
    """Rows that add up to 1."""
    weights.sort_indices()
    scale = 1.0 / np.asarray(weights.sum(axis=1, dtype=np.float64)).ravel()
    weights.data *= np.repeat(scale, np.diff(weights.indptr)).astype(np.float32)
    return weights


def group_means(values: Floats, codes: Codes) -> Floats:
    """Mean of the rows of each group, in float64, in the order of the rows."""
    n_groups = int(codes.max()) + 1
    one = np.ones(len(codes))
    members = sp.csr_matrix(
        (one, (codes, np.arange(len(codes)))), shape=(n_groups, len(codes)), dtype=np.float64
    )
    sizes = np.maximum(np.bincount(codes, minlength=n_groups), 1)
    means = members @ values
    return means / (sizes[:, None] if means.ndim > 1 else sizes)


def spread_over(values: Floats, partitions: Sequence[Codes], labels: Codes) -> Floats:
    """Mean over cells with the same label in the same cluster, averaged over the clusterings."""
    if not partitions:
        return values
    n_labels = int(labels.max()) + 1
    total = np.zeros(len(values))
    for codes in partitions:
        _, both = np.unique(codes.astype(np.int64) * n_labels + labels, return_inverse=True)
        total += group_means(values, both)[both]
    return total / len(partitions)
