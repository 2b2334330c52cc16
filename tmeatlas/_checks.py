"""Checks of what users hand in."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing
from tmeatlas._matrix_parts import is_stored_sparse
from tmeatlas._rows import CELL, SPOT, call_rows
from tmeatlas._text import counted
from tmeatlas.spatial import are_spots

CELL_TYPE = "cell_type"
"""Column that says of rows that they are spots, where it says nothing else."""

CONTAINERS = {"SpatialData": ("sdata", "tables", "table"), "MuData": ("mdata", "mod", "rna")}
"""What holds several AnnData: what it is called and where they are, and which of them has the
genes, by custom."""


def check_adata(adata: object) -> AnnData:
    """`adata` itself, if it is an AnnData with cells. Who reads genes asks for them by reading."""
    if not isinstance(adata, AnnData):
        raise InputError(f"Expected an AnnData, found {type(adata).__name__}. {_way_from(adata)}")
    if adata.n_obs == 0:
        raise InputError(f"Expected cells, found 0 cells × {counted(adata.n_vars, 'gene')}.")
    if adata.isbacked and adata.is_view:
        raise InputError(
            "A part of a backed AnnData cannot hold results. Load the part first: "
            "adata = adata.to_memory()."
        )
    if not (isinstance(adata.obs, pd.DataFrame) and isinstance(adata.var, pd.DataFrame)):
        _load_tables(adata)
    call_rows(SPOT if rows_are_spots(adata) else CELL)
    return adata


def rows_are_spots(adata: AnnData) -> bool:
    """Whether rows are spots of an array, each of several cells."""
    column = adata.obs.get(CELL_TYPE)
    labels: Any = column.dropna() if isinstance(column, pd.Series) else pd.Series(dtype=object)
    # All labels are looked at only where the first is one of spots.
    labels = labels.unique() if are_spots((), labels.iloc[:1], None) else ()
    return are_spots(map(str, adata.obs.columns), labels, adata.uns.get(keys.SPATIAL))


def _way_from(given: Any) -> str:
    """How to get an AnnData from what was given, which may be a container of several."""
    called, slot, usual = CONTAINERS.get(type(given).__name__, ("", "", ""))
    if not slot:
        return "Read a file with tme.read(path) first."
    tables = [str(name) for name in getattr(given, slot)]
    if not tables:
        return "It holds no table of cells."
    first = usual if usual in tables else tables[0]
    others = [name for name in tables if name != first]
    also = f"; it holds {listing(others)}, too" if others else ""
    return f"Pass what is within, {called}.{slot}[{first!r}]: results are written there{also}."


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
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Observation names are not unique")
            adata.obs = adata.obs.copy()  # this is how anndata makes it one without a warning
    return adata


def check_in_memory(adata: AnnData) -> None:
    """Refuse data in a file where a copy is asked for."""
    if adata.isbacked or _lies_in_file(adata):
        raise InputError(
            "An AnnData whose matrices lie in a file cannot be copied in memory. Leave "
            "`copy=False`, or load it first: adata = adata.to_memory()."
        )


def _lies_in_file(adata: AnnData) -> bool:
    """Whether X or a layer is sparse and in a file, where anndata cannot copy it."""
    if adata.is_view:  # whose matrices come to memory when they are looked at
        return False
    layers = [adata.layers[name] for name in adata.layers if name is not None]
    return any(map(is_stored_sparse, (adata.X, *layers)))
