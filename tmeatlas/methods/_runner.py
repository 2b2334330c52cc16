"""Row blocks through a pool of threads, or through the workers of a cluster.

The kernels are compiled, serial and free of the GIL. Each block is scored by
itself and written to its own rows, so that neither the size of the blocks nor
the number of threads can change a result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas._threads import n_threads
from tmeatlas.methods._rows import SparseRows, sparse_rows

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix, Part, RowBlock

T = TypeVar("T")

BLOCK_ROWS = 1024
"""Small enough that a few blocks in flight stay near 100 MB at 5,000 genes per cell."""

FEW_ROWS = 64
"""Not worth sharing among threads."""

BLOCK_NUMBERS = 1 << 21
"""Most numbers of a block of scores: 16 MB."""


def score_rows(
    matrix: ExpressionMatrix,
    score_block: Callable[[SparseRows], NDArray[np.floating]],
    n_columns: int,
) -> NDArray[np.float32]:
    """Stack `score_block` of every row block."""
    scores = np.empty((matrix.n_obs, n_columns), dtype=np.float32)

    def scored(block: RowBlock) -> NDArray[np.float32]:
        rows = sparse_rows(block)
        return checked(score_block(rows), (rows.n_rows, n_columns)).astype(np.float32)

    for part in work_through(matrix, scored, n_columns=n_columns):
        scores[part.start : part.stop] = part.found
    return scores


def checked(scores: NDArray[np.floating], shape: tuple[int, int]) -> NDArray[np.floating]:
    """Scores of a block as they were given, unless they are not one per row and signature."""
    found = getattr(scores, "shape", ())
    if not isinstance(scores, np.ndarray) or found != shape:
        raise InputError(
            f"Expected an array of {counted(shape[0], 'row')} × {counted(shape[1], 'signature')} "
            "from the method, found "
            f"{type(scores).__name__} of shape {found}. Mind what its `prepare` returns."
        )
    return scores


def work_through(
    matrix: ExpressionMatrix,
    work: Callable[..., T],
    *,
    n_columns: int,
    along: Sequence[NDArray[Any]] = (),
) -> Iterator[Part[T]]:
    """What `work` gives for every row block, and its part of each array in `along`, in order.

    Each thread reads its blocks itself; no more of them are held than there are
    threads. Blocks have fewer rows where many columns are computed, and where
    few cells are to be shared among the threads. On a cluster its workers do it.
    """
    from tmeatlas.matrix import map_blocks

    threads = n_threads()
    shared = max(FEW_ROWS, matrix.n_obs // (2 * threads))
    most = int(np.clip(BLOCK_NUMBERS // n_columns, 1, min(BLOCK_ROWS, shared)))
    return map_blocks(matrix, work, most=most, along=along, threads=threads)


def gene_means(matrix: ExpressionMatrix) -> NDArray[np.float64]:
    """Mean of each gene over all cells, added up in float64, cell after cell.

    Adding in the order of the cells keeps the sums the same for every block
    size. On a cluster it is that of the chunks, which can change the last digit.
    """
    from tmeatlas.matrix import fold_blocks

    none = partial(np.zeros, matrix.n_vars)
    return fold_blocks(matrix, none, _add_sums, np.add, most=BLOCK_ROWS) / matrix.n_obs


def _add_sums(sums: NDArray[np.float64], block: RowBlock) -> None:
    from tmeatlas.methods._linear_kernel import add_gene_sums

    rows = sparse_rows(block)
    add_gene_sums(rows.values, rows.indices, sums)


def detected_genes(matrix: ExpressionMatrix) -> NDArray[np.bool_]:
    """Whether a gene is seen in any cell."""
    from tmeatlas.matrix import fold_blocks

    none = partial(np.zeros, matrix.n_vars, dtype=np.bool_)
    return fold_blocks(matrix, none, _mark, np.logical_or, most=BLOCK_ROWS)


def _mark(seen: NDArray[np.bool_], block: RowBlock) -> None:
    from tmeatlas.methods._linear_kernel import mark_genes

    mark_genes(sparse_rows(block).indices, seen)
