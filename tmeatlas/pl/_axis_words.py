"""The columns of words of an axis: core pairs, how specific their sides are, and verdicts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from tmeatlas._text import interaction_name
from tmeatlas.lr import ENDS
from tmeatlas.pl._label import shown
from tmeatlas.pl._room import BOLD, text_width
from tmeatlas.pl._told import cells_needed, fold_words, verdict_words
from tmeatlas.results import stands_out

FOLD = "times others<br>of like depth"
HEADING, SMALL_SIZE = 12, 10
"""Sizes of letters: of headings, and of a second line."""
LONGEST, MOST_SMALL = 19, 60
"""Letters of a group, of which two and an arrow fit beside the panels; and of a second line."""
MOST_BESIDE = 2
"""Associated pairs that are named in a row; the others are counted."""


@dataclass(frozen=True)
class Words:
    """A column of words: one or two lines per row, and more when hovered over."""

    heading: str
    lines: list[list[str]]
    bold: list[bool]
    hover: list[str]

    @property
    def width(self) -> int:
        """Pixels that its longest line takes."""
        heads = text_width(self.heading.split("<br>"), HEADING)
        first = text_width([lines[0] for lines in self.lines])
        second = (_small_width(line) for lines in self.lines for line in lines[1:])
        return math.ceil(max(BOLD * heads, BOLD * first, *second)) + 6


def _small_width(line: str) -> float:
    """Pixels of a second line, which may be longer than a name on an axis."""
    return sum(text_width([line[i : i + 20]], SMALL_SIZE) for i in range(0, len(line), 20))


def short_name(text: str, longest: int = LONGEST) -> str:
    """`text`, cut where it is too long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def fold_column(rows: pd.DataFrame, side: str) -> Words:
    """How many times each row exceeds the others."""
    told = [fold_words(row, side).replace("-fold", "") for _, row in rows.iterrows()]
    pairs = [shown(interaction_name(name)) for name in rows["top_interaction"]]
    return Words(FOLD, [[text] for text in told], [False] * len(rows), pairs)


def pair_column(rows: pd.DataFrame) -> Words:
    """The core pair that carries each row, and below it the associated ones that stand out."""
    lines, hover = [], []
    for pair, associated in zip(rows["top_interaction"], rows["associated"], strict=True):
        beside = [interaction_name(name) for name in associated.split("; ") if name]
        rest = len(beside) - MOST_BESIDE
        more = [f"and {rest} more"] if rest > 0 else []
        named = "beside it " + ", ".join([*beside[:MOST_BESIDE], *more])
        lines.append(
            [interaction_name(pair) or "–", *([short_name(named, MOST_SMALL)] if beside else [])]
        )
        hover.append(shown(f"associated: {', '.join(beside)}") if beside else "")
    return Words("core pair<br>and associated", lines, [False] * len(rows), hover)


def verdict_column(rows: pd.DataFrame) -> Words:
    """The verdict, and below it what would be needed for another."""
    lines, hover = [], []
    for _, row in rows.iterrows():
        ends = "sender", "receiver"
        if row["source"] == row["target"]:
            ends = "such", "such"
        needed = cells_needed(row, dict(zip(ENDS.values(), ends, strict=True)))
        short = needed.replace("about ", "").replace(" cells and ", ", ").replace("would be ", "")
        lines.append([row["verdict"], *filter(None, [short_name(short, MOST_SMALL)])])
        lacks = f"does not stand out: {row['missing']}" if row["missing"] else ""
        hover.append("; ".join(filter(None, [verdict_words(row), lacks])))
    return Words("verdict", lines, list(stands_out(rows)), hover)
