"""Orders in which like stands beside like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tmeatlas.atlas.payload_features import Feature

FEWEST = 3


def similar_orders(features: Sequence[Feature]) -> tuple[list[int], list[int]]:
    """Signatures and groups so that those with like mean scores are neighbours.

    Means are put on one scale: standard deviations from the average cell. The
    order is that of the leaves of average linkage by distance.
    """
    if not features:
        return [], []
    means = np.array([feature.mean for feature in features])
    average = np.array([[feature.mean_all] for feature in features])
    spread = np.array([[feature.spread_all or 1.0] for feature in features])
    deviations = np.nan_to_num((means - average) / spread)
    return _leaves(deviations), _leaves(deviations.T)


def _leaves(rows: NDArray[np.float64]) -> list[int]:
    from scipy.cluster.hierarchy import leaves_list, linkage

    if len(rows) < FEWEST:
        return list(range(len(rows)))
    tree = linkage(rows, method="average", optimal_ordering=True)
    return [int(leaf) for leaf in leaves_list(tree)]
