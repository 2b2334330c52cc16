"""What other programs write into an AnnData that anndata then refuses to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData

RESERVED = "_index"
"""SeuratDisk has a column of this name, which anndata keeps for itself when it writes."""


def mend(adata: AnnData) -> AnnData:
    """The same cells, without names that cannot be written again."""
    for table in (adata.obs, adata.var):
        _rename(table)
    if adata.raw is not None:
        _rename(adata.raw.var)
    return adata


def _rename(table: pd.DataFrame) -> None:
    """Call the reserved column by another name, in place: `raw` offers no other way."""
    if RESERVED in table.columns:
        name = "index"
        while name in table.columns:
            name += "_"
        table.rename(columns={RESERVED: name}, inplace=True)  # noqa: PD002
    if table.index.name in table.columns or table.index.name == RESERVED:
        table.index.name = None
