"""What is on record of an X that stays in its file: how log-normalised values are made of it.

Told once, of all cells: a part of them can look like another kind of values, and totals of cells
are no longer known where genes were left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._log import note
from tmeatlas._text import counted
from tmeatlas._values import MatrixKind
from tmeatlas.matrix._expression import ExpressionMatrix
from tmeatlas.matrix._logarithms import TO_BE_LOGGED, Logarithm


def record_of_logarithms(matrix: ExpressionMatrix) -> dict[str, Any]:
    """What is to be on record where log-normalised values are read of this matrix."""
    taken = matrix.taken or matrix.logarithm
    return {
        keys.X_IS_LOGGED: True,
        keys.X_KIND: taken.kind.value,
        keys.X_FACTOR: taken.factor,
        keys.X_GENES: int(matrix.source.shape[1]),
    }


def as_on_record(adata: AnnData, x: ExpressionMatrix) -> ExpressionMatrix:
    """X; its logarithms, where `pp.prepare` left it as it is in a file and said so."""
    record = _record(adata)
    if not record or x.kind not in TO_BE_LOGGED:
        return x
    try:
        n_genes = int(record[keys.X_GENES])
        taken = Logarithm(MatrixKind(str(record[keys.X_KIND])), float(record[keys.X_FACTOR]))
    except (KeyError, TypeError, ValueError):
        return x
    if n_genes != x.source.shape[1]:
        note(
            f"X {x.kind.looks}, and is read as that: pp.prepare was told of "
            f"{counted(n_genes, 'gene')}, and there are {x.source.shape[1]:,}"
        )
        return x
    # Counts that are none any more were replaced, and are what they look like.
    is_replaced = taken.kind is MatrixKind.COUNTS and x.kind is not MatrixKind.COUNTS
    return x.logged(None if is_replaced else taken)


def said_of_logarithms(adata: AnnData) -> dict[str, str]:
    """What is on record of them, as text; nothing where X is read as it is."""
    names = (keys.X_KIND, keys.X_FACTOR, keys.X_GENES)
    record = _record(adata)
    return {name: str(record.get(name, "")) for name in names} if record else {}


def _record(adata: AnnData) -> Mapping[str, Any]:
    """The record; empty where none says that log-normalised values are read."""
    try:
        record: Mapping[str, Any] = adata.uns[keys.META][keys.PREPARE][keys.PROVENANCE]
        return record if bool(record[keys.X_IS_LOGGED]) else {}
    except (KeyError, TypeError, IndexError, ValueError):
        return {}
