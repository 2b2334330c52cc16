"""All that the engines of `tl.quality` know of expression, read in one pass over the rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._values import MatrixKind
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.quality import ties_with_least
from tmeatlas.tl._annotate_cells import log_base

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
MOST_HELD = 20_000
"""Rows that are held at a time, but for a part that has more: some 300 MB at 2,000 genes a cell."""


@dataclass(frozen=True, eq=False)
class ReadCells:
    """What was read of counts, or of linear values where there are no counts."""

    total: Floats
    """Sum of each cell."""
    shown: NDArray[np.int64]
    """Genes of each cell above 0."""
    least: NDArray[np.int64]
    """Of these, genes of the least value of the cell."""
    of_sets: Mapping[str, Floats]
    """By set of genes, their sum in each cell."""
    sums: Mapping[str, Floats]
    """By kind of parts, such as samples or groups: parts × genes, added up over their cells."""
    markers: sp.csr_matrix
    """Cells × chosen genes."""


@dataclass(frozen=True)
class Parts:
    """A division of the cells, over which genes are added up."""

    codes: Codes
    """Part of each cell; -1 where it is in none."""
    n: int


def read_once(
    matrix: ExpressionMatrix,
    parts: Mapping[str, Parts],
    *,
    sets: Mapping[str, NDArray[np.integer]],
    markers: NDArray[np.integer],
) -> ReadCells:
    """Add `matrix` up by cell and by parts; `sets` and `markers` are columns of it."""
    n = matrix.n_obs
    inside = _inside(sets, matrix.n_vars)
    total, of_sets = np.zeros(n), np.zeros((n, len(sets)))
    shown, least = np.zeros(n, np.int64), np.zeros(n, np.int64)
    sums = {name: np.zeros((each.n, matrix.n_vars)) for name, each in parts.items()}
    chosen = []
    linear = _Linear(matrix.kind)
    for block in matrix.blocks():
        rows = slice(block.start, block.stop)
        values = linear.of(block.matrix)
        total[rows] = np.asarray(values.sum(axis=1)).ravel()
        shown[rows], least[rows] = ties_with_least(block.matrix)
        of_sets[rows] = (values @ inside).toarray()
        chosen.append(values[:, markers])
        for name, each in parts.items():
            _add(sums[name], values, each.codes[rows])
    return ReadCells(
        total=total,
        shown=shown,
        least=least,
        of_sets={name: of_sets[:, k] for k, name in enumerate(sets)},
        sums=sums,
        markers=sp.vstack(chosen, format="csr"),
    )


def rows_by_part(matrix: ExpressionMatrix, parts: Parts) -> Iterator[tuple[int, sp.csr_matrix]]:
    """The rows of one part after the other, leaving out parts without any.

    Each block is read once for as many parts as are held together, as the cells of a
    sample may be scattered over all blocks.
    """
    for held in _held_together(parts):
        found: dict[int, list[sp.csr_matrix]] = {part: [] for part in held}
        rows = np.flatnonzero(np.isin(parts.codes, held))
        size = matrix.block_rows
        for start in (np.unique(rows // size) * size).tolist():
            stop = min(start + size, matrix.n_obs)
            block, codes = matrix.block(start, stop).matrix, parts.codes[start:stop]
            for part in np.intersect1d(codes, held).tolist():
                found[part].append(block[np.flatnonzero(codes == part)])
        for part in held:
            blocks = found.pop(part)
            if blocks:
                yield part, sp.vstack(blocks, format="csr")


def _held_together(parts: Parts) -> Iterator[list[int]]:
    """Parts in their order, as many at a time as have no more than `MOST_HELD` rows."""
    sizes = np.bincount(parts.codes[parts.codes >= 0], minlength=parts.n).tolist()
    held: list[int] = []
    for part, size in enumerate(sizes):
        if held and sum(sizes[each] for each in held) + size > MOST_HELD:
            yield held
            held = []
        held.append(part)
    if held:
        yield held


class _Linear:
    """Values of any kind on the scale on which molecules add up."""

    def __init__(self, kind: MatrixKind) -> None:
        self._kind, self._base = kind, 0.0

    def of(self, rows: sp.csr_matrix) -> sp.csr_matrix:
        """The rows in float64, linear."""
        linear = rows.astype(np.float64)
        if self._kind is MatrixKind.LOGNORM:
            self._base = self._base or log_base(rows)
            np.expm1(linear.data * math.log(self._base), out=linear.data)
        elif self._kind is MatrixKind.ROOTED:
            linear.data **= 2
        return linear


def _inside(sets: Mapping[str, NDArray[np.integer]], n_genes: int) -> sp.csc_matrix:
    """Genes × sets: 1 where a gene is of a set."""
    columns = [np.unique(np.asarray(genes, dtype=np.intp)) for genes in sets.values()]
    places = np.repeat(np.arange(len(columns)), [len(each) for each in columns])
    genes = np.concatenate([*columns, np.empty(0, np.intp)])
    return sp.csc_matrix((np.ones(len(genes)), (genes, places)), shape=(n_genes, len(columns)))


def _add(sums: Floats, values: sp.csr_matrix, codes: Codes) -> None:
    """Add each row to that of `sums` which its code names; only those are touched."""
    rows = np.flatnonzero(codes >= 0)
    named, place = np.unique(codes[rows], return_inverse=True)
    shape = (len(named), len(codes))
    members = sp.csr_matrix((np.ones(len(rows)), (place, rows)), shape=shape)
    sums[named] += (members @ values).toarray()
