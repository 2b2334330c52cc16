"""One crosstalk analysis on bare arrays: statistics, null and table of one set of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._stats import permutation_pvalue
from tmeatlas.lr import _engine as engine
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._null import ANALYTIC, Null
from tmeatlas.lr._table import crosstalk_table


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells with their groups, on the genes of the interactions."""

    expression: sp.csc_matrix
    """Log-normalised expression, cells × genes, rows in order."""
    counts: sp.csc_matrix | None
    """Molecules behind it, where they are known."""
    codes: NDArray[np.int32]
    labels: Sequence[str]
    """The groups; each has a cell."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Cells of each group."""
        return np.bincount(self.codes, minlength=len(self.labels)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Tested:
    """The table, and what it does not show."""

    table: pd.DataFrame
    rows: engine.Rows
    n_permuted: int
    """Rows that were permuted; with the analytic null, those for which it is weak."""


def run_crosstalk(
    cells: Cells,
    matched: MatchedInteractions,
    null: Null,
    *,
    fixed: NDArray[np.bool_],
    min_fraction: float,
    sample: str = "",
) -> Tested:
    """Test all interactions between all groups of `cells`; `fixed` groups cannot be moved."""
    values, codes, sizes = cells.expression, cells.codes, cells.sizes
    statistics = engine.group_statistics(values, codes, sizes, matched.partners, cells.counts)
    rows = engine.rows_seen(matched, statistics, min_fraction=min_fraction, fixed=fixed)
    pval = np.full(len(rows), np.nan)
    permuted = rows.testable
    if null.kind == ANALYTIC:
        from tmeatlas.lr._analytic import analytic_pvalues

        result = analytic_pvalues(values, codes, len(sizes), matched, rows, null)
        pval, permuted = result.pval, result.weak
    some = rows.chosen(permuted)
    exceeding = engine.count_exceeding(values, codes, sizes, matched, some, null)
    pval[permuted] = permutation_pvalue(exceeding, null.n_perms)
    table = crosstalk_table(matched, cells.labels, statistics, rows, pval, sample=sample)
    return Tested(table=table, rows=rows, n_permuted=len(some))


def cells_of(cells: Cells, chosen: NDArray[np.intp], *, min_cells: int) -> Cells:
    """The cells at `chosen` that belong to groups of at least `min_cells` of them."""
    n_groups = len(cells.labels)
    sizes = np.bincount(cells.codes[chosen], minlength=n_groups)
    large = np.flatnonzero(sizes >= min_cells)
    new_code = np.full(n_groups, -1, dtype=np.int32)
    new_code[large] = np.arange(len(large), dtype=np.int32)
    kept = chosen[new_code[cells.codes[chosen]] >= 0]
    return replace(
        cells,
        expression=_rows_of(cells.expression, kept),
        counts=None if cells.counts is None else _rows_of(cells.counts, kept),
        codes=new_code[cells.codes[kept]],
        labels=[cells.labels[group] for group in large.tolist()],
    )


def _rows_of(matrix: sp.csc_matrix, kept: NDArray[np.intp]) -> sp.csc_matrix:
    rows = matrix[kept]
    rows.sort_indices()
    return rows
