"""The only reader of expression matrices: dense, CSR, CSC, backed and dask, in row blocks.

Everything that looks at expression asks :func:`open_matrix` for an
:class:`ExpressionMatrix` and iterates over its row blocks, so that memory is
bounded by the block and every kind of storage gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._log import logger
from tmeatlas._values import MatrixKind
from tmeatlas.matrix._kind import guess_kind
from tmeatlas.matrix._stacking import stacked_columns

BLOCK_ROWS = 4096
SAMPLE_RANGES = 8
SAMPLE_ROWS = 50


@dataclass(frozen=True)
class RowBlock:
    """Rows `start` to `stop` as canonical CSR: float32 values, int32 indices, no stored zeros."""

    start: int
    stop: int
    matrix: sp.csr_matrix


@dataclass(frozen=True, eq=False)
class ExpressionMatrix:
    """Cells × genes, whatever the storage, read in row blocks."""

    source: Any
    genes: pd.Index
    name: str
    """Where it comes from, for messages: `X`, `layers['counts']` or `raw.X`."""
    said_logged: bool = False
    """Whether `uns` notes that the values are log-transformed, as scanpy does."""
    _reading: Lock = field(default_factory=Lock, init=False, repr=False)

    @property
    def n_obs(self) -> int:
        """Number of cells."""
        return int(self.source.shape[0])

    @property
    def n_vars(self) -> int:
        """Number of genes."""
        return int(self.source.shape[1])

    @cached_property
    def kind(self) -> MatrixKind:
        """What the values are, judged from evenly spaced ranges of rows.

        The same rows whatever the storage; ranges, because backed and lazy
        storage reads scattered rows badly.
        """
        last = max(0, self.n_obs - SAMPLE_ROWS)
        starts = np.unique(np.linspace(0, last, SAMPLE_RANGES).astype(np.int64))
        stops = np.minimum(starts + SAMPLE_ROWS, np.append(starts[1:], self.n_obs))
        source = self._rowwise
        ranges = [
            _as_csr(_rows(source, int(start), int(stop)))
            for start, stop in zip(starts, stops, strict=True)
        ]
        return guess_kind(sp.vstack(ranges, format="csr"), said_logged=self.said_logged)

    def block(self, start: int, stop: int) -> RowBlock:
        """The rows from `start` to before `stop`; several threads may ask at a time.

        Raises InputError where a value is NaN, infinite or negative.
        """
        source = self._rowwise
        if _is_in_memory(source):
            rows = _rows(source, start, stop)
        else:
            # Files and task graphs are not made to be read by several threads.
            with self._reading:
                rows = _rows(source, start, stop)
        matrix = _as_csr(rows)
        if self._has_zeros(matrix):
            matrix = matrix.copy()
            matrix.eliminate_zeros()
        return RowBlock(start, stop, matrix)

    def blocks(self, size: int = BLOCK_ROWS) -> Iterator[RowBlock]:
        """All row blocks, one after the other."""
        for start in range(0, self.n_obs, size):
            yield self.block(start, min(start + size, self.n_obs))

    def columns(self, index: np.ndarray) -> sp.csc_matrix:
        """The genes at `index`, all cells, as CSC float32."""
        if len(index) == 0:
            return sp.csc_matrix((self.n_obs, 0), dtype=np.float32)
        parts = (block.matrix[:, index] for block in self.blocks())
        return stacked_columns(parts, (self.n_obs, len(index)))

    @cached_property
    def _rowwise(self) -> Any:
        # Slicing rows out of CSC costs a full pass per block: convert once instead.
        if sp.issparse(self.source) and self.source.format == "csc":
            return self.source.tocsr()
        return self.source

    def _has_zeros(self, matrix: sp.csr_matrix) -> bool:
        """Whether zeros are among the stored values; raises where a value cannot be used."""
        from tmeatlas.matrix._value_kernel import all_positive

        if all_positive(matrix.data.view(np.uint32)):
            return False
        low, high = matrix.data.min(), matrix.data.max()
        if not (np.isfinite(low) and np.isfinite(high)):
            raise InputError(
                f"{self.name} holds NaN or infinite values; expected counts or log-normalised "
                "expression. Replace them, or choose another matrix with `layer=`."
            )
        if low < 0:
            raise InputError(
                f"{self.name} holds negative values (lowest {low:.3g}), so it looks scaled; "
                "expected counts or log-normalised expression. Choose the unscaled matrix with "
                "`layer=`, or keep it in `adata.raw` before scaling."
            )
        return True


def _is_in_memory(source: Any) -> bool:
    return isinstance(source, np.ndarray) or sp.issparse(source)


def _rows(source: Any, start: int, stop: int) -> Any:
    if sp.issparse(source) and source.format == "csr":
        return _csr_view(source, start, stop)
    rows = source[start:stop]
    return rows.compute() if hasattr(rows, "compute") else rows


def _csr_view(source: Any, start: int, stop: int) -> sp.csr_matrix:
    """Rows of a CSR matrix in memory, sharing its values and indices."""
    first, last = source.indptr[start], source.indptr[stop]
    rows = sp.csr_matrix((stop - start, source.shape[1]), dtype=source.dtype)
    rows.data = source.data[first:last]
    rows.indices = source.indices[first:last]
    rows.indptr = source.indptr[start : stop + 1] - first
    # scipy checks the whole matrix once and remembers; slices would each be checked again.
    rows.has_canonical_format = source.has_canonical_format
    return rows


def _as_csr(rows: Any) -> sp.csr_matrix:
    """A block as CSR float32, sorted and without duplicates; the input is never changed."""
    # scipy's constructor copies slices of a larger array; a block that fits is taken as it is.
    fits = isinstance(rows, sp.csr_matrix) and rows.dtype == np.float32
    matrix = rows if fits else sp.csr_matrix(rows, dtype=np.float32)
    shares_memory = matrix is rows or (sp.issparse(rows) and rows.format == "csr")
    if not matrix.has_canonical_format:
        matrix = matrix.copy() if shares_memory else matrix
        matrix.sum_duplicates()
    return matrix


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
        Empty data, gene names given twice, values of the wrong kind, or no
        `adata.raw` where it is asked for.
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
    return ExpressionMatrix(adata.raw.X, adata.raw.var_names, "raw.X", keys.LOG1P in adata.uns)


def _pick(adata: AnnData, layer: str | None, *, may_be_raw: bool) -> ExpressionMatrix:
    if layer is not None:
        if layer not in adata.layers:
            # Newer anndata lists X among the layers, under the key None.
            names = [name for name in adata.layers if name is not None]
            raise unknown("layer", layer, names, remedy="`layer=None` reads X.")
        return ExpressionMatrix(adata.layers[layer], adata.var_names, f"layers[{layer!r}]")
    if adata.X is None:
        raise InputError("`adata.X` is empty. Name the matrix to read with `layer=`.")
    matrix = ExpressionMatrix(adata.X, adata.var_names, "X", keys.LOG1P in adata.uns)
    if not may_be_raw or adata.raw is None or matrix.n_obs == 0 or matrix.n_vars == 0:
        return matrix
    if matrix.kind is not MatrixKind.SCALED:
        return matrix
    logger.info("X looks scaled; reading the values from before scaling in adata.raw")
    return _raw(adata, None)


def _check_shape(matrix: ExpressionMatrix) -> None:
    if matrix.n_obs == 0 or matrix.n_vars == 0:
        raise InputError(
            f"Expected cells and genes, found {matrix.n_obs} cells × {matrix.n_vars} genes."
        )
    if not matrix.genes.is_unique:
        twice = list(dict.fromkeys(matrix.genes[matrix.genes.duplicated()]))
        raise InputError(
            f"Gene names must be unique; given more than once: {listing(twice, limit=5)}. "
            "Call adata.var_names_make_unique(), or merge the duplicates, first."
        )
