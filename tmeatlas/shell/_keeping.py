"""The file in which a long command keeps what it has found so far."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas._outputs import check_output
from tmeatlas.shell._console import step
from tmeatlas.shell._writing import write_whole

if TYPE_CHECKING:
    from anndata import AnnData

WORTH = 10
"""So many times as long as it takes to write it is worked before it is written again."""
SOON = 60.0
"""Seconds of work that nobody minds to do again."""


class Keeping:
    """Writes the cells with their results after steps; never if there is no file for it."""

    def __init__(self, adata: AnnData, path: Path | None) -> None:
        self._adata, self._path = adata, path
        self._written, self._took = time.monotonic(), 0.0
        if path is not None:
            # As they are in the file: labels have one order in this run and in one that goes on.
            adata.strings_to_categoricals()

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
        with step(f"Keeping the cells in {self._path}"):
            write_whole(self._adata, self._path)
        self._written = time.monotonic()
        self._took = self._written - started


def check_keep_path(path: str | None, cells: str) -> Path | None:
    """Where to keep cells, which may be the file that is read: it keeps all that it has."""
    if path is None:
        return None
    return check_output(path, endings=(".h5ad",), reads=[cells], overwrite=True)
