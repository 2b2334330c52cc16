"""What the commands share: telling what happens, turning errors into one line."""

from __future__ import annotations

import logging
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from tmeatlas._asker import asked_from_shell
from tmeatlas._errors import InputError, TMEError, TMEWarning
from tmeatlas._files import whole_file
from tmeatlas._log import logger
from tmeatlas._progress import report_steps
from tmeatlas._text import FORMULA_SIGNS

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData

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
    """Run a command; 0 when it went well, 1 with one clear line when it did not."""
    try:
        with reporting(debug=debug), asked_from_shell():
            command()
    except TMEError as error:
        return _fail(str(error), debug=debug)
    except (KeyboardInterrupt, BrokenPipeError):
        return 1
    except Exception as error:
        message = f"Unexpected {type(error).__name__}: {error}"
        hint = "" if debug else " Run again with --debug for the details."
        return _fail(f"{message}.{hint}", debug=debug)
    return 0


def _fail(message: str, *, debug: bool) -> int:
    if debug:
        traceback.print_exc(file=sys.stderr)
    stderr.print(f"[bold red]Error:[/] {escape(' '.join(message.split()))}")
    return 1


def write_result(adata: AnnData, table: pd.DataFrame, path: Path) -> None:
    """Write the whole AnnData (.h5ad) or the table of a result (.csv, .tsv)."""
    ending = path.suffix.lower()
    with whole_file(path) as temporary:
        if ending == ".h5ad":
            adata.write_h5ad(temporary)
        else:
            separator = "," if ending == ".csv" else "\t"
            safe = _safe_for_spreadsheets(table)
            safe.to_csv(temporary, sep=separator, lineterminator="\n")
    stdout.print(f"Wrote {escape(str(path))}")


def _safe_for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula, behind an apostrophe; numbers stay."""
    import numpy as np
    import pandas as pd

    def safe(value: object) -> object:
        runs = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
        return f"'{value}" if runs else value

    guarded = table.copy()
    for name in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[name].dtype):
            guarded[name] = np.array([safe(value) for value in guarded[name]], dtype=object)
    guarded.index = pd.Index([safe(value) for value in guarded.index], name=table.index.name)
    return guarded


def check_result_path(path: str) -> Path:
    """An output path whose ending says what to write there."""
    if Path(path).suffix.lower() not in (".h5ad", ".csv", ".tsv"):
        raise InputError(f"Expected an output ending in .h5ad, .csv or .tsv, found {path!r}.")
    return Path(path)


def wrote_page(path: object) -> None:
    """Say which page was written, and how large it is."""
    page = Path(str(path))
    size = page.stat().st_size / 1e6
    stdout.print(f"Wrote {escape(str(page))} ({size:.1f} MB): open it in any browser.")
