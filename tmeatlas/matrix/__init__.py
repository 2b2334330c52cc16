"""Expression: the only room that opens a matrix, and knows what kind of values it holds."""

from tmeatlas.matrix._bulks import (
    Bulks,
    add_up,
    bulk_profiles,
    layer_of_counts,
    open_counts,
    read_bulks,
)
from tmeatlas.matrix._expression import ExpressionMatrix, RowBlock
from tmeatlas.matrix._open import open_matrix

__all__ = [
    "Bulks",
    "ExpressionMatrix",
    "RowBlock",
    "add_up",
    "bulk_profiles",
    "layer_of_counts",
    "open_counts",
    "open_matrix",
    "read_bulks",
]
