"""Text from files of users: regular files of a size that memory holds, in the usual encodings."""

from __future__ import annotations

import codecs
import gzip
import os
import stat
import zlib
from pathlib import Path
from typing import IO

from tmeatlas._errors import InputError
from tmeatlas._guard import warn

MOST_BYTES = 200_000_000
"""Of a file, and of what a compressed one holds; all gene sets of MSigDB are a fifth of it."""
MOST_CELLS = 20_000_000
"""Of a table, and what memory still holds as text."""
GZIP_MAGIC = b"\x1f\x8b"
OTHERS = {
    b"PK\x03\x04": "a zip or a spreadsheet (.xlsx). Extract it, or save the sheet as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "a spreadsheet (.xls). Save the sheet as CSV (UTF-8)",
    b"BZh": "compressed with bzip2. Unpack it first",
    b"\xfd7zXZ": "compressed with xz. Unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed with zstd. Unpack it first",
    b"\x89HDF": "an HDF5 file",
    b"%PDF": "a PDF. Copy its table into a spreadsheet and save that as CSV (UTF-8)",
    b"SQLite format 3": "an SQLite database",
}
"""What is often handed in for a text file, by how it begins, and what to do."""
BYTE_ORDER_MARKS = (  # UTF-32 before UTF-16: its mark begins with the same bytes.
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNMARKED = {"utf-16-le": 1, "utf-16-be": 0}
"""Which of two bytes is zero in nearly all letters of gene names."""
FEW_NULS = 100
"""One NUL among more characters than these is a slip; more of them are no text."""


def read_text(path: Path, *, remedy: str = "Save it as plain text in UTF-8.") -> str:
    r"""The text of a file, with ``"\n"`` at the end of lines; a .gz is unpacked.

    UTF-8, UTF-16 and UTF-32 are told by their byte order marks. What is no UTF-8
    is read as Windows-1252, the usual one of older spreadsheets, with a warning.

    Raises
    ------
    MissingKeyError
        There is no such file.
    InputError
        It is no regular file, too large, damaged, or no text; with `remedy`.
    """
    content = read_bytes(path)
    for magic, kind in OTHERS.items():
        if content.startswith(magic):
            raise InputError(f"{path.name!r} is no text file, but {kind}. {remedy}")
    text = _decoded(content, path, remedy)
    if text[:1000].lstrip().lower().startswith(("<!doctype html", "<html")):
        raise InputError(
            f"{path.name!r} is a web page, as some sites send instead of a file. Download it "
            "again, or open it in a browser to see what it says."
        )
    return _without_nuls(text, path, remedy).replace("\r\n", "\n").replace("\r", "\n")


def separator_of(headings: str, path: Path) -> str:
    """What parts the cells of a table: comma or tab by the ending, or what its headings have."""
    usual = "," if ".csv" in path.name.lower() else "\t"
    return usual if usual in headings else next((s for s in "\t;,|" if s in headings), usual)


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The content of a regular file, unpacked if it is a .gz; no more than `MOST_BYTES` of it.

    `most` is another limit.
    """
    try:
        check_regular(path)
        with path.open("rb") as file:
            content = read_at_most(file, path.name, most)
        if content.startswith(GZIP_MAGIC):
            with gzip.open(path, "rb") as unpacked:
                content = read_at_most(unpacked, path.name, most)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            f"{path.name!r} is a damaged .gz ({error}). Copy or download it again."
        ) from error
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error}).") from error
    return content


def check_regular(path: Path) -> None:
    """Refuse what is no file on a disk: reading a pipe or a device may never end."""
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    found = kinds.get(stat.S_IFMT(mode), "a device")
    raise InputError(
        f"Expected a file, found {found}: {os.fspath(path)!r}. Write what it gives to a file first."
        if found != "a folder"
        else f"Expected a file, found a folder: {os.fspath(path)!r}. Name a file in it."
    )


def read_at_most(file: IO[bytes] | gzip.GzipFile, name: str, most: int | None = None) -> bytes:
    """All of an open file; refused where there is more than `most`, however it is packed."""
    most = MOST_BYTES if most is None else most
    content = file.read(most + 1)
    if len(content) > most:
        raise InputError(
            f"{name!r} holds more than {max(most, MOST_BYTES) / 1e6:,.0f} MB, unpacked. Expected a "
            "smaller file: is it the right one? Else take out of it what is needed."
        )
    return content


def _decoded(content: bytes, path: Path, remedy: str) -> str:
    marked = next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if marked is None:
        marked = next((name for name, at in UNMARKED.items() if _zero_at(content, at)), None)
    try:
        return content.decode(marked or "utf-8")
    except UnicodeDecodeError as error:
        if marked is not None:
            raise InputError(f"{path.name!r} cannot be read as text ({error}). {remedy}") from error
        return _of_windows(content, error, path, remedy)


def _zero_at(content: bytes, start: int) -> bool:
    every_other = content[start:1000:2]
    return 10 * every_other.count(0) > 9 * len(every_other) > 0


def _of_windows(content: bytes, error: UnicodeDecodeError, path: Path, remedy: str) -> str:
    """Text that is no UTF-8, as spreadsheets wrote it; said, as no file tells its encoding."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise InputError(f"{path.name!r} cannot be read as text ({error}). {remedy}") from error
    if any(sign < " " and sign not in "\t\n\r\f\v\0" for sign in set(text)):
        raise InputError(f"{path.name!r} cannot be read as text ({error}). {remedy}") from error
    line = content[: error.start].count(b"\n") + 1
    # A blank of Windows-1252 is no UTF-8 either, so that there may be no word before it.
    before, after = text[: error.start + 1].split(), text[error.start + 1 :].split()
    word = "".join([*before[-1:], *after[:1]])
    warn(
        f"{path.name!r} is not in UTF-8 and was read as Windows-1252: line {line} has "
        f"{word[:40]!r}. If that looks wrong, save the file in UTF-8."
    )
    return text


def _without_nuls(text: str, path: Path, remedy: str) -> str:
    nuls = text.count("\0")
    if not nuls:
        return text
    if nuls > 1 and nuls * FEW_NULS > len(text):
        raise InputError(f"{path.name!r} is no text file: it holds NUL characters. {remedy}")
    line = text[: text.index("\0")].count("\n") + 1
    warn(
        f"{path.name!r} holds {nuls} NUL character{'s' if nuls > 1 else ''}, the first in line "
        f"{line}; they were left out."
    )
    return text.replace("\0", "")
