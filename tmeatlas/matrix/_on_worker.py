"""What is sent to the workers of a cluster: how chunks are read, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._values import MatrixKind
from tmeatlas.matrix._expression import ExpressionMatrix, RowBlock
from tmeatlas.matrix._logarithms import Logarithm
from tmeatlas.matrix._storage import is_in_memory
from tmeatlas.matrix._structure import as_csr

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True)
class Part(Generic[T]):
    """What a function gives for a block of rows."""

    start: int
    stop: int
    found: T


@dataclass(frozen=True, eq=False)
class Reading:
    """How the rows of a matrix are read, without the matrix."""

    name: str
    kind: MatrixKind
    columns_read: NDArray[np.intp] | None
    taken: Logarithm | None

    @classmethod
    def like(cls, matrix: ExpressionMatrix) -> Reading:
        return cls(matrix.name, matrix.kind, matrix.columns_read, matrix.taken)

    def of(self, chunk: Any) -> ExpressionMatrix:
        """The matrix of one chunk, whose rows are counted from its own first."""
        chunk = chunk if is_in_memory(chunk) else as_csr(chunk, self.name)
        made = ExpressionMatrix(
            chunk, pd.Index([]), self.name, columns_read=self.columns_read, taken=self.taken
        )
        made.__dict__.update(kind=self.kind)
        return made


@dataclass(frozen=True, eq=False)
class Work:
    """What is done with each chunk of rows of some matrices, and of columns along them."""

    readings: Sequence[Reading]
    edges: NDArray[np.int64]
    """First row of each chunk."""
    most: int
    """Rows of a block."""
    take: Callable[[Iterator[tuple[Any, ...]]], Any]
    """Called with the blocks of a chunk, each with its part of the columns."""

    def __call__(self, number: int, *given: Any) -> Any:
        return self.take(self._blocks(int(self.edges[number]), given))

    def _blocks(self, first: int, given: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        n = len(self.readings)
        parts = [reading.of(chunk) for reading, chunk in zip(self.readings, given[:n], strict=True)]
        for start in range(0, parts[0].n_obs, self.most):
            stop = min(start + self.most, parts[0].n_obs)
            rows = (part.block(start, stop).matrix for part in parts)
            blocks = (RowBlock(first + start, first + stop, each) for each in rows)
            yield (*blocks, *(column[start:stop, 0] for column in given[n:]))


@dataclass(frozen=True)
class Each(Generic[T]):
    """A function of each block."""

    function: Callable[..., T]

    def __call__(self, blocks: Iterator[tuple[Any, ...]]) -> list[Part[T]]:
        return [Part(each[0].start, each[0].stop, self.function(*each)) for each in blocks]


@dataclass(frozen=True)
class Sum(Generic[S]):
    """What is gathered over the blocks."""

    start: Callable[[], S]
    add: Callable[..., None]

    def __call__(self, blocks: Iterator[tuple[Any, ...]]) -> S:
        whole = self.start()
        for each in blocks:
            self.add(whole, *each)
        return whole
