"""Text from data, made fit to be shown."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from tmeatlas._rows import CELL, row_word

# Control characters, zero-width characters and those that turn the writing direction around:
# they would show one thing and mean another, or break the line of a table.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
DOTS_AS_SPACES = re.compile(r"(?<=[^\W\d_])\.+(?=[^\W\d_])")
"""Between letters, as R writes names of columns: `T.cells`."""
CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
MAX_LENGTH = 300
ENDINGS = re.compile(r"(?<=.)\.(h5ad|h5mu|h5|zarr|csv|tsv|mtx)(\.gz)?$", re.IGNORECASE)
"""Of files with cells."""
ONE_DECIMAL_BELOW = 0.0995
"""Shares below this have a decimal, as in the page."""


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


def display_name(label: object) -> str:
    """A label of the data as a page shows it: `T_CD8` and `T.CD8` as `T CD8`.

    What identifies it in files and links stays the label itself.
    """
    text = clean(label)
    if " " not in text:
        text = DOTS_AS_SPACES.sub(" ", text)
    return " ".join(text.replace("_", " ").split()) or text


def display_names(labels: Iterable[object]) -> list[str]:
    """Each of `labels` as it is shown; those that would become the same stay as they are."""
    labels = list(labels)
    shown = [display_name(label) for label in labels]
    often = Counter(shown)
    return clean_all(
        name if often[name] == 1 else clean(label)
        for name, label in zip(shown, labels, strict=True)
    )


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


def bare_name(path: str | os.PathLike[str]) -> str:
    """The name of a file or folder without its folders and endings: `P1.h5ad` becomes `P1`."""
    return ENDINGS.sub("", os.path.basename(os.path.abspath(path)))


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """`1 cell`, `2,345 cells`; of data whose rows are spots `2,345 spots`."""
    singular = row_word() if singular == CELL else singular
    word = singular if number == 1 else (plural or f"{singular}s")
    return f"{number:,} {word}"


def complex_name(genes: str) -> str:
    """`ITGAV_ITGB8` as `ITGAV+ITGB8`; a single gene as it is."""
    return genes.replace("_", "+")


def sides_of(interaction: str) -> tuple[str, str]:
    """`TGFB1^TGFBR1_TGFBR2` as `TGFB1` and `TGFBR1+TGFBR2`; of a gene alone the second is empty."""
    ligand, _, receptor = complex_name(interaction).partition("^")
    return ligand, receptor


def interaction_name(interaction: str) -> str:
    """`TGFB1^TGFBR1_TGFBR2` as `TGFB1 → TGFBR1+TGFBR2`; a gene as it is."""
    return " → ".join(filter(None, sides_of(interaction)))


def pair_name(ligand: str, receptor: str) -> str:
    """`TGFB1` and `TGFBR1_TGFBR2` as `TGFB1 → TGFBR1+TGFBR2`."""
    return f"{complex_name(ligand)} → {complex_name(receptor)}"


def percent(share: float) -> str:
    """A share as the page writes it: halves are rounded up, as browsers do."""
    step = Decimal("0.1") if 0 < share < ONE_DECIMAL_BELOW else Decimal(1)
    return f"{Decimal(100 * float(share)).quantize(step, ROUND_HALF_UP)}%"


def three_digits(number: float) -> str:
    """A whole number of which three digits count: `12,900` of 12,937."""
    size = max(0, math.floor(math.log10(max(number, 1))) - 2)
    return f"{round(float(number), -size):,.0f}"
