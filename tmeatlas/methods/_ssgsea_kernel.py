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
    members: Ints,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    alpha: float,
    hits: Floats,
    masses: Floats,
    places: Floats,
) -> None:
    """Add, for every row and set, over its genes with ascending average rank r and place p:

    weight × r^alpha × p to `hits`, weight × r^alpha to `masses`, and p to
    `places`. Places are ascending ranks without ties: of equal values the
    first gene has the lowest.
    """  # noqa: D400
    n_genes = start.size - 1
    table = new_table()
    order = new_order(longest_row(indptr), n_genes)
    # From the last gene to the first: positions count from the end.
    last = n_genes - 1
    positions_of_members = (last - members)[::-1].copy()
    ordinal = np.zeros(members.size, np.int32)
    average = np.zeros(members.size, np.float64)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        row_bits = bits[row][::-1].copy()
        row_positions = (last - indices[row][::-1]).astype(np.int32)
        rank_row_in_order(
            row_bits, row_positions, positions_of_members, n_genes, table, order, ordinal, average
        )
        mass_of_zeros = -1.0
        n_values = row_bits.size
        for m in range(members.size):
            gene = last - positions_of_members[m]
            if average[m] < n_values:
                mass = (n_genes - average[m]) ** alpha
            else:
                if mass_of_zeros < 0:
                    mass_of_zeros = (n_genes - average[m]) ** alpha
                mass = mass_of_zeros
            place = n_genes - ordinal[m]
            for entry in range(start[gene], start[gene + 1]):
                weighted = weights[entry] * mass
                hits[i, set_ids[entry]] += weighted * place
                masses[i, set_ids[entry]] += weighted
                places[i, set_ids[entry]] += place


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
    hits: Floats,
    masses: Floats,
    places: Floats,
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
        n_members = rank_row(bits[row], indices[row], is_member, table, gene, n_above, n_tied)
        # All genes as if they were zeros; then the difference of those that are not.
        rank_of_zeros = (n_genes - (indptr[i + 1] - indptr[i]) + 1) * 0.5
        mass_of_zeros = rank_of_zeros**alpha
        for j in range(sizes.size):
            hits[i, j] += total_weight[j] * mass_of_zeros * rank_of_zeros
            masses[i, j] += total_weight[j] * mass_of_zeros
            places[i, j] += sizes[j] * rank_of_zeros
        for m in range(n_members):
            rank = n_genes - n_above[m] - (n_tied[m] - 1) * 0.5
            mass = rank**alpha
            for entry in range(start[gene[m]], start[gene[m] + 1]):
                j = set_ids[entry]
                hits[i, j] += weights[entry] * (mass * rank - mass_of_zeros * rank_of_zeros)
                masses[i, j] += weights[entry] * (mass - mass_of_zeros)
                places[i, j] += rank - rank_of_zeros
