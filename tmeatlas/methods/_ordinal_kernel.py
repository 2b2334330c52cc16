"""Ranks without ties: equal values, zeros too, are ranked in the order of their positions.

A position is a gene's place in the order that breaks ties. Nothing is sorted:
of an equal value, the number that comes first is counted; of a zero, it is the
number of all genes before it less that of values before it, which a bitmap of
the positions tells.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tmeatlas.methods._rank_kernel import Bits, Flags, Ints, longest_row, rank_row

WORD_BITS = np.uint64(6)
LAST_BIT = np.uint64(63)
ONE = np.uint64(1)

Words = NDArray[np.uint64]


@njit(nogil=True, cache=True)
def _popcount(word: np.uint64) -> np.int64:
    """Number of bits that are set: of pairs, of fours, of bytes, of all."""
    word -= (word >> ONE) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(nogil=True, cache=True)
def new_order(
    indptr: Ints, position: Ints, n_members: int
) -> tuple[Flags, Ints, Ints, Ints, Ints, Ints, Words, Ints, Ints, Ints, NDArray[np.float64]]:
    """Room to work in, to be used for one row after the other.

    The last three take what :func:`rank_row_in_order` finds: genes, their ranks
    without ties, and averaged over ties, from 0 for the highest value.
    """
    longest = longest_row(indptr)
    n_words = (position.size >> 6) + 1
    return (
        np.ones(position.size, np.bool_),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(longest + 1, np.int32),
        np.zeros(n_words, np.uint64),
        np.zeros(n_words + 1, np.int32),
        np.zeros(n_members + 1, np.int32),
        np.zeros(n_members + 1, np.int32),
        np.zeros(n_members + 1, np.float64),
    )


@njit(nogil=True, cache=True)
def _group(indices: Ints, n_above: Ints, position: Ints, grouped: Ints, n_passed: Ints) -> None:
    """Bring the positions of equal values together.

    Values that are equal have the same number above them: there they begin.
    """
    for k in range(indices.size):
        kind = np.uint64(n_above[k])
        grouped[kind + np.uint64(n_passed[kind])] = position[np.uint64(indices[k])]
        n_passed[kind] += 1
    first = 0
    while first < indices.size:
        n_tied = n_passed[first]
        n_passed[first] = 0
        first += n_tied


@njit(nogil=True, cache=True)
def _mark(indices: Ints, position: Ints, words: Words, before: Ints) -> None:
    """Mark the positions in the bitmap, and count those before each of its words."""
    words[:] = 0
    for k in range(indices.size):
        place = np.uint64(position[np.uint64(indices[k])])
        words[place >> WORD_BITS] |= ONE << (place & LAST_BIT)
    for w in range(words.size):
        before[w + 1] = before[w] + _popcount(words[w])


@njit(nogil=True, cache=True)
def _count_below(places: Ints, place: int) -> np.int64:
    """How many are below; in a form that compiles to vector instructions."""
    limit = np.int32(place)
    n_below = np.uint32(0)
    for k in range(places.size):
        n_below = np.uint32(n_below + np.uint32(places[k] < limit))
    return np.int64(n_below)


@njit(nogil=True, cache=True)
def rank_row_in_order(
    bits: Bits,
    indices: Ints,
    position: Ints,
    is_member: Flags,
    members: Ints,
    n_ranked: int,
    with_zeros: bool,
    table: tuple[Bits, Ints, Ints, Ints, Ints],
    order: tuple[Flags, Ints, Ints, Ints, Ints, Ints, Words, Ints, Ints, Ints, NDArray[np.float64]],
) -> int:
    """Rank the signature genes of a row, `members`; those without a value only `with_zeros`.

    Returns their number. `n_ranked` genes have a position.
    """
    everyone, listed, n_above, n_tied, grouped, n_passed, words, before = order[:8]
    gene, ordinal, average = order[8:]
    n = rank_row(bits, indices, everyone, table, listed, n_above, n_tied)
    _group(indices, n_above, position, grouped, n_passed)
    found = 0
    for k in range(n):
        if is_member[indices[k]]:
            kind = n_above[k]
            place = position[indices[k]]
            gene[found] = indices[k]
            ordinal[found] = kind + _count_below(grouped[kind : kind + n_tied[k]], place)
            average[found] = kind + (n_tied[k] - 1) * 0.5
            found += 1
    if not with_zeros:
        return found
    _mark(indices, position, words, before)
    for m in range(members.size):
        place = np.uint64(position[members[m]])
        word = words[place >> WORD_BITS]
        bit = ONE << (place & LAST_BIT)
        values_before = before[place >> WORD_BITS] + _popcount(word & (bit - ONE))
        # Without a branch: always write, step on only for zeros.
        gene[found] = members[m]
        ordinal[found] = n + np.int64(place) - values_before
        average[found] = n + (n_ranked - n - 1) * 0.5
        found += (word & bit) == 0
    return found
