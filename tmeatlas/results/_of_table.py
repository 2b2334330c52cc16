"""Which columns of `obs` a table of samples gave, kept with the cells for a later run."""

from __future__ import annotations

from collections.abc import Sequence

from anndata import AnnData

from tmeatlas import _keys as keys


def keep_table_columns(adata: AnnData, names: Sequence[str]) -> None:
    """Put them beside the results."""
    adata.uns[keys.OF_TABLE] = list(names)


def table_columns(adata: AnnData) -> list[str]:
    """Those that are kept, and are there still."""
    kept = set(map(str, adata.uns.get(keys.OF_TABLE, ())))
    return [name for name in adata.obs if name in kept]
