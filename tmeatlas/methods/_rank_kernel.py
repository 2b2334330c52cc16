"""Ranks of a cell's values without sorting the cell.

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

HASH_BITS = 10
TABLE_SIZE = 1 << HASH_BITS
MAX_DISTINCT = 640  # beyond two thirds full, probing becomes slower than sorting
MULTIPLIER = np.uint64(2654435761)  # Knuth's, near 2**32 divided by the golden ratio
SHIFT = np.uint64(32 - HASH_BITS)
MASK = np.uint64(TABLE_SIZE - 1)


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
) -> tuple[int, int]:
    """Count the values of one row; list its signature genes with their slots.

    Returns the number of different values (-1 if too many) and of signature genes.
    """
    n_distinct = 0
    n_members = 0
    for k in range(bits.size):
        key = bits[k]
        slot = np.int64((np.uint64(key) * MULTIPLIER >> SHIFT) & MASK)
        while slot_key[slot] != key:
            if slot_key[slot] == 0:
                if n_distinct == MAX_DISTINCT:
                    return -1, 0
                slot_key[slot] = key
                used[n_distinct] = slot
                n_distinct += 1
                break
            slot = (slot + 1) & (TABLE_SIZE - 1)
        # Neighbours often share a value; four counters spare waiting for one.
        slot_count[k & 3, slot] += 1
        # Without a branch: always write, step on only for signature genes.
        gene[n_members] = indices[k]
        gene_slot[n_members] = slot
        n_members += is_member[indices[k]]
    return n_distinct, n_members


@njit(nogil=True, cache=True)
def _sort_slots(slot_key: Bits, used: Ints, n_distinct: int) -> None:
    """Order the used slots by descending value (insertion sort: they are few)."""
    for t in range(1, n_distinct):
        slot = used[t]
        key = slot_key[slot]
        q = t
        while q > 0 and slot_key[used[q - 1]] < key:
            used[q] = used[q - 1]
            q -= 1
        used[q] = slot


@njit(nogil=True, cache=True)
def _clear(slot_key: Bits, slot_count: Ints, used: Ints, n_used: int) -> None:
    for t in range(n_used):
        slot = used[t]
        slot_key[slot] = 0
        for way in range(4):
            slot_count[way, slot] = 0


@njit(nogil=True, cache=True)
def _ucell_gain(n_above: int, n_tied: int, max_rank: float) -> float:
    """How far the average rank of tied values is above `max_rank`; 0 if it is not."""
    rank = n_above + (n_tied + 1) * 0.5
    return max_rank - rank if rank < max_rank else 0.0


@njit(nogil=True, cache=True)
def _gains_of_slots(
    slot_count: Ints, used: Ints, n_distinct: int, max_rank: float, gain: Floats
) -> None:
    n_above = 0
    for t in range(n_distinct):
        slot = used[t]
        n_tied = (
            slot_count[0, slot] + slot_count[1, slot] + slot_count[2, slot] + slot_count[3, slot]
        )
        gain[slot] = _ucell_gain(n_above, n_tied, max_rank)
        n_above += n_tied


@njit(nogil=True, cache=True)
def _add_gain(
    gene: int, gain: float, start: Ints, set_ids: Ints, weights: Floats, out: Floats
) -> None:
    for entry in range(start[gene], start[gene + 1]):
        out[set_ids[entry]] += weights[entry] * gain


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
def _add_gains_by_sorting(
    bits: Bits,
    indices: Ints,
    is_member: Flags,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    max_rank: float,
    out: Floats,
) -> None:
    """The same for a row with many different values."""
    ascending = _sorted_bits(bits)
    for k in range(bits.size):
        gene = indices[k]
        if is_member[gene]:
            n_above = bits.size - np.searchsorted(ascending, bits[k], side="right")
            n_tied = bits.size - n_above - np.searchsorted(ascending, bits[k])
            gain = _ucell_gain(n_above, n_tied, max_rank)
            _add_gain(gene, gain, start, set_ids, weights, out)


@njit(nogil=True, cache=True)
def add_ucell_gains(
    bits: Bits,
    indices: Ints,
    indptr: Ints,
    is_member: Flags,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    max_rank: float,
    out: Floats,
) -> None:
    """Add, for every row and set, weight × (`max_rank` − rank) over the genes ranked above it."""
    longest = 0
    for i in range(indptr.size - 1):
        longest = max(longest, indptr[i + 1] - indptr[i])
    slot_key = np.zeros(TABLE_SIZE, np.uint32)
    slot_count = np.zeros((4, TABLE_SIZE), np.int32)
    used = np.zeros(MAX_DISTINCT, np.int32)
    gain = np.zeros(TABLE_SIZE, np.float64)
    genes = np.zeros(longest + 1, np.int32)
    slots = np.zeros(longest + 1, np.int32)
    for i in range(indptr.size - 1):
        row_bits = bits[indptr[i] : indptr[i + 1]]
        row_indices = indices[indptr[i] : indptr[i + 1]]
        n_distinct, n_members = _tabulate(
            row_bits, row_indices, is_member, slot_key, slot_count, used, genes, slots
        )
        if n_distinct < 0:
            _clear(slot_key, slot_count, used, MAX_DISTINCT)
            _add_gains_by_sorting(
                row_bits, row_indices, is_member, start, set_ids, weights, max_rank, out[i]
            )
            continue
        _sort_slots(slot_key, used, n_distinct)
        _gains_of_slots(slot_count, used, n_distinct, max_rank, gain)
        for m in range(n_members):
            if gain[slots[m]] > 0:
                _add_gain(genes[m], gain[slots[m]], start, set_ids, weights, out[i])
        _clear(slot_key, slot_count, used, n_distinct)
