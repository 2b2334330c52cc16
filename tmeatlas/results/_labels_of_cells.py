"""What results share that label each cell in columns of `obs`."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from anndata import AnnData

from tmeatlas._asker import option
from tmeatlas.results._base import Result
from tmeatlas.results._obs_columns import check_obs_columns, obs_columns


@dataclass(frozen=True, eq=False, kw_only=True)
class LabelsOfCells(Result):
    """Columns of `obs`, the first of which has the name of the key."""

    slot = "obs"
    by_cell = True

    cells: pd.DataFrame
    """The columns, by cell."""

    @classmethod
    def check_new(cls, adata: AnnData, key_added: str) -> None:
        """Refuse to overwrite what another step wrote."""
        cls.check_key(adata, key_added)
        verb = cls.call.partition("(")[0].removeprefix("tme.")
        remedy = f"Choose another {option('key_added')}"
        columns = cls._columns_of(key_added)
        check_obs_columns(adata, key_added, columns, verb=verb, remedy=remedy)

    @staticmethod
    def columns_written(cells: pd.DataFrame) -> dict[str, list[str]]:
        """The fact by which the next run knows which columns of `obs` it may replace."""
        return obs_columns(str(name) for name in cells)

    @classmethod
    def _columns_of(cls, key: str) -> list[str]:
        return [name for slot, name in cls.slots(key) if slot == "obs"]

    @classmethod
    def _stored_columns(cls, adata: AnnData, key: str) -> pd.DataFrame:
        return adata.obs[[name for name in cls._columns_of(key) if name in adata.obs]].copy()
