"""Columns of a file as rows: a large CSC matrix is put into another order once, on the disk."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError
from tmeatlas._log import note
from tmeatlas._settings import settings
from tmeatlas._temporaries import clear_stale, new_temporary_folder
from tmeatlas._text import counted
from tmeatlas.matrix._chunks import StoredRows, reading
from tmeatlas.matrix._missing import check_stored
from tmeatlas.matrix._structure import checked_csr, damaged

ENTRY = np.dtype([("row", "<i4"), ("column", "<i4"), ("value", "<f4")])
HELD = 48
"""Bytes for each value that is in hand while it is sorted."""
BYTES = 8
"""Of a value and its index."""
MADE: dict[tuple[object, ...], ScratchRows] = {}
"""What was sorted before in this process, by the file, its time and its place there."""
SORTING = Lock()


class _PartOfFile:
    """An array in a file, of which slices are read into arrays of their own.

    Of a memory map they could not be written to, for which kernels would be compiled anew.
    """

    def __init__(self, path: Path, kind: np.dtype[Any]) -> None:
        self._path, self._kind = path, kind

    def __getitem__(self, wanted: slice) -> NDArray[Any]:
        first = wanted.start or 0
        count = -1 if wanted.stop is None else wanted.stop - first
        return np.fromfile(
            self._path, dtype=self._kind, count=count, offset=first * self._kind.itemsize
        )


class ScratchRows(StoredRows):
    """Rows in files of a folder of their own, which goes when the process ends."""

    sorted_from: Any = None
    """Held, so that no other matrix gets the identity by which this one is found again."""

    def __init__(self, folder: Path, shape: tuple[int, int], name: str) -> None:
        kinds = (("data", "<f4"), ("indices", "<i4"), ("indptr", "<i8"))
        parts = {part: _PartOfFile(folder / part, np.dtype(kind)) for part, kind in kinds}
        super().__init__(parts, shape, name)
        self._finalizer = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def rows_of_columns(source: Any, name: str) -> Any:
    """A CSC matrix of a file by rows: in memory where it is small, else in a scratch file."""
    group = source.group
    check_stored(group, name)
    shape = (int(source.shape[0]), int(source.shape[1]))
    indptr = np.asarray(reading(lambda: group["indptr"][:], name)).astype(np.int64)
    if len(indptr) != shape[1] + 1 or indptr[0] != 0 or (np.diff(indptr) < 0).any():
        found = f"no indptr of {counted(shape[1], 'column')}"
        raise damaged(name, found)
    if int(indptr[-1]) * BYTES <= settings.block_bytes:
        return reading(source.to_memory, name)
    key = _key(group)
    with SORTING:
        if key not in MADE:
            MADE[key] = _sorted_on_disk(group, indptr, shape, name)
            MADE[key].sorted_from = group
        return MADE[key]


def _key(group: Any) -> tuple[object, ...]:
    """What tells a matrix in a file from any other, and from what the file was before.

    A store of zarr has no time of its own: a matrix of it is the one that was opened.
    """
    file = getattr(getattr(group, "file", None), "filename", None)
    if file is None:
        return (id(group),)
    status = os.stat(file)
    return (os.path.realpath(file), status.st_mtime_ns, status.st_size, str(group.name))


def _sorted_on_disk(
    group: Any, indptr: NDArray[np.int64], shape: tuple[int, int], name: str
) -> ScratchRows:
    try:
        above = Path(tempfile.gettempdir())
        clear_stale(above)
        folder = new_temporary_folder(above, mode=0o700)
    except OSError as error:
        raise _no_room(name, "the temporary folder", error) from error
    note(
        f"{name} lies in the file by columns: put into rows once, in {str(folder)!r} "
        f"({int(indptr[-1]) * BYTES / 1e9:.1f} GB until the process ends)"
    )
    try:
        _sort_into(folder, group, indptr, shape, name)
        return ScratchRows(folder, shape, name)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise _no_room(name, repr(str(folder.parent)), error) from error
        raise


def _no_room(name: str, where: str, error: OSError) -> InputError:
    return InputError(
        f"{name} lies in the file by columns, and cannot be put into rows in {where} ({error}). "
        "Name another folder with the environment variable TMPDIR before the start, or write the "
        "file by rows"
        + remedy(python=": adata = adata.to_memory(); adata.X = adata.X.tocsr()")
        + "."
    )


def _sort_into(
    folder: Path, group: Any, indptr: NDArray[np.int64], shape: tuple[int, int], name: str
) -> None:
    """Deal the values out to files of neighbouring rows, then sort each of these in memory."""
    n_values, in_hand = int(indptr[-1]), max(1, settings.block_bytes // HELD)
    n_files = -(-n_values // in_hand) + 1
    per_file = -(-shape[0] // n_files)
    names = [folder / f"rows{k}" for k in range(-(-shape[0] // per_file))]
    for start, stop in _spans(indptr, in_hand):
        first, last = int(indptr[start]), int(indptr[stop])
        for begin in range(first, last, in_hand):  # a single column may be too long
            end = min(begin + in_hand, last)
            entries = np.empty(end - begin, dtype=ENTRY)
            entries["row"] = _rows(group, begin, end, shape[0], name)
            columns = np.searchsorted(indptr[start : stop + 1], np.arange(begin, end), "right")
            entries["column"] = columns + (start - 1)
            entries["value"] = reading(lambda b=begin, e=end: group["data"][b:e], name)  # type: ignore[misc]
            file_of = entries["row"] // per_file
            order = np.argsort(file_of, kind="stable")
            edges = np.searchsorted(file_of[order], np.arange(len(names) + 1))
            for k, path in enumerate(names):
                with path.open("ab") as file:
                    _put(entries[order[edges[k] : edges[k + 1]]], file)
    with (folder / "data").open("wb") as data, (folder / "indices").open("wb") as indices:
        ends = [np.zeros(1, dtype=np.int64)]
        for k, path in enumerate(names):
            rows = _in_order(path, k * per_file, shape, per_file, name)
            _put(rows.data.astype("<f4"), data)
            _put(rows.indices.astype("<i4"), indices)
            ends.append(rows.indptr[1:].astype(np.int64) + ends[-1][-1])
            path.unlink()
    with (folder / "indptr").open("wb") as file:
        _put(np.concatenate(ends).astype("<i8"), file)


def _put(values: NDArray[Any], file: BinaryIO) -> None:
    """Write values; `tofile` does not say what the system says where there is no room."""
    file.write(values.view(np.uint8).data)


def _rows(group: Any, begin: int, end: int, n_rows: int, name: str) -> NDArray[Any]:
    found = np.asarray(reading(lambda: group["indices"][begin:end], name))
    if len(found) != end - begin:
        raise damaged(name, f"{len(found):,} indices where its indptr says {end - begin:,}")
    if len(found) and not 0 <= int(found.min()) <= int(found.max()) < n_rows:
        wrong = int(found.min()) if found.min() < 0 else int(found.max())
        raise damaged(name, f"an index {wrong:,}, where indices run from 0 to {n_rows - 1:,}")
    return found


def _spans(indptr: NDArray[np.int64], most: int) -> list[tuple[int, int]]:
    """Columns that lie next to each other and have about as many values as can be in hand."""
    spans, start = [], 0
    while start < len(indptr) - 1:
        stop = int(np.searchsorted(indptr, indptr[start] + most, side="right")) - 1
        stop = min(max(stop, start + 1), len(indptr) - 1)
        spans.append((start, stop))
        start = stop
    return spans


def _in_order(
    path: Path, first: int, shape: tuple[int, int], per_file: int, name: str
) -> sp.csr_matrix:
    """The rows of one file, sorted by row and column."""
    entries = np.fromfile(path, dtype=ENTRY)
    n_rows = min(per_file, shape[0] - first)
    rows = entries["row"] - np.int32(first)
    order = np.argsort(rows, kind="stable")  # columns are in order already
    sizes = np.bincount(rows, minlength=n_rows)
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    return checked_csr(
        entries["value"][order], entries["column"][order], indptr, (n_rows, shape[1]), name
    )
