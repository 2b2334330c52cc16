"""What stands beside the rows of a figure: columns of words, and brackets around some rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tmeatlas.pl._label import shown, tick
from tmeatlas.pl._room import BOLD, text_width
from tmeatlas.pl._theme import INK, SOFT_INK

if TYPE_CHECKING:
    import plotly.graph_objects as go

SIZE = 11
GAP = 18
"""Pixels between columns."""
BRACKET = 10
"""Pixels between what is left of a bracket and its name."""


@dataclass(frozen=True)
class WordColumn:
    """What stands beside each row, and above all of them."""

    heading: str
    texts: Sequence[str]
    bold: Sequence[bool] = ()
    hover: Sequence[str] = ()
    """What an entry says when it is hovered over, ready for plotly."""
    right: bool = False
    """Whether the entries end below each other, as numbers do."""

    @property
    def width(self) -> float:
        """Pixels, with the gap to the next."""
        factor = BOLD if any(self.bold) else 1.0
        widest = max(text_width([self.heading]) * BOLD, text_width(self.texts) * factor)
        return widest + GAP


def columns_width(columns: Sequence[WordColumn]) -> float:
    """Pixels that all of them take."""
    return GAP + sum(column.width for column in columns)


def add_columns(
    figure: go.Figure,
    columns: Sequence[WordColumn],
    positions: Sequence[float],
    *,
    axes: Sequence[str] | None = None,
) -> None:
    """Write the columns right of the plot; row i is at `positions[i]` of the y axis `axes[i]`."""
    start = float(GAP)
    for column in columns:
        place: dict[str, Any] = {"xref": "paper", "x": 1, "showarrow": False}
        place["xanchor"] = "right" if column.right else "left"
        place["xshift"] = start + (column.width - GAP if column.right else 0)
        figure.add_annotation(
            **place,
            text=f"<b>{shown(column.heading)}</b>",
            yref="paper",
            y=1,
            yanchor="bottom",
            yshift=2,
            font={"size": SIZE, "color": INK},
        )
        for i, (text, position) in enumerate(zip(column.texts, positions, strict=True)):
            if not text:
                continue
            bold = bool(column.bold) and column.bold[i]
            figure.add_annotation(
                **place,
                text=f"<b>{tick(text)}</b>" if bold else tick(text),
                yref=axes[i] if axes else "y",
                y=position,
                hovertext=column.hover[i] if column.hover else None,
                font={"size": SIZE, "color": INK if bold else SOFT_INK},
            )
        start += column.width


class Bracket(NamedTuple):
    """A line beside the rows from `first` to `last`, with the name of what they have in common."""

    name: str
    colour: str
    first: float
    last: float


def brackets_width(brackets: Sequence[Bracket]) -> float:
    """Pixels that they take."""
    return text_width([b.name for b in brackets]) + BRACKET + 14 if brackets else 0.0


def add_brackets(figure: go.Figure, brackets: Sequence[Bracket], *, at: float) -> None:
    """Draw brackets `at` pixels right of the plot."""
    for name, colour, first, last in brackets:
        figure.add_shape(
            type="line",
            xref="paper",
            xanchor=1,
            xsizemode="pixel",
            x0=at + 4,
            x1=at + 4,
            yref="y",
            y0=first - 0.4,
            y1=last + 0.4,
            line={"color": colour, "width": 4},
        )
        figure.add_annotation(
            xref="paper",
            yref="y",
            x=1,
            y=(first + last) / 2,
            xanchor="left",
            xshift=at + BRACKET,
            text=tick(name),
            showarrow=False,
            font={"size": SIZE},
        )
