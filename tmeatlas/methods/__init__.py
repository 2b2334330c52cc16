"""Scoring methods: each a class that describes itself, used by `tme.tl.score`.

A new one is a file with its class, and the two lines for it here.
"""

from tmeatlas._method_names import DEFAULT_METHOD as DEFAULT_METHOD
from tmeatlas._values import MatrixKind
from tmeatlas.methods._aucell import AUCell

# For the other rooms of the house, as all that is imported `as` its own name.
from tmeatlas.methods._consensus import Combined as Combined
from tmeatlas.methods._consensus import combine as combine
from tmeatlas.methods._mean import Mean
from tmeatlas.methods._mlm import MLM
from tmeatlas.methods._null import NullTest as NullTest
from tmeatlas.methods._null import score_cells as score_cells
from tmeatlas.methods._null import with_random as with_random
from tmeatlas.methods._protocol import BlockScorer as BlockScorer
from tmeatlas.methods._protocol import RowMethod, ScoreMethod
from tmeatlas.methods._protocol import dependence as dependence
from tmeatlas.methods._registry import METHODS as METHODS
from tmeatlas.methods._registry import resolve
from tmeatlas.methods._rows import SparseRows as SparseRows
from tmeatlas.methods._rows import sparse_rows as sparse_rows
from tmeatlas.methods._runner import work_through as work_through
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
    "MatrixKind",
    "Mean",
    "RowMethod",
    "ScoreGenes",
    "ScoreMethod",
    "UCell",
    "ZScore",
    "resolve",
]
