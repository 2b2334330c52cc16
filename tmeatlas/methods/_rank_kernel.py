"""Ranks of a cell's values without sorting the cell; for all methods that rank.

A cell of counts, normalised or not, has some thousand values but only some
dozen different ones. One pass puts them into a small hash table that counts
each, and remembers in which slot each signature gene fell; sorting the few
different values then gives the average rank of every slot. Cells whose values
are nearly all different (TPM, imputed or corrected values) are ranked in
buckets.

Values are positive float32, whose bit patterns sort like the numbers: both
ways work on these as unsigned integers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.methods._bucket_kernel import (
    MULTIPLIER,
    Bits,
    Buckets,
    Flags,
    Ints,
    Members,
    Number,
    looks_continuous,
    new_buckets,
    rank_in_buckets,
)

Floats = NDArray[np.float64]

HASH_BITS = 10
TABLE_SIZE = 1 << HASH_BITS
WAYS = 4  # counters of each slot
MAX_DISTINCT = 640  # beyond two thirds full, probing becomes slower than buckets
SHIFT = np.uint32(32 - HASH_BITS)
# Indices without a sign spare the check for those that count from the end.
LAST_SLOT = np.uint64(TABLE_SIZE - 1)
LAST_WAY = np.uint64(WAYS - 1)
WAY_BITS = np.uint64(2)
ONE = np.uint64(1)


class Table(NamedTuple):
    """The values of one row, each in a slot; made once and used for one row after the other."""

    used: Ints
    """The slots in use, highest value first."""
    slot_above: Ints
    """Number of values above that of each slot."""
    slot_tied: Ints
    """Number of values in each slot."""
    gene: Ints
    """The signature genes of the row, in its order."""
    gene_slot: Ints
    """The slot of each of them."""
    before: Ints
    """Of each of them, the number of equal values earlier in the row, where asked for."""
    slot_key: Bits
    slot_count: Ints
    keys: Bits
    unsorted: Ints
    buckets: Buckets


@njit(nogil=True, cache=True)
def _tabulate(bits: Bits, indices: Ints, is_member: Flags, table: Table) -> tuple[int, np.int64]:
    """Count the values of one row; list its signature genes with their slots.

    Returns the number of different values (-1 if too many) and of signature genes.
    """
    slot_key, slot_count, used = table.slot_key, table.slot_count, table.used
    gene, gene_slot = table.gene, table.gene_slot
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
def _sort_slots(n_distinct: int, table: Table) -> None:
    """Order the used slots by descending value.

    The place of each is the number of larger ones: no branch to guess, and
    compared with many at a time.
    """
    slot_key, used, keys, unsorted = table.slot_key, table.used, table.keys, table.unsorted
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
def _clear(n_used: int, table: Table) -> None:
    slot_key, slot_count, used = table.slot_key, table.slot_count, table.used
    for t in range(n_used):
        slot_key[used[t]] = 0
        first = used[t] * WAYS
        slot_count[first : first + WAYS] = 0


@njit(nogil=True, cache=True)
def longest_row(indptr: Ints) -> int:
    """Length of the longest row."""
    longest = 0
    for i in range(indptr.size - 1):
        longest = max(longest, indptr[i + 1] - indptr[i])
    return longest


@njit(nogil=True, cache=True)
def new_table(longest: int) -> Table:
    """An empty table, for rows of up to `longest` values."""
    size = max(TABLE_SIZE, longest + 1)
    return Table(
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(TABLE_SIZE, np.uint32),
        np.zeros(WAYS * TABLE_SIZE, np.int32),
        np.zeros(MAX_DISTINCT, np.uint32),
        np.zeros(MAX_DISTINCT, np.int32),
        new_buckets(longest),
    )


@njit(nogil=True, cache=True)
def _rank_in_table(
    bits: Bits, indices: Ints, is_member: Flags, table: Table
) -> tuple[Number, Number]:
    """Rank a row of few different values; -1 slots if there are too many."""
    n_distinct, n_members = _tabulate(bits, indices, is_member, table)
    if n_distinct < 0:
        _clear(MAX_DISTINCT, table)
        return -1, 0
    _sort_slots(n_distinct, table)
    used, slot_above, slot_tied = table.used, table.slot_above, table.slot_tied
    slot_count = table.slot_count
    above = 0
    for t in range(n_distinct):
        slot = used[t]
        slot_above[slot] = above
        tied = 0
        for way in range(slot * WAYS, (slot + 1) * WAYS):
            tied += slot_count[way]
        slot_tied[slot] = tied
        above += tied
    _clear(n_distinct, table)
    return n_distinct, int(n_members)


@njit(nogil=True, cache=True)
def _rank_each(bits: Bits, indices: Ints, is_member: Flags, last: Number, table: Table) -> np.int64:
    """Rank a row of many different values: each signature gene has a slot of its own."""
    members = Members(table.gene, table.slot_above, table.slot_tied, table.before)
    n_members = rank_in_buckets(bits, indices, is_member, last, members, table.buckets)
    for m in range(n_members):
        table.gene_slot[m] = m
        table.used[m] = m
    return n_members


@njit(nogil=True, cache=True)
def rank_row(
    bits: Bits, indices: Ints, is_member: Flags, last: Number, table: Table
) -> tuple[Number, Number]:
    """Find the signature genes of a row, and the number of values above and equal to each.

    Only stored values count; each is above every zero. Fills the slots of the
    table with their numbers, and lists the genes, in the order of the row, with
    their slots. Returns how many slots and genes there are. What a method makes
    of a rank need be computed once for each of the few slots. Genes with `last`
    or more values above them may be left out.
    """
    if not looks_continuous(bits):
        n_slots, n_members = _rank_in_table(bits, indices, is_member, table)
        if n_slots >= 0:
            return n_slots, n_members
    n_members = _rank_each(bits, indices, is_member, last, table)
    return n_members, n_members


@njit(nogil=True, cache=True)
def _count_passed(
    n_slots: Number, n_values: Number, is_member: Flags, n_passed: Ints, table: Table
) -> np.int64:
    """Of all genes listed, keep those of the signatures, each with the equal values before it."""
    gene, gene_slot, before = table.gene, table.gene_slot, table.before
    for t in range(n_slots):
        n_passed[table.used[t]] = 0
    n_members = np.uint64(0)
    for k in range(np.uint64(n_values)):
        found, slot = gene[k], gene_slot[k]
        gene[n_members], gene_slot[n_members] = found, slot
        before[n_members] = n_passed[np.uint64(slot)]
        n_passed[np.uint64(slot)] += 1
        n_members += np.uint64(is_member[np.uint64(found)])
    return np.int64(n_members)


@njit(nogil=True, cache=True)
def rank_row_with_ties(
    bits: Bits, indices: Ints, is_member: Flags, everyone: Flags, n_passed: Ints, table: Table
) -> tuple[Number, Number]:
    """The same, and of each gene the number of equal values earlier in the row.

    `everyone` is true for every gene, and `n_passed` has room for a number for each value.
    """
    if not looks_continuous(bits):
        n_slots, n_values = _rank_in_table(bits, indices, everyone, table)
        if n_slots >= 0:
            return n_slots, _count_passed(n_slots, n_values, is_member, n_passed, table)
    n_members = _rank_each(bits, indices, is_member, bits.size, table)
    return n_members, n_members
