"""Where the cards of the page stand: around a stage, or in rows of twelve columns.

The cards of a place follow each other. Where one of them is the stage, others
stand beside it; where one is tall, all others of the place stand in a column at
its left. The rest go in rows: as many as fit, the last one as wide as what is
left. A place begins a row, unless all of it fits beside what came before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tmeatlas.atlas.panel import Place, Slot

COLUMNS = 12
STAGE = 7
"""Columns of the stage with cards beside it."""


@dataclass(frozen=True)
class Wish:
    """What a card would like."""

    place: Place
    slot: Slot
    columns: int
    columns_wide: int
    share: float
    height: str = ""
    """As the style sheet takes it, where it is fixed."""


@dataclass(frozen=True)
class Spot:
    """What a card gets."""

    slot: Slot
    columns: int
    columns_wide: int
    """On a very wide screen."""
    rows: int = 1
    share: float = 1.0
    """Of the height of the stage, less the gaps between the cards beside it."""
    n_beside: int = 0
    heights: tuple[str, ...] = ()
    """Of the rows at the left of a tall card, as the style sheet takes them."""


def spots(wishes: Sequence[Wish]) -> list[Spot]:
    """One spot per card, in the order of `wishes`, which is that of the page."""
    around = _around_stage(wishes)
    rest = [i for i in range(len(wishes)) if i not in around]
    places = [wishes[i].place for i in rest]
    widths = _filled([wishes[i].columns for i in rest], places)
    widths_wide = _filled([wishes[i].columns_wide for i in rest], places)
    in_rows = {
        i: Spot(Slot.ROW, width, wide)
        for i, width, wide in zip(rest, widths, widths_wide, strict=True)
    }
    return [around.get(i) or in_rows[i] for i in range(len(wishes))]


def _around_stage(wishes: Sequence[Wish]) -> dict[int, Spot]:
    """The stage and the cards that stand around it, by their number."""
    stage = next((i for i, wish in enumerate(wishes) if wish.slot is Slot.STAGE), None)
    if stage is None:
        return {}
    here = [i for i, wish in enumerate(wishes) if wish.place is wishes[stage].place]
    tall = [i for i in here if wishes[i].slot is Slot.TALL]
    half = COLUMNS // 2
    if tall:
        left = [i for i in here if i not in tall]
        spots = {i: Spot(Slot.ROW, half, half) for i in left}
        heights = tuple(wishes[i].height or "auto" for i in left)
        spots |= {i: Spot(Slot.TALL, half, half, len(left), heights=heights) for i in tall}
        return spots | {stage: Spot(Slot.STAGE, half, half)}
    beside = [i for i in here if wishes[i].slot is Slot.BESIDE]
    n, all_shares = len(beside), sum(wishes[i].share for i in beside)
    columns = STAGE if beside else COLUMNS
    found = {stage: Spot(Slot.STAGE, columns, columns, rows=max(1, n), n_beside=n)}
    for i in beside:
        share = round(wishes[i].share / all_shares, 4)
        width = COLUMNS - STAGE
        found[i] = Spot(Slot.BESIDE, width, width, share=share, n_beside=n)
    return found


def _filled(widths: Sequence[int], places: Sequence[Place]) -> list[int]:
    """The widths, those that end a row being as wide as what is left."""
    found = list(widths)
    for row in _rows(widths, places):
        found[row[-1]] += COLUMNS - sum(widths[i] for i in row)
    return found


def _rows(widths: Sequence[int], places: Sequence[Place]) -> Iterator[list[int]]:
    """Numbers of the cards that stand in a row together."""
    row: list[int] = []
    used = 0
    for i, width in enumerate(widths):
        begins = i > 0 and places[i] is not places[i - 1]
        of_place = sum(w for w, place in zip(widths, places, strict=True) if place is places[i])
        if row and used + (of_place if begins else width) > COLUMNS:
            yield row
            row, used = [], 0
        row.append(i)
        used += width
    if row:
        yield row
