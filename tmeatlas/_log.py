"""The logger, and the one line that each verb says: what was read, found and written."""

from __future__ import annotations

import builtins
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging import DEBUG, ERROR, INFO, WARNING

HINT = (INFO + DEBUG) // 2
"""What only those want to read who ask for more: the level of scanpy's hints."""

LEVELS = {0: ERROR, 1: WARNING, 2: INFO, 3: HINT, 4: DEBUG}
"""The verbosities of scanpy."""

logger = logging.getLogger("tmeatlas")

_notes: ContextVar[list[str] | None] = ContextVar("tmeatlas_notes", default=None)


@contextmanager
def one_line() -> Iterator[None]:
    """The call of a public function: its notes go into its one line, and no further."""
    notes: list[str] = []
    token = _notes.set(notes)
    try:
        yield
    finally:
        _notes.reset(token)
    for text in notes:  # of a function that writes nothing, such as a figure
        logger.log(HINT, "%s", text)


def note(text: str) -> None:
    """Something to say in the line of the verb that runs, such as how genes were understood."""
    notes = _notes.get()
    if notes is None:
        logger.log(HINT, "%s", text)
    elif text not in notes:
        notes.append(text)


def say(found: str, *, written: str = "", read: str = "") -> None:
    """The one line of a verb: what was found, where it was written and from what."""
    notes = _notes.get() or []
    where = f": {written}" if written else ""
    from_what = "; ".join([*([f"read {read}"] if read else []), *(n.rstrip(".") for n in notes)])
    logger.info("%s", f"{found}{where}" + (f" ({from_what})" if from_what else ""))
    notes.clear()


class ConsoleHandler(logging.Handler):
    """Prints lines, as scanpy does, unless logging was configured to print them already."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print to stderr; in a notebook to stdout, where lines have no red ground."""
        if _printed_by_others(record):
            return
        in_notebook = getattr(builtins, "__IPYTHON__", False)
        stream = sys.stdout if in_notebook else sys.stderr  # those of now: both are replaced
        if stream is None:  # a program without a console
            return
        try:
            stream.write(f"{_beginning(record.levelno)}{self.format(record)}\n")
            stream.flush()
        except Exception:
            self.handleError(record)


def _beginning(level: int) -> str:
    beginnings = {INFO: "", HINT: "--> ", DEBUG: "    "}
    return beginnings.get(level, f"{logging.getLevelName(level)}: ")


def _printed_by_others(record: logging.LogRecord) -> bool:
    """Whether another handler that gets the record shows it, so that there is one line of each."""
    ours = [h for h in logger.handlers if not isinstance(h, (ConsoleHandler, logging.FileHandler))]
    if any(record.levelno >= handler.level for handler in ours):
        return True
    parent = logger.parent if logger.propagate else None
    while parent is not None:
        if any(record.levelno >= h.level and _is_console(h) for h in parent.handlers):
            return True
        parent = parent.parent if parent.propagate else None
    return False


def _is_console(handler: logging.Handler) -> bool:
    """Whether a handler prints where people look; those that collect or write files do not."""
    consoles = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    stream = getattr(handler, "stream", None)
    return hasattr(handler, "console") or (stream is not None and stream in consoles)


# What the user configured before the import stays.
if not logger.handlers:
    logger.addHandler(ConsoleHandler())
if logger.level == logging.NOTSET:
    logger.setLevel(INFO)
