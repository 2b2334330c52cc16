"""What is done with each block of rows: in this process, or on the workers that read it.

A function of blocks has to be one that can be pickled, and looks up its kernels when it is called:
those that a closure holds would be compiled anew on each worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tmeatlas._cluster import cluster_of
from tmeatlas._errors import InputError, TMEError
from tmeatlas._threads import pool_of
from tmeatlas.matrix._chunks import unread
from tmeatlas.matrix._expression import BLOCK_ROWS, ExpressionMatrix
from tmeatlas.matrix._on_worker import Each, Part, Reading, Sum, Work
from tmeatlas.matrix._workers import CHUNK, Tasks

T = TypeVar("T")
S = TypeVar("S")


def map_blocks(
    matrix: ExpressionMatrix,
    function: Callable[..., T],
    *,
    most: int = BLOCK_ROWS,
    beside: ExpressionMatrix | None = None,
    along: Sequence[NDArray[Any]] = (),
    threads: int = 1,
) -> Iterator[Part[T]]:
    """What `function` gives for each block of rows, in their order.

    It is called with the block; with that of `beside`, the same cells of another matrix; and
    with the block's part of each array in `along`, which have an entry per cell. Several
    `threads` read and work at a time. Where the matrix is a task graph and dask's scheduler a
    cluster, that is done on the workers, and what the function gives comes back.
    """
    matrices = [matrix] if beside is None else [matrix, beside]
    client = cluster_of(*(each.source for each in matrices))
    if client is not None:
        with _told(matrices):
            for parts in _tasks(client, matrices, along, most, Each(function)).results():
                yield from parts
        return

    def part(start: int) -> Part[T]:
        stop = min(start + size, matrix.n_obs)
        blocks = [each.block(start, stop) for each in matrices]
        return Part(start, stop, function(*blocks, *(each[start:stop] for each in along)))

    # As many blocks are in hand as there are threads.
    size = min(most, max(1, matrix.block_rows * 4 // max(4, 2 * threads)))
    starts = range(0, matrix.n_obs, size)
    with matrix.read_with(beside):
        if threads == 1:
            yield from map(part, starts)
            return
        with pool_of(threads) as pool:
            # What one raises is raised here, and calls off the blocks after it.
            yield from pool.map(part, starts)


def fold_blocks(
    matrix: ExpressionMatrix,
    start: Callable[[], S],
    add: Callable[..., None],
    merge: Callable[[S, S], S],
    *,
    most: int = BLOCK_ROWS,
    along: Sequence[NDArray[Any]] = (),
) -> S:
    """What is gathered over all blocks of rows.

    `start` gives what is there before the first, `add` is called with it, a block and the
    block's part of each array in `along`, and changes it. In this process blocks are added one
    after the other, each while the next is read. On a cluster those of a chunk are, and
    `merge` joins what was found of the chunks, on the workers.
    """
    client = cluster_of(matrix.source)
    if client is not None:
        with _told([matrix]):
            found: S = _tasks(client, [matrix], along, most, Sum(start, add)).merged(merge)
        return found
    whole = start()
    running: Future[None] | None = None
    with ThreadPoolExecutor(1) as pool:
        for block in matrix.blocks(most):
            if running is not None:
                running.result()
            beside = [each[block.start : block.stop] for each in along]
            running = pool.submit(add, whole, block, *beside)
        if running is not None:
            running.result()
    return whole


def _tasks(
    client: Any,
    matrices: list[ExpressionMatrix],
    along: Sequence[NDArray[Any]],
    most: int,
    take: Callable[[Iterator[tuple[Any, ...]]], Any],
) -> Tasks:
    most = min(most, *(each.block_rows for each in matrices))
    work = Work([Reading.like(each) for each in matrices], _edges(matrices[0])[:-1], most, take)
    return Tasks(client, [each.source for each in matrices], along, work)


def _edges(matrix: ExpressionMatrix) -> NDArray[np.int64]:
    """The row at which each chunk begins, and the number of rows."""
    return np.append(0, np.cumsum(matrix.source.chunks[0])).astype(np.int64)


@contextmanager
def _told(matrices: list[ExpressionMatrix]) -> Iterator[None]:
    """Raise what was raised on a worker as it would be here."""
    try:
        yield
    except (TMEError, MemoryError) as error:
        if isinstance(error, TMEError) and hasattr(error, CHUNK):
            # Cells are named by those who know their names: rows of that chunk are read here.
            edges = _edges(matrices[0])
            first, last = edges[getattr(error, CHUNK) :][:2].tolist()
            for each in matrices:
                each.block(first, last)
        raise
    except Exception as error:
        if hasattr(error, CHUNK):
            raise
        name = matrices[0].name
        if type(error).__name__ == "KilledWorker":
            raise InputError(
                f"Workers ended one after the other while they read the same rows of {name}, as "
                "they do where a chunk is too large for their memory. Give each more memory, or "
                "write the matrix in smaller chunks."
            ) from error
        raise unread(name, error) from error
