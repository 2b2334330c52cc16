"""What the commands share: telling what happens, turning errors into one line."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from tmeatlas._asker import asked_from_shell
from tmeatlas._errors import TMEError, TMEWarning
from tmeatlas._log import logger
from tmeatlas._progress import report_steps
from tmeatlas.shell._signals import StoppedError, ending_in_order

stderr = Console(stderr=True, highlight=False, soft_wrap=True)
stdout = Console(highlight=False, soft_wrap=True)


class _StepHandler(logging.Handler):
    """Shows what the library logs, indented under the step that is running."""

    def emit(self, record: logging.LogRecord) -> None:
        stderr.print(f"  {escape(record.getMessage())}", style="dim")


@contextmanager
def step(label: str) -> Iterator[None]:
    """Say what is being done, with a spinner where somebody watches, and how long it took."""
    started = time.perf_counter()
    stderr.print(escape(label))
    with stderr.status(f"{escape(label)} …") if stderr.is_terminal else _nothing():
        yield
    stderr.print(f"  {time.perf_counter() - started:.1f} s", style="dim")


@contextmanager
def telling_steps() -> Iterator[None]:
    """Tell of the steps that the library takes as of those of the command itself."""
    with report_steps(step):
        yield


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def reporting(*, debug: bool) -> Iterator[None]:
    """Show the library's log lines and warnings as plain lines on stderr."""
    handler = _StepHandler()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        if debug or issubclass(category, TMEWarning):
            stderr.print(f"[yellow]Warning:[/] {escape(str(message))}")

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = show
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)


def run(command: Callable[[], None], *, debug: bool) -> int:
    """Run a command; 0 when it went well, 1 with one clear line when it did not.

    Where a signal stopped it, 128 and the number of the signal, as a shell has it.
    """
    try:
        with ending_in_order(), reporting(debug=debug), asked_from_shell():
            command()
    except TMEError as error:
        return _fail(str(error), debug=debug)
    except StoppedError as stopped:
        _fail(f"Stopped by {stopped.name}: nothing is left half written.", debug=debug)
        return stopped.status
    except BrokenPipeError:
        close_stdout()
        return 1
    except Exception as error:
        message = f"Unexpected {type(error).__name__}: {error}"
        hint = "" if debug else " Run again with --debug for the details."
        return _fail(f"{message}.{hint}", debug=debug)
    return 0


def close_stdout() -> None:
    """Let nothing more be written to a pipe that nobody reads, also when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, *, debug: bool) -> int:
    if debug:
        traceback.print_exc(file=sys.stderr)
    stderr.print(f"[bold red]Error:[/] {escape(' '.join(message.split()))}")
    return 1
