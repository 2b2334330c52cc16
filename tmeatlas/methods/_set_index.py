"""From genes to the sets that they belong to: what every kernel looks up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class SetIndex(NamedTuple):
    """Gene sets, inverted: entries ``start[g]`` to ``start[g + 1]`` are the sets of gene `g`."""

    start: NDArray[np.int32]
    set_ids: NDArray[np.int32]
    weights: NDArray[np.float64]
    is_member: NDArray[np.bool_]
    """Whether a gene is in any set: one byte to look at for the many genes that are not."""
    n_sets: int

    @property
    def total_weights(self) -> NDArray[np.float64]:
        """Sum of the weights of each set."""
        totals = np.bincount(self.set_ids, self.weights, minlength=self.n_sets)
        return totals.astype(np.float64)


def index_sets(
    columns: Sequence[ArrayLike], weights: Sequence[ArrayLike], n_genes: int
) -> SetIndex:
    """Invert gene sets given as columns of the matrix and the weight of each."""
    sizes = [len(np.asarray(set_columns)) for set_columns in columns]
    genes = np.concatenate([np.asarray(c, dtype=np.int64) for c in columns] or [np.empty(0, int)])
    values = np.concatenate([np.asarray(w, dtype=np.float64) for w in weights] or [np.empty(0)])
    set_ids = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    order = np.argsort(genes, kind="stable")
    per_gene = np.bincount(genes, minlength=n_genes)
    start = np.concatenate([[0], np.cumsum(per_gene)]).astype(np.int32)
    return SetIndex(
        start=start,
        set_ids=set_ids[order],
        weights=values[order],
        is_member=per_gene > 0,
        n_sets=len(sizes),
    )
