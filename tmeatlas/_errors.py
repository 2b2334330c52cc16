"""What tmeatlas raises and warns with: expected, found, nearest name, remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class TMEError(Exception):
    """Anything that tmeatlas refuses, with a message that names the remedy."""


class InputError(TMEError, ValueError):
    """The data or an option cannot be used as handed in."""


class MissingKeyError(TMEError, KeyError):
    """A key, column, method or signature that is not there."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument, which would escape the message.
        return str(self.args[0])


class CoverageError(InputError):
    """No signature has enough of its genes in the data."""


class StaleResultError(InputError):
    """A result was computed from other cells or labels than those that are there now."""


class WholeSamplesError(InputError):
    """Rows are whole samples, as in bulk, where cells are needed."""


class NoGenesError(InputError):
    """The data have no genes, where expression is needed."""


class TooFewToEmbedError(InputError):
    """Too few cells or genes for an embedding."""


class DependencyError(TMEError, ImportError):
    """An optional package is needed and not installed."""


class DownloadError(TMEError):
    """A file that is fetched once cannot be had, or is not what it should be."""


class TMEWarning(UserWarning):
    """The result stands, but part of what was asked for is missing from it."""


def likeness(name: str, other: str) -> float:
    """How much two names look alike, from 0 to 1, whatever their case."""
    return difflib.SequenceMatcher(None, name.lower(), other.lower()).ratio()


def nearest(name: str, options: Iterable[str]) -> list[str]:
    """All `options`, those that look most like `name` first."""
    return sorted(options, key=lambda option: (-likeness(name, option), option))


def in_one_line(error: Exception) -> str:
    """What a library says of an error, whose lines may be several."""
    return " ".join(str(error).split())


def listing(names: Sequence[str], *, limit: int = 8) -> str:
    """`'a', 'b' and 3 more`: the first names, quoted, and how many follow."""
    shown = ", ".join(repr(str(name)) for name in names[:limit])
    rest = len(names) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown


def unknown(what: str, name: str, options: Iterable[str], *, remedy: str = "") -> MissingKeyError:
    """The error for a name that is not among `options`."""
    return not_among(what, name, nearest(str(name), map(str, options)), remedy=remedy)


def not_among(
    what: str, name: str, ranked: Sequence[str], *, remedy: str = "", first: str = ""
) -> MissingKeyError:
    """The error for a name that is not among those that are `ranked`, the nearest first.

    `first` is the step that would make it, and comes before the names that are there.
    """
    found = f"Nearest first: {listing(ranked)}." if ranked else "There are none."
    return MissingKeyError(" ".join(filter(None, [f"No {what} {name!r}.", first, found, remedy])))
