"""Some genes of all cells, and how much each cell shows, in one pass over the matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.matrix._expression import ExpressionMatrix
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
    with matrix.read_with(counts):
        for block in matrix.blocks():
            kept = cells[block.start : block.stop]
            n_shown.append(np.diff(block.matrix.indptr)[kept].astype(np.int64))
            values.append(_chosen(block.matrix, columns, kept))
            if counts is not None:
                beside = counts.block(block.start, block.stop).matrix
                molecules.append(_chosen(beside, columns, kept))
    shape = (int(cells.sum()), len(columns))
    return ReadColumns(
        joined_columns(values, shape),
        np.concatenate(n_shown),
        None if counts is None else joined_columns(molecules, shape),
    )


def _chosen(
    rows: sp.csr_matrix, columns: NDArray[np.integer], kept: NDArray[np.bool_]
) -> sp.csc_matrix:
    of_genes = rows[:, columns]
    return (of_genes if kept.all() else of_genes[np.flatnonzero(kept)]).tocsc()
