"""What is going on: bars on long work, and the steps of a run of many."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tmeatlas._log import logger

T = TypeVar("T")
Reporter = Callable[[str], AbstractContextManager[None]]

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


@contextmanager
def _log_step(label: str) -> Iterator[None]:
    logger.info("%s", label)
    yield


_reporter: ContextVar[Reporter] = ContextVar("tmeatlas_steps", default=_log_step)


@contextmanager
def report_steps(reporter: Reporter) -> Iterator[None]:
    """Tell of the steps inside the block by `reporter` instead of the log."""
    token = _reporter.set(reporter)
    try:
        yield
    finally:
        _reporter.reset(token)


@contextmanager
def step(label: str) -> Iterator[None]:
    """Say that a step of a longer run begins, and that it has ended."""
    with _reporter.get()(label):
        yield
