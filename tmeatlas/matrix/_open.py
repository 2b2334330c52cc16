"""Which matrix of an AnnData is read: X, a layer or raw, and whether a caller can use it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, NoGenesError, listing, unknown
from tmeatlas._log import note
from tmeatlas._text import counted
from tmeatlas._values import MatrixKind
from tmeatlas.genes import UnderstoodNames, understand
from tmeatlas.matrix._expression import ExpressionMatrix
from tmeatlas.matrix._features import columns_of_genes
from tmeatlas.matrix._on_record import as_on_record
from tmeatlas.matrix._remedies import wrong_kind

NEGATIVE = frozenset({MatrixKind.SCALED, MatrixKind.CORRECTED})


def open_matrix(
    adata: AnnData,
    *,
    layer: str | None = None,
    use_raw: bool | None = None,
    accepts: Collection[MatrixKind] | None = None,
    needed_by: str = "this step",
) -> ExpressionMatrix:
    """Open the expression matrix of `adata`.

    Columns that `var` says are no genes (antibodies, peaks, guides) are set aside.

    Parameters
    ----------
    adata
        Cells × genes.
    layer
        A key of `adata.layers`. By default `X`. Where `X` is empty, holds values below
        0 or such as the caller cannot use, `adata.raw` or a layer with the usual name of
        log-normalised values or counts is read; which one is logged and named in
        :attr:`ExpressionMatrix.name`.
    use_raw
        Whether to read `adata.raw`; by default only in the cases above, and with
        ``False`` never.
    accepts
        The kinds of values that the caller can use; others raise.
    needed_by
        Who asks, for the message.

    Raises
    ------
    MissingKeyError
        No such layer.
    NoGenesError
        No genes.
    InputError
        No cells, values of the wrong kind or of several, or no `adata.raw`
        where it is asked for.
    """
    if use_raw:
        matrix = replace(_raw(adata, layer), is_asked=True)
    elif layer is not None:
        matrix = replace(matrix_of(adata, _known_layer(adata, layer)), is_asked=True)
    else:
        matrix = _pick(adata, accepts, may_be_raw=use_raw is None)
    _check_shape(matrix)
    if matrix.names.words:
        note(matrix.names.words)
    if accepts is not None and matrix.kind not in accepts:
        raise wrong_kind(matrix, accepts, needed_by)
    if matrix.set_aside:
        note(f"{matrix.set_aside} are no genes and set aside")
    return matrix


def has_genes(adata: AnnData) -> bool:
    """Whether there is expression to be read, in X or in raw."""
    return adata.n_vars > 0 or adata.raw is not None


def matrix_of(
    adata: AnnData, layer: str | None = None, *, raw: bool = False, understood: bool = True
) -> ExpressionMatrix:
    """X, a layer or raw, as it is; its names as they are where they need not be understood."""
    source = adata.raw.X if raw else adata.X if layer is None else adata.layers[layer]
    var = adata.raw.var if raw else adata.var
    columns, set_aside = columns_of_genes(var)
    var = var if columns is None else var.iloc[columns]
    names = understand(var.index, var) if understood else UnderstoodNames(var.index, var.index)
    return ExpressionMatrix(
        source,
        names.names,
        "raw.X" if raw else "X" if layer is None else f"layers[{layer!r}]",
        said_logged=layer is None and keys.LOG1P in adata.uns,
        columns_read=columns,
        set_aside=set_aside,
        layer=layer,
        obs=adata.obs,
        understood=names,
    )


def _raw(adata: AnnData, layer: str | None) -> ExpressionMatrix:
    if layer is not None:
        both = f"{option('layer', layer)} and {option('use_raw', True)}"
        raise InputError(f"Expected a layer or raw, found both: {both}. Leave out one of them.")
    if adata.raw is None:
        raise InputError(
            f"{option('use_raw', True)} reads raw, which is empty. Leave it out"
            + remedy(
                python=", or keep the matrix with all genes there before genes are left out: "
                "adata.raw = adata"
            )
            + "."
        )
    return matrix_of(adata, raw=True)


def layers_of(adata: AnnData) -> list[str]:
    """The layers by name. Newer anndata lists X among them, under the key None."""
    return [name for name in adata.layers if name is not None]


def _known_layer(adata: AnnData, layer: str) -> str:
    if layer not in adata.layers:
        here = f"Without {option('layer')}, X is read."
        raise unknown("layer", layer, layers_of(adata), remedy=here)
    return layer


def _pick(
    adata: AnnData, accepts: Collection[MatrixKind] | None, *, may_be_raw: bool
) -> ExpressionMatrix:
    """X where it can be used, else raw or a layer that can."""
    x = None if adata.X is None else as_on_record(adata, matrix_of(adata))
    if x is not None:
        has_others = adata.raw is not None or len(layers_of(adata)) > 0
        if min(x.n_obs, x.n_vars) == 0 or (accepts is None and not has_others):
            return x
        if _is_usable(x, accepts):
            return x
    others = list(_others(adata, may_be_raw=may_be_raw))
    for other in others:
        if other.name != "X" and _holds_usable(other, accepts):
            why = "is empty" if x is None else x.kind.looks
            note(f"X {why}, so {other.name} is read")
            return other
    if x is None:
        raise _no_matrix(adata, others) if adata.n_vars else _no_genes("there are none")
    # Raw is where the values from before scaling are kept: what it holds is what is wrong.
    scaled = [other for other in others if other.name == "raw.X" and x.kind in NEGATIVE]
    return scaled[0] if scaled else x


def _is_usable(matrix: ExpressionMatrix, accepts: Collection[MatrixKind] | None) -> bool:
    return matrix.kind not in NEGATIVE if accepts is None else matrix.kind in accepts


def _holds_usable(matrix: ExpressionMatrix, accepts: Collection[MatrixKind] | None) -> bool:
    """The same of a matrix that nobody asked for: one that cannot be read is passed over."""
    try:
        return min(matrix.n_obs, matrix.n_vars) > 0 and _is_usable(matrix, accepts)
    except InputError:
        return False


def _others(adata: AnnData, *, may_be_raw: bool) -> Iterator[ExpressionMatrix]:
    if may_be_raw and adata.raw is not None:
        yield matrix_of(adata, raw=True)
    for name in (*keys.LOGGED_LAYERS, *keys.COUNT_LAYERS):
        if name in adata.layers:
            yield matrix_of(adata, name)


def _no_matrix(adata: AnnData, others: list[ExpressionMatrix]) -> InputError:
    layers = layers_of(adata)
    if not layers and not others:
        return InputError("X is empty, and there are no layers and no raw. Put expression into X.")
    found = "; ".join(f"{other.name} {other.kind.looks}" for other in others)
    fills = any(other.kind.adds_up or other.kind is MatrixKind.LINEAR for other in others)
    first = remedy(python="Run tme.pp.prepare(adata), which fills X, or name") if fills else ""
    return InputError(
        f"X is empty{f', and {found}' if found else ''}. {first or 'Name'} the matrix to read "
        f"with {option('layer')}; layers: {listing(layers) or 'none'}."
    )


def _check_shape(matrix: ExpressionMatrix) -> None:
    if matrix.n_obs == 0:
        raise InputError(f"Expected cells, found 0 cells × {counted(matrix.n_vars, 'gene')}.")
    if matrix.n_vars == 0:
        raise _no_genes(f"{matrix.name} has none")


def _no_genes(found: str) -> NoGenesError:
    return NoGenesError(f"Expected cells × genes; {found}, so nothing can be read of expression.")
