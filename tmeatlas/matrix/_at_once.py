"""Some genes of all cells, and how much each cell shows, in one pass over the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.matrix._expression import ExpressionMatrix, RowBlock
from tmeatlas.matrix._map_blocks import map_blocks
from tmeatlas.matrix._stacking import joined_columns


@dataclass(frozen=True, eq=False)
class ReadColumns:
    """Cells × genes, those that were asked for, in their order."""

    values: sp.csc_matrix
    n_shown: NDArray[np.int64]
    """Genes above 0 in each cell, of all that the matrix has."""
    counts: sp.csc_matrix | None
    """The same genes of the other matrix; None without one."""


def columns_at_once(
    matrix: ExpressionMatrix,
    columns: NDArray[np.integer],
    *,
    cells: NDArray[np.bool_],
    counts: ExpressionMatrix | None = None,
) -> ReadColumns:
    """`columns` of `matrix`, and of `counts` on the same genes, in the same pass.

    Where both are task graphs in like chunks, what they share is computed once.
    """
    values, molecules, n_shown = [], [], []
    cut = partial(_cut, columns)
    for part in map_blocks(matrix, cut, beside=counts, along=[cells]):
        shown, (of_genes, *beside) = part.found
        n_shown.append(shown)
        values.append(of_genes)
        molecules.extend(beside)
    shape = (int(cells.sum()), len(columns))
    return ReadColumns(
        joined_columns(values, shape),
        np.concatenate(n_shown),
        None if counts is None else joined_columns(molecules, shape),
    )


def _cut(
    columns: NDArray[np.integer], block: RowBlock, *given: Any
) -> tuple[NDArray[np.int64], list[sp.csc_matrix]]:
    """Genes that the cells of a block show, and `columns` of it and of what is beside it."""
    *beside, kept = given
    shown = np.diff(block.matrix.indptr)[kept].astype(np.int64)
    return shown, [_chosen(each.matrix, columns, kept) for each in (block, *beside)]


def genes_shown(matrix: ExpressionMatrix) -> NDArray[np.int64]:
    """Number of genes above 0 in each cell: its depth, whatever the values are."""
    return np.concatenate([part.found for part in map_blocks(matrix, _shown)])


def _shown(block: RowBlock) -> NDArray[np.int64]:
    return np.diff(block.matrix.indptr).astype(np.int64)


def totals_of_cells(matrix: ExpressionMatrix) -> NDArray[np.floating]:
    """What the values of each cell add up to."""
    return np.concatenate([part.found for part in map_blocks(matrix, _totals)])


def _totals(block: RowBlock) -> NDArray[np.floating]:
    return np.asarray(block.matrix.sum(axis=1)).ravel()


def _chosen(
    rows: sp.csr_matrix, columns: NDArray[np.integer], kept: NDArray[np.bool_]
) -> sp.csc_matrix:
    of_genes = rows[:, columns]
    return (of_genes if kept.all() else of_genes[np.flatnonzero(kept)]).tocsc()
