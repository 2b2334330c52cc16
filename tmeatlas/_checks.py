"""Checks of what users hand in."""

from __future__ import annotations

from typing import Any

import pandas as pd
from anndata import AnnData

from tmeatlas._errors import InputError


def check_adata(adata: object) -> AnnData:
    """`adata` itself, if it is an AnnData with cells and genes."""
    if not isinstance(adata, AnnData):
        raise InputError(
            f"Expected an AnnData, found {type(adata).__name__}. "
            "Read a file with scanpy.read_h5ad(path) first."
        )
    if adata.n_obs == 0 or adata.n_vars == 0:
        raise InputError(f"Expected cells and genes, found {adata.n_obs} × {adata.n_vars}.")
    if adata.isbacked and adata.is_view:
        raise InputError(
            "A part of a backed AnnData cannot hold results. Load the part first: "
            "adata = adata.to_memory()."
        )
    if not (isinstance(adata.obs, pd.DataFrame) and isinstance(adata.var, pd.DataFrame)):
        _load_tables(adata)
    return adata


def _load_tables(adata: AnnData) -> None:
    """Bring the tables of an AnnData from `read_lazy` to memory, in place.

    The matrices of expression stay where they are.
    """
    adata.obs, adata.var = _loaded(adata.obs), _loaded(adata.var)
    for slot in (adata.obsm, adata.varm):
        for name, values in slot.items():
            slot[name] = _loaded(values)
    adata.uns = _loaded(dict(adata.uns))


def _loaded(value: Any) -> Any:
    """A table or array that lies in a file, in memory; anything else as it is."""
    if isinstance(value, dict):
        return {name: _loaded(held) for name, held in value.items()}
    if hasattr(value, "to_memory"):
        return value.to_memory()
    return value.compute() if hasattr(value, "compute") else value


def writable(adata: AnnData) -> AnnData:
    """`adata`, no view any more: writing X of one reaches the cells of its parent."""
    if adata.is_view:
        adata.obs = adata.obs.copy()  # this is how anndata makes it one without a warning
    return adata


def check_in_memory(adata: AnnData) -> None:
    """Refuse backed data where a copy is asked for."""
    if adata.isbacked:
        raise InputError(
            "A backed AnnData cannot be copied in memory. Leave `copy=False`, or load it first: "
            "adata = adata.to_memory()."
        )
