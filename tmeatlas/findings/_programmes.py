"""The programmes that findings tell of: states and processes, with where each can be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lineages import fits
from tmeatlas.results import Consensus, Scores
from tmeatlas.sig import mark_name

TOLD = ("state", "process")
"""Purposes; what finds a kind of cell says no more than the label does."""
ANY = "any"


@dataclass(frozen=True, eq=False)
class Programme:
    """A score of each cell, and in which lineages it means something."""

    id: str
    name: str
    feature: str
    """Its id among what the page can be coloured by."""
    key: str
    """Of the result that holds it."""
    scored_in: tuple[str, ...]
    column: pd.Series

    @property
    def values(self) -> NDArray[np.float64]:
        """Of all cells; made anew each time, as a copy of each would take much memory."""
        return self.column.to_numpy(np.float64)

    @property
    def is_general(self) -> bool:
        """Whether it can be read in all cells."""
        return ANY in self.scored_in

    def readable_in(self, lineage: str) -> bool:
        """Whether it means something in cells of a lineage."""
        return fits(self.scored_in, lineage) if lineage else self.is_general


def programmes(scores: Scores | None, consensus: Consensus | None) -> list[Programme]:
    """The consensus of each state and process; the signatures where none were combined."""
    if scores is None:
        return []
    if consensus is None:
        return [p for name in scores.scored if (p := _of_signature(scores, name)) is not None]
    return [p for name in map(str, consensus.table) if (p := _of_marks(consensus, scores, name))]


def _of_marks(consensus: Consensus, scores: Scores, name: str) -> Programme | None:
    rows = consensus.agreement_of(name)
    if not len(rows) or str(rows["purpose"].iloc[0]) not in TOLD:
        return None
    column = consensus.table[name]
    only = consensus.only_signature(name)
    return (
        Programme(
            id=name,
            name=mark_name(name),
            feature=f"s:{only}" if only else f"c:{name}",
            key=consensus.key,
            scored_in=_places(scores, rows["signature"].astype(str).tolist()),
            column=column,
        )
        if column.notna().any()
        else None
    )


def _of_signature(scores: Scores, name: str) -> Programme | None:
    if scores.coverage.text(name, "purpose") not in TOLD:
        return None
    return Programme(
        id=name,
        name=scores.coverage.name(name),
        feature=f"s:{name}",
        key=scores.key,
        scored_in=_places(scores, [name]),
        column=scores.table[name],
    )


def _places(scores: Scores, signatures: list[str]) -> tuple[str, ...]:
    """The lineages in which all of some signatures can be read; those of the first if none."""
    lists = [
        [place.strip() for place in scores.coverage.text(name, "scored_in").split(",")]
        for name in signatures
    ]
    shared = [place for place in lists[0] if all(place in other for other in lists)]
    return tuple(shared or lists[0])
