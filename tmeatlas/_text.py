"""Text from data, made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Control characters, zero-width characters and those that turn the writing direction around:
# they would show one thing and mean another, or break the line of a table.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
MAX_LENGTH = 300


def clean(text: object) -> str:
    """`text` without characters that cannot be seen, never empty, at most 300 characters."""
    shown = LONE_SURROGATE.sub("\ufffd", UNSEEN.sub("", str(text))).strip()
    if len(shown) > MAX_LENGTH:
        shown = shown[: MAX_LENGTH - 1] + "…"
    return shown or "(blank)"


def clean_all(texts: Iterable[object]) -> list[str]:
    """Each of `texts` cleaned; where two become the same, the later ones are numbered."""
    shown: list[str] = []
    for text in texts:
        name, number = clean(text), 1
        while name in shown:
            number += 1
            name = f"{clean(text)} ({number})"
        shown.append(name)
    return shown


def clean_long(text: object) -> str:
    """Like :func:`clean`, of any length, and empty text stays empty."""
    return LONE_SURROGATE.sub("\ufffd", UNSEEN.sub("", str(text))).strip()


def title_of(key: object) -> str:
    """A column name as a title: `cell_type` and `CellType` become `Cell type`."""
    first, *others = CAMEL_CASE.split(clean(str(key).replace("_", " ")))
    words = " ".join([first, *map(in_sentence, others)])
    return words[:1].upper() + words[1:]


def in_sentence(title: str) -> str:
    """A title within a sentence: `Cell type` becomes `cell type`, `HPV status` stays."""
    is_word = title[1:2].islower() or len(title) == 1
    return title[:1].lower() + title[1:] if is_word else title


def slug(text: str) -> str:
    """A name for downloaded files: lower-case letters, digits and hyphens, nothing else."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    return name or "atlas"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """`1 cell`, `2,345 cells`."""
    word = singular if number == 1 else (plural or f"{singular}s")
    return f"{number:,} {word}"
