"""Single-sample GSEA: sums of ranks and of weighted ranks over gene sets."""

from __future__ import annotations

import numpy as np

from tmeatlas._compile_cache import njit
from tmeatlas.methods._bitmap_kernel import look_up, mark, new_bitmap
from tmeatlas.methods._rank_kernel import (
    Floats,
    Number,
    longest_row,
    new_table,
    rank_row,
    rank_row_with_ties,
)
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import SetIndex


@njit(nogil=True, cache=True)
def _mass(twice_rank: Number, alpha: float, known: Floats) -> float:
    """The power of a rank, computed once for each rank; ranks are whole or half numbers above 0."""
    if known[twice_rank] == 0:
        known[twice_rank] = (twice_rank * 0.5) ** alpha
    return known[twice_rank]


@njit(nogil=True, cache=True)
def _add(gene: np.integer, mass: float, place: Number, sets: SetIndex, row_out: Floats) -> None:
    """One gene's part in the three sums of every set that it is in."""
    for entry in range(sets.start[gene], sets.start[gene + 1]):
        sums = row_out[sets.set_ids[entry]]
        weighted = sets.weights[entry] * mass
        sums[0] += weighted * place
        sums[1] += weighted
        sums[2] += place


@njit(nogil=True, cache=True)
def add_ordered_sums(rows: SparseRows, sets: SetIndex, alpha: float, out: Floats) -> None:
    """Add, for every row and set, the three sums over its genes that the score is made of.

    Of genes with ascending average rank r and place p: weight × r^alpha × p,
    weight × r^alpha, and p; `out` is rows × sets × 3. Places are ascending ranks
    without ties: of equal values the first gene has the lowest.
    """
    bits, indices, indptr = rows.values.view(np.uint32), rows.indices, rows.indptr
    is_member = sets.is_member
    n_genes = is_member.size
    members = np.flatnonzero(is_member)
    everyone = np.ones(n_genes, np.bool_)
    table = new_table(longest_row(indptr))
    used, slot_above, slot_tied = table.used, table.slot_above, table.slot_tied
    gene, gene_slot, before = table.gene, table.gene_slot, table.before
    bitmap = new_bitmap(n_genes)
    known = np.zeros(2 * n_genes + 2)
    slot_mass = np.zeros(used.size)
    n_passed = np.zeros(used.size, np.int32)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_out = out[i]
        n_slots, n_members = rank_row_with_ties(
            bits[row], indices[row], is_member, everyone, n_passed, table
        )
        for t in range(n_slots):
            above, tied = slot_above[used[t]], slot_tied[used[t]]
            slot_mass[used[t]] = _mass(2 * (n_genes - above) - (tied - 1), alpha, known)
        for m in range(n_members):
            slot = gene_slot[m]
            place = n_genes - slot_above[slot] - slot_tied[slot] + 1 + before[m]
            _add(gene[m], slot_mass[slot], place, sets, row_out)
        mark(indices[row], bitmap)
        mass_of_zeros = _mass(n_genes - (indptr[i + 1] - indptr[i]) + 1, alpha, known)
        for g in members:
            values_before, has_value = look_up(g, bitmap)
            if not has_value:
                _add(g, mass_of_zeros, g - values_before + 1, sets, row_out)


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
    known = np.zeros(2 * n_genes + 2)
    slot_rank, slot_mass = np.zeros(used.size), np.zeros(used.size)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_out = out[i]
        n_slots, n_members = rank_row(bits[row], indices[row], is_member, n_genes, table)
        # All genes as if they were zeros; then the difference of those that are not.
        twice_rank = n_genes - (indptr[i + 1] - indptr[i]) + 1
        rank_of_zeros, mass_of_zeros = twice_rank * 0.5, _mass(twice_rank, alpha, known)
        for j in range(sizes.size):
            row_out[j, 0] += total_weight[j] * mass_of_zeros * rank_of_zeros
            row_out[j, 1] += total_weight[j] * mass_of_zeros
            row_out[j, 2] += sizes[j] * rank_of_zeros
        for t in range(n_slots):
            slot = used[t]
            twice_rank = 2 * (n_genes - slot_above[slot]) - (slot_tied[slot] - 1)
            slot_rank[slot] = twice_rank * 0.5
            slot_mass[slot] = _mass(twice_rank, alpha, known)
        for m in range(n_members):
            rank, mass = slot_rank[gene_slot[m]], slot_mass[gene_slot[m]]
            for entry in range(start[gene[m]], start[gene[m] + 1]):
                sums = row_out[set_ids[entry]]
                sums[0] += weights[entry] * (mass * rank - mass_of_zeros * rank_of_zeros)
                sums[1] += weights[entry] * (mass - mass_of_zeros)
                sums[2] += rank - rank_of_zeros
