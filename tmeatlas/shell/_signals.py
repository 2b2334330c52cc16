"""Signals that end a command: what it has begun to write goes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SHELL_ADDS = 128
"""By how much the exit status of a program exceeds the signal that ended it."""
NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
USUAL = (signal.SIG_DFL, signal.default_int_handler)
"""What happens on these where nobody has said otherwise."""

SOON = 0.05
"""Seconds after which a library's callback has surely returned, or another try is made."""


class StoppedError(BaseException):
    """A signal asked the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.name = signal.Signals(number).name
        self.status = SHELL_ADDS + number


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Raise `StoppedError` on SIGINT, SIGTERM and SIGHUP, so that everything opened is closed.

    A signal that is ignored already, as under nohup, stays so. Only the main thread can tell
    Python what to do on a signal.
    """
    before = {
        number: signal.getsignal(number)
        for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name))
    }
    usual = [number for number, handler in before.items() if handler in USUAL]
    if threading.current_thread() is not threading.main_thread():
        usual = []

    def stop(number: int, _: FrameType | None) -> None:
        for each in usual:
            signal.signal(each, signal.SIG_IGN)  # a second one must not break into the tidying
        raise StoppedError(number)

    def lost(found: sys.UnraisableHookArgs) -> None:
        """A callback of a library has let nothing out: the signal is sent once more."""
        if not isinstance(found.exc_value, StoppedError):
            return usual_hook(found)
        for each in usual:
            signal.signal(each, stop)
        threading.Timer(SOON, os.kill, (os.getpid(), found.exc_value.number)).start()
        return None

    usual_hook = sys.unraisablehook
    sys.unraisablehook = lost if usual else usual_hook
    for number in usual:
        signal.signal(number, stop)
    try:
        yield
    finally:
        sys.unraisablehook = usual_hook
        for number in usual:
            signal.signal(number, before[number])
