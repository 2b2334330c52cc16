"""The states of the cells within their lineages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tmeatlas._text import clean, clean_long, counted
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.tables import column_lists
from tmeatlas.cells import read_categories
from tmeatlas.results import States

NUMBERS = ("cells", "called", "share", "low", "high")


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of the states, and of the cells that show none."""

    rows: pd.DataFrame
    """One row per lineage and state, as :meth:`tmeatlas.results.States.shares` gives them."""
    samples: pd.DataFrame
    """The same in each sample of the page: `row`, `sample`, `cells`, `called`, `share`."""
    unassigned: str
    n_not_called: int
    """Cells of lineages without states."""


class StatesPanel(Panel[Shares]):
    """Bars of the states with their intervals, and a dot per sample."""

    id = "states"
    place = Place.CELLS
    order = 50
    columns = 7

    def build(self, source: Source) -> Shares | None:
        """The shares; None without states, or where joining data has lost their table."""
        found = source.result(States)
        if found is None or found.calls.empty:
            return None
        rows = found.shares().reset_index(drop=True)
        return Shares(
            rows=rows,
            samples=_by_sample(found, rows, source),
            unassigned=found.unassigned,
            n_not_called=int((found.state.astype(str) == found.not_called).sum()),
        )

    def pack(self, payload: Shares, blocks: Blocks) -> dict[str, Any]:
        """The rows as JSON, those of the samples in a block."""
        rows = payload.rows
        return {
            "lineage": [clean(name) for name in rows["lineage"]],
            "state": [clean(name) for name in rows["state"]],
            "note": [clean_long(note) for note in rows["note"]],
            **column_lists(rows[list(NUMBERS)]),
            "unassigned": clean(payload.unassigned),
            "nNotCalled": payload.n_not_called,
            "samples": blocks.add_json(column_lists(payload.samples)),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return States.title

    def explanation(self, source: Source) -> str:
        """How to read it."""
        rows = source.cells.words
        sample = source.cells.sample
        dots = " Dot: a sample." if sample and len(sample.labels) > 1 else ""
        return (
            f"Bar: share of the {rows} of a lineage in a state, with its 95% interval.{dots} "
            f"Unassigned: no state beyond chance, or two alike. At the right: {rows} in the state, "
            f"and all in which it may be read. Groups are labels of your data; states are called "
            f"against chance, {source.cells.row} by {source.cells.row}, so many {rows} of a group "
            "called myCAF may be unassigned."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """Calling states fills it."""
        return "States within lineages", States.call

    def terms(self, payload: Shares) -> Sequence[tuple[str, str]]:
        """What a state is."""
        return States.words

    def summary(self, payload: Shares) -> list[str]:
        """How many states there are."""
        n = int((payload.rows["state"] != payload.unassigned).sum())
        return [f"{counted(n, 'state')} of {counted(payload.rows['lineage'].nunique(), 'lineage')}"]


def _by_sample(found: States, rows: pd.DataFrame, source: Source) -> pd.DataFrame:
    """The shares in the samples of the page; empty where it has none."""
    sample = source.cells.sample
    if sample is None:
        return pd.DataFrame()
    place = {label: code for code, label in enumerate(sample.raw_labels)}
    samples = read_categories(source.adata, sample.key, argument="sample_key")
    table = found.shares(pd.Series(samples, source.adata.obs_names))
    at = pd.MultiIndex.from_frame(rows[["lineage", "state"]])
    table = table.assign(
        row=at.get_indexer(pd.MultiIndex.from_frame(table[["lineage", "state"]])),
        code=table["sample"].astype(object).map(place),
    )
    table = table[table["code"].notna() & (table["cells"] > 0)]
    return pd.DataFrame(
        {
            "row": table["row"].to_numpy(),
            "sample": table["code"].astype(int).to_numpy(),
            **{name: table[name].to_numpy() for name in ("cells", "called", "share")},
        }
    )


PANEL = StatesPanel()
