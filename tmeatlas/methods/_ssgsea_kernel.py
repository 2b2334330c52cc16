"""Single-sample GSEA: sums of ranks and of weighted ranks over gene sets."""

from __future__ import annotations

import numpy as np
from numba import njit

from tmeatlas.methods._ordinal_kernel import look_up, mark, new_bitmap
from tmeatlas.methods._rank_kernel import Floats, longest_row, new_table, rank_row
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import SetIndex


@njit(nogil=True, cache=True)
def add_ordered_sums(rows: SparseRows, sets: SetIndex, alpha: float, out: Floats) -> None:
    """Add, for every row and set, the three sums over its genes that the score is made of.

    Of genes with ascending average rank r and place p: weight × r^alpha × p,
    weight × r^alpha, and p; `out` is rows × sets × 3. Places are ascending ranks
    without ties: of equal values the first gene has the lowest.
    """
    bits, indices, indptr = rows.values.view(np.uint32), rows.indices, rows.indptr
    start, set_ids, weights = sets.start, sets.set_ids, sets.weights
    is_member = sets.is_member
    n_genes = is_member.size
    members = np.flatnonzero(is_member)
    everyone = np.ones(n_genes, np.bool_)
    table = new_table(longest_row(indptr))
    used, slot_above, slot_tied = table.used, table.slot_above, table.slot_tied
    gene, gene_slot = table.gene, table.gene_slot
    bitmap = new_bitmap(n_genes)
    mass = np.zeros(used.size)
    next_place = np.zeros(used.size, np.int32)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_out = out[i]
        n_slots, n_values = rank_row(bits[row], indices[row], everyone, table)
        for t in range(n_slots):
            above, tied = slot_above[used[t]], slot_tied[used[t]]
            mass[used[t]] = (n_genes - above - (tied - 1) * 0.5) ** alpha
            next_place[above] = n_genes - above - tied + 1
        for k in range(n_values):
            slot = gene_slot[k]
            place = next_place[slot_above[slot]]
            next_place[slot_above[slot]] += 1
            if is_member[gene[k]]:
                for entry in range(start[gene[k]], start[gene[k] + 1]):
                    sums = row_out[set_ids[entry]]
                    weighted = weights[entry] * mass[slot]
                    sums[0] += weighted * place
                    sums[1] += weighted
                    sums[2] += place
        mark(indices[row], bitmap)
        mass_of_zeros = ((n_genes - n_values + 1) * 0.5) ** alpha
        for g in members:
            values_before, has_value = look_up(g, bitmap)
            if not has_value:
                for entry in range(start[g], start[g + 1]):
                    sums = row_out[set_ids[entry]]
                    weighted = weights[entry] * mass_of_zeros
                    sums[0] += weighted * (g - values_before + 1)
                    sums[1] += weighted
                    sums[2] += g - values_before + 1


@njit(nogil=True, cache=True)
def add_average_sums(
    rows: SparseRows,
    sets: SetIndex,
    total_weight: Floats,
    sizes: Floats,
    alpha: float,
    out: Floats,
) -> None:
    """The same with the average rank for place, which is its mean over all orders of ties."""
    bits, indices, indptr = rows.values.view(np.uint32), rows.indices, rows.indptr
    start, set_ids, weights = sets.start, sets.set_ids, sets.weights
    is_member = sets.is_member
    n_genes = is_member.size
    table = new_table(longest_row(indptr))
    used, slot_above, slot_tied = table.used, table.slot_above, table.slot_tied
    gene, gene_slot = table.gene, table.gene_slot
    slot_rank, slot_mass = np.zeros(used.size), np.zeros(used.size)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_out = out[i]
        n_slots, n_members = rank_row(bits[row], indices[row], is_member, table)
        # All genes as if they were zeros; then the difference of those that are not.
        rank_of_zeros = (n_genes - (indptr[i + 1] - indptr[i]) + 1) * 0.5
        mass_of_zeros = rank_of_zeros**alpha
        for j in range(sizes.size):
            row_out[j, 0] += total_weight[j] * mass_of_zeros * rank_of_zeros
            row_out[j, 1] += total_weight[j] * mass_of_zeros
            row_out[j, 2] += sizes[j] * rank_of_zeros
        for t in range(n_slots):
            slot = used[t]
            slot_rank[slot] = n_genes - slot_above[slot] - (slot_tied[slot] - 1) * 0.5
            slot_mass[slot] = slot_rank[slot] ** alpha
        for m in range(n_members):
            rank, mass = slot_rank[gene_slot[m]], slot_mass[gene_slot[m]]
            for entry in range(start[gene[m]], start[gene[m] + 1]):
                sums = row_out[set_ids[entry]]
                sums[0] += weights[entry] * (mass * rank - mass_of_zeros * rank_of_zeros)
                sums[1] += weights[entry] * (mass - mass_of_zeros)
                sums[2] += rank - rank_of_zeros
