"""How much room words take: plotly leaves out labels, and cuts titles, that do not fit."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

from tmeatlas.pl._label import MAX_TICK

if TYPE_CHECKING:
    import plotly.graph_objects as go

LABEL_SIZE, TICK_SIZE, TITLE_SIZE = 11, 12, 16
BOLD = 1.15
"""How much wider bold letters are; titles are bold."""

# A figure is drawn with the fonts of who looks at it, which nobody knows here. These are the
# widths of letters, in shares of their size, of the wider of DejaVu Sans, the widest of the fonts
# that browsers fall back to, and of Arial: in both, all text has room.
WIDTHS = {
    0.28: "'ijl",
    0.30: "IJ",
    0.32: " ,.·",
    0.34: "/:;\\|ι",
    0.36: "f",
    0.38: "-",
    0.40: "()[]t",
    0.42: "!r",
    0.46: '"',
    0.50: "*_`",
    0.54: "sz",
    0.56: "?Lcεζνξ–",
    0.58: "Fkυχ",
    0.60: "vxyγκλς",
    0.62: "Taeoδθοπτ",
    0.64: "$0123456789bdghnpqu{}βημρσ",
    0.66: "αφψ",
    0.68: "EKPSY",
    0.72: "ABCRVXZ",
    0.74: "U",
    0.76: "HN",
    0.78: "DG&",
    0.80: "OQ",
    0.82: "w",
    0.84: "#+<=>^~ω×≤≥±−",
    0.88: "M",
    0.96: "%",
    0.98: "m",
    1.02: "@W—…→←",
}
WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}
WIDTH_OF_OTHER, WIDTH_OF_CAPITAL, WIDTH_OF_WIDE = 0.68, 0.78, 1.05
"""Of letters that are not listed: most are no wider."""
FIRST_WIDE_SCRIPT = 0x1100
"""From here on, letters are about as wide as they are high."""


def text_width(labels: Sequence[str], size: float = LABEL_SIZE) -> float:
    """How wide the widest label is, as an axis shows it, in a wide font."""
    return max((size * _ems(label[:MAX_TICK]) for label in labels), default=0.0)


def wrapped(text: str, width: float, *, lines: int = 2, factor: float = 1.0) -> str:
    """`text` in at most so many `lines` of `width` pixels; what has no room is left out.

    Lines are parted by line feeds. `factor` is how much wider than plain letters these are.
    """
    letter = LABEL_SIZE * factor

    def fitting(rest: str, end: str = "") -> int:
        ends = range(1, len(rest) + 1)
        return max((n for n in ends if letter * _ems(rest[:n] + end) <= width), default=1)

    found: list[str] = []
    rest = text
    while rest:
        most = fitting(rest)
        if most < len(rest) and len(found) == lines - 1:
            return "\n".join([*found, f"{rest[: fitting(rest, '…')].rstrip()}…"])
        if most < len(rest) and " " in rest[: most + 1]:
            most = rest[: most + 1].rindex(" ") or most
        found.append(rest[:most])
        rest = rest[most:].lstrip()
    return "\n".join(found)


def _ems(text: str) -> float:
    return sum(_letter_width(letter) for letter in unicodedata.normalize("NFD", text))


def _letter_width(letter: str) -> float:
    if letter in WIDTH_OF:
        return WIDTH_OF[letter]
    if unicodedata.combining(letter):
        return 0.0
    if ord(letter) >= FIRST_WIDE_SCRIPT:
        return WIDTH_OF_WIDE
    return WIDTH_OF_CAPITAL if letter.isupper() else WIDTH_OF_OTHER


def tilted_room(labels: Sequence[str], *, step: float, angle: float) -> tuple[float, float]:
    """Pixels that labels at an angle reach left of the plot, and below it.

    Each ends below the middle of its place; places are `step` pixels wide.
    """
    turn = math.radians(angle)
    widths = [text_width([label], TICK_SIZE) for label in labels]
    ends = (math.cos(turn) * width - (i + 0.5) * step for i, width in enumerate(widths))
    return max(0.0, *ends) + 14, math.sin(turn) * max(widths) + 30


def fit_heading(figure: go.Figure) -> None:
    """Widen the margin at the right of a figure whose title or subtitle would be cut."""
    layout = figure.layout
    title, subtitle = (
        _ems(unescape(re.sub("<[^>]*>", "", text or "")))
        for text in (layout.title.text, layout.title.subtitle.text)
    )
    needed = max(BOLD * TITLE_SIZE * title, TICK_SIZE * subtitle)
    lacking = math.ceil(layout.margin.l + needed + 16 - layout.width)
    if lacking > 0:
        right = layout.margin.r + lacking
        figure.update_layout(width=layout.width + lacking, margin={"r": right})
