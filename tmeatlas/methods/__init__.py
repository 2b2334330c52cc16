"""Scoring methods: each a frozen dataclass of its options, used by `tme.tl.score`."""

from tmeatlas.methods._aucell import AUCell

# For the other rooms of the house, as all that is imported `as` its own name.
from tmeatlas.methods._consensus import Combined as Combined
from tmeatlas.methods._consensus import combine as combine
from tmeatlas.methods._mean import Mean
from tmeatlas.methods._mlm import MLM
from tmeatlas.methods._null import NullTest as NullTest
from tmeatlas.methods._null import null_test as null_test
from tmeatlas.methods._protocol import ScoreMethod
from tmeatlas.methods._registry import DEFAULT_METHOD as DEFAULT_METHOD
from tmeatlas.methods._registry import METHODS as METHODS
from tmeatlas.methods._registry import resolve
from tmeatlas.methods._score_genes import ScoreGenes
from tmeatlas.methods._ssgsea import SSGSEA
from tmeatlas.methods._ucell import UCell
from tmeatlas.methods._ulm import ULM
from tmeatlas.methods._zscore import ZScore

__all__ = [
    "MLM",
    "SSGSEA",
    "ULM",
    "AUCell",
    "Mean",
    "ScoreGenes",
    "ScoreMethod",
    "UCell",
    "ZScore",
    "resolve",
]
