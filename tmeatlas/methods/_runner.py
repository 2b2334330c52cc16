"""Row blocks through a pool of threads.

The kernels are compiled, serial and free of the GIL. Each block is scored by
itself and written to its own rows, so that neither the size of the blocks nor
the number of threads can change a result.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas._threads import n_threads, pool_of
from tmeatlas.methods._rows import SparseRows, sparse_rows

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix, RowBlock

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

    def work(start: int, stop: int, rows: SparseRows) -> None:
        scores[start:stop] = checked(score_block(rows), (rows.n_rows, n_columns))

    work_through(matrix, work, n_columns=n_columns)
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
    work: Callable[[int, int, SparseRows], None],
    *,
    n_columns: int,
) -> None:
    """Call `work` with the first row, the last and the values of every row block.

    Each thread reads its blocks itself; no more of them are held than there are
    threads. Blocks have fewer rows where many columns are computed, and where
    few cells are to be shared among the threads.
    """
    threads = n_threads()
    shared = max(FEW_ROWS, matrix.n_obs // (2 * threads))
    rows_per_block = int(
        np.clip(BLOCK_NUMBERS // n_columns, 1, min(BLOCK_ROWS, matrix.block_rows, shared))
    )

    def task(start: int) -> None:
        block = matrix.block(start, min(start + rows_per_block, matrix.n_obs))
        work(block.start, block.stop, sparse_rows(block))

    with pool_of(threads) as pool:
        for _ in pool.map(task, range(0, matrix.n_obs, rows_per_block)):
            pass  # raises what the task raised, and calls off the blocks after it


def gene_means(matrix: ExpressionMatrix) -> NDArray[np.float64]:
    """Mean of each gene over all cells, added up in float64, cell after cell.

    Adding in the order of the cells keeps the sums the same for every block
    size; the sums of one block are added while the next is read.
    """
    from tmeatlas.methods._linear_kernel import add_gene_sums

    sums = np.zeros(matrix.n_vars)
    _visit_rows(matrix, lambda rows: add_gene_sums(rows.values, rows.indices, sums))
    return sums / matrix.n_obs


def detected_genes(matrix: ExpressionMatrix) -> NDArray[np.bool_]:
    """Whether a gene is seen in any cell."""
    from tmeatlas.methods._linear_kernel import mark_genes

    seen = np.zeros(matrix.n_vars, dtype=np.bool_)
    _visit_rows(matrix, lambda rows: mark_genes(rows.indices, seen))
    return seen


def _visit_rows(matrix: ExpressionMatrix, visit: Callable[[SparseRows], None]) -> None:
    """Call `visit` for each row block, one after the other, while the next is read."""

    def work(block: RowBlock) -> None:
        visit(sparse_rows(block))

    running: Future[None] | None = None
    with ThreadPoolExecutor(1) as pool:
        for block in matrix.blocks(BLOCK_ROWS):
            if running is not None:
                running.result()
            running = pool.submit(work, block)
        if running is not None:
            running.result()
