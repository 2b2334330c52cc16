"""Interactions between groups of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Word
from tmeatlas.results._between import (
    AMBIENT,
    CONTACTS,
    SAMPLE_COLUMNS,
    VERDICT_WORDS,
    BetweenGroups,
    side_columns,
)
from tmeatlas.results._record import Record


@dataclass(frozen=True, eq=False, kw_only=True)
class Crosstalk(BetweenGroups):
    """One row per interaction, source and target."""

    kind = "crosstalk"
    title = "Crosstalk"
    noun = "crosstalk"
    call = "tme.tl.crosstalk(adata, groupby)"
    command = "`tmeatlas crosstalk`"
    default_key = keys.CROSSTALK
    columns = (
        Column("source", "category", "sending group"),
        Column("target", "category", "receiving group"),
        Column("ligand_complex", "category", 'ligand, subunits joined by "_"'),
        Column("receptor_complex", "category", 'receptor, subunits joined by "_"'),
        Column("axis", "category", "axis that the interaction belongs to"),
        Column("interaction", "category", "name of the interaction"),
        Column("role", "category", "what the interaction does for its axis"),
        Column("core", "category", "whether its axis answers to it: core or associated"),
        Column("disputed", "category", "whether few lists hold it: yes, few or empty"),
        Column(
            "coverage",
            "float32",
            "share of the axis' interactions with all genes in the data",
            "share",
        ),
        Column("n_resources", "int32", "independent lists that hold it", "lists"),
        Column("score", "float32", "how specific and broad both sides are at least, 0 to 1"),
        Column("mean", "float32", "mean of ligand and receptor mean", "log expression"),
        *side_columns("ligand", "source"),
        *side_columns("receptor", "target"),
        Column("pval", "float64", "p-value of both sides; NaN where not testable"),
        Column("padj", "float64", "AdaFilter-BH over all tests; NaN without a verdict"),
        Column("verdict", "category", "what the row says; empty where its role carries no signal"),
        AMBIENT,
        *SAMPLE_COLUMNS,
        CONTACTS,
        Column("source_cells_near", "int32", "cells of the source beside a target", "cells", False),
        Column("target_cells_near", "int32", "cells of the target beside a source", "cells", False),
        Column(
            "ligand_mean_near",
            "float32",
            "mean of the ligand in cells of the source beside a target",
            "log expression",
            False,
        ),
        Column(
            "ligand_mean_away",
            "float32",
            "the same in its cells beside none",
            "log expression",
            False,
        ),
    )
    level_columns = (
        Column("sample", "category", "sample"),
        Column("group", "category", "group of cells"),
        Column("partner", "category", 'ligand or receptor, subunits joined by "_"'),
        Column("mean", "float32", "mean over the cells of the group", "log expression"),
        Column("fraction", "float32", "share of these cells that show it", "share"),
        Column("cells", "int32", "cells of the group in the sample", "cells"),
    )
    words = (
        *VERDICT_WORDS,
        Word(
            "Score of an interaction",
            "How specific and how broad both sides are at least, from 0 to 1: the geometric mean "
            "over ligand and receptor of (s - 1) / (s + 3) times the lower limit of the share of "
            "cells, with s the lower limit of the specificity.",
        ),
        Word(
            "Specificity",
            "The mean in a group over that of other cells of like depth that do not stand out "
            "themselves: 1 is alike. A complex is as strong as its weakest subunit.",
        ),
        Word(
            "Width of a ribbon",
            "The number of specific interactions between two groups. In single figures, where none "
            "is specific anywhere, of those with too few cells, which are pale.",
        ),
    )

    levels: pd.DataFrame | None = None
    """Per sample, group and partner, where the run knew samples: for tests between conditions."""

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        table = cls._frame(adata.uns[key], f"uns[{key!r}]")
        levels = adata.uns.get(keys.crosstalk_levels(key))
        return cls(record=record, key=key, table=table, levels=levels)

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table
        adata.uns.pop(keys.crosstalk_levels(self.key), None)
        if self.levels is not None:
            adata.uns[keys.crosstalk_levels(self.key)] = self.levels

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The table, and that of the levels in the samples."""
        return [("uns", key), ("uns", keys.crosstalk_levels(key))]

    def summary(self) -> str:
        """How many interactions were tested, and how many rows are specific."""
        facts = self.record.facts
        lacking = int(facts.get("n_interactions_untestable", 0))
        tested = int(facts.get("n_interactions", lacking)) - lacking
        more = f" ({lacking:,} more lack genes)" if lacking else ""
        groups = counted(int(facts.get("n_groups", 0)), "group")
        return f"{counted(tested, 'interaction')}{more} tested between {groups}, {self.told()}"

    @property
    def database(self) -> str:
        """Name of the interactions that were tested."""
        return self.record.param("database")
