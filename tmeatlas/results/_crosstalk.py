"""Interactions between groups of cells."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.results._base import Column, Word
from tmeatlas.results._between import VERDICT_WORDS, BetweenGroups, side_columns

ALL_SAMPLES = ""
"""In place of a sample: the row is over all of them."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Crosstalk(BetweenGroups):
    """One row per interaction, source and target."""

    kind = "crosstalk"
    title = "Crosstalk"
    noun = "crosstalk"
    call = "tme.tl.crosstalk(adata, groupby)"
    default_key = keys.CROSSTALK
    columns = (
        Column("source", "category", "sending group"),
        Column("target", "category", "receiving group"),
        Column("ligand_complex", "category", 'ligand, subunits joined by "_"'),
        Column("receptor_complex", "category", 'receptor, subunits joined by "_"'),
        Column("axis", "category", "axis that the interaction belongs to"),
        Column("interaction", "category", "name of the interaction"),
        Column("role", "category", "what the interaction does for its axis"),
        Column("score", "float32", "mean of ligand and receptor mean", "log expression"),
        *side_columns("ligand", "source"),
        *side_columns("receptor", "target"),
        Column("source_cells", "int32", "cells of the source", "cells"),
        Column("target_cells", "int32", "cells of the target", "cells"),
        Column("pval", "float64", "p-value; NaN where not testable"),
        Column("padj", "float64", "Benjamini-Hochberg over all tests"),
        Column("verdict", "category", "what the row says"),
        Column("sample", "category", "sample; empty over all samples"),
        Column("n_samples", "int32", "samples that have both groups", "samples", False),
        Column("n_samples_seen", "int32", "of these, samples that show the row", "samples", False),
        Column(
            "n_samples_active", "int32", "of these, samples in which it is active", "samples", False
        ),
        Column("pval_samples", "float64", "p-values of the samples, combined", "", False),
        Column("padj_samples", "float64", "the same, corrected", "", False),
    )
    words = (
        *VERDICT_WORDS,
        Word(
            "Score of an interaction",
            "The mean of the mean log expression of the ligand in the sender and of the receptor "
            "in the receiver; a complex is as strong as its weakest subunit.",
        ),
        Word(
            "Width of a ribbon",
            "The number of active interactions between two groups; where none is active anywhere, "
            "of the detected ones, which are pale.",
        ),
    )

    def summary(self) -> str:
        """How many interactions are active."""
        return counted(len(self.active), "active interaction")

    def overall(self) -> pd.DataFrame:
        """The rows over all samples."""
        over_all = self.table["sample"].astype(str) == ALL_SAMPLES
        return self.table if over_all.all() else self.table[over_all]

    @property
    def database(self) -> str:
        """Name of the interactions that were tested."""
        return self.record.param("database")
