"""P-values of CellPhoneDB's statistical method."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._progress import track
from tmeatlas._threads import n_threads as available_threads
from tmeatlas.cellphonedb._entities import Entities
from tmeatlas.cellphonedb._means import Pairs
from tmeatlas.lr import Labels, as_labels, stored

BATCH_SIZE = 64
"""Permutations in one pass over the values: a cache line of labels per cell."""
BATCH_BYTES = 64 * 2**20
"""Limit of the permuted means that one thread holds."""
Draw = Callable[[], Labels]
"""Gives the shuffled labels of one batch (cells × permutations)."""


@dataclass(frozen=True)
class Shuffles:
    """`n` shuffles of the labels from `seed`.

    With `as_package` they are those of the package with this `debug_seed` and one
    thread: one stream of numbers, drawn from one after another. Otherwise each is
    drawn from the seed and its own number, so that threads can share the work.
    """

    n: int
    seed: int
    as_package: bool = False

    def batches(self, labels: Labels, size: int) -> Iterator[Draw]:
        """What draws each batch, in order. Of one stream, batches are drawn on being asked for."""
        stream = np.random.RandomState(self.seed) if self.as_package else None
        for start in range(0, self.n, size):
            n = min(size, self.n - start)
            if stream is not None:
                yield _drawn(_from_stream(stream, labels, n))
            else:
                yield _by_number(labels, self.seed, start, n)


def _drawn(shuffled: Labels) -> Draw:
    return lambda: shuffled


def _from_stream(stream: np.random.RandomState, labels: Labels, n: int) -> Labels:
    shuffled = np.empty((len(labels), n), dtype=labels.dtype)
    for b in range(n):
        again = labels.copy()
        stream.shuffle(again)
        shuffled[:, b] = again
    return shuffled


def _by_number(labels: Labels, seed: int, start: int, n: int) -> Draw:
    from tmeatlas.cellphonedb._shuffle_kernels import shuffle_labels

    def draw() -> Labels:
        shuffled = np.empty((len(labels), n), dtype=labels.dtype)
        order = np.arange(len(labels), dtype=np.int64)
        whole = np.array([0, len(labels)], dtype=np.int64)
        shuffle_labels(labels, order, whole, np.uint64(seed), start, shuffled)
        return shuffled

    return draw


def p_values(
    values: sp.csc_matrix,
    codes: NDArray[np.integer],
    sizes: NDArray[np.int64],
    entities: Entities,
    pairs: Pairs,
    means: NDArray[np.float32],
    tested: NDArray[np.bool_],
    shuffles: Shuffles,
    *,
    n_threads: int | None = None,
    batch_size: int | None = None,
) -> NDArray[np.float64]:
    """Interactions × pairs: the share of permutations with a mean above the observed one.

    It is 1 where `tested` is not set. Threads and batches change nothing: every
    count is a sum of whole numbers over permutations that are the same.
    """
    from tmeatlas.cellphonedb import _kernels as kernels
    from tmeatlas.cellphonedb._shuffle_kernels import (
        bar_zeros,
        permuted_complex_means,
        permuted_gene_means,
    )

    interaction, pair = np.nonzero(tested)
    first, second = entities.first[interaction], entities.second[interaction]
    source, target = pairs[pair, 0], pairs[pair, 1]
    observed = means[interaction, pair]
    partners = entities.partners
    needed = partners.needed(np.union1d(first, second))
    float_sizes, contents = sizes.astype(np.float32), stored(values)

    def count(draw: Draw) -> NDArray[np.int64]:
        shuffled = draw()
        shape = (len(partners), len(sizes), shuffled.shape[1])
        permuted = np.empty(shape, dtype=np.float32)
        permuted_gene_means(*contents, needed, shuffled, float_sizes, permuted)
        permuted_complex_means(partners.starts, partners.members, needed, permuted)
        bar_zeros(needed, permuted)
        counts = np.zeros(len(observed), dtype=np.int64)
        kernels.count_above(first, second, source, target, observed, permuted, counts)
        return counts

    if batch_size is None:
        limit = BATCH_BYTES // (4 * len(partners) * len(sizes))
        batch_size = int(np.clip(limit, 1, BATCH_SIZE))
    batches = shuffles.batches(as_labels(codes, len(sizes)), batch_size)
    n_batches = -(-shuffles.n // batch_size)
    total = np.zeros(len(observed), dtype=np.int64)
    results = _in_threads(count, batches, n_threads or available_threads())
    for counts in track(results, total=n_batches, label="shuffling cell labels"):
        total += counts
    p = np.ones(means.shape)
    p[interaction, pair] = total / shuffles.n
    return p


def _in_threads(
    work: Callable[[Draw], NDArray[np.int64]], batches: Iterator[Draw], n_threads: int
) -> Iterator[NDArray[np.int64]]:
    """Results in order, with no more batches in memory than keep the threads busy."""
    waiting: deque[Future[NDArray[np.int64]]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        for batch in batches:
            waiting.append(pool.submit(work, batch))
            if len(waiting) > n_threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
