"""AUCell: distances of ranks to the cut, summed over gene sets."""

from __future__ import annotations

import numpy as np

from tmeatlas._compile_cache import njit
from tmeatlas.methods._bitmap_kernel import look_up, mark
from tmeatlas.methods._ordinal_kernel import new_order, rank_row_in_order
from tmeatlas.methods._rank_kernel import Floats, Ints, longest_row, new_table, rank_row
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import SetIndex
from tmeatlas.methods._set_kernel import add_to_sets


@njit(nogil=True, cache=True)
def _expected_gain(n_above: int, n_tied: int, cut: int) -> float:
    """Mean of `cut` − rank, where positive, over the ranks that tied values share."""
    n_inside = min(n_tied, cut - 1 - n_above)
    if n_inside <= 0:
        return 0.0
    # The ranks from n_above + 1 on give cut - n_above - 1, one less, and so on.
    largest = cut - n_above - 1
    return (largest - (n_inside - 1) * 0.5) * n_inside / n_tied


@njit(nogil=True, cache=True)
def add_expected_gains(
    rows: SparseRows, sets: SetIndex, total_weight: Floats, cut: int, out: Floats
) -> None:
    """Add, for every row and set, weight × (`cut` − rank)₊ in expectation over the order of ties.

    `total_weight` is the sum of the weights of each set.
    """
    bits, indices, indptr = rows.values.view(np.uint32), rows.indices, rows.indptr
    n_genes = sets.is_member.size
    table = new_table(longest_row(indptr))
    gain = np.zeros(table.used.size)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        # Genes at or below the cut may be left out: in rows with that many values, zeros gain 0.
        n_slots, n_members = rank_row(bits[row], indices[row], sets.is_member, cut - 1, table)
        n_values = indptr[i + 1] - indptr[i]
        row_out = out[i]
        zero = _expected_gain(n_values, n_genes - n_values, cut)
        if zero > 0:
            for j in range(total_weight.size):
                row_out[j] += total_weight[j] * zero
        for t in range(n_slots):
            slot = table.used[t]
            gain[slot] = _expected_gain(table.slot_above[slot], table.slot_tied[slot], cut) - zero
        for m in range(np.uint64(n_members)):
            gained = gain[np.uint64(table.gene_slot[m])]
            add_to_sets(table.gene[m], gained, sets, row_out)


@njit(nogil=True, cache=True)
def add_ordinal_gains(
    rows: SparseRows, sets: SetIndex, position: Ints, cut: int, out: Floats
) -> None:
    """The same with ties broken by `position`: the place of each gene in a shuffled order.

    Genes without a place have no values and are in no set.
    """
    bits, indices, indptr = rows.values.view(np.uint32), rows.indices, rows.indptr
    members = np.flatnonzero(sets.is_member)
    longest = longest_row(indptr)
    table = new_table(longest)
    order = new_order(position, longest)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_out = out[i]
        found = rank_row_in_order(bits[row], indices[row], sets.is_member, cut - 2, table, order)
        for m in range(found):
            gain = max(cut - 1 - order.ordinal[m], 0)
            add_to_sets(order.gene[m], gain, sets, row_out)
        n_values = indptr[i + 1] - indptr[i]
        if n_values > cut - 2:
            continue
        mark(position[indices[row]], order.bitmap)
        for g in members:
            values_before, has_value = look_up(position[g], order.bitmap)
            gain = max(cut - 1 - (n_values + position[g] - values_before), 0)
            if gain > 0 and not has_value:
                add_to_sets(g, gain, sets, row_out)
