"""Log-normalised values for X, and where what was there before is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import remedy
from tmeatlas._guard import warn
from tmeatlas._values import MatrixKind
from tmeatlas.matrix import TARGET_SUM, ExpressionMatrix, is_graph, is_in_memory, same_values

AS_IT_IS = "used as it is"
"""What is said where X stays."""
KEPT_IN = {
    MatrixKind.COUNTS: keys.COUNTS,
    MatrixKind.FRACTIONAL: keys.FRACTIONAL,
    MatrixKind.LINEAR: keys.LINEAR,
}
"""Layers by what they hold."""


def to_start_from(matrix: ExpressionMatrix) -> ExpressionMatrix:
    """What log-normalised values are made of, where it came to memory since that was said."""
    stored = matrix.as_stored()
    return matrix if stays_in_file(stored) else stored


def log_values(matrix: ExpressionMatrix) -> Any | None:
    """Log-normalised values in a matrix of their own; None where they are that already.

    Of a task graph they are one, and of a file they are made as they are read: None as well.
    """
    if matrix.kind is MatrixKind.LOGNORM:
        return None
    if matrix.is_in_memory:
        return matrix.logarithm.of_matrix(matrix.source, matrix.columns_read)
    if not is_graph(matrix.source):
        return None
    whole = matrix.source.rechunk({1: -1})
    is_sparse = sp.issparse(whole._meta)
    meta = sp.csr_matrix((0, 0), dtype=np.float32) if is_sparse else np.empty((0, 0), np.float32)
    taken, columns = matrix.logarithm, matrix.columns_read
    return whole.map_blocks(taken.of_matrix, columns, dtype=np.float32, meta=meta)


def logarithms(matrix: ExpressionMatrix, values: Any | None) -> ExpressionMatrix:
    """Log-normalised values as they are read: `values`, if there are any, or made of `matrix`."""
    if matrix.kind is MatrixKind.LOGNORM:
        return matrix
    return matrix.of_values(values) if matrix.is_in_memory else matrix.logged()


def normalised(matrix: ExpressionMatrix) -> str:
    """What log-normalised values are of those in this matrix, wherever these lie."""
    if matrix.kind is MatrixKind.LOGNORM:
        return AS_IT_IS
    if matrix.kind.adds_up:
        return f"log1p of {TARGET_SUM:,.0f} per cell"
    return f"log1p of it{'' if matrix.factor == 1 else f' times {matrix.factor:,g}'}"


def store_values(adata: AnnData, matrix: ExpressionMatrix, values: Any | None) -> str:
    """Put the new X in place, what was there into a layer; say what was done."""
    scale = normalised(matrix)
    if values is None and stays_in_file(matrix):
        if matrix.name != "X":
            _put_x(adata, matrix.source)
        done = f"stays in the file, and {scale} is read of it"
    elif values is None and (matrix.name == "X" or not is_new_x(adata, matrix)):
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
        kept = "" if matrix.layer == layer else f"kept in layers[{layer!r}], "
        done = f"{kept}X is now {scale}"
    if done != AS_IT_IS and not stays_in_file(matrix):
        # Where scanpy looks before it transforms values a second time.
        adata.uns.setdefault(keys.LOG1P, {})
    if matrix.kind is MatrixKind.FRACTIONAL:
        _warn_of_decimals(matrix, done)
    return done


def stays_in_file(matrix: ExpressionMatrix) -> bool:
    """Whether its values are in a file, so that logarithms are made of them as they are read."""
    to_be_logged = matrix.kind is not MatrixKind.LOGNORM
    return to_be_logged and not matrix.is_in_memory and not is_graph(matrix.source)


def is_new_x(adata: AnnData, matrix: ExpressionMatrix) -> bool:
    """Whether values of a layer or of raw are to be X: asked for, or X is empty."""
    fits = matrix.kind is not MatrixKind.LOGNORM or matrix.source.shape[1] == adata.n_vars
    return adata.X is None or (matrix.is_asked and fits)


def _put_x(adata: AnnData, values: Any) -> None:
    """Set X to values from elsewhere; other values of X go to a layer."""
    if adata.X is not None and not same_values(adata.X, values):
        adata.layers[keys.BEFORE] = adata.X
    adata.X = values.copy() if is_in_memory(values) else values


def _keep(adata: AnnData, layer: str, matrix: ExpressionMatrix) -> str:
    """Put what was read into `layer`, or beside it where that holds others; say where it is."""
    if layer in adata.layers:
        if matrix.layer == layer or same_values(adata.layers[layer], matrix.source):
            return layer
        if matrix.layer is not None:
            return matrix.layer
        layer = f"X_{layer}"
    adata.layers[layer] = matrix.source
    return layer


def _warn_of_decimals(matrix: ExpressionMatrix, done: str) -> None:
    warn(
        f"{matrix.name} holds no whole numbers, and its totals differ as depth of sequencing does: "
        "taken for counts with decimals (ambient RNA subtracted, or fractional alignments), "
        f"{done}. They are no counts for tests that need those. If they were normalised before "
        "and then cut to some genes, start again from them"
        + remedy(python=" with sc.pp.log1p(adata)")
        + "."
    )
