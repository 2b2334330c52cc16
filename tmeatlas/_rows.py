"""What one row of the data is called: messages count spots where rows are spots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CELL, SPOT = "cell", "spot"

_called: ContextVar[str | None] = ContextVar("tmeatlas_row", default=None)
"""None outside of public functions, where nothing would put the word back."""


def call_rows(word: str) -> None:
    """Call rows so until the public function ends in which this is said."""
    if _called.get() is not None:
        _called.set(word)


def row_word() -> str:
    """What one row is called: "cell" or "spot"."""
    return _called.get() or CELL


@contextmanager
def rows_are_cells() -> Iterator[None]:
    """Rows are cells, unless something inside the block says otherwise, and after it as before."""
    token = _called.set(CELL)
    try:
        yield
    finally:
        _called.reset(token)
