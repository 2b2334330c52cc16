"""What `tl.crosstalk` reads of the cells: expression, the counts behind it, and the groups."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._values import MatrixKind
from tmeatlas.cells import Groups
from tmeatlas.lr import Cells, MatchedInteractions
from tmeatlas.matrix import ExpressionMatrix, open_matrix


def read_cells(
    adata: AnnData, matrix: ExpressionMatrix, matched: MatchedInteractions, groups: Groups
) -> Cells:
    """The cells that have a group, on the genes of the interactions."""
    kept = groups.codes >= 0
    counts = _counts(adata, matrix)
    return Cells(
        expression=_columns(matrix, matched, kept),
        counts=None if counts is None else _columns(counts, matched, kept),
        codes=groups.codes[kept],
        labels=groups.labels,
    )


def _counts(adata: AnnData, matrix: ExpressionMatrix) -> ExpressionMatrix | None:
    """``layers["counts"]`` where it holds counts of the same genes."""
    if keys.COUNTS not in adata.layers or not matrix.genes.equals(adata.var_names):
        return None
    counts = open_matrix(adata, layer=keys.COUNTS)
    return counts if counts.kind is MatrixKind.COUNTS else None


def _columns(
    matrix: ExpressionMatrix, matched: MatchedInteractions, kept: np.ndarray
) -> sp.csc_matrix:
    values = matrix.columns(matched.columns)
    values = values if kept.all() else values[kept]
    values.sort_indices()
    return values
