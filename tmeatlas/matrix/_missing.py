"""Chunks of a zarr file that are not there: zarr reads zeros in their place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from tmeatlas._errors import InputError
from tmeatlas._guard import warn

FEW_TASKS = 3
"""So many tasks of a graph are looked into for the file that all of them read."""


def check_stored(stored: Any, name: str) -> None:
    """Refuse a sparse matrix in a zarr group that lacks chunks; warn of a dense one that does.

    Zarr leaves out chunks that are all zero. The values of a sparse matrix are
    none, and only with a single gene are all indices. A chunk without any
    expression can be left out of a dense one.
    """
    if hasattr(stored, "nchunks_initialized"):
        _warn_of_missing(stored, name)
        return
    parts = ["data"] if int(stored.attrs["shape"][1]) == 1 else ["data", "indices"]
    if stored["data"].shape[0] and not getattr(stored["indptr"], "nchunks_initialized", 1):
        parts.append("indptr")  # where no value is stored it is all zero
    for part in parts:
        lacking = _missing_chunks(stored[part])
        if lacking:
            raise InputError(
                f"{name} is damaged: {lacking:,} of {stored[part].nchunks:,} chunks of its {part} "
                "are not in the file, and would be read as zeros. Copy the file again, or write "
                "it again from its source."
            )


def check_graph(source: Any, name: str) -> None:
    """The same of the zarr file that a dask array reads, where its first tasks name one."""
    for task in islice(dict(source.dask).values(), FEW_TASKS):
        for found in _named_in(task):
            if hasattr(found, "nchunks_initialized"):
                check_stored(found, name)
                return
            if getattr(found, "backend", None) == "zarr":
                check_stored(found.group, name)
                return


def _named_in(task: Any) -> Iterator[Any]:
    for node in (task, *getattr(task, "args", ())):
        value = getattr(node, "value", node)
        yield value
        if isinstance(getattr(value, "args", None), tuple):
            yield from value.args


def _missing_chunks(array: Any) -> int:
    """How many chunks of a zarr array are not stored; 0 of arrays that are not zarr's."""
    if not hasattr(array, "nchunks_initialized"):
        return 0
    return int(array.nchunks) - int(array.nchunks_initialized)


def _warn_of_missing(array: Any, name: str) -> None:
    lacking = _missing_chunks(array)
    if lacking:
        warn(
            f"{lacking:,} of {array.nchunks:,} chunks of {name} are not in the file and are read "
            "as zeros. That is right if the file was written so, as zarr leaves out chunks of "
            "zeros; if it was copied, compare it with its source."
        )
