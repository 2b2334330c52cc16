"""Ranks without ties: equal values, zeros too, are ranked in the order of their positions.

A position is a gene's place in the order that breaks ties. Rows come with
positions in place of gene indices, in ascending order.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tmeatlas.methods._rank_kernel import Bits, Flags, Ints, rank_row

DIGIT_BITS = 8
DIGITS = 1 << DIGIT_BITS


@njit(nogil=True, cache=True)
def reordered_rows(
    bits: Bits, indices: Ints, indptr: Ints, position: Ints
) -> tuple[Bits, NDArray[np.int32]]:
    """Values and positions of every row, by ascending position: a radix sort of each row."""
    new_bits = bits.copy()
    new_positions = np.empty(indices.size, np.int32)
    for k in range(indices.size):
        new_positions[k] = position[indices[k]]
    spare_bits = np.empty_like(new_bits)
    spare_positions = np.empty_like(new_positions)
    shift = 0
    while (position.size - 1) >> shift > 0:
        for i in range(indptr.size - 1):
            place = np.zeros(DIGITS + 1, np.int64)
            for k in range(indptr[i], indptr[i + 1]):
                place[((new_positions[k] >> shift) & (DIGITS - 1)) + 1] += 1
            place[0] = indptr[i]
            for digit in range(DIGITS):
                place[digit + 1] += place[digit]
            for k in range(indptr[i], indptr[i + 1]):
                digit = (new_positions[k] >> shift) & (DIGITS - 1)
                spare_bits[place[digit]] = new_bits[k]
                spare_positions[place[digit]] = new_positions[k]
                place[digit] += 1
        new_bits, spare_bits = spare_bits, new_bits
        new_positions, spare_positions = spare_positions, new_positions
        shift += DIGIT_BITS
    return new_bits, new_positions


@njit(nogil=True, cache=True)
def new_order(longest: int, n_positions: int) -> tuple[Flags, Ints, Ints, Ints, Ints]:
    """Room to work in, to be used for one row after the other."""
    return (
        np.ones(n_positions, np.bool_),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
    )


@njit(nogil=True, cache=True)
def rank_row_in_order(
    bits: Bits,
    positions: Ints,
    members: Ints,
    n_positions: int,
    table: tuple[Bits, Ints, Ints, Ints, Ints],
    order: tuple[Flags, Ints, Ints, Ints, Ints],
    ordinal: Ints,
    average: NDArray[np.float64],
) -> None:
    """Rank every signature gene from 0, the highest value: without ties, and averaged over them.

    `members` are the positions of the signature genes, ascending; `ordinal`
    and `average` get their ranks in the same order.
    """
    everyone, listed, n_above, n_tied, n_passed = order
    n = rank_row(bits, positions, everyone, table, listed, n_above, n_tied)
    average_of_zeros = n + (n_positions - n - 1) * 0.5
    member = 0
    for k in range(n):
        while member < members.size and members[member] < positions[k]:
            # A zero: so many zeros have come before as positions less values.
            ordinal[member] = n + members[member] - k
            average[member] = average_of_zeros
            member += 1
        # Values of one kind share the number of values above them.
        kind = n_above[k]
        if member < members.size and members[member] == positions[k]:
            ordinal[member] = kind + n_passed[kind]
            average[member] = kind + (n_tied[k] - 1) * 0.5
            member += 1
        n_passed[kind] += 1
    for rest in range(member, members.size):
        ordinal[rest] = members[rest]
        average[rest] = average_of_zeros
    for k in range(n):
        n_passed[n_above[k]] = 0
