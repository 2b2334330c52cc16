"""Signals that end a command: what it has begun to write goes, as on Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SHELL_ADDS = 128
"""By how much the exit status of a program exceeds the signal that ended it."""


class StoppedError(BaseException):
    """A signal asked the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.name = signal.Signals(number).name
        self.status = SHELL_ADDS + number


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Raise `StoppedError` on SIGTERM and SIGHUP, so that everything opened is closed.

    A signal that is ignored already, as under nohup, stays so. Only the main thread can tell
    Python what to do on a signal.
    """
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    usual = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        usual = []

    def stop(number: int, _: FrameType | None) -> None:
        for each in usual:
            signal.signal(each, signal.SIG_IGN)  # a second one must not break into the tidying
        raise StoppedError(number)

    for number in usual:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in usual:
            signal.signal(number, signal.SIG_DFL)
