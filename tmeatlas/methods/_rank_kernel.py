"""Ranks of a cell's values without sorting the cell; for all methods that rank.

A cell of counts, normalised or not, has some thousand values but only some
dozen different ones. One pass puts them into a small hash table that counts
each, and remembers in which slot each signature gene fell; sorting the few
different values then gives the average rank of every slot. Cells with more
different values than the table takes (TPM, imputed values) are sorted.

Values are positive float32, whose bit patterns sort like the numbers: the
table and the sort work on these as unsigned integers.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bits = NDArray[np.uint32]
Ints = NDArray[np.integer]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Table = tuple[Ints, Ints, Ints, Ints, Ints, Bits, Ints, Bits, Ints]

HASH_BITS = 10
TABLE_SIZE = 1 << HASH_BITS
WAYS = 4  # counters of each slot
MAX_DISTINCT = 640  # beyond two thirds full, probing becomes slower than sorting
MULTIPLIER = np.uint32(2654435761)  # Knuth's, near 2**32 divided by the golden ratio
SHIFT = np.uint32(32 - HASH_BITS)
# Indices without a sign spare the check for those that count from the end.
LAST_SLOT = np.uint64(TABLE_SIZE - 1)
LAST_WAY = np.uint64(WAYS - 1)
WAY_BITS = np.uint64(2)
ONE = np.uint64(1)


@njit(nogil=True, cache=True)
def _tabulate(
    bits: Bits,
    indices: Ints,
    is_member: Flags,
    slot_key: Bits,
    slot_count: Ints,
    used: Ints,
    gene: Ints,
    gene_slot: Ints,
) -> tuple[int, np.int64]:
    """Count the values of one row; list its signature genes with their slots.

    Returns the number of different values (-1 if too many) and of signature genes.
    """
    n_distinct = 0
    n_members = np.uint64(0)
    for k in range(bits.size):
        key = bits[k]
        slot = np.uint64(np.uint32(key * MULTIPLIER) >> SHIFT)
        while slot_key[slot] != key:
            if slot_key[slot] == 0:
                if n_distinct == MAX_DISTINCT:
                    return -1, np.int64(0)
                slot_key[slot] = key
                used[n_distinct] = slot
                n_distinct += 1
                break
            slot = (slot + ONE) & LAST_SLOT
        # Neighbours often share a value; four counters spare waiting for one.
        slot_count[(slot << WAY_BITS) | (np.uint64(k) & LAST_WAY)] += 1
        # Without a branch: always write, step on only for signature genes.
        gene[n_members] = indices[k]
        gene_slot[n_members] = slot
        n_members += np.uint64(is_member[np.uint64(indices[k])])
    return n_distinct, np.int64(n_members)


@njit(nogil=True, cache=True)
def _sort_slots(slot_key: Bits, used: Ints, n_distinct: int, keys: Bits, unsorted: Ints) -> None:
    """Order the used slots by descending value.

    The place of each is the number of larger ones: no branch to guess, and
    compared with many at a time.
    """
    for t in range(n_distinct):
        unsorted[t] = used[t]
        keys[t] = slot_key[used[t]]
    for t in range(n_distinct):
        key = keys[t]
        n_larger = np.uint32(0)
        for other in range(n_distinct):
            n_larger = np.uint32(n_larger + np.uint32(keys[other] > key))
        used[n_larger] = unsorted[t]


@njit(nogil=True, cache=True)
def _clear(slot_key: Bits, slot_count: Ints, used: Ints, n_used: int) -> None:
    for t in range(n_used):
        slot_key[used[t]] = 0
        first = used[t] * WAYS
        slot_count[first : first + WAYS] = 0


@njit(nogil=True, cache=True)
def _sorted_bits(bits: Bits) -> Bits:
    """The values in ascending order: a radix sort over the 31 bits that positive floats use."""
    source = bits.copy()
    target = np.empty_like(source)
    for shift in (0, 11, 22):
        position = np.zeros(2049, np.int64)
        for k in range(source.size):
            position[((source[k] >> shift) & 2047) + 1] += 1
        for digit in range(2047):
            position[digit + 1] += position[digit]
        for k in range(source.size):
            digit = (source[k] >> shift) & 2047
            target[position[digit]] = source[k]
            position[digit] += 1
        source, target = target, source
    return source


@njit(nogil=True, cache=True)
def _rank_by_sorting(
    bits: Bits,
    indices: Ints,
    is_member: Flags,
    used: Ints,
    slot_above: Ints,
    slot_tied: Ints,
    gene: Ints,
    gene_slot: Ints,
) -> int:
    """The same for a row with many different values: each signature gene has a slot of its own."""
    ascending = _sorted_bits(bits)
    n_members = 0
    for k in range(bits.size):
        if is_member[indices[k]]:
            above = bits.size - np.searchsorted(ascending, bits[k], side="right")
            gene[n_members] = indices[k]
            gene_slot[n_members] = n_members
            used[n_members] = n_members
            slot_above[n_members] = above
            slot_tied[n_members] = bits.size - above - np.searchsorted(ascending, bits[k])
            n_members += 1
    return n_members


@njit(nogil=True, cache=True)
def longest_row(indptr: Ints) -> int:
    """Length of the longest row."""
    longest = 0
    for i in range(indptr.size - 1):
        longest = max(longest, indptr[i + 1] - indptr[i])
    return longest


@njit(nogil=True, cache=True)
def new_table(longest: int) -> Table:
    """An empty table of values, to be used for one row of up to `longest` values after the other.

    First what a row comes to: the slots in use; of each slot, the number of
    values above it, and in it; the signature genes, and the slot of each. Then
    what is worked with: the value of each slot, its counts, and two lists to
    sort the slots.
    """
    size = max(TABLE_SIZE, longest + 1)
    return (
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(TABLE_SIZE, np.uint32),
        np.zeros(WAYS * TABLE_SIZE, np.int32),
        np.zeros(MAX_DISTINCT, np.uint32),
        np.zeros(MAX_DISTINCT, np.int32),
    )


@njit(nogil=True, cache=True)
def rank_row(bits: Bits, indices: Ints, is_member: Flags, table: Table) -> tuple[int, int]:
    """Find the signature genes of a row, and the number of values above and equal to each.

    Only stored values count; each is above every zero. Fills the slots of the
    table with their numbers, and lists the genes, in the order of the row, with
    their slots. Returns how many slots and genes there are. What a method makes
    of a rank need be computed once for each of the few slots.
    """
    used, slot_above, slot_tied, gene, gene_slot, slot_key, slot_count, keys, unsorted = table
    n_distinct, n_members = _tabulate(
        bits, indices, is_member, slot_key, slot_count, used, gene, gene_slot
    )
    if n_distinct < 0:
        _clear(slot_key, slot_count, used, MAX_DISTINCT)
        n_slots = _rank_by_sorting(
            bits, indices, is_member, used, slot_above, slot_tied, gene, gene_slot
        )
        return n_slots, n_slots
    _sort_slots(slot_key, used, n_distinct, keys, unsorted)
    above = 0
    for t in range(n_distinct):
        slot = used[t]
        slot_above[slot] = above
        tied = 0
        for way in range(slot * WAYS, (slot + 1) * WAYS):
            tied += slot_count[way]
        slot_tied[slot] = tied
        above += tied
    _clear(slot_key, slot_count, used, n_distinct)
    return n_distinct, int(n_members)
