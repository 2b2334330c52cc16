"""What groups of cells show of every gene, in one pass over the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas.matrix._expression import ExpressionMatrix, RowBlock
from tmeatlas.matrix._map_blocks import fold_blocks
from tmeatlas.matrix._totals import Totals


@dataclass(frozen=True, eq=False)
class GroupSums:
    """Groups × genes, the genes in the order of the matrix."""

    sums: NDArray[np.float64]
    n_seen: NDArray[np.int32]
    """Cells that show the gene."""
    sizes: NDArray[np.int64]
    """Cells of each group."""

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean over the cells of each group; 0 where a group has none."""
        return self.sums / np.maximum(self.sizes, 1)[:, None]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the cells of each group that show the gene."""
        return self.n_seen / np.maximum(self.sizes, 1)[:, None]


def group_sums(
    matrix: ExpressionMatrix, codes: NDArray[np.integer[Any]], n_groups: int
) -> GroupSums:
    """Sums, and cells above 0, of every gene in every group.

    `codes` has the group of each row of the matrix, -1 for cells that do not count. Memory is
    that of one block of rows and of the result.
    """
    group_of: NDArray[np.int32] = codes.astype(np.int32)
    nothing = partial(Totals.none, (n_groups, matrix.n_vars), (np.float64, np.int32))
    sums, n_seen = fold_blocks(matrix, nothing, _add, Totals.with_, along=[group_of]).arrays
    sizes = np.bincount(group_of[group_of >= 0], minlength=n_groups).astype(np.int64)
    return GroupSums(sums, n_seen, sizes)


def _add(totals: Totals, block: RowBlock, here: NDArray[np.int32]) -> None:
    from tmeatlas.matrix._group_kernel import add_rows

    rows, order = block.matrix, np.argsort(here, kind="stable")
    add_rows(rows.indptr.astype(np.int64), rows.indices, rows.data, here, order, *totals.arrays)
