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


class Bracket(NamedTuple):
    """A line beside the rows from `first` to `last`, with the name of what they have in common."""

    name: str
    colour: str
    first: float
    last: float


@dataclass(frozen=True)
class Beside:
    """Columns right of a plot, and brackets right of them."""

    columns: Sequence[WordColumn]
    brackets: Sequence[Bracket] = ()

    @property
    def width(self) -> float:
        """Pixels that all of it takes."""
        names = [bracket.name for bracket in self.brackets]
        return self._columns_width + (text_width(names) + BRACKET + 14 if names else 0.0)

    @property
    def _columns_width(self) -> float:
        return GAP + sum(column.width for column in self.columns)

    def add(
        self, figure: go.Figure, positions: Sequence[float], *, axes: Sequence[str] | None = None
    ) -> None:
        """Write it; row i is at `positions[i]` of the y axis `axes[i]`, by default of the first."""
        start = float(GAP)
        for column in self.columns:
            at = start + (column.width - GAP if column.right else 0)
            _add_column(figure, column, at, positions, axes or ["y"] * len(positions))
            start += column.width
        for bracket in self.brackets:
            _add_bracket(figure, bracket, self._columns_width)


def _add_column(
    figure: go.Figure,
    column: WordColumn,
    at: float,
    positions: Sequence[float],
    axes: Sequence[str],
) -> None:
    """Heading and entries, which begin or end `at` pixels right of the plot."""
    place: dict[str, Any] = {"xref": "paper", "x": 1, "xshift": at, "showarrow": False}
    place["xanchor"] = "right" if column.right else "left"
    notes: list[dict[str, Any]] = [
        {
            **place,
            **{"yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 2},
            "text": f"<b>{shown(column.heading)}</b>",
            "font": {"size": SIZE, "color": INK},
        }
    ]
    for i, (text, position, axis) in enumerate(zip(column.texts, positions, axes, strict=True)):
        if not text:
            continue
        bold = bool(column.bold) and column.bold[i]
        notes.append(
            {
                **place,
                **{"yref": axis, "y": position},
                "text": f"<b>{tick(text)}</b>" if bold else tick(text),
                "hovertext": column.hover[i] if column.hover else None,
                "font": {"size": SIZE, "color": INK if bold else SOFT_INK},
            }
        )
    # All at once: `add_annotation` checks every annotation before it again.
    figure.update_layout(annotations=[*figure.layout.annotations, *notes])


def _add_bracket(figure: go.Figure, bracket: Bracket, at: float) -> None:
    figure.add_shape(
        type="line",
        xref="paper",
        xanchor=1,
        xsizemode="pixel",
        x0=at + 4,
        x1=at + 4,
        yref="y",
        y0=bracket.first - 0.4,
        y1=bracket.last + 0.4,
        line={"color": bracket.colour, "width": 4},
    )
    figure.add_annotation(
        xref="paper",
        yref="y",
        x=1,
        y=(bracket.first + bracket.last) / 2,
        xanchor="left",
        xshift=at + BRACKET,
        text=tick(bracket.name),
        showarrow=False,
        font={"size": SIZE},
    )
