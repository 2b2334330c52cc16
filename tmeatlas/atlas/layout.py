"""Where the cards of the page stand: on the stage, or in the tab of their place.

The stage is always in view. In a tab, the cards follow each other; where the tab
is wide, they go in rows of twelve columns: as many as fit, the last one as wide
as what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tmeatlas.atlas.panel import Place

COLUMNS = 12


@dataclass(frozen=True)
class Wish:
    """What a card would like."""

    place: Place
    is_stage: bool
    columns: int
    columns_wide: int


@dataclass(frozen=True)
class Spot:
    """What a card gets."""

    tab: str
    """The name of its tab in links; empty for the stage, which is in none."""
    columns: int
    columns_wide: int
    """In a very wide tab."""


def spots(wishes: Sequence[Wish]) -> list[Spot]:
    """One spot per card, in the order of `wishes`, which is that of the page."""
    tabs = ["" if wish.is_stage else wish.place.slug for wish in wishes]
    widths = _filled([wish.columns for wish in wishes], tabs)
    widths_wide = _filled([wish.columns_wide for wish in wishes], tabs)
    return [Spot(*of_card) for of_card in zip(tabs, widths, widths_wide, strict=True)]


def _filled(widths: Sequence[int], tabs: Sequence[str]) -> list[int]:
    """The widths, those that end a row being as wide as what is left."""
    found = list(widths)
    for row in _rows(widths, tabs):
        found[row[-1]] += COLUMNS - sum(widths[i] for i in row)
    return found


def _rows(widths: Sequence[int], tabs: Sequence[str]) -> Iterator[list[int]]:
    """Numbers of the cards that stand in a row together."""
    for tab in dict.fromkeys(tabs):
        row: list[int] = []
        for i in (i for i, other in enumerate(tabs) if other == tab):
            if row and sum(widths[k] for k in row) + widths[i] > COLUMNS:
                yield row
                row = []
            row.append(i)
        yield row
