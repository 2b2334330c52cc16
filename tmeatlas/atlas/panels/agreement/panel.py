"""How far the signatures of a consensus agree, as `tl.consensus` found it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.atlas.encode import Blocks, short_numbers
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.results import Consensus
from tmeatlas.sig import mark_name, reading_rank


@dataclass(frozen=True, eq=False)
class Agreement:
    """The signatures of one consensus and their rank correlations."""

    name: str
    """What they mark."""
    features: list[str]
    """Ids of the features, of which the page has each."""
    spearman: NDArray[np.float64]


class AgreementPanel(Panel[list[Agreement]]):
    """Rank correlations of the signatures of a consensus."""

    id = "agreement"
    place = Place.METHODS
    order = 10
    columns = 5

    def build(self, source: Source) -> list[Agreement] | None:
        """One entry per consensus of two signatures or more; None without any."""
        consensus = source.result(Consensus)
        if consensus is None:
            return None
        pairs = source.unless_outdated(
            Consensus, partial(_pairs, consensus, source), what=self.title(source)
        )
        return None if pairs is None else read_agreement(pairs, source.scores) or None

    def pack(self, payload: list[Agreement], blocks: Blocks) -> list[dict[str, Any]]:
        """The payload as JSON."""
        return [
            {
                "name": entry.name,
                "features": entry.features,
                "spearman": [short_numbers(row) for row in entry.spearman],
            }
            for entry in payload
        ]

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Agreement of signatures"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            f"Rank correlation over all {source.cells.words} of the signatures that mark the same. "
            "Where it is low, the choice of the signature changes the answer."
        )

    def call(self, source: Source) -> tuple[str, str] | None:
        """The consensus fills it, once there are scores."""
        if not source.signatures:
            return None
        what = "Consensus and agreement of signatures that mark the same"
        return what, Consensus.call


def _pairs(consensus: Consensus, source: Source) -> pd.DataFrame:
    """Pairs of signatures, if their agreement, which rests on all cells, is that of these."""
    consensus.check_agreement(source.adata)
    return consensus.pairs


def read_agreement(stored: pd.DataFrame, features: Sequence[Feature]) -> list[Agreement]:
    """One entry per consensus of two signatures or more that the page shows."""
    shown = {feature.id for feature in features}
    pairs = stored.assign(
        one="s:" + stored["signature"].astype(str), other="s:" + stored["other"].astype(str)
    )
    pairs = pairs[pairs["one"].isin(shown) & pairs["other"].isin(shown)]
    found = []
    parts = pairs.groupby(pairs["consensus"].astype(str), sort=False)
    for name, part in sorted(parts, key=lambda each: reading_rank(each[1]["compartment"].iloc[0])):
        ids = [str(one) for one in dict.fromkeys(part["one"])]
        if len(ids) > 1:
            place = {one: i for i, one in enumerate(ids)}
            matrix = np.full((len(ids), len(ids)), np.nan)
            at = part["one"].map(place).to_numpy(), part["other"].map(place).to_numpy()
            matrix[at] = part["spearman"].to_numpy(dtype=np.float64)
            found.append(Agreement(mark_name(str(name)), ids, matrix))
    return found


PANEL = AgreementPanel()
