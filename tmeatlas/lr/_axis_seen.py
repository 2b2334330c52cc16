"""How many cells of each group show an axis: its two sides, and what modifies it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lr._axis_pool import MODIFIERS, AxisPool
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._group_statistics import group_sums
from tmeatlas.lr._kernels import cells_with_any
from tmeatlas.lr._match import MatchedInteractions

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Seen:
    """Of one axis, per group."""

    cells: dict[str, Ints]
    """Per side, the cells that show any of its partners."""
    molecules: dict[str, NDArray[np.float64]]
    """The molecules of a side's genes; NaN without counts."""
    modifiers: dict[str, Ints]
    """Per role, the cells that show any of its partners; -1 where the axis has no such role."""

    def share(self, role: str, sizes: Ints) -> NDArray[np.float64]:
        """The share of the cells that show what modifies the axis; NaN without such a role."""
        found = self.modifiers[role]
        return np.where(found >= 0, found / sizes, np.nan)


def molecules_of_genes(cells: Cells, matched: MatchedInteractions) -> NDArray[np.float64]:
    """Genes × groups: molecules counted; NaN without counts."""
    shape = matched.partners.n_genes, len(cells.labels)
    if cells.counts is None:
        return np.full(shape, np.nan)
    return group_sums(cells.counts, cells.codes, shape[1], matched.partners)[0][: shape[0]]


def seen_of_axis(
    cells: Cells,
    matched: MatchedInteractions,
    pool: AxisPool,
    molecules: NDArray[np.float64],
) -> Seen:
    """Cells and molecules of each group that show the sides and modifiers of an axis."""
    partners, n_groups = matched.partners, len(cells.labels)
    indptr, rows = _places(cells.expression)

    def count(found: Ints) -> Ints:
        counts = np.zeros(n_groups, dtype=np.int64)
        if not len(found):
            return counts - 1
        at = partners.starts, partners.members, found
        cells_with_any(indptr, rows, *at, cells.codes, counts)
        return counts

    sides = {"ligand": matched.ligand[pool.core], "receptor": matched.receptor[pool.core]}
    genes_of = partners.genes()
    genes = {
        side: np.unique(np.concatenate([genes_of[partner] for partner in found]))
        for side, found in sides.items()
    }
    return Seen(
        cells={side: count(np.unique(found)) for side, found in sides.items()},
        molecules={side: molecules[found].sum(axis=0) for side, found in genes.items()},
        modifiers={role: count(pool.modifiers[role]) for role in MODIFIERS},
    )


def _places(values: sp.csc_matrix) -> tuple[Ints, NDArray[np.int32]]:
    return values.indptr.astype(np.int64), values.indices.astype(np.int32)
