"""Expression: the only room that opens a matrix, and knows what kind of values it holds."""

from tmeatlas.matrix._at_once import ReadColumns, columns_at_once, genes_shown, totals_of_cells
from tmeatlas.matrix._bulks import Bulks, add_up, bulk_profiles, read_bulks
from tmeatlas.matrix._counts import find_counts, open_counts
from tmeatlas.matrix._expression import BLOCK_ROWS, LOGGED, ExpressionMatrix, RowBlock
from tmeatlas.matrix._group_sums import GroupSums, group_sums
from tmeatlas.matrix._logarithms import TARGET_SUM
from tmeatlas.matrix._map_blocks import fold_blocks, map_blocks
from tmeatlas.matrix._missing import check_stored, missing_chunks
from tmeatlas.matrix._on_record import record_of_logarithms
from tmeatlas.matrix._on_worker import Part
from tmeatlas.matrix._open import has_genes, open_matrix
from tmeatlas.matrix._remedies import wrong_kind
from tmeatlas.matrix._storage import is_graph, is_in_memory, same_values
from tmeatlas.matrix._values_digest import digest_of_matrices

__all__ = [
    "BLOCK_ROWS",
    "LOGGED",
    "TARGET_SUM",
    "Bulks",
    "ExpressionMatrix",
    "GroupSums",
    "Part",
    "ReadColumns",
    "RowBlock",
    "add_up",
    "bulk_profiles",
    "check_stored",
    "columns_at_once",
    "digest_of_matrices",
    "find_counts",
    "fold_blocks",
    "genes_shown",
    "group_sums",
    "has_genes",
    "is_graph",
    "is_in_memory",
    "map_blocks",
    "missing_chunks",
    "open_counts",
    "open_matrix",
    "read_bulks",
    "record_of_logarithms",
    "same_values",
    "totals_of_cells",
    "wrong_kind",
]
