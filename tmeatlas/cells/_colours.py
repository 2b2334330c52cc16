"""The one place that decides colours: which colour each category has in every panel."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Sequence

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._labels import as_label

HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
NEUTRAL = "#868e9d"
"""For cells without a label and for the collected small categories."""
GOLDEN_ANGLE = 137.508
LEAST_CONTRAST = 3.0
"""Of points and areas on their ground (WCAG 2.2, 1.4.11)."""

# Each colour was chosen as far as possible from all before it (OKLab distance, the smallest of
# normal vision and simulated deuteranopia and protanopia), so the first n are the best n. All
# have a contrast of 3 or more on white; on a dark ground the page shows them lighter, and the
# distances count there too.
# fmt: off
PALETTE = (
    "#305b8d", "#d37d55", "#3da66c", "#c0384c", "#50269b", "#217e85", "#cc75b3", "#635e00",
    "#673a2b", "#7f60cb", "#902165", "#9a7a06", "#037645", "#5193f4", "#c0508f", "#4d54bc",
    "#2d4f53", "#985c69", "#5f77a7", "#759d0d", "#79836a", "#a1838e", "#8b0a02", "#4d99ac",
    "#8f45a4", "#333881", "#9f6005", "#ab3511", "#6d79e4", "#b35fbb", "#904476", "#681371",
    "#a2734c", "#6c40a7", "#711e40", "#386138", "#106779", "#474503", "#7d9033", "#4b4d65",
    "#d15577", "#4f64af", "#866232", "#4189a1", "#884f61", "#b37bc4", "#943d31", "#1e7fb7",
    "#616f57", "#44a547", "#925698", "#973685", "#c46662", "#2a8c59", "#44645b", "#2a8e31",
    "#5d807b", "#925949", "#4c9682", "#8852b9",
)
PALETTE_CVD = (
    "#0072b2", "#c48700", "#8a180e", "#401993", "#c63865", "#8195b3", "#690a5a", "#d37377",
    "#975300", "#a62d83", "#8974f1", "#2d4c38", "#3b51c3", "#9e7503", "#2d6f4a", "#877593",
    "#489e88", "#9859d0", "#3e6092", "#b17353", "#571974", "#7a4366", "#4f786c", "#5b7eb2",
    "#8f1e45", "#b54241", "#10741c", "#cf7b4e", "#075310", "#4f48a8", "#a43c9e", "#8b8dca",
    "#4ca424", "#2b9a6e", "#c974a1", "#9f4ab8", "#be5183", "#3774cc", "#545e7c", "#ab384f",
    "#6f224f", "#8b6498", "#bc4e30", "#802997", "#4c376c", "#6d55ce", "#68959d", "#74352c",
    "#1c8683", "#16a664", "#8b3656", "#c37c8b", "#9072c1", "#a05e73", "#213f83", "#bb49a5",
    "#d14160", "#947fbb", "#b76240", "#874963",
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
        colour = _seen_on_white(hue, (0.3, 0.42, 0.54)[turn % 3])
        turn += 1
        if colour not in taken:
            colours.append(colour)
            taken.add(colour)
    return colours


def _seen_on_white(hue: float, lightness: float) -> str:
    """The colour of a hue, as light as asked for or darker, so that points of it are seen."""
    colour = _hex(hue, lightness)
    while contrast_on_white(colour) < LEAST_CONTRAST:
        lightness -= 0.01
        colour = _hex(hue, lightness)
    return colour


def _hex(hue: float, lightness: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, 0.5)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def contrast_on_white(colour: str) -> float:
    """The contrast ratio of WCAG 2.2 of a `#rrggbb` colour on white."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


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


def has_colours(adata: AnnData, key: str) -> bool:
    """Whether something is stored as colours of a category, usable or not."""
    return keys.colors(key) in adata.uns


def is_ordered(adata: AnnData, key: str) -> bool:
    """Whether the user has put the categories of a column in an order that means something."""
    dtype = adata.obs[key].dtype
    return isinstance(dtype, pd.CategoricalDtype) and bool(dtype.ordered)


def stored_colours(adata: AnnData, key: str, names: Sequence[str]) -> list[str] | None:
    """The user's colours of these categories; scanpy stores one per category, used or not."""
    column = adata.obs[key]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return None
    categories = [as_label(category) for category in column.cat.categories]
    colours = users_colours(adata.uns.get(keys.colors(key)), len(categories))
    if colours is None:
        return None
    by_name = dict(zip(categories, colours, strict=True))
    return [by_name[name] for name in names]
