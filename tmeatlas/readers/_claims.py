"""What files say of their sizes: memory is taken for no more than a file can hold.

A file of a few bytes can say that it holds terabytes: arrays of HDF5 and zarr without chunks are
read as zeros, and a compressed text of one letter unpacks to a thousand times its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmeatlas._errors import InputError
from tmeatlas._text import counted

if TYPE_CHECKING:
    import h5py

ALWAYS = 2**30
"""Bytes that any file may take in memory."""
DENSEST = 2_000
"""No packed file becomes more than so many times as large; gzip reaches 1,032."""
DENSEST_TEXT = 200
"""The same of matrix.mtx.gz, where no two lines are alike; usual ones become 5 times as large."""
LEAST_ENTRY = {"coordinate": 4, "array": 1}
"""Characters of an entry of matrix.mtx, by its format: two places, a blank and the end of line."""


def check_hdf5(file: Path, opened: h5py.File) -> None:
    """Refuse an HDF5 file with an array that cannot be in it."""
    import h5py

    sizes: list[tuple[int, str]] = []

    def look(name: str, item: object) -> None:
        if not isinstance(item, h5py.Dataset) or item.shape is None:
            return
        if not (item.is_virtual or item.external):  # values of other files
            sizes.append((int(item.size) * item.dtype.itemsize, name))

    opened.visititems(look)
    _check(file, max(sizes, default=(0, "")), file.stat().st_size)


def check_zarr(store: Path, group: Any) -> None:
    """Refuse a store with an array that cannot be in it."""
    largest = max(_sizes_of_zarr(group), default=(0, ""))
    if largest[0] > ALWAYS:  # else it does not matter what the files hold, of which there are many
        on_disk = sum(each.stat().st_size for each in store.rglob("*") if each.is_file())
        _check(store, largest, on_disk)


def check_mtx(matrix: Path, n_entries: int, form: str) -> None:
    """Refuse a matrix with more entries than its file has room for."""
    size = matrix.stat().st_size
    room = size * DENSEST_TEXT if matrix.suffix.lower() == ".gz" else size
    if n_entries * LEAST_ENTRY.get(form, 1) > room:
        entries = counted(n_entries, "entry", "entries")
        raise InputError(
            f"{matrix.name!r} says that it has {entries}, which a file of {size:,} "
            "bytes cannot hold. It was cut short, or its second line is wrong. Copy or download it "
            "again."
        )


def _sizes_of_zarr(group: Any) -> Iterator[tuple[int, str]]:
    for name in group:
        item = group[name]
        if hasattr(item, "nbytes") and hasattr(item, "dtype"):
            yield int(item.nbytes), str(item.path)
        else:
            yield from _sizes_of_zarr(item)


def _check(file: Path, largest: tuple[int, str], on_disk: int) -> None:
    claimed, name = largest
    if claimed > ALWAYS and claimed > on_disk * DENSEST:
        raise InputError(
            f"{file.name!r} says that {name!r} in it takes {claimed / 1e9:,.0f} GB, and has "
            f"{on_disk / 1e6:,.1f} MB. It was cut short, or written wrongly. Copy or download it "
            "again, or write it anew."
        )
