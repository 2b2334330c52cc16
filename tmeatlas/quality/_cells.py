"""What is read of the cells for ambient RNA and doublets: sums of counts, and those of markers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Cells:
    """Counts of cells, added up; each cell has a sample, and perhaps a group and a lineage."""

    sample: Codes
    """Per cell, a row of `sample_sums`."""
    group: Codes
    """Per cell, a row of `group_sums`; -1 where it has none."""
    lineage: Codes
    """Per cell, a place in `lineage_ids`; -1 where it has none."""
    lineage_ids: tuple[str, ...]
    totals: Floats
    """Molecules of each cell, of all genes."""
    sample_sums: Floats
    """Samples × genes: molecules."""
    group_sums: Floats
    """Groups × genes."""
    lineage_sums: Floats
    """Lineages × genes."""
    markers: sp.csr_matrix
    """Cells × the columns of the candidates: counts."""

    @property
    def n_samples(self) -> int:
        """Rows of `sample_sums`."""
        return len(self.sample_sums)

    @property
    def n_groups(self) -> int:
        """Rows of `group_sums`."""
        return len(self.group_sums)

    @cached_property
    def pools(self) -> Floats:
        """Samples × genes: the share of each gene in the molecules of all cells of the sample."""
        totals = self.sample_sums.sum(axis=1, keepdims=True)
        pools = np.zeros_like(self.sample_sums)
        return np.divide(self.sample_sums, totals, out=pools, where=totals > 0)

    def added_up(self, codes: Codes, n: int, sources: Codes, n_sources: int) -> Floats:
        """Molecules of the cells by two codes, leaving out cells where one of them is -1."""
        known = (codes >= 0) & (sources >= 0)
        both = codes[known].astype(np.int64) * n_sources + sources[known]
        added = np.bincount(both, weights=self.totals[known], minlength=n * n_sources)
        return np.asarray(added.reshape(n, n_sources), dtype=np.float64)
