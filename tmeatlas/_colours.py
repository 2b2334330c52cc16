"""The one place that decides colours: which colour each category has in every panel."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Sequence

HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
NEUTRAL = "#9aa3b2"
"""For cells without a label and for the collected small categories."""
GOLDEN_ANGLE = 137.508

# Each colour was chosen as far as possible from all before it (OKLab distance, the smallest of
# normal vision and simulated deuteranopia and protanopia), so the first n are the best n.
# fmt: off
PALETTE = (
    "#2f6db2", "#ed966a", "#2f975f", "#e85968", "#8362da", "#2ca6ae", "#e57bc9", "#a8a325",
    "#905e4e", "#70c0f6", "#efc22f", "#bcb6c3", "#586072", "#82165c", "#2b3f9e", "#386416",
    "#9c95fe", "#a3d49e", "#b37903", "#767caa", "#0bc18d", "#5d3a7b", "#806e05", "#ae868d",
    "#ab76d9", "#9d4997", "#6e3d3b", "#35dce9", "#996a84", "#68a6d1", "#f4b674", "#584cad",
    "#903f52", "#cbb11f", "#c06144", "#daa09d", "#79438f", "#a0340e", "#80b761", "#2ee3ba",
    "#a63c71", "#6f8bed", "#376159", "#85aaf1", "#cf82ae", "#c35c9b", "#ac8f38", "#d3a4d9",
    "#2d7fc3", "#884a37", "#81d67b", "#57833d", "#909f7e", "#8e82be", "#78baac", "#55669d",
    "#56876a", "#9fced2", "#4e66c5", "#0ec7de",
)
PALETTE_CVD = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8d1c11", "#79dbb2",
    "#335166", "#2f429d", "#46726e", "#6985e7", "#ad411e", "#65d6f3", "#69c27e", "#99d973",
    "#7abfbf", "#176688", "#753644", "#3f9dca", "#df6867", "#d98941", "#c35141", "#7f7494",
    "#59a0f9", "#894746", "#5182c1", "#345aa6", "#5872d2", "#f4ba3c", "#f59569", "#6b2b84",
    "#a4515a", "#7ab39a", "#73aec6", "#3b9d9d", "#67c4f2", "#b98184", "#3a6d12", "#8dd3d2",
    "#94d08e", "#8e2b6b", "#ed93a4", "#cf793f", "#963a81", "#d15d4d", "#805ca0", "#b981c0",
    "#3764be", "#7d3d34", "#517e7a", "#84b9d6", "#e0af4a", "#6ea1e2", "#6f6a8a", "#76525c",
    "#61b55c", "#707eab", "#4898dd", "#165b92",
)
# fmt: on
"""For the colour-blind-safe switch: the same weight on every kind of vision."""


def category_colours(n: int, palette: Sequence[str] = PALETTE) -> list[str]:
    """`n` colours, none twice: the palette, then evenly turned hues."""
    colours = list(palette[:n])
    taken = set(colours)
    turn = 0
    while len(colours) < n:
        hue = (turn * GOLDEN_ANGLE) % 360 / 360
        lightness = (0.42, 0.56, 0.7)[turn % 3]
        red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.5)
        colour = f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
        turn += 1
        if colour not in taken:
            colours.append(colour)
            taken.add(colour)
    return colours


def normal_hex(colour: object) -> str | None:
    """A CSS hex colour as `#rrggbb` without transparency; None where it is no such colour."""
    if not isinstance(colour, str) or not HEX_COLOUR.fullmatch(colour.strip()):
        return None
    digits = colour.strip()[1:].lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits[:6]}"


def users_colours(stored: Iterable[object] | None, n: int) -> list[str] | None:
    """The `n` colours that the user has stored for a category, if all of them are hex colours."""
    if stored is None or isinstance(stored, str):
        return None
    colours = [normal_hex(str(colour)) for colour in list(stored)[:n]]
    found = [colour for colour in colours if colour is not None]
    return found if len(found) == n else None
