"""Progress bars on long work: shown where somebody watches, silent in scripts and tests."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")

_enabled: ContextVar[bool | None] = ContextVar("tmeatlas_progress", default=None)


@contextmanager
def show_progress(enabled: bool) -> Iterator[None]:
    """Turn the bars on or off for the calls inside the block."""
    token = _enabled.set(enabled)
    try:
        yield
    finally:
        _enabled.reset(token)


def _is_watched() -> bool:
    chosen = _enabled.get()
    return sys.stderr.isatty() if chosen is None else chosen


def track(items: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    """`items` one by one, with a bar on stderr where somebody watches."""
    if not _is_watched():
        yield from items
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        for item in items:
            yield item
            progress.advance(task)
