"""Scoring methods: each a frozen dataclass of its options, used by `tme.tl.score`."""

from tmeatlas.methods._protocol import ScoreMethod
from tmeatlas.methods._registry import resolve
from tmeatlas.methods._score_genes import ScoreGenes
from tmeatlas.methods._ucell import UCell

__all__ = ["ScoreGenes", "ScoreMethod", "UCell", "resolve"]
