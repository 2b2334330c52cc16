"""Which matrix of an AnnData is read: X, a layer or raw, and whether a caller can use it."""

from __future__ import annotations

from collections.abc import Collection

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, unknown
from tmeatlas._log import note
from tmeatlas._text import counted
from tmeatlas._values import MatrixKind
from tmeatlas.genes import understand
from tmeatlas.matrix._expression import ExpressionMatrix


def open_matrix(
    adata: AnnData,
    *,
    layer: str | None = None,
    use_raw: bool | None = None,
    accepts: Collection[MatrixKind] | None = None,
    needed_by: str = "this step",
) -> ExpressionMatrix:
    """Open the expression matrix of `adata`.

    Parameters
    ----------
    adata
        Cells × genes.
    layer
        A key of `adata.layers`. By default `X`, or `adata.raw` where `X` is
        scaled and `raw` holds the values from before; which one is logged and
        named in :attr:`ExpressionMatrix.name`.
    use_raw
        Whether to read `adata.raw`; by default only where `X` is scaled.
    accepts
        The kinds of values that the caller can use; others raise.
    needed_by
        Who asks, for the message.

    Raises
    ------
    MissingKeyError
        No such layer.
    InputError
        Empty data, values of the wrong kind, or no `adata.raw` where it is
        asked for.
    """
    matrix = _raw(adata, layer) if use_raw else _pick(adata, layer, may_be_raw=use_raw is None)
    _check_shape(matrix)
    if accepts is not None and matrix.kind not in accepts:
        wanted = " or ".join(kind.label for kind in MatrixKind if kind in accepts)
        raise InputError(
            f"{needed_by} needs {wanted}; {matrix.name} looks like {matrix.kind.label}. "
            "Run tme.pp.prepare(adata) first, or name the right matrix with `layer=`; if the "
            "values are log-transformed, note it as scanpy does: "
            f"adata.uns[{keys.LOG1P!r}] = {{'base': None}}."
        )
    return matrix


def _raw(adata: AnnData, layer: str | None) -> ExpressionMatrix:
    if layer is not None:
        raise InputError(
            f"Expected `layer=` or `use_raw=True`, found both ({layer!r}). Leave out one of them."
        )
    if adata.raw is None:
        raise InputError(
            "`use_raw=True` reads adata.raw, which is empty. Leave out `use_raw`, or keep the "
            "matrix with all genes there before genes are left out: adata.raw = adata."
        )
    names = understand(adata.raw.var_names, adata.raw.var)
    return ExpressionMatrix(
        adata.raw.X, names.names, "raw.X", keys.LOG1P in adata.uns, understood=names
    )


def _pick(adata: AnnData, layer: str | None, *, may_be_raw: bool) -> ExpressionMatrix:
    if layer is not None:
        if layer not in adata.layers:
            # Newer anndata lists X among the layers, under the key None.
            layers = [name for name in adata.layers if name is not None]
            raise unknown("layer", layer, layers, remedy="`layer=None` reads X.")
        names = understand(adata.var_names, adata.var)
        return ExpressionMatrix(
            adata.layers[layer], names.names, f"layers[{layer!r}]", understood=names
        )
    if adata.X is None:
        raise InputError("`adata.X` is empty. Name the matrix to read with `layer=`.")
    names = understand(adata.var_names, adata.var)
    matrix = ExpressionMatrix(adata.X, names.names, "X", keys.LOG1P in adata.uns, understood=names)
    if not may_be_raw or adata.raw is None or matrix.n_obs == 0 or matrix.n_vars == 0:
        return matrix
    if matrix.kind is not MatrixKind.SCALED:
        return matrix
    note("X looks scaled, so the values from before scaling")
    return _raw(adata, None)


def _check_shape(matrix: ExpressionMatrix) -> None:
    if matrix.n_obs == 0 or matrix.n_vars == 0:
        raise InputError(
            f"Expected cells and genes, found {counted(matrix.n_obs, 'cell')} × "
            f"{counted(matrix.n_vars, 'gene')}."
        )
