"""Names from data in plotly, which reads them as markup and as templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tmeatlas._text import clean

MAX_TICK = 42
# plotly makes links of tags, fills in %{...} and sets $...$ as a formula; as character
# references they are only shown.
INERT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "%": "&#37;"})


def shown(text: object) -> str:
    """`text` as plotly has to be given it to show just that."""
    return clean(text).translate(INERT)


def tick(text: object) -> str:
    """Like :func:`shown`, short enough for an axis."""
    plain = clean(text)
    return shown(plain if len(plain) <= MAX_TICK else plain[: MAX_TICK - 1] + "…")


def names_axis(labels: Sequence[str], *, down: bool = False, **more: Any) -> dict[str, Any]:
    """An axis with one place per name: numbered, as an axis of categories drops some names."""
    ends = [-0.5, len(labels) - 0.5]
    return {
        "type": "linear",
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": [tick(label) for label in labels],
        "range": ends[::-1] if down else ends,
        "showgrid": False,
        "zeroline": False,
        **more,
    }


def heading(title: str, subtitle: str = "") -> dict[str, Any]:
    """A title, with a line below it that says how to read the figure."""
    return {"text": f"<b>{shown(title)}</b>", "subtitle": {"text": shown(subtitle)}}
