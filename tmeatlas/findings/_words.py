"""Words of findings: labels, shares and lists, as people write them."""

from __future__ import annotations

from collections.abc import Sequence

from tmeatlas._text import clean, counted, display_name

LONGEST_LABEL = 28


def label(text: object) -> str:
    """A label of the data as it can be read: `T_CD8` is "T CD8"."""
    shown = display_name(text)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"


def of(number: int, total: int, noun: str = "") -> str:
    """`112 of 1,564`, or with what they are: `3 of 4 samples`."""
    return f"{number:,} of {counted(total, noun) if noun else f'{total:,}'}"


def shortened(text: str, longest: int) -> str:
    """The first clauses of a text that is too long."""
    found = text
    while len(found) > longest and ", " in found:
        found = found.rpartition(", ")[0]
    return found


def joined(texts: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def of_group(group: object, rows: str) -> str:
    """The cells or spots of a group: "T CD8 cells", "B cells"."""
    name = label(group)
    return name if name.lower().endswith(rows) else f"{name} {rows}"


def times(fold: float) -> str:
    """How many times as high; two digits are as much as is known."""
    return f"{fold:,.{1 if fold < 10 else 0}f}"


def p_value(p: float) -> str:
    """An adjusted p-value within a sentence."""
    return "p < 0.001" if p < 0.001 else f"p {p:.3f}".rstrip("0")


def capital(text: str) -> str:
    """With a capital letter, unless the first word is a name such as "pDC"."""
    return text[:1].upper() + text[1:] if text[1:2].islower() else text


def place(**columns: object) -> str:
    """Where in a table: `axis=tgfb; source=CAF`."""
    return "; ".join(f"{name}={clean(value)}" for name, value in columns.items() if str(value))
