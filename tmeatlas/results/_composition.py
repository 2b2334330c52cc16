"""What each sample is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._record import Record

OF_GATE = "of the gate, not of a tumour: "


@dataclass(frozen=True, eq=False, kw_only=True)
class Composition(Result):
    """One row per sample and group, of all cells and within lineages."""

    kind = "composition"
    title = "Composition of samples"
    noun = "composition"
    call = "tme.tl.composition(adata, groupby, sample_key=...)"
    default_key = keys.COMPOSITION
    columns = (
        Column("sample", "category", "sample"),
        Column("group", "category", "group of cells"),
        Column("parent", "category", "lineage that the share is of; empty: of all cells"),
        Column("cells", "int32", "cells of the group", "cells"),
        Column("total", "int32", "cells of the sample, or of its parent lineage", "cells"),
        Column("share", "float64", "cells over total; NaN without cells", "share"),
        Column("share_low", "float64", "95 % interval, lower limit (Wilson)", "share"),
        Column("share_high", "float64", "95 % interval, upper limit (Wilson)", "share"),
        Column("clr", "float64", "centred log-ratio; NaN without cells", "log ratio"),
        Column("note", "category", "what the share means in a sorted sample; empty elsewhere"),
    )
    words = (
        Word(
            "Share",
            "Cells of a group among the cells of its sample, or of one lineage in it. It falls "
            "when another group grows, so samples are compared by log ratios.",
        ),
        Word(
            "Centred log-ratio (CLR)",
            "The logarithm of a group's cells (with half a cell added) minus the mean of these "
            "logarithms over all groups of the sample: 0 is the middle.",
        ),
    )

    table: pd.DataFrame

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        table = cls._frame(adata.uns[key], f"uns[{key!r}]")
        return cls(record=record, key=key, table=table)

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table

    def within(self, parent: str = "") -> pd.DataFrame:
        """The rows of one parent lineage; by default those of all cells."""
        return self.table[self.table["parent"].astype(object) == parent]

    def mean_shares(self, condition_of: Mapping[str, str]) -> pd.Series[float]:
        """By parent, group and condition, the mean share over the samples of the condition."""
        rows = self.table.astype({"sample": str, "group": str, "parent": str})
        rows = rows.assign(condition=rows["sample"].map(condition_of))
        return rows.groupby(["parent", "group", "condition"])["share"].mean().dropna()

    @staticmethod
    def note_on(gate: str, reason: str) -> str:
        """What a share of all cells is of, in a sample with this gate."""
        return f"{OF_GATE}{gate} ({reason})"

    @property
    def gates(self) -> dict[str, str]:
        """By sorted sample, the word of its gate."""
        return {
            sample: note.removeprefix(OF_GATE).partition(" (")[0]
            for sample, note in self.notes.items()
        }

    @property
    def notes(self) -> dict[str, str]:
        """By sorted sample, what its shares of all cells mean."""
        rows = self.within().astype({"sample": str, "note": str}).drop_duplicates("sample")
        return {s: note for s, note in zip(rows["sample"], rows["note"], strict=True) if note}

    @property
    def parents(self) -> list[str]:
        """The lineages within which there are shares."""
        return [p for p in self.table["parent"].astype(object).unique() if p]

    def summary(self) -> str:
        """How many samples and groups."""
        n_samples, n_groups = (self.table[c].nunique() for c in ("sample", "group"))
        return f"{counted(n_groups, 'group')} in {counted(n_samples, 'sample')}"


def conditions_of_samples(
    samples: pd.Categorical[Any], conditions: pd.Categorical[Any]
) -> dict[str, str]:
    """The condition of each sample that has only one, from the labels of the cells."""
    pairs = pd.DataFrame({"sample": samples, "condition": conditions}).dropna()
    found = pairs.drop_duplicates().astype(str)
    alone = found[~found["sample"].duplicated(keep=False)]
    return dict(zip(alone["sample"], alone["condition"], strict=True))
