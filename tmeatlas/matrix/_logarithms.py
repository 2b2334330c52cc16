"""Log-normalised values of counts and of linear values, in parts that fit into memory.

Each cell is brought to 10,000 and log1p is taken, in float32 and in the order of scanpy's
`normalize_total` and `log1p`: the same bits for counts, whatever the storage and the block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._values import MatrixKind
from tmeatlas.matrix._structure import assembled

TARGET_SUM = 1e4
TO_BE_LOGGED = (MatrixKind.COUNTS, MatrixKind.FRACTIONAL, MatrixKind.LINEAR)
"""The kinds of which log-normalised values can be made."""
PART = 2**22
"""Values or numbers of a matrix in memory that are worked on at a time: 16 MB of each array."""


@dataclass(frozen=True)
class Logarithm:
    """How values become log-normalised ones."""

    kind: MatrixKind
    """What they are: counts, whose cells are brought to 10,000 each, or linear."""
    factor: float
    """What linear values are multiplied by first."""

    def of_rows(self, rows: sp.csr_matrix) -> sp.csr_matrix:
        """The same for a block of rows that holds genes only; it shares the indices."""
        values = rows.data.copy()
        self._bring_to_scale(values, rows, np.ones(rows.shape[1], dtype=np.bool_))
        np.log1p(values, out=values)
        logged = assembled(sp.csr_matrix, values, rows.indices, rows.indptr, rows.shape)
        logged.has_canonical_format = True
        return logged

    def of_matrix(self, source: Any, columns: NDArray[np.intp] | None) -> Any:
        """Log-normalised values of a matrix in memory; other columns stay as they are.

        Values beside it take 8 bytes each, and blocks: indices are a copy, since who prunes one
        matrix (``eliminate_zeros``) would spoil another that shares them.
        """
        is_gene = np.ones(source.shape[1], dtype=np.bool_)
        if columns is not None:
            is_gene[:] = False
            is_gene[columns] = True
        return (self._of_sparse if sp.issparse(source) else self._of_dense)(source, is_gene)

    def _of_sparse(self, source: Any, is_gene: NDArray[np.bool_]) -> Any:
        if not source.has_canonical_format:
            source = source.copy()
            source.sum_duplicates()
        values = source.data.astype(np.float32)
        self._bring_to_scale(values, source, is_gene)
        for start in range(0, len(values), PART):
            part = values[start : start + PART]
            np.log1p(part, out=part, where=_of_genes(source, is_gene, start, start + len(part)))
        made = sp.csr_matrix if source.format == "csr" else sp.csc_matrix
        logged = assembled(made, values, source.indices.copy(), source.indptr.copy(), source.shape)
        logged.has_canonical_format = True
        return logged

    def _bring_to_scale(
        self, values: NDArray[np.float32], source: Any, is_gene: NDArray[np.bool_]
    ) -> None:
        """Change the values of genes, in place, to what they are before the logarithm."""
        if not self.kind.adds_up:
            if self.factor != 1:
                for start in range(0, len(values), PART):
                    part = values[start : start + PART]
                    genes = _of_genes(source, is_gene, start, start + len(part))
                    np.multiply(part, np.float32(self.factor), out=part, where=genes)
            return
        from tmeatlas.matrix._logarithm_kernel import divide_columns, divide_rows

        where = (values, source.indices, source.indptr, is_gene, np.float32(TARGET_SUM))
        if source.format == "csr":
            divide_rows(*where)
        else:
            divide_columns(*where, np.zeros(source.shape[0]))

    def _of_dense(self, source: Any, is_gene: NDArray[np.bool_]) -> NDArray[np.float32]:
        given = np.ma.getdata(source)
        columns_first = given.flags.f_contiguous and not given.flags.c_contiguous
        logged = np.empty(given.shape, dtype=np.float32, order="F" if columns_first else "C")
        n_rows = max(1, PART // max(1, given.shape[1]))
        for start in range(0, len(given), n_rows):
            rows = slice(start, start + n_rows)
            part = np.asarray(given[rows], dtype=np.float32)
            genes = part[:, is_gene]
            if self.kind.adds_up:
                scale = genes.sum(axis=1, dtype=np.float64).astype(np.float32)
                scale /= np.float32(TARGET_SUM)
                genes /= np.where(scale == 0, np.float32(1), scale)[:, None]
            elif self.factor != 1:
                genes *= np.float32(self.factor)
            logged[rows] = part
            logged[rows, is_gene] = np.log1p(genes)
        return logged


def _of_genes(source: Any, is_gene: NDArray[np.bool_], start: int, stop: int) -> Any:
    """Which of the stored values from `start` to before `stop` are of genes; True of all."""
    if is_gene.all():
        return True
    if source.format == "csr":
        return is_gene[source.indices[start:stop]]
    columns = np.searchsorted(source.indptr, np.arange(start, stop), side="right") - 1
    return is_gene[columns]
