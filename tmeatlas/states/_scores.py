"""Scores of states in the cells of their lineage, and of random lists in some of these cells.

One pass over the rows serves all lineages, whatever the storage. Random lists have genes expressed
alike in the cells of the lineage. Their mean is kept of all cells, their scores of at most
`MOST_CELLS` of each part of a lineage, as the level of chance needs no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.methods import (
    DEFAULT_METHOD,
    BlockScorer,
    RowMethod,
    SparseRows,
    resolve,
    sparse_rows,
    with_random,
    work_through,
)
from tmeatlas.sig import MatchedSignature

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix, RowBlock

Found: TypeAlias = tuple[NDArray[np.floating], NDArray[np.floating]]
MOST_CELLS = 1000
"""Cells of a part of a lineage in which the scores of random lists are kept."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """The lists to score in the cells of one lineage."""

    lists: Sequence[MatchedSignature]
    cells: NDArray[np.intp]
    """Rows of the matrix, ascending."""
    means: NDArray[np.float64]
    """Mean of each gene over these cells."""
    sampled: NDArray[np.intp]
    """Which of `cells` show what chance gives, as positions in it, ascending."""


@dataclass(frozen=True, eq=False)
class Scored:
    """Scores in the cells of one lineage."""

    above: NDArray[np.float32]
    """Cells × lists: score, less the mean of the random lists in the same cell."""
    random: NDArray[np.float32]
    """Sampled cells × lists × random lists: score, less that same mean."""
    sampled: NDArray[np.intp]


def sample_cells(parts: NDArray[np.integer], places: NDArray[np.uint64]) -> NDArray[np.intp]:
    """The first `MOST_CELLS` cells of each part, in the order of `places`; their positions."""
    order = np.lexsort([places, parts])
    starts = np.flatnonzero(np.diff(parts[order], prepend=parts[order[0]] - 1))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return np.sort(order[rank < MOST_CELLS])


def score_lists(
    matrix: ExpressionMatrix, wanted: Sequence[Wanted], *, n_null: int, seed: int
) -> list[Scored]:
    """Score the lists of every lineage, each against `n_null` random ones of its own."""
    method = cast(RowMethod, resolve(DEFAULT_METHOD))
    scored = [_empty(w, n_null) for w in wanted]
    todo = [(w, found) for w, found in zip(wanted, scored, strict=True) if w.lists]
    lineages = [
        (with_random(method, matrix, w.lists, w.means, n_null=n_null, seed=seed), len(w.lists))
        for w, _ in todo
    ]
    n_genes = matrix.n_vars

    def work(block: RowBlock, *cells: NDArray[np.bool_]) -> list[Found]:
        rows = sparse_rows(block)
        return [
            _found(_rows(rows, np.flatnonzero(of), n_genes), sampled[of], *lineage, n_null)
            for lineage, of, sampled in zip(lineages, cells[::2], cells[1::2], strict=True)
        ]

    along = [each for lineage, _ in todo for each in _as_masks(lineage, matrix.n_obs)]
    most = max((len(w.lists) for w in wanted), default=0)
    parts = work_through(matrix, work, n_columns=max(1, most) * (1 + n_null), along=along)
    for part in parts:
        for (lineage, found), (above, random) in zip(todo, part.found, strict=True):
            first, last = np.searchsorted(lineage.cells, [part.start, part.stop])
            found.above[first:last] = above
            low, high = np.searchsorted(found.sampled, [first, last])
            found.random[low:high] = random
    return scored


def _as_masks(lineage: Wanted, n_cells: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of all cells are of the lineage, and which of them show what chance gives."""
    of, sampled = np.zeros((2, n_cells), dtype=np.bool_)
    of[lineage.cells] = True
    sampled[lineage.cells[lineage.sampled]] = True
    return of, sampled


def _found(
    rows: SparseRows,
    sampled: NDArray[np.bool_],
    score_block: BlockScorer,
    n_lists: int,
    n_null: int,
) -> Found:
    """Scores of the lists in these cells, and of the random ones in those that are sampled."""
    if not rows.n_rows:
        return np.empty((0, n_lists)), np.empty((0, n_lists, n_null))
    values = score_block(rows)
    random = values[:, n_lists:].reshape(rows.n_rows, n_lists, n_null)
    by_chance = random.mean(axis=2)
    return values[:, :n_lists] - by_chance, random[sampled] - by_chance[sampled][:, :, None]


def _empty(wanted: Wanted, n_null: int) -> Scored:
    n_lists = len(wanted.lists)
    return Scored(
        above=np.empty((len(wanted.cells), n_lists), dtype=np.float32),
        random=np.empty((len(wanted.sampled), n_lists, n_null), dtype=np.float32),
        sampled=wanted.sampled,
    )


def _rows(rows: SparseRows, index: NDArray[np.intp], n_genes: int) -> SparseRows:
    if len(index) == rows.n_rows:
        return rows
    whole = sp.csr_matrix((rows.values, rows.indices, rows.indptr), shape=(rows.n_rows, n_genes))
    part = whole[index]
    return SparseRows(part.data, part.indices.astype(np.int32), part.indptr.astype(np.int64))
