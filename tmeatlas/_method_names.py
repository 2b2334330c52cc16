"""The names of the scoring methods, for those who tell of them without loading one."""

from __future__ import annotations

DEFAULT_METHOD = "ucell_detected"
"""Finds labelled cells as well as any other (docs/evidence.md), needs no log values, and scores
each cell by itself."""
METHOD_NAMES = (
    *("aucell", "mean", "mlm", "score_genes", "ssgsea"),
    *("ucell", "ucell_detected", "ulm", "zscore"),
)
"""In the order in which :data:`tmeatlas.methods.METHODS` has them."""
