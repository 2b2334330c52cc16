"""Which part of its lineage a cell is: CD4 or CD8, B or plasma cell, kinds of dendritic cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lineages._around import Around
from tmeatlas.lineages._evidence import support_of
from tmeatlas.lineages._markers import MarkerList

LEAST_LEVEL = 0.25
"""Log units that a marker must reach: those of parts are weaker than those of lineages."""
TOP_SHARE = 0.05
LOW, HIGH = 0.1, 0.9
"""Quantiles of the support for a part between which its cells lie."""
MOST_LOW = 0.5
"""The low end as a share of the high one, where all cells are of one part."""
LEAST_SPREAD = 0.4
"""Support that differs by less tells no cells apart."""
LEAST_AHEAD = 0.2
"""How far the first part must be ahead of the second."""


@dataclass(frozen=True, eq=False)
class PartCalls:
    """Parts of the cells of one lineage."""

    ids: tuple[str, ...]
    codes: NDArray[np.int32]
    """Place in `ids`; -1 where it cannot be told."""
    confidence: NDArray[np.float32]
    """0 to 1: how far the first part is ahead of the second."""


def call_parts(values: sp.csc_matrix, lists: Sequence[MarkerList], around: Around) -> PartCalls:
    """Call the part of each cell; `values` are those of the cells of one lineage."""
    n = values.shape[0]
    ids = tuple(each.lineage for each in lists)
    if len(lists) < 2 or n == 0:
        nothing = np.full(n, -1, dtype=np.int32)
        return PartCalls(ids, nothing, np.zeros(n, dtype=np.float32))
    scaled = np.column_stack([_scaled(values, each, around) for each in lists])
    codes = scaled.argmax(axis=1).astype(np.int32)
    ordered = np.sort(scaled, axis=1)
    ahead = np.clip(ordered[:, -1] - ordered[:, -2], 0.0, 1.0)
    codes[ahead < LEAST_AHEAD] = -1
    return PartCalls(ids, codes, ahead.astype(np.float32))


def _scaled(values: sp.csc_matrix, markers: MarkerList, around: Around) -> NDArray[np.floating]:
    """Support for a part, between 0 for the cells that show least of it and 1 for the others."""
    support, against = support_of(
        values, markers, around, least_level=LEAST_LEVEL, top_share=TOP_SHARE
    )
    support = support * (1.0 - against) if len(markers.down) else support
    low, high = np.quantile(support, [LOW, HIGH])
    low = min(low, MOST_LOW * high)
    return (support - low) / max(high - low, LEAST_SPREAD)
