"""The lineage of each cell, and how it was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.lineages import UNASSIGNED
from tmeatlas.results._base import Column, Word
from tmeatlas.results._labels_of_cells import LabelsOfCells
from tmeatlas.results._obs_columns import replace_obs_columns
from tmeatlas.results._record import Record, table_in


@dataclass(frozen=True, eq=False, kw_only=True)
class Lineages(LabelsOfCells):
    """Lineage and fine lineage of each cell with their confidence, and of each group of cells."""

    kind = "lineages"
    title = "Lineages"
    noun = "lineages"
    call = "tme.tl.annotate(adata)"
    command = "`tmeatlas annotate`"
    default_key = keys.LINEAGE
    group_columns = (
        Column("group", "category", "group of cells: a label of the user's, or a cluster"),
        Column("lineage", "category", "lineage of most of its cells"),
        Column("fine", "category", "fine lineage of most of its cells"),
        Column("how", "category", "given, name or markers: how its lineage was told"),
        Column("by_markers", "category", "what the markers say; empty where they were not read"),
        Column("cells", "int32", "cells of the group", "cells"),
        Column("confidence", "float32", "mean confidence of its cells, 0 to 1"),
        Column("runner_up", "category", "the lineage that comes next by markers"),
        Column("runner_up_share", "float32", "share of its cells that fit it better", "share"),
        Column("mixed", "bool", "whether it mixes lineages, as doublets do"),
    )
    words = (
        Word(
            "Lineage",
            "What kind of cell it is: by the user's labels where their names say it, else by "
            "published markers, averaged over alike cells. Unassigned where no lineage fits, or "
            "two fit alike. Malignant cells are told by copy numbers or labels, never by markers.",
        ),
    )

    groups: pd.DataFrame
    """One row per group; empty after joining data, which loses it."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The columns of `obs`, and the table of the groups."""
        columns = [("obs", name) for name in (key, *keys.lineage_columns(key))]
        return [*columns, ("uns", keys.lineage_groups(key))]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        groups = table_in(adata, keys.lineage_groups(key))
        return cls(record=record, key=key, cells=cls._stored_columns(adata, key), groups=groups)

    def _store(self, adata: AnnData) -> None:
        replace_obs_columns(adata, self.key, self.cells)
        adata.uns[keys.lineage_groups(self.key)] = self.groups

    @classmethod
    def groups_of(cls, adata: AnnData, groupby: str) -> pd.DataFrame:
        """The table of the groups of a column; empty where others were told, or none.

        It is not looked at whether cells have changed since.
        """
        record = Record.find(adata, cls.default_key)
        table = table_in(adata, keys.lineage_groups(cls.default_key))
        is_whole = {column.name for column in cls.group_columns} <= set(table)
        fits = record is not None and record.param("groupby") == groupby and is_whole
        return table if fits else pd.DataFrame()

    @property
    def lineage(self) -> pd.Series:
        """The lineage of each cell, by its readable name."""
        return self.cells[self.key]

    @property
    def finest(self) -> pd.Series:
        """The fine lineage of each cell, which is the lineage where no more can be told."""
        fine = keys.lineage_columns(self.key)[1]
        return self.cells.get(fine, self.lineage)

    def summary(self) -> str:
        """How many lineages there are, and how many cells have none."""
        named = self.lineage.astype(str)
        n_lineages = named[named != UNASSIGNED].nunique()
        left = int((named == UNASSIGNED).sum())
        return f"{counted(n_lineages, 'lineage')}, {counted(left, 'cell')} unassigned"
