"""All that the engines of `tl.quality` know of expression, read in one pass over the rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._values import MatrixKind
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.tl._annotate_cells import log_base

Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class ReadCells:
    """What was added up of counts, or of linear values where there are no counts."""

    total: NDArray[np.float64]
    """Sum of each cell."""
    shown: NDArray[np.int32]
    """Genes of each cell above 0."""
    ones: NDArray[np.int32]
    """Of these, genes of the value 1."""
    of_sets: Mapping[str, NDArray[np.float64]]
    """By set of genes, their sum in each cell."""
    shown_of_sets: Mapping[str, NDArray[np.int32]]
    """By set of genes, how many each cell shows."""
    by_sample: NDArray[np.float64]
    """Samples × genes, added up over cells."""
    by_group: NDArray[np.float64]
    """Groups × genes, added up over the cells that have a sample."""
    by_both: NDArray[np.float64]
    """Samples × groups × chosen genes."""


def read_once(
    matrix: ExpressionMatrix,
    samples: tuple[Codes, int],
    groups: tuple[Codes, int],
    *,
    sets: Mapping[str, NDArray[np.integer]],
    chosen: NDArray[np.integer],
) -> ReadCells:
    """Add up `matrix` by cell, sample and group; `sets` and `chosen` are columns of it.

    `samples` and `groups` are the code of each cell (-1: none) and how many there are.
    """
    (sample_of, n_samples), (group_of, n_groups) = samples, groups
    known = sample_of >= 0
    both = np.where(known & (group_of >= 0), sample_of * n_groups + group_of, -1)
    within = np.where(known, group_of, -1)
    inside = _inside(sets, matrix.n_vars)
    n = matrix.n_obs
    total, shown, ones = np.zeros(n), np.zeros(n, np.int32), np.zeros(n, np.int32)
    sums, seen = np.zeros((n, len(sets))), np.zeros((n, len(sets)), np.int32)
    by_sample = np.zeros((n_samples, matrix.n_vars))
    by_group = np.zeros((n_groups, matrix.n_vars))
    by_both = np.zeros((n_samples * n_groups, len(chosen)))
    linear = _Linear(matrix.kind)
    for block in matrix.blocks():
        rows = slice(block.start, block.stop)
        values = linear.of(block.matrix)
        total[rows] = np.asarray(values.sum(axis=1)).ravel()
        shown[rows] = np.diff(values.indptr)
        ones[rows] = _count_ones(values)
        sums[rows] = (values @ inside).toarray()
        seen[rows] = (_shown(values) @ inside).toarray()
        _add(by_sample, values, sample_of[rows])
        _add(by_group, values, within[rows])
        _add(by_both, values[:, chosen], both[rows])
    return ReadCells(
        total=total,
        shown=shown,
        ones=ones,
        of_sets={name: sums[:, k] for k, name in enumerate(sets)},
        shown_of_sets={name: seen[:, k] for k, name in enumerate(sets)},
        by_sample=by_sample,
        by_group=by_group,
        by_both=by_both.reshape(n_samples, n_groups, len(chosen)),
    )


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


def _add(sums: NDArray[np.float64], values: sp.csr_matrix, codes: Codes) -> None:
    """Add each row to that of `sums` which its code names; only those are touched."""
    rows = np.flatnonzero(codes >= 0)
    named, place = np.unique(codes[rows], return_inverse=True)
    shape = (len(named), len(codes))
    members = sp.csr_matrix((np.ones(len(rows)), (place, rows)), shape=shape)
    sums[named] += (members @ values).toarray()


def _shown(values: sp.csr_matrix) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones_like(values.data), values.indices, values.indptr), values.shape)


def _count_ones(values: sp.csr_matrix) -> NDArray[np.int64]:
    """In each row, how many values are 1."""
    before = np.concatenate([[0], np.cumsum(values.data == 1)])
    return np.asarray(before[values.indptr[1:]] - before[values.indptr[:-1]])
