"""The file in which a long command keeps what it has found so far."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas._asker import option
from tmeatlas._errors import InputError, TMEError
from tmeatlas._guard import warn
from tmeatlas._outputs import check_output, is_same, real_target
from tmeatlas.shell._console import step
from tmeatlas.shell._writing import Given, files_read, write_whole

if TYPE_CHECKING:
    from anndata import AnnData

WORTH = 10
"""So many times as long as it takes to write it is worked before it is written again."""
SOON = 60.0
"""Seconds of work that nobody minds to do again."""


class Keeping:
    """Writes the cells with their results after steps; never if there is no file for it."""

    def __init__(self, adata: AnnData, path: Path | None, *, of_table: Sequence[str] = ()) -> None:
        """`of_table` are the columns of `obs` that a table of samples gave, which are kept too."""
        self._adata, self._path = adata, path
        self._written, self._took = time.monotonic(), 0.0
        self._failed = ""
        if path is not None:
            as_in_files(adata)
            if of_table:
                from tmeatlas.results import keep_table_columns

                keep_table_columns(adata, of_table)

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """A step of the library; what it found is kept where it took long enough."""
        with step(label):
            yield
        if time.monotonic() - self._written > max(SOON, WORTH * self._took):
            self.write()

    def write(self) -> None:
        """Write all that there is now, whole or not at all."""
        if self._path is None:
            return
        started = time.monotonic()
        try:
            with step(f"Keeping the cells in {self._path}"):
                write_whole(self._adata, self._path)
            self._failed = ""
        except (OSError, TMEError) as error:  # which is no reason to lose the work
            if not self._failed:
                warn(f"Not kept: {error}")
            self._failed = str(error)
        self._written = time.monotonic()
        self._took = self._written - started

    def end(self) -> None:
        """After all else was written: an error, where the cells could not be kept."""
        if self._failed:
            raise InputError(f"All else is done, but the cells are not kept. {self._failed}")


def as_in_files(adata: AnnData) -> None:
    """Labels have one order in this run and in one that goes on from the file of it."""
    adata.strings_to_categoricals()
    if adata.raw is not None:
        adata.strings_to_categoricals(adata.raw.var)


def check_keep_path(path: str | None, cells: str, *others: Given) -> Path | None:
    """Where to keep cells, which may be the file that is read: it keeps all that it has.

    It is no other file that is read: no option names it, nor does a table of samples.
    """
    if path is None:
        return None
    found = check_output(path, endings=(".h5ad",), reads=[cells], overwrite=True)
    for other in files_read(None, [*others, *map(str, files_read(cells, ())[1:])]):
        if _is_file(found, other):
            raise InputError(
                f"{str(found)!r}, named by {option('keep')}, is read as well and would be lost. "
                "Keep the cells in another file."
            )
    return found


def check_keeps_all(adata: AnnData, path: Path | None, cells: str, use_raw: bool | None) -> None:
    """Refuse to put cells of raw, which have no more than that, in the place of the input."""
    if path is None or not use_raw or adata.raw is None or not _is_file(path, cells):
        return
    if not adata.raw.var_names.equals(adata.var_names):
        raise InputError(
            f"raw has other genes than X, so {str(path)!r} would lose X, its layers and raw. Keep "
            "the cells in another file than the input."
        )


def _is_file(path: Path, read: str | Path) -> bool:
    return is_same(real_target(path), Path(os.path.expanduser(read)))
