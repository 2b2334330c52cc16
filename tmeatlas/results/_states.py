"""The state of each cell within its lineage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._obs_columns import replace_obs_columns
from tmeatlas.results._record import Record

UNCALLED = ("unassigned", "not called")


@dataclass(frozen=True, eq=False, kw_only=True)
class States(Result):
    """State of each cell with its margin, and how many cells of a lineage are in each."""

    kind = "states"
    title = "States within lineages"
    noun = "states"
    call = "tme.tl.call_states(adata)"
    slot = "obs"
    default_key = keys.STATE
    by_cell = True
    call_columns = (
        Column("lineage", "category", "lineage"),
        Column("state", "category", "state"),
        Column("signatures", "category", "signatures that it is read from, comma separated"),
        Column("cells", "int32", "cells of the lineage", "cells"),
        Column("called", "int32", "of them, cells in this state", "cells"),
        Column("share", "float32", "share of the cells of the lineage", "share"),
        Column("threshold", "float32", "score that a cell had to reach: the level of chance"),
        Column("note", "category", "why the state was not read; empty where it was"),
    )
    words = (
        Word(
            "State",
            "The programme of its lineage that a cell shows most: above the level of random "
            "genes in these data, and by a margin over the next. Else it is unassigned; cells of "
            "lineages without states are not called.",
        ),
    )

    cells: pd.DataFrame
    """The columns of `obs`, by cell: state, its margin, balance of M1 and M2."""
    calls: pd.DataFrame
    """One row per lineage and state; empty after joining data, which loses it."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The columns of `obs`, and the table of the states."""
        columns = [("obs", name) for name in (key, *keys.state_columns(key))]
        return [*columns, ("uns", keys.state_calls(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        names = [name for slot, name in cls.slots(key) if slot == "obs" and name in adata.obs]
        stored = adata.uns.get(keys.state_calls(key))
        calls = stored if isinstance(stored, pd.DataFrame) else pd.DataFrame()
        return cls(record=record, key=key, cells=adata.obs[names].copy(), calls=calls)

    def _store(self, adata: AnnData) -> None:
        replace_obs_columns(adata, self.key, self.cells)
        adata.uns[keys.state_calls(self.key)] = self.calls

    @property
    def state(self) -> pd.Series:
        """The state of each cell, by its readable name."""
        return self.cells[self.key]

    def summary(self) -> str:
        """How many cells are in a state."""
        named = self.state.astype(str)
        called = named[~named.isin(UNCALLED)]
        return f"{counted(len(called), 'cell')} in {counted(called.nunique(), 'state')}"
