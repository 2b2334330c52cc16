"""What to do about values that cannot be used, on the matrix that was read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

import scipy.sparse as sp

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError
from tmeatlas._values import MatrixKind


class Read(Protocol):
    """The matrix that was read, as far as it is spoken of."""

    @property
    def source(self) -> Any:
        """In its storage."""

    @property
    def name(self) -> str:
        """Where it is."""

    @property
    def layer(self) -> str | None:
        """Which layer, where it is one."""

    @property
    def kind(self) -> MatrixKind:
        """What it holds."""


NOTE = (
    "If the values are log-transformed, note it as scanpy does: "
    f"adata.uns[{keys.LOG1P!r}] = {{'base': None}}."
)


def wrong_kind(matrix: Read, accepts: Collection[MatrixKind], needed_by: str) -> InputError:
    """The error for a matrix whose values the caller cannot use."""
    *first, last = [kind.label for kind in MatrixKind if kind in accepts]
    wanted = f"{', '.join(first)} or {last}" if first else last
    return InputError(
        f"{needed_by} needs {wanted}; {matrix.name} {matrix.kind.looks}. "
        f"{_what_to_do(matrix, accepts)}"
    )


def _what_to_do(matrix: Read, accepts: Collection[MatrixKind]) -> str:
    kind = matrix.kind
    if kind is MatrixKind.CORRECTED:
        return _clip(matrix)
    if kind is MatrixKind.SCALED:
        return before(matrix)
    if kind is MatrixKind.BINARY:
        return f"Start from the counts, or name another matrix with {option('layer')}."
    if kind is MatrixKind.LOGNORM:
        return (
            f"Name the matrix with the counts by {option('layer')}"
            f"{remedy(python=f', or keep them in adata.layers[{keys.COUNTS!r}]')}."
        )
    if kind is MatrixKind.ROOTED:
        squares = "power(2)" if sp.issparse(matrix.source) else "astype(float) ** 2"
        return remedy(
            python=f"Square them first: {_set_to(matrix, squares)}",
            shell=f"Square them first, or name another matrix with {option('layer')}.",
        )
    if MatrixKind.LOGNORM not in accepts:
        return f"Name the matrix with the counts by {option('layer')}."
    named = f"or name the right matrix with {option('layer')}."
    return remedy(
        python=f"Run {_prepare(matrix)} first, {named} {_note(matrix)}".rstrip(),
        shell=f"Log-normalise them, {named}",
    )


def _note(matrix: Read) -> str:
    return NOTE if matrix.kind is MatrixKind.LINEAR and matrix.name in ("X", "raw.X") else ""


def _prepare(matrix: Read) -> str:
    if matrix.name == "raw.X":
        return "adata = adata.raw.to_adata(); tme.pp.prepare(adata)"
    layer = f", layer={matrix.layer!r}" if matrix.layer is not None else ""
    return f"tme.pp.prepare(adata{layer})"


def below_zero(matrix: Read, lowest: float) -> InputError:
    """The error for negative values, as scaling and the correction of batches leave them."""
    found = f"{matrix.name} holds negative values (lowest {lowest:.3g})"
    if matrix.kind is MatrixKind.SCALED:
        return InputError(
            f"{found}, so it looks scaled; expected counts or log-normalised expression. "
            f"{before(matrix)}"
        )
    return InputError(
        f"{found}, few and small, as the correction of batches or imputation leaves them. "
        f"{_clip(matrix)}"
    )


def before(matrix: Read) -> str:
    """Where the values from before scaling may be."""
    raw = "" if matrix.name == "raw.X" else " or adata.raw"
    return (
        f"Choose the unscaled matrix with {option('layer')}"
        f"{remedy(python=f', or put it into a layer{raw}')}; start again from counts where "
        "there is none."
    )


def _clip(matrix: Read) -> str:
    """Few values slightly below 0 say that a gene is not expressed: they can be 0."""
    to_zero = "maximum(0)" if sp.issparse(matrix.source) else "clip(min=0)"
    return "No method takes values below 0; these mean none, so " + remedy(
        python=f"set them to 0: {_set_to(matrix, to_zero)}",
        shell=f"set them to 0, or name another matrix with {option('layer')}.",
    )


def _set_to(matrix: Read, call: str) -> str:
    if matrix.name == "raw.X":
        return f"adata = adata.raw.to_adata(); adata.X = adata.X.{call}"
    place = "X" if matrix.layer is None else f"layers[{matrix.layer!r}]"
    return f"adata.{place} = adata.{place}.{call}"
