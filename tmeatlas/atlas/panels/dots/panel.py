"""Signatures by group as dots: how far from the average cell, and which share is high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import counted
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.panel import Panel, Place, Slot, Source
from tmeatlas.results import Scores

MANY_SIGNATURES = 16
"""With more, they need the height of the map and of what stands below it."""
FEWEST_TO_ORDER = 3


@dataclass(frozen=True)
class AlikeTogether:
    """Signatures and groups in an order in which like stands beside like."""

    features: list[str]
    """Ids of the features."""
    groups: list[int]


class DotsPanel(Panel[AlikeTogether]):
    """Signatures by group."""

    id = "dots"
    place = Place.CELLS
    order = 20
    share = 0.54

    def build(self, source: Source) -> AlikeTogether | None:
        """The order of what is alike; None without a signature."""
        signatures = source.signatures
        if not signatures:
            return None
        rows, columns = similar_orders(signatures)
        return AlikeTogether([signatures[i].id for i in rows], columns)

    def pack(self, payload: AlikeTogether, blocks: Blocks) -> dict[str, Any]:
        """The payload as JSON."""
        return asdict(payload)

    def slot(self, source: Source) -> Slot:
        """Beside the map; many signatures need more than its height."""
        return Slot.TALL if len(source.signatures) > MANY_SIGNATURES else Slot.BESIDE

    def title(self, source: Source) -> str:
        """The title of its card."""
        return f"Signatures by {source.cells.groups.phrase}"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            "Colour: mean score. Area: share of cells in the upper quarter. Click a name to colour "
            "the map, a dot to select the group too."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """Scoring fills it."""
        return "Signature scores, dots and distributions", Scores.call

    def terms(self, payload: AlikeTogether) -> Sequence[tuple[str, str]]:
        """What the area of a dot is."""
        return list(Scores.words)

    def summary(self, payload: AlikeTogether) -> list[str]:
        """How many signatures there are."""
        return [counted(len(payload.features), "signature")]


def similar_orders(features: Sequence[Feature]) -> tuple[list[int], list[int]]:
    """Signatures and groups so that those with like mean scores are neighbours.

    Means are put on one scale: standard deviations from the average cell. The
    order is that of the leaves of average linkage by distance.
    """
    means = np.array([feature.mean for feature in features])
    average = np.array([[feature.mean_all] for feature in features])
    spread = np.array([[feature.spread_all or 1.0] for feature in features])
    deviations = np.nan_to_num((means - average) / spread)
    return _leaves(deviations), _leaves(deviations.T)


def _leaves(rows: NDArray[np.float64]) -> list[int]:
    from scipy.cluster.hierarchy import leaves_list, linkage

    if len(rows) < FEWEST_TO_ORDER:
        return list(range(len(rows)))
    tree = linkage(rows, method="average", optimal_ordering=True)
    return [int(leaf) for leaf in leaves_list(tree)]


PANEL = DotsPanel()
