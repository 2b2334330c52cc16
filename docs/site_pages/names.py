"""Which public name a piece of code stands for."""

from __future__ import annotations

import re

from site_pages.reference import public_names

NAMED = re.compile(r"(?:tme|tmeatlas)((?:\.\w+)+)(?:\(.*\))?")


def named(text: str) -> str | None:
    """The public name in code: ``tme.tl.score(adata)`` is `tmeatlas.tl.score`."""
    match = NAMED.fullmatch(" ".join(text.split()))
    name = f"tmeatlas{match[1]}" if match else ""
    return name if name in public_names() else None
