"""Expression: the only room that opens a matrix, and knows what kind of values it holds."""

from tmeatlas.matrix._bulks import Bulks, add_up, bulk_profiles, read_bulks
from tmeatlas.matrix._counts import find_counts, open_counts
from tmeatlas.matrix._expression import BLOCK_ROWS, ExpressionMatrix, RowBlock
from tmeatlas.matrix._open import open_matrix
from tmeatlas.matrix._remedies import wrong_kind

__all__ = [
    "BLOCK_ROWS",
    "Bulks",
    "ExpressionMatrix",
    "RowBlock",
    "add_up",
    "bulk_profiles",
    "find_counts",
    "open_counts",
    "open_matrix",
    "read_bulks",
    "wrong_kind",
]
