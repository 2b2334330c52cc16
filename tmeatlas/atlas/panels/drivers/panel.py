"""What drives the network: groups by axes, chains, and genes with what they follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tmeatlas._text import clean, clean_long, counted, display_name, in_sentence, interaction_name
from tmeatlas.atlas.encode import Blocks, short_number
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels.crosstalk.axes import axis_facts
from tmeatlas.lineages import tree
from tmeatlas.network import CLOSED
from tmeatlas.results import WHAT_IT_SHOWS, Drivers

MAX_GROUPS = 60
MAX_LINKS = 60
ENDS = ("sends", "receives")
NUMBERS = (
    "cells",
    *ENDS,
    "sends_unclear",
    "receives_unclear",
    "to_itself",
    "partners",
    "n_samples",
)
MEANS = tuple(f"{name}_{end}" for name in ENDS for end in ("mean", "low", "high"))
LINK_TEXTS = (*("loop", "name", "by", "carried_by", "source", "target", "verdict", "says", "cite"),)


def _axis_names(texts: str) -> str:
    """`collagen_integrin; notch` as "Collagens; Notch"; what is no axis as it is."""
    names = axis_facts()
    return "; ".join(names[text][0] if text in names else text for text in texts.split("; "))


SHOWN = {
    **dict.fromkeys(("group", "source", "target"), display_name),
    **dict.fromkeys(("sends_axes", "receives_axes", "by"), _axis_names),
    "carried_by": interaction_name,
}
"""How texts are shown that are not shown as they are."""
GENE_TEXTS = ("gene", "name", "verdict", "note")
GENE_NUMBERS = ("value", "low", "high", "alone", "padj")
COUNTS = ("cells", "showing", "n_samples", "n_samples_follow")


@dataclass(frozen=True, eq=False)
class Shown:
    """The three tables as far as the page shows them."""

    groups: pd.DataFrame
    loops: pd.DataFrame
    genes: pd.DataFrame
    """Over all samples."""
    n_groups: int
    n_links: int
    n_closed: int
    n_loops: int
    not_read: str
    shows: str


class DriversPanel(Panel[Shown]):
    """Ranked groups with bars, chains link by link, and intervals of genes."""

    id = "drivers"
    place = Place.CROSSTALK
    order = 40
    is_scoped = False

    def build(self, source: Source) -> Shown | None:
        """The tables; None without them."""
        found = source.result(Drivers)
        if found is None or found.table.empty:
            return None
        return Shown(
            groups=found.table.iloc[:MAX_GROUPS],
            loops=found.loops.iloc[:MAX_LINKS],
            genes=found.over_all(),
            n_groups=len(found.table),
            n_links=len(found.loops),
            n_closed=len(found.closed()),
            n_loops=found.loops["loop"].nunique() if len(found.loops) else 0,
            not_read=found.not_read,
            shows=found.shows,
        )

    def pack(self, payload: Shown, blocks: Blocks) -> dict[str, Any]:
        """All of it as JSON."""
        groups, loops, genes = payload.groups, payload.loops, payload.genes
        lineages = genes["lineage"] if len(genes) else ()
        return {
            "groups": {
                **_texts(groups, ("group", "sends_axes", "receives_axes")),
                **_counts(groups, ("rank", *NUMBERS)),
                **_numbers(groups, MEANS),
            },
            "loops": {
                **_texts(loops, LINK_TEXTS),
                **_counts(loops, ("path", "link", "n_samples", "n_samples_specific", "holds")),
                **_numbers(loops, ("value",)),
                "closed": [found == CLOSED for found in _texts(loops, ("found",))["found"]],
            },
            "genes": {
                **_texts(genes, GENE_TEXTS),
                "lineage": [in_sentence(tree()[str(each)].name) for each in lineages],
                **_counts(genes, COUNTS),
                **_numbers(genes, GENE_NUMBERS),
            },
            "notRead": clean_long(payload.not_read),
            "shows": clean_long(payload.shows),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return Drivers.title

    def explanation(self, source: Source) -> str:
        """How to read it."""
        found = source.result(Drivers)
        shows = WHAT_IT_SHOWS if found is None else found.shows
        return (
            f"{shows} Bar: axes that are specific over all; line: mean in the samples with "
            "its 95% interval. A chain holds where all its links do."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """The drivers fill it."""
        return Drivers.title, Drivers.call

    def terms(self, payload: Shown) -> Sequence[tuple[str, str]]:
        """What is counted, what a loop is, and what it means to follow."""
        return Drivers.words

    def notes(self, payload: Shown) -> Iterator[str]:
        """Groups and links of chains for which there is no room."""
        for what, shown, n, table in (
            ("groups", len(payload.groups), payload.n_groups, "groups"),
            ("links of chains", len(payload.loops), payload.n_links, "loops"),
        ):
            if shown < n:
                yield (
                    f"{Drivers.title}: the first {shown:,} of {n:,} {what} are shown. "
                    f"tme.get.drivers(adata, {table!r}) has all."
                )

    def summary(self, payload: Shown) -> list[str]:
        """How many chains hold."""
        chains = counted(payload.n_loops, "chain")
        return [f"{payload.n_closed} of {chains} with all links"] if payload.n_loops else []


def _texts(table: pd.DataFrame, names: Sequence[str]) -> dict[str, list[str]]:
    """Columns of words; empty ones stay empty."""
    if table.empty:
        return {name: [] for name in names}
    found = {}
    for name in names:
        shown = SHOWN.get(name, str)
        found[name] = [clean(shown(text)) if text else "" for text in table[name].astype(str)]
    return found


def _counts(table: pd.DataFrame, names: Sequence[str]) -> dict[str, list[int]]:
    return {name: table[name].astype(int).tolist() if len(table) else [] for name in names}


def _numbers(table: pd.DataFrame, names: Sequence[str]) -> dict[str, list[Any]]:
    return {
        name: [short_number(value) for value in table[name]] if len(table) else [] for name in names
    }


PANEL = DriversPanel()
