"""Cells added up by group and sample: what an enrichment starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._values import MatrixKind

if TYPE_CHECKING:
    from tmeatlas.matrix import Bulks


@dataclass(frozen=True, eq=False)
class Profiles:
    """The sum of the cells of each group, or of each group in each sample."""

    sums: NDArray[np.float64]
    """Bulks × genes."""
    kind: MatrixKind
    """What was added up."""
    genes: pd.Index
    bulks: Bulks

    def __len__(self) -> int:
        return len(self.bulks)

    def logged(self) -> NDArray[np.float64]:
        """The profiles on a logarithmic scale, whatever kind of values was added up."""
        if self.kind.adds_up:
            totals = self.sums.sum(axis=1, keepdims=True)
            return np.asarray(np.log1p(1e6 * self.sums / np.maximum(totals, 1.0)))
        means = self.sums / self.bulks.n_cells[:, None]
        return np.asarray(np.log1p(means) if self.kind is MatrixKind.LINEAR else means)


def usable_genes(
    values: NDArray[np.float64], genes: pd.Index, *, varying: bool = False
) -> NDArray[np.intp]:
    """Expressed genes, ordered by name, so that their order in the data cannot matter."""
    usable = values.any(axis=0)
    if varying:
        usable &= np.ptp(values, axis=0) > 0
    columns = np.flatnonzero(usable)
    return columns[by_name(genes[columns])]


def by_name(genes: pd.Index) -> NDArray[np.intp]:
    """The order of the genes by name."""
    return np.argsort(genes.astype(str).to_numpy(dtype=object), kind="stable")
