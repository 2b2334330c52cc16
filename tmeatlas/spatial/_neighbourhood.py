"""What surrounds each cell or spot: the types of its neighbours, the programmes around it."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.spatial._graph import Graph

Floats = NDArray[np.float32]


def surroundings(
    graph: Graph, codes: NDArray[np.integer], n_types: int, scores: Floats | None = None
) -> Floats:
    """Share of each type among the neighbours, then the mean of each score around each row.

    `codes` is the type of each row, -1 where it has none: such neighbours are not counted. The
    row itself is not counted among its neighbours, but has its part in the mean of the scores,
    which leaves out what is NaN. NaN where there is nothing to count, and in all columns of
    rows without neighbours.
    """
    found = [_shares(graph.edges, codes, n_types)]
    if scores is not None:
        found.append(mean_around(graph.edges, scores))
    values = np.concatenate(found, axis=1)
    values[graph.counts() == 0] = np.nan
    return values


def mean_around(edges: sp.csr_matrix, values: Floats) -> Floats:
    """Mean of each column over a row and its neighbours, of what is not NaN."""
    known = np.isfinite(values)
    if known.all():
        total = np.asarray(edges @ values) + values
        total /= (np.diff(edges.indptr) + 1).astype(np.float32)[:, None]
        return np.asarray(total, dtype=np.float32)
    filled = np.where(known, values, np.float32(0))
    total = np.asarray(edges @ filled) + filled
    counted = np.asarray(edges @ known.astype(np.float32)) + known
    return _ratio(total, counted)


def _shares(edges: sp.csr_matrix, codes: NDArray[np.integer], n_types: int) -> Floats:
    typed = np.flatnonzero(codes >= 0)
    is_of = sp.csr_matrix(
        (np.ones(len(typed), dtype=np.float32), (typed, codes[typed])), shape=(len(codes), n_types)
    )
    counts = (edges @ is_of).toarray()
    return _ratio(counts, counts.sum(axis=1, keepdims=True))


def _ratio(total: NDArray[np.floating], counted: NDArray[np.floating]) -> Floats:
    """NaN where nothing was counted."""
    nothing = np.full(total.shape, np.nan, dtype=np.float32)
    return np.divide(total, counted, out=nothing, where=counted > 0, casting="same_kind")
