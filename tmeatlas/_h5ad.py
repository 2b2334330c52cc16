"""Writing `.h5ad` files so that a full disk, a quota or a signal ends it in order.

HDF5 does not survive a write that fails: when it closes, the process ends in a segmentation fault.
So it writes to a `_Store`, where no write fails: the first error is kept to be raised when all is
closed, and so is what HDF5 reads again. It writes in a thread of its own, since Python handles
signals in the main thread: none breaks into the middle of a write.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas._matrix_parts import copy_matrix, matrices_in_files, without
from tmeatlas._undisturbed import undisturbed

if TYPE_CHECKING:
    from anndata import AnnData

MOST_KEPT = 2**14
"""Bytes of the largest piece that is kept after an error: nodes and headers, and no data."""


def write_h5ad(adata: AnnData, path: Path) -> None:
    """Write `adata`; what the system raises is raised when all is closed."""
    adata.strings_to_categoricals()
    store = _Store(path)

    def work() -> None:
        try:
            _write(adata, store)
        finally:
            store.close()

    try:
        undisturbed(work, give_up=store.give_up)
    except Exception:
        if store.error is None:
            raise
    if store.error is not None:
        raise store.error


def _write(adata: AnnData, store: _Store) -> None:
    import h5py
    from anndata.io import write_elem

    in_files = dict(matrices_in_files(adata))
    with h5py.File(store, "w") as file:
        write_elem(file, "/", without(adata, in_files) if in_files else adata)
        # `adata.write_h5ad` leaves out a `raw` that is not there.
        if file["raw"].attrs["encoding-type"] == "null":
            del file["raw"]
        for place, matrix in in_files.items():
            copy_matrix(matrix, file, place)


class _Store:
    """A file for h5py, in which every write seems to go well."""

    def __init__(self, path: Path) -> None:
        self.error: OSError | None = None
        self._given_up = False
        self._handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        self._place = self._end = 0
        self._kept: list[tuple[int, bytes]] = []

    def give_up(self) -> None:
        """Write no more: what is written will not be used."""
        self._given_up = True

    def close(self) -> None:
        os.close(self._handle)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = offset + (self._end if whence == os.SEEK_END else 0)
        return self._place

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        """Nothing is held back here."""

    def read(self, size: int) -> bytes:
        buffer = bytearray(size)
        self.readinto(buffer)
        return bytes(buffer)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """What was written, be it on the disk or kept; zeros where it is neither."""
        start, size = self._place, len(buffer)
        found = b""
        try:
            os.lseek(self._handle, start, os.SEEK_SET)
            found = os.read(self._handle, size)
        except OSError as error:
            self._fail(error)
        buffer[:] = found.ljust(size, b"\0")
        for place, piece in self._kept:
            first, last = max(place, start), min(place + len(piece), start + size)
            if first < last:
                buffer[first - start : last - start] = piece[first - place : last - place]
        self._place += size
        return size

    def write(self, piece: memoryview) -> int:
        size = len(piece)
        if not (self._given_up or self.error):
            try:
                self._write_to_disk(piece)
            except OSError as error:
                self._fail(error)
        if (self._given_up or self.error) and size <= MOST_KEPT:
            self._kept.append((self._place, bytes(piece)))
        self._place += size
        self._end = max(self._end, self._place)
        return size

    def truncate(self, size: int) -> int:
        self._end = size
        if not (self._given_up or self.error):
            try:
                os.ftruncate(self._handle, size)
            except OSError as error:
                self._fail(error)
        return size

    def _write_to_disk(self, piece: memoryview) -> None:
        os.lseek(self._handle, self._place, os.SEEK_SET)
        left = memoryview(piece)
        while left:
            left = left[os.write(self._handle, left) :]

    def _fail(self, error: OSError) -> None:
        self.error = self.error or error
