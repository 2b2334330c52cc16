"""How the lineage of each group of cells was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import clean, counted, display_name
from tmeatlas.atlas.encode import Blocks, short_number
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.results import Lineages

HOW = {"given": "given by hand", "name": "by its name", "markers": "by markers"}
WORDS = ("group", "lineage", "fine", "how", "by_markers", "runner_up")


@dataclass(frozen=True, eq=False)
class Groups:
    """One row per group, in the order of the groups of the page; others follow, largest first."""

    rows: pd.DataFrame
    n_mixed: int


class LineagesPanel(Panel[Groups]):
    """The groups and their lineages as a table."""

    id = "lineages"
    place = Place.CELLS
    order = 60

    def build(self, source: Source) -> Groups | None:
        """The groups; None without them, or where they are of other cells than these."""
        found = source.result(Lineages)
        if found is None or found.groups.empty:
            return None
        difference = found.record.cells.difference(source.adata)
        if difference:
            source.outdated.append(f"How lineages were told, not shown: {difference}.")
            return None
        order = {label: i for i, label in enumerate(source.cells.groups.raw_labels)}
        place = found.groups["group"].astype(str).map(order).fillna(len(order))
        rows = found.groups.iloc[np.lexsort([-found.groups["cells"], place])]
        return Groups(rows.reset_index(drop=True), int(rows["mixed"].sum()))

    def pack(self, payload: Groups, blocks: Blocks) -> dict[str, Any]:
        """The table as JSON."""
        rows = payload.rows
        texts = {name: [clean(v) if v else "" for v in rows[name].astype(str)] for name in WORDS}
        texts["group"] = [display_name(group) for group in rows["group"]]
        return {
            **texts,
            "how": [HOW.get(how, how) for how in texts["how"]],
            "cells": rows["cells"].astype(int).tolist(),
            "confidence": [short_number(value) for value in rows["confidence"]],
            "runner_up_share": [short_number(value) for value in rows["runner_up_share"]],
            "mixed": rows["mixed"].astype(bool).tolist(),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "How lineages were told"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        return (
            "By the name of a group, by hand, or by published markers. Confidence: mean over its "
            "cells, from 0 to 1. Mixed: its cells fit several lineages, as doublets do."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """Annotating fills it."""
        return "Lineage of each cell", Lineages.call

    def terms(self, payload: Groups) -> Sequence[tuple[str, str]]:
        """What a lineage is."""
        return Lineages.words

    def summary(self, payload: Groups) -> list[str]:
        """How many groups mix lineages."""
        return [f"{counted(payload.n_mixed, 'mixed group')}"] if payload.n_mixed else []


PANEL = LineagesPanel()
