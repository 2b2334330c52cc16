"""Chunks that a zarr store of cells lacks: zarr reads zeros, or empty names, in their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tmeatlas._errors import InputError
from tmeatlas.matrix import check_stored
from tmeatlas.readers._in_place import matrices_of

INDEX = "_index"
"""The attribute of a table that says which of its columns are the names."""


def check_chunks(file: Path) -> None:
    """Refuse a store without all chunks of a sparse matrix, or of the names of cells or genes."""
    import zarr

    store: Any = zarr.open_group(file, mode="r")
    if store.attrs.get("encoding-type") != "anndata":
        return
    for place, matrix in matrices_of(store):
        if matrix is not None:
            check_stored(getattr(matrix, "group", matrix), place)
    for table in ("obs", "var"):
        column = store[table].attrs.get(INDEX)
        names = store[table].get(column) if isinstance(column, str) else None
        lacking = getattr(names, "nchunks", 0) - getattr(names, "nchunks_initialized", 0)
        if lacking:
            raise InputError(
                f"{file.name!r} is damaged: {lacking:,} of {names.nchunks:,} chunks of the names "
                f"in {table} are not in the store. Copy it again, or write it again."
            )
