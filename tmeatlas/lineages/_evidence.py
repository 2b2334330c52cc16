"""How much the markers of a lineage speak for it in each cell, on bare arrays.

The level of a marker is counted in units of the level that it reaches at the
top of the data, so that no strong gene drowns the others. A list is then worth
the mean of its genes minus one standard error over them: one gene that many
kinds of cells share does not make a lineage, genes that agree do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lineages._around import Around, group_means
from tmeatlas.lineages._markers import MarkerList, first_levels

Floats = NDArray[np.floating]

STEPS = 2
"""Steps in the graph over which levels are averaged."""
TOP_SHARE = 0.01
FEWEST_TOP = 5
"""The top of the data: this share of the cells, and no fewer than so many."""
LEAST_LEVEL = 0.5
"""Log units that a marker must reach before its top is the unit."""
LEAST_SUPPORT = 0.35
"""The same for the support of a list: that of an absent lineage is not blown up to 1."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the markers say, cells × lineages."""

    ids: tuple[str, ...]
    """Lineages of level 1."""
    relative: NDArray[np.float32]
    """Support in units of its top in the data, of the best list of the lineage."""
    support: NDArray[np.float32]
    """0 to 1: how far the markers of that list are at the level of their top, together."""
    against: NDArray[np.float32]
    """0 to 1: the highest level of a gene that the lineage must not show."""


def upper_mean(values: Floats, share: float = TOP_SHARE) -> Floats:
    """Mean of the highest values of each column."""
    n = len(values)
    k = min(n, max(FEWEST_TOP, int(share * n)))
    return np.partition(values, n - k, axis=0)[n - k :].mean(axis=0, dtype=np.float64)


def list_support(levels: Floats, weights: Floats) -> Floats:
    """Weighted mean over the genes minus one standard error, no lower than 0."""
    mean = levels @ weights
    spread = ((levels - mean[:, None]) ** 2) @ weights
    doubled = float((weights**2).sum())
    return np.maximum(mean - np.sqrt(spread * doubled / (1.0 - doubled)), 0.0)


def support_of(
    values: sp.csc_matrix,
    markers: MarkerList,
    around: Around,
    *,
    least_level: float = LEAST_LEVEL,
    top_share: float = TOP_SHARE,
) -> tuple[Floats, Floats]:
    """Support for one list in each cell, and the highest level of what speaks against it.

    Half of the support is that of the cell's neighbours, half that of its clusters.
    """
    own = values[:, markers.up].toarray()
    smooth = around.smooth(own, STEPS)
    top = np.maximum(upper_mean(smooth, top_share), least_level)
    support = list_support(np.minimum(smooth / top, 1.0), markers.weights)
    if around.partitions:
        in_clusters = np.zeros(len(own))
        for codes in around.partitions:
            means = np.minimum(group_means(own, codes) / top, 1.0)
            in_clusters += list_support(means, markers.weights)[codes]
        support = (support + in_clusters / len(around.partitions)) / 2
    if not len(markers.down):
        return support, np.zeros(len(own))
    down = around.smooth(values[:, markers.down].toarray(), STEPS)
    top = np.maximum(upper_mean(down, top_share), least_level)
    return support, np.minimum(down / top, 1.0).max(axis=1)


def read_evidence(values: sp.csc_matrix, lists: Sequence[MarkerList], around: Around) -> Evidence:
    """What the lists of all lineages say; `values` are log-normalised, cells × markers."""
    ids = first_levels(lists)
    shape = (values.shape[0], len(ids))
    relative, support, against = (np.zeros(shape, dtype=np.float32) for _ in range(3))
    for each in lists:
        found, down = support_of(values, each, around)
        unit = max(float(upper_mean(found)), LEAST_SUPPORT)
        k = ids.index(each.first_level)
        better = found / unit > relative[:, k]
        relative[better, k] = (found / unit)[better]
        support[better, k] = found[better]
        against[better, k] = down[better]
    return Evidence(ids, relative, support, against)
