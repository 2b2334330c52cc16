"""The only reader of expression matrices, in row blocks, whatever the storage.

Everything that looks at expression asks `open_matrix` for an
:class:`ExpressionMatrix` and iterates over its row blocks, so that memory is
bounded by the block and every kind of storage gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._settings import settings
from tmeatlas._values import MatrixKind
from tmeatlas.genes import UnderstoodNames
from tmeatlas.matrix._chunks import read_together
from tmeatlas.matrix._kind import factor_of, judge
from tmeatlas.matrix._logarithms import Logarithm
from tmeatlas.matrix._mixed import check_block, find_mixture, refuse_mixture
from tmeatlas.matrix._remedies import below_zero
from tmeatlas.matrix._stacking import stacked_columns
from tmeatlas.matrix._storage import by_rows, is_in_memory, rows_of

BLOCK_ROWS = 4096
VALUE_BYTES = 8
"""Of a stored value and its index."""
BLOCKS_HELD = 4
"""Of what a block may hold, so many parts are taken: copies are made on the way."""
LOGGED = "log1p of "
SHARED = ("_sampled", "_rowwise", "_reading")
"""Read already, of two views of one matrix; chunks that both hold are read by one thread at a
time."""
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
    """The genes by the names that they are looked for: symbols as far as known, each once."""
    name: str
    """Where it comes from, for messages: `X`, `layers['counts']` or `raw.X`."""
    said_logged: bool = False
    """Whether `uns` notes that the values are log-transformed, as scanpy does."""
    columns_read: NDArray[np.intp] | None = None
    """Columns of `source` that are read, in the order of `genes`; all of them by default."""
    set_aside: str = ""
    """What the other columns are, in words."""
    layer: str | None = None
    """Which layer it is, where it is one."""
    is_asked: bool = False
    """Whether the caller named it, rather than that it was found."""
    obs: pd.DataFrame | None = None
    """What the cells are called, for messages."""
    understood: UnderstoodNames | None = None
    """How `genes` were read from the labels, where they were."""
    taken: Logarithm | None = None
    """How log-normalised values are made of the stored ones, where those are read instead."""
    _reading: Lock = field(default_factory=Lock, init=False, repr=False)

    @property
    def names(self) -> UnderstoodNames:
        """The genes by both names, and how the one was read from the other."""
        return self.understood or UnderstoodNames(self.genes, self.genes)

    @property
    def labels(self) -> pd.Index:
        """The genes as the user has them, as in `var_names`."""
        return self.names.labels

    @property
    def n_obs(self) -> int:
        """Number of cells."""
        return int(self.source.shape[0])

    @property
    def n_vars(self) -> int:
        """Number of genes."""
        return int(self.source.shape[1]) if self.columns_read is None else len(self.columns_read)

    @cached_property
    def kind(self) -> MatrixKind:
        """What the values are, judged from evenly spaced ranges of rows.

        The same rows whatever the storage; ranges, because backed and lazy
        storage reads scattered rows badly. Raises InputError where they are of
        different kinds.
        """
        if self.taken is not None:
            return MatrixKind.LOGNORM
        sample, numbers = self._sampled
        kind, steps = judge(sample, said_logged=self.said_logged)
        mixture = None if steps is None else find_mixture(sample, steps)
        if mixture is not None:
            raise refuse_mixture(self.name, mixture.at(numbers), self.obs)
        return kind

    @cached_property
    def factor(self) -> float:
        """What brings linear shares to 10,000 per cell; 1 for all other values."""
        return factor_of(self._sampled[0]) if self.kind is MatrixKind.LINEAR else 1.0

    @property
    def logarithm(self) -> Logarithm:
        """How log-normalised values are made of these, which are none."""
        return Logarithm(self.kind, self.factor)

    @property
    def is_in_memory(self) -> bool:
        """Whether all of it is, rather than in a file or a task graph."""
        return is_in_memory(self.source)

    def logged(self, taken: Logarithm | None = None) -> ExpressionMatrix:
        """The same matrix, of which log-normalised values are read, made block by block.

        `taken` says how, where that is known from elsewhere than the values.
        """
        view = replace(self, name=f"{LOGGED}{self.name}", taken=taken or self.logarithm)
        view.__dict__.update({name: getattr(self, name) for name in SHARED})
        return view

    def of_values(self, values: Any) -> ExpressionMatrix:
        """The same genes of log-normalised values that were made of this matrix."""
        made = replace(self, source=values)
        made.__dict__.update(kind=MatrixKind.LOGNORM)
        return made

    def as_stored(self) -> ExpressionMatrix:
        """What log-normalised values are made of as they are read; itself where they are not."""
        if self.taken is None:
            return self
        stored = replace(self, name=self.name.removeprefix(LOGGED), taken=None)
        shared = {name: getattr(self, name) for name in SHARED}
        stored.__dict__.update(shared, kind=self.taken.kind, factor=self.taken.factor)
        return stored

    def read_with(self, other: ExpressionMatrix | None) -> AbstractContextManager[None]:
        """A block in which rows of `other` are asked for after the same rows of this one."""
        return read_together(self._rowwise, None if other is None else other._rowwise)

    @cached_property
    def block_rows(self) -> int:
        """Rows of a block: fewer where cells show so much that blocks would not fit into memory."""
        sample = self._sampled[0]
        row_bytes = VALUE_BYTES * max(1, sample.nnz) / max(1, sample.shape[0])
        return int(np.clip(settings.block_bytes / BLOCKS_HELD / row_bytes, 1, BLOCK_ROWS))

    @cached_property
    def _sampled(self) -> tuple[sp.csr_matrix, NDArray[np.intp]]:
        """Rows by which the values are judged, and their numbers."""
        last = max(0, self.n_obs - SAMPLE_ROWS)
        starts = np.unique(np.linspace(0, last, SAMPLE_RANGES).astype(np.int64))
        stops = np.minimum(starts + SAMPLE_ROWS, np.append(starts[1:], self.n_obs))
        ends = list(zip(starts.tolist(), stops.tolist(), strict=True))
        numbers = np.concatenate([np.arange(*each) for each in ends])
        sample = sp.vstack([self._rows(*each) for each in ends], format="csr")
        if not np.all(sample.data):
            sample = sample.copy()  # it may share memory with the data
            sample.eliminate_zeros()
        return sample, numbers

    def block(self, start: int, stop: int) -> RowBlock:
        """The rows from `start` to before `stop`; several threads may ask at a time.

        Raises InputError where a value is NaN, infinite or negative, an index is of no
        gene, or cells are of another kind than those by which :attr:`kind` was told.
        """
        kind = self.kind if self.taken is None else self.taken.kind
        matrix = self._rows(start, stop)
        if self._has_zeros(matrix):
            matrix = matrix.copy()
            matrix.eliminate_zeros()
        check_block(self.name, matrix, kind, start, self.obs)
        if self.taken is not None:
            matrix = self.taken.of_rows(matrix)
        return RowBlock(start, stop, matrix)

    def blocks(self, most: int = BLOCK_ROWS) -> Iterator[RowBlock]:
        """All row blocks, one after the other."""
        size = min(most, self.block_rows)
        for start in range(0, self.n_obs, size):
            yield self.block(start, min(start + size, self.n_obs))

    def columns(self, index: np.ndarray) -> sp.csc_matrix:
        """The genes at `index`, all cells, as CSC float32."""
        if len(index) == 0:
            return sp.csc_matrix((self.n_obs, 0), dtype=np.float32)
        parts = (block.matrix[:, index] for block in self.blocks())
        return stacked_columns(parts, (self.n_obs, len(index)))

    def _rows(self, start: int, stop: int) -> sp.csr_matrix:
        source = self._rowwise
        if is_in_memory(source):
            rows = rows_of(source, start, stop, self.name)
        else:
            # Files and task graphs are not made to be read by several threads.
            with self._reading:
                rows = rows_of(source, start, stop, self.name)
        if self.columns_read is None:
            return rows
        chosen = rows[:, self.columns_read]
        chosen.sort_indices()
        return chosen

    @cached_property
    def _rowwise(self) -> Any:
        return by_rows(self.source, self.name)

    def _has_zeros(self, matrix: sp.csr_matrix) -> bool:
        """Whether zeros are among the stored values; raises where a value cannot be used."""
        from tmeatlas.matrix._value_kernel import all_positive

        if all_positive(matrix.data.view(np.uint32)):
            return False
        low, high = matrix.data.min(), matrix.data.max()
        if not (np.isfinite(low) and np.isfinite(high)):
            raise InputError(
                f"{self.name} holds NaN or infinite values; expected counts or log-normalised "
                f"expression. Replace them, or choose another matrix with {option('layer')}."
            )
        if low < 0:
            raise below_zero(self, float(low))
        return True
