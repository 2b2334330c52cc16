"""What is going on: bars on long work, and the steps of a run of many."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from logging import INFO
from typing import TypeVar

from tmeatlas._asker import is_in_shell
from tmeatlas._log import HINT, logger

T = TypeVar("T")
Reporter = Callable[[str], AbstractContextManager[None]]

LONG = 1.0
"""Seconds of work after which a bar is shown."""

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
    """Whether somebody looks: at a terminal or a notebook, and not at the spinner of the shell."""
    chosen = _enabled.get()
    if chosen is not None:
        return chosen
    if is_in_shell() or not logger.isEnabledFor(INFO):
        return False
    return (sys.stderr is not None and sys.stderr.isatty()) or "ipykernel" in sys.modules


def track(items: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    """`items` one by one, with a bar of tqdm where somebody watches and it takes long."""
    if not _is_watched():
        yield from items
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without ipywidgets gets a bar of text
        from tqdm.auto import tqdm
    yield from tqdm(items, total=total, desc=label, delay=LONG, leave=False)


@contextmanager
def _log_step(label: str) -> Iterator[None]:
    logger.log(HINT, "%s", label)  # what it did is said by its verb
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
