"""Means and percents of partners in groups, and of interactions in pairs of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.cellphonedb._entities import Entities
from tmeatlas.lr import Labels, sum_groups

Pairs = NDArray[np.int64]
"""Two columns: the group of the first partner, and that of the second."""


@dataclass(frozen=True, eq=False)
class PartnerStatistics:
    """Every partner in every group (partners × groups); a complex is its weakest subunit."""

    means: NDArray[np.float32]
    percents: NDArray[np.float64]
    """Share of the cells with a value above 0, from 0 to 1."""


def partner_statistics(
    values: sp.csc_matrix, labels: Labels, sizes: NDArray[np.int64], entities: Entities
) -> PartnerStatistics:
    """Means and percents of proteins and complexes; `values` in CellPhoneDB's order of cells."""
    n_proteins = len(entities.proteins)
    sums = np.zeros((n_proteins, len(sizes)), dtype=np.float32)
    n_seen = np.zeros((n_proteins, len(sizes)), dtype=np.int64)
    sum_groups(values, labels, sums, n_seen)
    means, percents = sums / sizes.astype(np.float32), n_seen / sizes
    weakest = entities.partners.weakest
    return PartnerStatistics(means=weakest(means), percents=weakest(percents))


def interaction_means(
    statistics: PartnerStatistics, entities: Entities, pairs: Pairs
) -> NDArray[np.float32]:
    """Interactions × pairs: the mean of the two partners' means, 0 where either is 0."""
    first = statistics.means[entities.first][:, pairs[:, 0]]
    second = statistics.means[entities.second][:, pairs[:, 1]]
    return np.where((first > 0) & (second > 0), (first + second) * np.float32(0.5), np.float32(0))


def expressed(
    statistics: PartnerStatistics, entities: Entities, pairs: Pairs, threshold: float
) -> NDArray[np.bool_]:
    """Interactions × pairs: whether the percents of both partners are above the threshold."""
    above = statistics.percents > threshold
    return above[entities.first][:, pairs[:, 0]] & above[entities.second][:, pairs[:, 1]]
