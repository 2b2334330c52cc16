"""Where the counts are: in a layer, in X or in raw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError
from tmeatlas._log import note
from tmeatlas._values import MatrixKind
from tmeatlas.matrix._expression import ExpressionMatrix
from tmeatlas.matrix._open import matrix_of, open_matrix


def open_counts(
    adata: AnnData,
    *,
    layer: str | None = None,
    use_raw: bool | None = None,
    needed_by: str = "this step",
) -> ExpressionMatrix:
    """The counts: those of `layer` or raw where it is named, else wherever they are."""
    asked = layer is not None or bool(use_raw)
    if not asked and (found := find_counts(adata, may_be_raw=use_raw is None)) is not None:
        return found
    looked_at = layer
    if not asked and keys.COUNTS in adata.layers:
        looked_at = keys.COUNTS
    matrix = open_matrix(adata, layer=looked_at, use_raw=use_raw).as_stored()
    if matrix.kind is MatrixKind.COUNTS:
        return matrix
    if matrix.kind is MatrixKind.FRACTIONAL:
        dense = isinstance(matrix.source, np.ndarray)
        rounded = f"adata.layers[{keys.COUNTS!r}] = adata.{matrix.name}"
        rounded += ".round()" if dense else ".rint()"
        if not matrix.is_in_memory:
            rounded = f"adata = adata.to_memory(); {rounded}"
        raise InputError(
            f"{needed_by} needs {MatrixKind.COUNTS.label}, which are whole numbers; "
            f"{matrix.name} {matrix.kind.looks}. Name the counts from before the "
            f"correction with {option('layer')}{remedy(python=f', or round them: {rounded}')}."
        )
    raise InputError(
        f"{needed_by} needs {MatrixKind.COUNTS.label}; {matrix.name} "
        f"{matrix.kind.looks}. Put the counts into layers[{keys.COUNTS!r}], or name "
        f"their layer with {option('layer')}."
    )


def find_counts(
    adata: AnnData, *, like: ExpressionMatrix | None = None, may_be_raw: bool = True
) -> ExpressionMatrix | None:
    """The first matrix that holds counts; None where there is none.

    ``layers["counts"]`` comes first, then X, layers with other usual names and raw.
    With `like`, on exactly its genes, in its order.
    """
    for matrix in _places(adata, may_be_raw=may_be_raw, understood=like is None):
        found = matrix if like is None else _on_genes_of(matrix, like)
        if found is None or not _holds_counts(found):
            continue
        if found.layer != keys.COUNTS and found.name != "X":
            note(f"counts are those of {found.name}")
        if found.names.words:
            note(found.names.words)
        return found
    return None


def _places(adata: AnnData, *, may_be_raw: bool, understood: bool) -> Iterator[ExpressionMatrix]:
    if keys.COUNTS in adata.layers:
        yield matrix_of(adata, keys.COUNTS, understood=understood)
    if adata.X is not None:
        yield matrix_of(adata, understood=understood)
    for name in keys.COUNT_LAYERS[1:]:
        if name in adata.layers:
            yield matrix_of(adata, name, understood=understood)
    if may_be_raw and adata.raw is not None:
        yield matrix_of(adata, raw=True, understood=understood)


def _holds_counts(matrix: ExpressionMatrix) -> bool:
    """A matrix that nobody asked for, and that cannot be read, is passed over."""
    try:
        return min(matrix.n_obs, matrix.n_vars) > 0 and matrix.kind is MatrixKind.COUNTS
    except InputError:
        return False


def _on_genes_of(matrix: ExpressionMatrix, like: ExpressionMatrix) -> ExpressionMatrix | None:
    """The columns of the genes of `like`, where all are there."""
    if matrix.labels.equals(like.labels):
        return replace(matrix, genes=like.genes, understood=like.understood)
    if not (matrix.labels.is_unique and like.labels.is_unique):
        return None
    columns = matrix.labels.get_indexer(like.labels)
    if (columns < 0).any():
        return None
    if matrix.columns_read is not None:
        columns = matrix.columns_read[columns]
    return replace(matrix, genes=like.genes, understood=like.understood, columns_read=columns)
