"""Programmes by group as dots: how far above the average cell, and which share is high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import counted
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.dots.programmes import Programme, read_programmes
from tmeatlas.results import Consensus, Scores

FEWEST_TO_ORDER = 3


@dataclass(frozen=True)
class Dots:
    """Programmes, and an order of them and of the groups in which like stands beside like."""

    programmes: list[Programme]
    alike: list[int]
    """Numbers of the programmes."""
    alike_groups: list[int]


class DotsPanel(Panel[Dots]):
    """Programmes by group."""

    id = "dots"
    place = Place.CELLS
    order = 20

    def build(self, source: Source) -> Dots | None:
        """The programmes and the order of what is alike; None without a signature."""
        if not source.signatures:
            return None
        programmes = read_programmes(source.result(Consensus), source.scores)
        by_id = {feature.id: feature for feature in source.scores}
        return Dots(programmes, *similar_orders([by_id[each.feature] for each in programmes]))

    def pack(self, payload: Dots, blocks: Blocks) -> dict[str, Any]:
        """The payload as JSON."""
        return asdict(payload)

    def title(self, source: Source) -> str:
        """The title of its card."""
        return f"Programmes by {source.cells.groups.phrase}"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        words, row = source.cells.words, source.cells.row
        return (
            f"Colour: standard deviations of the mean above the average {row}. Area: share of "
            f"{words} in the upper quarter of all {words}. Open a row for its signatures; click a "
            "name to colour the map, a dot to select the group too."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """Scoring fills it."""
        return "Signature scores, dots and distributions", Scores.call

    def terms(self, payload: Dots) -> Sequence[tuple[str, str]]:
        """What the area of a dot is."""
        return list(Scores.words)

    def summary(self, payload: Dots) -> list[str]:
        """How many signatures there are."""
        return [counted(n_signatures(payload.programmes), "signature")]


def n_signatures(programmes: Sequence[Programme]) -> int:
    """Signatures of all programmes; one without a list of them is a signature itself."""
    own = (len(each.signatures) or each.feature.startswith("s:") for each in programmes)
    return sum(own) + sum(n_signatures(each.states) for each in programmes)


def similar_orders(features: Sequence[Feature]) -> tuple[list[int], list[int]]:
    """Programmes and groups so that those with like mean scores are neighbours.

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
