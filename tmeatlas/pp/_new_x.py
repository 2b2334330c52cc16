"""Log-normalised values for X, and where what was there before is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._guard import warn
from tmeatlas._values import MatrixKind
from tmeatlas.matrix import ExpressionMatrix

if TYPE_CHECKING:
    from typing import TypeAlias

    Matrix: TypeAlias = np.ndarray | sp.csr_matrix | sp.csc_matrix

TARGET_SUM = 1e4
AS_IT_IS = "used as it is"
"""What is said where X stays."""
KEPT_IN = {
    MatrixKind.COUNTS: keys.COUNTS,
    MatrixKind.FRACTIONAL: keys.FRACTIONAL,
    MatrixKind.LINEAR: keys.LINEAR,
}
"""Layers by what they hold."""


def log_values(matrix: ExpressionMatrix) -> Matrix | None:
    """Log-normalised values in a matrix of their own; None where they are that already."""
    import scanpy as sc

    if matrix.kind is MatrixKind.LOGNORM:
        return None
    source = _as_matrix(matrix.source)
    side = AnnData(genes_of(source, matrix).astype(np.float32, copy=True))
    if matrix.kind.adds_up:
        sc.pp.normalize_total(side, target_sum=TARGET_SUM)
    elif matrix.factor != 1:
        side.X = side.X * np.float32(matrix.factor)
    sc.pp.log1p(side)
    if matrix.columns_read is None:
        return side.X
    return _put_back(source, matrix.columns_read, side.X)


def genes_of(values: Any, matrix: ExpressionMatrix) -> Any:
    """The columns that are genes."""
    return values if matrix.columns_read is None else values[:, matrix.columns_read]


def _as_matrix(source: Any) -> Any:
    """Sparse arrays as sparse matrices, which scanpy knows, on the same memory."""
    if not isinstance(source, sp.sparray):
        return source
    return (sp.csc_matrix if isinstance(source, sp.csc_array) else sp.csr_matrix)(source)


def _put_back(source: Any, columns: NDArray[np.intp], genes: Matrix) -> Matrix:
    """`source` with other values of the genes; antibodies and the like stay as they are."""
    if not sp.issparse(source):
        values = source.astype(np.float32)
        values[:, columns] = genes
        return values
    others = np.setdiff1d(np.arange(source.shape[1]), columns)
    order = np.argsort(np.concatenate([columns, others]), kind="stable")
    parts = [sp.csc_matrix(genes), sp.csc_matrix(source[:, others], dtype=np.float32)]
    joined = sp.hstack(parts, format="csc")[:, order]
    return joined.tocsr() if isinstance(source, sp.csr_matrix | sp.csr_array) else joined


def store_values(adata: AnnData, matrix: ExpressionMatrix, values: Matrix | None) -> str:
    """Put the new X in place, what was there into a layer; say what was done."""
    if values is None and (matrix.name == "X" or not is_new_x(adata, matrix)):
        done = AS_IT_IS
    elif values is None:
        _put_x(adata, matrix.source)
        done = "copied to X"
    else:
        layer = _keep(adata, KEPT_IN[matrix.kind], matrix)
        if matrix.name == "X":
            adata.X = values
        else:
            _put_x(adata, values)
        scale = f"log1p of {TARGET_SUM:,.0f} per cell"
        if not matrix.kind.adds_up:
            scale = f"log1p of it{'' if matrix.factor == 1 else f' times {matrix.factor:,g}'}"
        kept = "" if matrix.layer == layer else f"kept in layers[{layer!r}], "
        done = f"{kept}X is now {scale}"
    if done != AS_IT_IS:
        # Where scanpy looks before it transforms values a second time.
        adata.uns.setdefault(keys.LOG1P, {})
    if matrix.kind is MatrixKind.FRACTIONAL:
        _warn_of_decimals(matrix, done)
    return done


def is_new_x(adata: AnnData, matrix: ExpressionMatrix) -> bool:
    """Whether values of a layer or of raw are to be X: asked for, or X is empty."""
    fits = matrix.kind is not MatrixKind.LOGNORM or matrix.source.shape[1] == adata.n_vars
    return adata.X is None or (matrix.is_asked and fits)


def _put_x(adata: AnnData, values: Matrix) -> None:
    """Set X to values from elsewhere; other values of X go to a layer."""
    if adata.X is not None and not _equal(adata.X, values):
        adata.layers[keys.BEFORE] = adata.X
    adata.X = values.copy()


def _keep(adata: AnnData, layer: str, matrix: ExpressionMatrix) -> str:
    """Put what was read into `layer`, or beside it where that holds others; say where it is."""
    if layer in adata.layers:
        if matrix.layer == layer or _equal(adata.layers[layer], matrix.source):
            return layer
        if matrix.layer is not None:
            return matrix.layer
        layer = f"X_{layer}"
    adata.layers[layer] = matrix.source
    return layer


def _equal(first: Matrix, second: Matrix) -> bool:
    if sp.issparse(first) or sp.issparse(second):
        return (sp.csr_matrix(first) != sp.csr_matrix(second)).nnz == 0
    return bool(np.array_equal(first, second))


def _warn_of_decimals(matrix: ExpressionMatrix, done: str) -> None:
    warn(
        f"{matrix.name} holds no whole numbers, and its totals differ as depth of sequencing does: "
        "taken for counts with decimals (ambient RNA subtracted, or fractional alignments), "
        f"{done}. They are no counts for tests that need those. If they were normalised before "
        "and then cut to some genes, start again from them with sc.pp.log1p(adata)."
    )
