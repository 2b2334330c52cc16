"""The cells of one analysis, on bare arrays, and parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lr._strata import Strata


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
    depth: NDArray[np.int64]
    """Number of genes that each cell shows, of all genes of the data."""
    samples: NDArray[np.int32] | None = None
    ambient: NDArray[np.bool_] | None = None
    """Genes × groups: where ambient RNA explains most of a gene; None where it was not judged."""
    spread: bool = False
    """Whether workers of a cluster read them, who can test them sample by sample as well."""

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Cells of each group."""
        return np.bincount(self.codes, minlength=len(self.labels)).astype(np.int64)

    @cached_property
    def strata(self) -> Strata:
        """Cells of like depth, of the same sample."""
        return Strata.of(self.depth, self.samples, self.codes)

    def in_sample(self, sample: int, *, min_cells: int) -> CellsOfSample:
        """The cells of a sample in groups of at least `min_cells` of them."""
        chosen = np.flatnonzero(self.samples == sample)
        n_groups = len(self.labels)
        sizes = np.bincount(self.codes[chosen], minlength=n_groups)
        large = np.flatnonzero(sizes >= min_cells)
        new_code = np.full(n_groups, -1, dtype=np.int32)
        new_code[large] = np.arange(len(large), dtype=np.int32)
        kept = chosen[new_code[self.codes[chosen]] >= 0]
        own = replace(
            self,
            expression=_rows_of(self.expression, kept),
            counts=None if self.counts is None else _rows_of(self.counts, kept),
            codes=new_code[self.codes[kept]],
            labels=[self.labels[group] for group in large.tolist()],
            depth=self.depth[kept],
            samples=None,
            ambient=None if self.ambient is None else self.ambient[:, large],
        )
        return CellsOfSample(own, large, kept)


@dataclass(frozen=True, eq=False)
class CellsOfSample:
    """The cells of one sample, with groups numbered anew."""

    cells: Cells
    groups: NDArray[np.int64]
    """Its groups, by their numbers among those of all cells."""
    kept: NDArray[np.intp]
    """Its cells, by their numbers among all cells."""


def _rows_of(matrix: sp.csc_matrix, kept: NDArray[np.intp]) -> sp.csc_matrix:
    rows = matrix[kept]
    rows.sort_indices()
    return rows
