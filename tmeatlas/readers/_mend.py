"""What SeuratDisk writes into an .h5ad that anndata does not read as it was meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from tmeatlas._errors import listing
from tmeatlas._log import note

if TYPE_CHECKING:
    import h5py
    from anndata import AnnData

NAMES = "_index"
"""Where the names of rows are; a column of this name cannot be written again."""
LEVELS = "__categories"
"""The labels of factors, beside columns of their bare numbers."""


def mend(adata: AnnData) -> AnnData:
    """The same cells, with names where names belong."""
    tables = [adata.obs, adata.var]
    if adata.raw is not None:
        tables.append(adata.raw.var)
    for table in tables:
        _take_names(table)
    return adata


def _take_names(table: pd.DataFrame) -> None:
    """Make the column of names the index, in place: `raw` offers no other way."""
    if NAMES in table.columns:
        names = pd.Index(table.pop(NAMES).astype(str), name=None)
        if names.is_unique or not table.index.is_unique:
            table.index = names
    if table.index.name is not None and table.index.name in (NAMES, *table.columns):
        table.index.name = None


def restore_factors(adata: AnnData, file: Path) -> None:
    """Give the numbers of factors their labels, which the file has beside them."""
    import h5py

    with h5py.File(file, "r") as opened:
        for place, table in (("obs", adata.obs), ("var", adata.var)):
            levels = opened.get(f"{place}/{LEVELS}")
            restored = [
                name
                for name in (levels if isinstance(levels, h5py.Group) else ())
                if _restore(table, name, levels[name])
            ]
            if restored:
                note(f"labels of factors restored in {place}: {listing(restored)}")


def _restore(table: pd.DataFrame, name: str, labels: h5py.Dataset) -> bool:
    """Whether the column was bare numbers of these labels; missing ones are below 0."""
    if name not in table or not pd.api.types.is_integer_dtype(table[name].dtype):
        return False
    known = pd.Index(labels.asstr()[()], dtype=object)
    codes = table[name].to_numpy()
    if not known.is_unique or codes.max(initial=-1) >= len(known):
        return False
    table[name] = pd.Categorical.from_codes(codes.clip(min=-1), known)
    return True
