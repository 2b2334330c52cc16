"""Generated pages on disk, and text of data as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#|~$@])")


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Make `folder` hold these files and no others; what is there already is not touched.

    Sphinx reads a page again when its file is newer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.iterdir():
        if stale.name not in pages:
            stale.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def plain(text: object) -> str:
    """Text of data, none of which is markup."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def code(text: object) -> str:
    """A name as code; nothing where there is none."""
    return f"`{text}`" if str(text) else ""


def fields(pairs: Iterable[tuple[str, str]]) -> str:
    """A list of fields, without those that are empty."""
    return "\n".join(f":{name}: {text}" for name, text in pairs if text)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a box that filters its rows."""
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["::::{table}", ":class: filtered", "", *lines, "::::", ""])


def contents(pages: Iterable[str]) -> str:
    """The pages below this one, in the navigation alone."""
    return "\n".join(["```{toctree}", ":hidden:", "", *pages, "```", ""])
