"""Writing `.zarr` stores, matrices of other files in parts."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from tmeatlas._matrix_parts import copy_matrix, matrices_in_files, without
from tmeatlas._undisturbed import undisturbed

if TYPE_CHECKING:
    from anndata import AnnData


def write_zarr(adata: AnnData, folder: Path) -> None:
    """Write `adata` into a new folder, in the version of zarr that anndata writes."""
    adata.strings_to_categoricals()
    given_up = Event()

    def check() -> None:
        if given_up.is_set():
            raise InterruptedError

    def work() -> None:
        in_files = dict(matrices_in_files(adata))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions of zarr, which are anndata's choice
            (without(adata, in_files) if in_files else adata).write_zarr(folder)
            if in_files:
                _copy_all(in_files, folder, check)

    undisturbed(work, give_up=given_up.set)


def _copy_all(in_files: dict[str, Any], folder: Path, check: Callable[[], None]) -> None:
    import zarr

    # What anndata noted of all that is there knows nothing of what comes now.
    knows = "use_consolidated" in inspect.signature(zarr.open_group).parameters
    more: dict[str, Any] = {"use_consolidated": False} if knows else {}
    store = zarr.open_group(folder, mode="r+", **more)
    for place, matrix in in_files.items():
        copy_matrix(matrix, store, place, before_each=check)
    zarr.consolidate_metadata(store.store)
