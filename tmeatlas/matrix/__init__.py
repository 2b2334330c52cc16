"""Expression: the only room that opens a matrix, and knows what kind of values it holds."""

from tmeatlas.matrix._at_once import ReadColumns, columns_at_once
from tmeatlas.matrix._bulks import Bulks, add_up, bulk_profiles, read_bulks
from tmeatlas.matrix._counts import find_counts, open_counts
from tmeatlas.matrix._expression import BLOCK_ROWS, ExpressionMatrix, RowBlock
from tmeatlas.matrix._group_sums import GroupSums, group_sums
from tmeatlas.matrix._logarithms import TARGET_SUM
from tmeatlas.matrix._missing import check_stored
from tmeatlas.matrix._on_record import record_of_logarithms
from tmeatlas.matrix._open import has_genes, open_matrix
from tmeatlas.matrix._remedies import wrong_kind
from tmeatlas.matrix._storage import is_graph, is_in_memory, same_values
from tmeatlas.matrix._values_digest import digest_of_matrices

__all__ = [
    "BLOCK_ROWS",
    "TARGET_SUM",
    "Bulks",
    "ExpressionMatrix",
    "GroupSums",
    "ReadColumns",
    "RowBlock",
    "add_up",
    "bulk_profiles",
    "check_stored",
    "columns_at_once",
    "digest_of_matrices",
    "find_counts",
    "group_sums",
    "has_genes",
    "is_graph",
    "is_in_memory",
    "open_counts",
    "open_matrix",
    "read_bulks",
    "record_of_logarithms",
    "same_values",
    "wrong_kind",
]
