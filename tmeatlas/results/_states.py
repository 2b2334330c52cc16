"""The state of each cell within its lineage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._stats import wilson_interval
from tmeatlas._text import counted
from tmeatlas.lineages import UNASSIGNED
from tmeatlas.results._base import Column, Word
from tmeatlas.results._labels_of_cells import LabelsOfCells
from tmeatlas.results._obs_columns import replace_obs_columns
from tmeatlas.results._record import Record, table_in

UNCALLED = (UNASSIGNED, "not called")
"""What a cell is called that shows no state beyond chance, or two alike; and one in which none was
read."""


@dataclass(frozen=True, eq=False, kw_only=True)
class States(LabelsOfCells):
    """State of each cell with its margin, and how many cells of a lineage are in each."""

    kind = "states"
    title = "States within lineages"
    noun = "states"
    call = "tme.tl.call_states(adata)"
    default_key = keys.STATE
    unassigned, not_called = UNCALLED
    unit = "standard deviations of random genes above the lower of two groups of cells"
    call_columns = (
        Column("lineage", "category", "lineage"),
        Column("state", "category", "state"),
        Column("id", "category", "its column among the scores"),
        Column("signatures", "category", "signatures that it is read from, comma separated"),
        Column("genes", "int32", "genes that it is read from", "genes"),
        Column("cells", "int32", "cells of the lineage in which it may be read", "cells"),
        Column("called", "int32", "of them, cells in this state", "cells"),
        Column("share", "float32", "share of the cells in which it may be read", "share"),
        Column("threshold", "float32", "score that a cell had to reach: the level of chance", unit),
        Column("pval", "float32", "of the spread of its scores, against random genes", "p"),
        Column("n_null", "int32", "random lists that it was compared with"),
        Column(
            "set_aside",
            "bool",
            "no state: cells that it describes best look like one, and get none",
        ),
        Column("note", "category", "why no cell is called by it; empty where cells can be"),
    )
    words = (
        Word(
            "State",
            "The programme of its lineage that a cell shows most: above the level of random "
            "genes in these data, and by a margin over the next. Else it is unassigned; cells of "
            "lineages without states are not called.",
        ),
    )

    scores: pd.DataFrame
    """Cells × states and poles, float32; NaN in cells in which they are not to be read."""
    calls: pd.DataFrame
    """One row per lineage and state; empty after joining data, which loses it."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The columns of `obs`, the scores, and the table of the states."""
        columns = [("obs", name) for name in (key, *keys.state_columns(key))]
        return [*columns, ("obsm", keys.state_scores(key)), ("uns", keys.state_calls(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        found = adata.obsm.get(keys.state_scores(key))
        return cls(
            record=record,
            key=key,
            cells=cls._stored_columns(adata, key),
            scores=found
            if isinstance(found, pd.DataFrame)
            else pd.DataFrame(index=adata.obs_names),
            calls=table_in(adata, keys.state_calls(key)),
        )

    def _store(self, adata: AnnData) -> None:
        replace_obs_columns(adata, self.key, self.cells)
        adata.obsm[keys.state_scores(self.key)] = self.scores
        adata.uns[keys.state_calls(self.key)] = self.calls

    @property
    def state(self) -> pd.Series:
        """The state of each cell, by its readable name."""
        found = self.cells[self.key]
        if not found.isna().any():
            return found
        # Joined with cells in which no states were called.
        names = found.astype("category").cat
        return names.set_categories(names.categories.union([self.not_called])).fillna(
            self.not_called
        )

    def shares(self, samples: pd.Series | None = None) -> pd.DataFrame:
        """How many cells of each lineage are in each state, of all cells or by sample.

        One row per lineage, state (those that are set aside left out, the unassigned
        added) and sample (empty without `samples`): ``cells`` in which the state may be
        read, ``called``, ``share`` with its 95 % interval ``low`` and ``high`` (Wilson; NaN
        without cells) and the ``note`` of a state by which no cell is called.
        """
        known = pd.Categorical(pd.Series("", self.cells.index) if samples is None else samples)
        state = pd.Categorical(self.state)
        parts = []
        for lineage, of_lineage in self.calls.groupby("lineage", observed=True, sort=False):
            scores = self.scores.reindex(columns=of_lineage["id"].astype(str))
            readable = {str(name): scores[name].notna().to_numpy() for name in scores}
            readable[self.unassigned] = np.logical_or.reduce(list(readable.values()))
            kept = of_lineage[~of_lineage["set_aside"]].astype(str)
            rows = [*kept[["id", "state", "note"]].to_numpy(), (self.unassigned,) * 2 + ("",)]
            for column, name, note in rows:
                here = readable[column] & (known.codes >= 0)
                called_so = here & np.asarray(state == name)
                cells, called = (
                    np.bincount(known.codes[which], minlength=len(known.categories))
                    for which in (here, called_so)
                )
                part = {"lineage": lineage, "state": name, "sample": known.categories}
                parts.append(pd.DataFrame(part | {"cells": cells, "called": called, "note": note}))
        table = pd.concat(parts, ignore_index=True)
        table["share"] = table["called"] / table["cells"].where(table["cells"] > 0)
        table["low"], table["high"] = wilson_interval(table["called"], table["cells"])
        return table

    def summary(self) -> str:
        """How many cells are in a state."""
        named = self.state.astype(str)
        called = named[~named.isin(UNCALLED)]
        return f"{counted(len(called), 'cell')} in {counted(called.nunique(), 'state')}"
