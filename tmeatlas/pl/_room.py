"""How much room words take: plotly leaves out labels, and cuts titles, that do not fit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

from tmeatlas.pl._label import MAX_TICK

if TYPE_CHECKING:
    import plotly.graph_objects as go

LABEL_SIZE, TICK_SIZE, TITLE_SIZE = 11, 12, 16
WIDTH_OF_SMALL, WIDTH_OF_CAPITAL, WIDTH_OF_WIDE = 5.5, 7.4, 11.0
"""Of letters at size 11, in pixels, on average."""
BOLD = 1.08
WIDE = frozenset("MWmw@%&—…")
FIRST_WIDE_SCRIPT = 0x1100
"""From here on, letters are about as wide as they are high."""


def text_width(labels: Sequence[str]) -> float:
    """About how wide the widest label is, as an axis shows it at size 11."""
    return max((_width(label[:MAX_TICK]) for label in labels), default=0.0)


def _width(text: str) -> float:
    return sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> float:
    if letter in WIDE or ord(letter) >= FIRST_WIDE_SCRIPT:
        return WIDTH_OF_WIDE
    return WIDTH_OF_CAPITAL if letter.isupper() else WIDTH_OF_SMALL


def tilted_room(labels: Sequence[str], *, step: float, angle: float) -> tuple[float, float]:
    """Pixels that labels at an angle reach left of the plot, and below it.

    Each ends below the middle of its place; places are `step` pixels wide.
    """
    turn = math.radians(angle)
    widths = [text_width([label]) * TICK_SIZE / LABEL_SIZE for label in labels]
    ends = (math.cos(turn) * width - (i + 0.5) * step for i, width in enumerate(widths))
    return max(0.0, *ends) + 14, math.sin(turn) * max(widths) + 30


def fit_heading(figure: go.Figure) -> None:
    """Widen the margin at the right of a figure whose title or subtitle would be cut."""
    layout = figure.layout
    title, subtitle = (
        _width(unescape(re.sub("<[^>]*>", "", text or "")))
        for text in (layout.title.text, layout.title.subtitle.text)
    )
    needed = max(BOLD * TITLE_SIZE * title, TICK_SIZE * subtitle) / LABEL_SIZE
    lacking = math.ceil(layout.margin.l + needed + 16 - layout.width)
    if lacking > 0:
        right = layout.margin.r + lacking
        figure.update_layout(width=layout.width + lacking, margin={"r": right})
