"""Axes between groups of cells, with the evidence for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.lr import MODIFIERS
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

EVIDENCE = ("ligand", "receptor", "response")
"""What can speak for an axis, each with a p-value of its own."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Axes(BetweenGroups):
    """One row per axis, source and target, the best first."""

    kind = "axes"
    title = "Evidence per axis"
    noun = "axes"
    call = "tme.tl.axes(adata)"
    command = "`tmeatlas crosstalk`"
    default_key = keys.AXES
    columns = (
        Column("axis", "category", "axis"),
        Column("source", "category", "sending group"),
        Column("target", "category", "receiving group"),
        Column("score", "float32", "how specific and broad both sides are at least, 0 to 1"),
        Column("pval", "float64", "p-value of both sides; NaN where not testable"),
        Column("padj", "float64", "AdaFilter-BH over all rows"),
        *(c for c in side_columns("ligand", "source") if c.name != "ligand_mean"),
        *(c for c in side_columns("receptor", "target") if c.name != "receptor_mean"),
        Column("top_interaction", "category", "core pair that carries the row"),
        Column("associated", "category", "other pairs of the axis that reach the same p-value"),
        *(
            Column(f"{role}_{end}", "float32", f"share of {end} cells that show it", "share")
            for role in MODIFIERS
            for end in ("source", "target")
        ),
        Column("response", "category", "response signatures of the axis"),
        Column("response_validated", "bool", "whether a second source confirms them"),
        Column("response_effect", "float32", "target against other cells of like depth", "SD"),
        Column("response_pval", "float64", "p-value of the response alone"),
        Column("response_padj", "float64", "Benjamini-Hochberg over all axes and groups"),
        Column("missing", "category", "which evidence lacks"),
        Column(
            "coverage", "float32", "share of the core pairs with all genes in the data", "share"
        ),
        Column("core_pairs", "int32", "core pairs of the axis", "pairs"),
        Column("core_pairs_measured", "int32", "of these, those that the data have", "pairs"),
        Column("missing_genes", "category", "genes of core pairs that the data lack"),
        Column("verdict", "category", "what the row says"),
        AMBIENT,
        *SAMPLE_COLUMNS,
        CONTACTS,
    )
    sample_columns = (
        Column("sample", "category", "sample"),
        Column("group", "category", "group of cells"),
        Column("cells", "int32", "cells of the group in the sample", "cells"),
        Column("sends", "int32", "axes specific in the sample from the group to others", "axes"),
        Column("receives", "int32", "the same from others to the group", "axes"),
        Column("to_itself", "int32", "the same from the group to itself", "axes"),
    )
    words = (
        *VERDICT_WORDS,
        Word(
            "Active (axis)",
            "Specific, and the receiver answers: a response signature that a second source "
            "confirms is higher in it than in other cells of like depth, by more than 0.2 "
            "standard deviations. Without such a signature an axis stays specific, response "
            "unknown.",
        ),
        Word(
            "Not in these data",
            "Not testable: the data lack genes of every pair that the axis is named after.",
        ),
        Word(
            "Core and associated",
            "An axis answers to its core pairs: those it is named after, and well-listed ligands "
            "of the receptor that it is named after. Associated pairs are shown beside it under "
            "their own names; disputed ones are held by hardly any list.",
        ),
        Word(
            "Response",
            "How high the signature that an axis raises is in the receiver, against other "
            "cells of like depth, in standard deviations.",
        ),
    )

    in_samples: pd.DataFrame | None = None
    """Per sample and group, how many axes it sends and receives; None without samples."""

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        table = cls._frame(adata.uns[key], f"uns[{key!r}]")
        in_samples = adata.uns.get(keys.axes_samples(key))
        return cls(record=record, key=key, table=table, in_samples=in_samples)

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table
        adata.uns.pop(keys.axes_samples(self.key), None)
        if self.in_samples is not None:
            adata.uns[keys.axes_samples(self.key)] = self.in_samples

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The table, and that of the counts in the samples."""
        return [("uns", key), ("uns", keys.axes_samples(key))]

    def summary(self) -> str:
        """How many axes there are, and how many rows stand out."""
        n_axes = self.table["axis"].nunique()
        return f"{counted(n_axes, 'axis', 'axes')}, {self.told()}"

    @property
    def half_covered(self) -> list[str]:
        """The axes of which the data have less than half of the core pairs, but some."""
        return [str(name) for name in np.atleast_1d(self.record.facts.get("axes_half_covered", []))]
