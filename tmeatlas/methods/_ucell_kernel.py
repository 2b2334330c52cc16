"""UCell: distances of ranks to the largest rank that counts, summed over gene sets."""

from __future__ import annotations

import numpy as np

from tmeatlas._compile_cache import njit
from tmeatlas.methods._rank_kernel import Floats, longest_row, new_table, rank_row
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import SetIndex
from tmeatlas.methods._set_kernel import add_to_sets


@njit(nogil=True, cache=True)
def add_ucell_gains(
    rows: SparseRows, sets: SetIndex, max_rank: Floats, share_of_ties: float, out: Floats
) -> None:
    """Add, for every row and set, weight × (`max_rank` − rank) over the genes ranked above it.

    `max_rank` is given for each row. `share_of_ties` is where among the ranks that
    equal values share their rank lies: 0.5 is the average.
    """
    bits, indices, indptr = rows.values.view(np.uint32), rows.indices, rows.indptr
    table = new_table(longest_row(indptr))
    used, slot_above, slot_tied = table.used, table.slot_above, table.slot_tied
    gene, gene_slot = table.gene, table.gene_slot
    gain = np.zeros(used.size)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        last = np.int64(np.ceil(max_rank[i]))
        n_slots, n_members = rank_row(bits[row], indices[row], sets.is_member, last, table)
        for t in range(n_slots):
            slot = used[t]
            rank = slot_above[slot] + 1 + (slot_tied[slot] - 1) * share_of_ties
            gain[slot] = max(max_rank[i] - rank, 0.0)
        row_out = out[i]
        for m in range(np.uint64(n_members)):
            gained = gain[np.uint64(gene_slot[m])]
            add_to_sets(gene[m], gained, sets, row_out)
