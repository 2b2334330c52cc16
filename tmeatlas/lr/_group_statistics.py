"""What every partner shows in every group: means, cells, molecules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lr._kernel_inputs import sum_groups
from tmeatlas.lr._partners import Partners


@dataclass(frozen=True, eq=False)
class GroupStatistics:
    """Every partner in every group (partners × groups)."""

    means: NDArray[np.float64]
    n_seen: NDArray[np.int64]
    """Cells with a value above 0; of a complex, of its least seen subunit."""
    sizes: NDArray[np.int64]
    molecules: NDArray[np.float64]
    """Molecules counted; of a complex, of the subunit with the fewest. NaN without counts."""

    @property
    def fractions(self) -> NDArray[np.float64]:
        """Share of the cells with a value above 0."""
        return self.n_seen / self.sizes


def group_statistics(
    values: sp.csc_matrix,
    codes: NDArray[np.int32],
    sizes: NDArray[np.int64],
    partners: Partners,
    counts: sp.csc_matrix | None = None,
) -> GroupStatistics:
    """Means, seen cells and, given counts, molecules of genes and complexes, in one pass over each.

    `counts` are the molecules behind the `values`.
    """
    sums, n_seen = group_sums(values, codes, len(sizes), partners)
    molecules = np.full(sums.shape, np.nan)
    if counts is not None:
        molecules = group_sums(counts, codes, len(sizes), partners)[0]
    return GroupStatistics(means=sums / sizes, n_seen=n_seen, sizes=sizes, molecules=molecules)


def group_sums(
    values: sp.csc_matrix, codes: NDArray[np.int32], n_groups: int, partners: Partners
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Sums, and cells above 0, of partners in groups; of a complex, of its weakest subunit."""
    shape = (partners.n_genes, n_groups)
    sums, n_seen = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    sum_groups(values, codes, sums, n_seen)
    return partners.weakest(sums), partners.weakest(n_seen)


def detected_partners(statistics: GroupStatistics, partners: Partners) -> NDArray[np.bool_]:
    """Partners with every subunit in some cell: a matter of the data, not of their labels."""
    seen = statistics.n_seen > 0
    return partners.weakest(np.any(seen[: partners.n_genes], axis=1))
