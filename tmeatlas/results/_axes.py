"""Axes between groups of cells, with the evidence for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.lr import MODIFIERS
from tmeatlas.results._base import Column, Word
from tmeatlas.results._between import VERDICT_WORDS, BetweenGroups, side_columns

EVIDENCE = ("ligand", "receptor", "response")
"""What can speak for an axis, each with a p-value of its own."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Axes(BetweenGroups):
    """One row per axis, source and target, the best first."""

    kind = "axes"
    title = "Evidence per axis"
    noun = "axes"
    call = "tme.tl.axes(adata)"
    default_key = keys.AXES
    columns = (
        Column("axis", "category", "axis"),
        Column("source", "category", "sending group"),
        Column("target", "category", "receiving group"),
        Column("score", "float32", "strength of the axis"),
        Column("pval", "float64", "p-value; NaN where not testable"),
        Column("padj", "float64", "Benjamini-Hochberg over all rows"),
        Column("ligand_pval", "float64", "p-value of the ligands alone"),
        Column("receptor_pval", "float64", "p-value of the receptors alone"),
        *(c for c in side_columns("ligand", "source") if c.name != "ligand_mean"),
        *(c for c in side_columns("receptor", "target") if c.name != "receptor_mean"),
        Column("source_cells", "int32", "cells of the source", "cells"),
        Column("target_cells", "int32", "cells of the target", "cells"),
        Column("top_interaction", "category", "interaction with the largest part of the score"),
        *(
            Column(f"{role}_{end}", "float32", f"share of {end} cells that show it", "share")
            for role in MODIFIERS
            for end in ("source", "target")
        ),
        Column("response", "category", "response signatures of the axis"),
        Column("response_effect", "float32", "target against all other cells", "SD"),
        Column("response_pval", "float64", "p-value of the response alone"),
        Column("missing", "category", "which evidence lacks"),
        Column("verdict", "category", "what the row says"),
    )
    words = (
        *VERDICT_WORDS,
        Word(
            "Response",
            "How high the signature that an axis raises is in the receiver, against all other "
            "cells, in standard deviations.",
        ),
        Word(
            "p of the side",
            "Whether the ligands are specific to the sender, the receptors to the receiver, the "
            "response to the receiver, each for itself: labels are shuffled among cells of the "
            "same sample and of like depth. The adjusted p is that of the axis as a whole.",
        ),
    )

    def summary(self) -> str:
        """How many axes there are, and how many rows are active."""
        n_axes = self.table["axis"].nunique()
        return f"{counted(n_axes, 'axis', 'axes')}, {counted(len(self.active), 'active row')}"

    @property
    def not_detected(self) -> list[str]:
        """The axes of which no cell shows a ligand and a receptor."""
        return [str(name) for name in np.atleast_1d(self.record.facts.get("axes_not_detected", []))]
