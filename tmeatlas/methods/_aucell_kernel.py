"""AUCell: distances of ranks to the cut, summed over gene sets."""

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
    bits: Bits,
    indices: Ints,
    indptr: Ints,
    is_member: Flags,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    total_weight: Floats,
    cut: int,
    out: Floats,
) -> None:
    """Add, for every row and set, weight × (`cut` − rank)₊ in expectation over the order of ties.

    `total_weight` is the sum of the weights of each set.
    """
    n_genes = is_member.size
    longest = longest_row(indptr)
    table = new_table()
    gene = np.zeros(longest + 1, np.int32)
    n_above = np.zeros(longest + 1, np.int32)
    n_tied = np.zeros(longest + 1, np.int32)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        n_members = rank_row(bits[row], indices[row], is_member, table, gene, n_above, n_tied)
        n_values = indptr[i + 1] - indptr[i]
        zero = _expected_gain(n_values, n_genes - n_values, cut)
        if zero > 0:
            for j in range(total_weight.size):
                out[i, j] += total_weight[j] * zero
        for m in range(n_members):
            gain = _expected_gain(n_above[m], n_tied[m], cut) - zero
            if gain != 0:
                for entry in range(start[gene[m]], start[gene[m] + 1]):
                    out[i, set_ids[entry]] += weights[entry] * gain


@njit(nogil=True, cache=True)
def add_ordinal_gains(
    bits: Bits,
    indices: Ints,
    indptr: Ints,
    position: Ints,
    is_member: Flags,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    n_ranked: int,
    cut: int,
    out: Floats,
) -> None:
    """The same with ties broken by `position`: the place of each gene in a shuffled order.

    `n_ranked` genes have a place; the others have no values and are in no set.
    """
    members = np.flatnonzero(is_member)
    table = new_table()
    order = new_order(indptr, position, members.size)
    gene, ordinal = order[8], order[9]
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        with_zeros = indptr[i + 1] - indptr[i] + 1 < cut
        found = rank_row_in_order(
            bits[row],
            indices[row],
            position,
            is_member,
            members,
            n_ranked,
            with_zeros,
            table,
            order,
        )
        for m in range(found):
            gain = cut - 1 - ordinal[m]
            if gain > 0:
                for entry in range(start[gene[m]], start[gene[m] + 1]):
                    out[i, set_ids[entry]] += weights[entry] * gain
