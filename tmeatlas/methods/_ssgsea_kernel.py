"""Single-sample GSEA: sums of ranks and of weighted ranks over gene sets."""

from __future__ import annotations

import numpy as np
from numba import njit

from tmeatlas.methods._ordinal_kernel import new_order, rank_row_in_order
from tmeatlas.methods._rank_kernel import (
    Bits,
    Flags,
    Floats,
    Ints,
    longest_row,
    new_table,
    rank_row,
)


@njit(nogil=True, cache=True)
def add_ordered_sums(
    bits: Bits,
    indices: Ints,
    indptr: Ints,
    is_member: Flags,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    alpha: float,
    out: Floats,
) -> None:
    """Add, for every row and set, the three sums over its genes that the score is made of.

    Of genes with ascending average rank r and place p: weight × r^alpha × p,
    weight × r^alpha, and p; `out` is rows × sets × 3. Places are ascending ranks
    without ties: of equal values the first gene has the lowest.
    """
    n_genes = is_member.size
    members = np.flatnonzero(is_member)
    table = new_table()
    # From the last gene to the first.
    position = np.arange(n_genes - 1, -1, -1).astype(np.int32)
    order = new_order(indptr, position, members.size)
    gene, ordinal, average = order[8], order[9], order[10]
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_out = out[i]
        found = rank_row_in_order(
            bits[row], indices[row], position, is_member, members, n_genes, True, table, order
        )
        n_values = indptr[i + 1] - indptr[i]
        mass_of_zeros = ((n_genes - n_values + 1) * 0.5) ** alpha
        for m in range(found):
            mass = mass_of_zeros
            if average[m] < n_values:
                mass = (n_genes - average[m]) ** alpha
            place = n_genes - ordinal[m]
            for entry in range(start[gene[m]], start[gene[m] + 1]):
                sums = row_out[set_ids[entry]]
                weighted = weights[entry] * mass
                sums[0] += weighted * place
                sums[1] += weighted
                sums[2] += place


@njit(nogil=True, cache=True)
def add_average_sums(
    bits: Bits,
    indices: Ints,
    indptr: Ints,
    is_member: Flags,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    total_weight: Floats,
    sizes: Floats,
    alpha: float,
    out: Floats,
) -> None:
    """The same with the average rank for place, which is its mean over all orders of ties."""
    n_genes = is_member.size
    longest = longest_row(indptr)
    table = new_table()
    gene = np.zeros(longest + 1, np.int32)
    n_above = np.zeros(longest + 1, np.int32)
    n_tied = np.zeros(longest + 1, np.int32)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_out = out[i]
        n_members = rank_row(bits[row], indices[row], is_member, table, gene, n_above, n_tied)
        # All genes as if they were zeros; then the difference of those that are not.
        rank_of_zeros = (n_genes - (indptr[i + 1] - indptr[i]) + 1) * 0.5
        mass_of_zeros = rank_of_zeros**alpha
        for j in range(sizes.size):
            row_out[j, 0] += total_weight[j] * mass_of_zeros * rank_of_zeros
            row_out[j, 1] += total_weight[j] * mass_of_zeros
            row_out[j, 2] += sizes[j] * rank_of_zeros
        for m in range(n_members):
            rank = n_genes - n_above[m] - (n_tied[m] - 1) * 0.5
            mass = rank**alpha
            for entry in range(start[gene[m]], start[gene[m] + 1]):
                sums = row_out[set_ids[entry]]
                sums[0] += weights[entry] * (mass * rank - mass_of_zeros * rank_of_zeros)
                sums[1] += weights[entry] * (mass - mass_of_zeros)
                sums[2] += rank - rank_of_zeros
