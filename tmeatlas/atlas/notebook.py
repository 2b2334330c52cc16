"""An atlas in a notebook: the page in a frame, or else one sentence and the file to open."""

from __future__ import annotations

import base64
import os
import re
import sys
from html import escape
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import numpy as np

from tmeatlas._text import clean
from tmeatlas.atlas.payload import Payload

FRAME_HEIGHT = 900
MOST_SIZE = 10_000_000
"""Characters of a page in a frame. A notebook keeps them in its file, and loads them whenever it
is opened; pages of some 290,000 cells have as many."""
MOST_DOTS = 4_000
MOST_GROUPS = 20
"""What is drawn in the picture of a page that is too large."""
SIDE, LEGEND, LINE = 480, 220, 20
"""Pixels of the map, of the names beside it, and between them."""
NOT_IN_XML = re.compile("[\ufffe\uffff]")
# The sentence hides behind a frame that is there; where a notebook takes the frame away, it shows.
STYLE = "<style>iframe.tmeatlas-page + p.tmeatlas-instead {display: none}</style>"


def framed(page: str, title: str, file: Path | None) -> str:
    """The page in a frame, and what an untrusted notebook shows in its place."""
    # The frame has no origin of its own: its scripts cannot reach the notebook.
    frame = (
        f'<iframe class="tmeatlas-page" srcdoc="{escape(page)}" '
        f'sandbox="allow-scripts allow-downloads" title="{escape(title)}" '
        f'width="100%" height="{FRAME_HEIGHT}" style="border:0;border-radius:8px"></iframe>'
    )
    return (
        f'{STYLE}{frame}<p class="tmeatlas-instead">The atlas “{escape(title)}” is interactive and '
        "does not show in a notebook that is not trusted: trust it, run its cell again, or open "
        f"{_link(file)}.</p>"
    )


def pictured(payload: Payload, file: Path) -> str:
    """The map as a picture, and the file that holds the page."""
    summary = escape(", ".join(payload.summary))
    svg = base64.b64encode(map_svg(payload).encode("utf-8")).decode("ascii")
    return (
        f"<p>The page of the atlas “{escape(payload.title)}” has {file.stat().st_size / 1e6:.0f} "
        f"MB, too much for a notebook: open {_link(file)}.</p>"
        # As an image, an SVG runs nothing.
        f'<img src="data:image/svg+xml;base64,{svg}" width="{SIDE + LEGEND}" height="{SIDE}" '
        f'alt="{summary}">'
    )


def map_svg(payload: Payload) -> str:
    """The first map with evenly chosen cells, and the names of the largest groups."""
    chosen = np.arange(0, payload.n_cells, max(1, -(-payload.n_cells // MOST_DOTS)))
    place, groups = payload.maps[0], payload.groups
    x, y = (
        np.round(10 + steps[chosen] / 65_535 * share * (SIDE - 20), 1)
        for steps, share in zip((place.x, place.y), place.aspect, strict=True)
    )
    codes = groups.codes[chosen]
    sizes = np.bincount(groups.codes, minlength=len(groups.labels))
    largest = np.argsort(-sizes, kind="stable")
    dots = "".join(
        f'<path d="{"".join(f"M{a:g} {SIDE - b:g}h0" for a, b in zip(x[at], y[at], strict=True))}" '
        f'stroke="{escape(groups.colours[code])}"/>'
        for code in largest
        if (at := codes == code).any()
    )
    names = "".join(
        f'<circle cx="{SIDE + 8}" cy="{line * LINE + 12}" r="5" '
        f'fill="{escape(groups.colours[code])}"/><text x="{SIDE + 20}" y="{line * LINE + 16}">'
        f"{escape(_short(groups.labels[code]))}</text>"
        for line, code in enumerate(largest[:MOST_GROUPS])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + LEGEND} {SIDE}">'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<g fill="none" stroke-width="3" stroke-linecap="round">{dots}</g>'
        f'<g font-family="sans-serif" font-size="12">{names}</g></svg>'
    )


def kernel_module() -> ModuleType | None:
    """IPython where a notebook runs this code, None in scripts and terminals."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return module if hasattr(shell, "kernel") else None


def _short(label: str) -> str:
    text = NOT_IN_XML.sub("", clean(label))
    return text if len(text) <= 30 else f"{text[:29]}…"


def _link(file: Path | None) -> str:
    if file is None:
        return 'the file that <code>atlas.write_html("atlas.html")</code> writes'
    inside = os.path.relpath(file)
    is_below = not inside.startswith(os.pardir)
    # Notebooks serve the files beside them; others are opened by hand, by the path that is shown.
    target = f"./{quote(Path(inside).as_posix())}" if is_below else file.resolve().as_uri()
    return f'<a href="{escape(target)}">{escape(clean(inside if is_below else file))}</a>'
