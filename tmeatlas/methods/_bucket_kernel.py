"""Ranks of the signature genes of a cell whose values are nearly all different.

Positive float32 sort like their bit patterns. The range of a row's patterns is
cut into one to four buckets per value; a histogram and its running sum tell how
many values lie in higher buckets, and only inside the buckets of signature
genes are values compared. No row is sorted, and no loop over all values has a
branch that depends on them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.methods._bitmap_kernel import popcount

Bits = NDArray[np.uint32]
Ints = NDArray[np.integer]
Flags = NDArray[np.bool_]
Number = int | np.integer
Found = tuple[np.int64, np.int64, np.int64]

# All of these were measured, and concern speed alone: results are exact whatever they are.
MIN_BUCKET_BITS = 6
MAX_BUCKET_BITS = 13  # the counters of more buckets leave the fastest cache
WINDOW = 8  # up to this size, a bucket is compared in one step of fixed length
LARGE = 32  # larger buckets are first looked at: are they one value?
TOO_MANY = 1024  # larger buckets of several values are sorted, once
PROBE = 64  # values that are looked at to tell counts from continuous values
MANY_MARKS = 28  # of 64 values that are nearly all different, 40 on average leave one

UNKNOWN, ONE_VALUE, SEVERAL, SORTED = 0, 1, 2, 3
ONE = np.uint64(1)
HALF = np.uint64(32)
MULTIPLIER = np.uint32(2654435761)  # Knuth's, near 2**32 divided by the golden ratio
MARK_BITS = np.uint32(26)


class Buckets(NamedTuple):
    """Room to rank one row after the other."""

    place: Ints
    """Of each signature gene, the place of its value among the grouped ones."""
    edge: Ints
    """Where each bucket starts; once it is filled, where it stops."""
    kind: NDArray[np.uint8]
    """What is known of each large bucket."""
    grouped: Bits
    """The values, those of the highest bucket first."""
    ordered: NDArray[np.uint64]
    """Values of buckets with too many, sorted."""


class Members(NamedTuple):
    """The signature genes of a row, in its order, and the numbers of other values."""

    gene: Ints
    above: Ints
    tied: Ints
    before: Ints
    """Equal values earlier in the row."""


@njit(nogil=True, cache=True)
def new_buckets(longest: int) -> Buckets:
    """Buckets for rows of up to `longest` values."""
    n_buckets = 1 << MAX_BUCKET_BITS
    return Buckets(
        np.zeros(longest + 1, np.int32),
        np.zeros(n_buckets + 1, np.int32),
        np.zeros(n_buckets, np.uint8),
        np.zeros(longest + WINDOW, np.uint32),
        np.zeros(longest, np.uint64),
    )


@njit(nogil=True, cache=True)
def looks_continuous(bits: Bits) -> bool:
    """Whether the first values of a row are nearly all different."""
    if bits.size < PROBE:
        return False
    marks = np.uint64(0)
    for k in range(PROBE):
        marks |= ONE << np.uint64(np.uint32(bits[k] * MULTIPLIER) >> MARK_BITS)
    return bool(popcount(marks) > MANY_MARKS)


@njit(nogil=True, cache=True)
def _range(bits: Bits) -> tuple[np.uint32, np.uint32]:
    low, high = bits[0], bits[0]
    for k in range(bits.size):
        low = min(low, bits[k])
        high = max(high, bits[k])
    return low, high


@njit(nogil=True, cache=True)
def _cut(span: np.uint32, n_values: int) -> tuple[np.uint32, np.int64]:
    """Shift that cuts a range of patterns into buckets, and how many these are."""
    bucket_bits = MIN_BUCKET_BITS
    while bucket_bits < MAX_BUCKET_BITS and (1 << bucket_bits) < n_values:
        bucket_bits += 1
    shift = np.int64(0)
    while (span >> shift) >= (1 << (bucket_bits + 1)):
        shift += 1
    shift += np.int64((span >> shift) >= (1 << MAX_BUCKET_BITS))
    return np.uint32(shift), np.int64(span >> shift) + 1


@njit(nogil=True, cache=True)
def _fill(
    bits: Bits, indices: Ints, is_member: Flags, gene: Ints, buckets: Buckets
) -> tuple[np.uint64, np.uint32, np.uint32]:
    """Group the values by bucket, the highest first, and list the signature genes.

    Returns how many these are, and the highest pattern and the shift that give
    the bucket of a value.
    """
    place, edge, kind, grouped, _ = buckets
    low, high = _range(bits)
    shift, n_buckets = _cut(high - low, bits.size)
    edge[: n_buckets + 1] = 0
    kind[:n_buckets] = UNKNOWN
    for k in range(bits.size):
        edge[np.uint64((high - bits[k]) >> shift) + ONE] += 1
    for k in range(n_buckets):
        edge[k + 1] += edge[k]
    grouped[bits.size : bits.size + WINDOW] = 0
    n_members = np.uint64(0)
    for k in range(bits.size):
        b = np.uint64((high - bits[k]) >> shift)
        grouped[np.uint64(edge[b])] = bits[k]
        # Without a branch: always write, step on only for signature genes.
        gene[n_members] = indices[k]
        place[n_members] = edge[b]
        edge[b] += 1
        n_members += np.uint64(is_member[np.uint64(indices[k])])
    return n_members, high, shift


@njit(nogil=True, cache=True)
def _compare_few(grouped: Bits, start: np.int64, at: np.int64) -> Found:
    """Values above, tied with, and tied but before the one at `at`, in a small bucket.

    The values of the next buckets, which may be in the window, are lower and do not count.
    """
    mine = grouped[np.uint64(at)]
    above, before, tied = np.uint32(0), np.uint32(0), np.uint32(0)
    own = np.uint32(at - start)
    for lane in range(np.uint32(WINDOW)):
        value = grouped[np.uint64(start) + np.uint64(lane)]
        above += np.uint32(value > mine)
        tied += np.uint32(value == mine)
        before += np.uint32((value == mine) & (lane < own))
    return np.int64(above), np.int64(tied), np.int64(before)


@njit(nogil=True, cache=True)
def _compare(values: Bits, at: np.int64) -> Found:
    """The same in a bucket of any size; in loops that compile to vector instructions."""
    mine = values[at]
    above, before, tied = np.uint32(0), np.uint32(0), np.uint32(0)
    for j in range(at):
        above += np.uint32(values[j] > mine)
        before += np.uint32(values[j] == mine)
    for j in range(at, values.size):
        above += np.uint32(values[j] > mine)
        tied += np.uint32(values[j] == mine)
    return np.int64(above), np.int64(before + tied), np.int64(before)


@njit(nogil=True, cache=True)
def _search(ordered: NDArray[np.uint64], value: np.uint32, at: np.int64) -> Found:
    """The same in a sorted bucket."""
    key = np.uint64(value) << HALF
    begin = np.searchsorted(ordered, key)
    end = np.searchsorted(ordered, key + (ONE << HALF))
    own = np.searchsorted(ordered, key | np.uint64(at))
    return ordered.size - end, end - begin, own - begin


@njit(nogil=True, cache=True)
def _look_at(values: Bits, ordered: NDArray[np.uint64]) -> int:
    """Whether a large bucket is one value; where it has too many and is not, sort it."""
    different = np.uint32(0)
    for k in range(values.size):
        different |= values[k] ^ values[0]
    if different == 0:
        return ONE_VALUE
    if values.size <= TOO_MANY:
        return SEVERAL
    for k in range(values.size):
        ordered[k] = (np.uint64(values[k]) << HALF) | np.uint64(k)
    ordered.sort()
    return SORTED


@njit(nogil=True, cache=True)
def _compare_many(
    buckets: Buckets, b: np.uint64, start: np.int64, size: np.int64, at: np.int64
) -> Found:
    """The same in bucket `b`, whose work stays bounded however large it is."""
    _, _, kind, grouped, ordered = buckets
    values, own = grouped[start : start + size], at - start
    if size > LARGE and kind[b] == UNKNOWN:
        kind[b] = _look_at(values, ordered[start : start + size])
    if kind[b] == ONE_VALUE:
        return np.int64(0), np.int64(size), np.int64(own)
    if kind[b] == SORTED:
        return _search(ordered[start : start + size], values[own], own)
    return _compare(values, own)


@njit(nogil=True, cache=True)
def rank_in_buckets(
    bits: Bits, indices: Ints, is_member: Flags, last: Number, members: Members, buckets: Buckets
) -> np.int64:
    """Rank the signature genes of a row, and return how many there are.

    Those with `last` or more values above them may be left out.
    """
    if bits.size == 0:
        return np.int64(0)
    gene, above, tied, before = members
    place, edge, _, grouped, _ = buckets
    n_members, high, shift = _fill(bits, indices, is_member, gene, buckets)
    n_ranked = np.uint64(0)
    for m in range(n_members):
        at = np.int64(place[m])
        b = np.uint64((high - grouped[np.uint64(at)]) >> shift)
        start = np.int64(edge[b - ONE]) if b > 0 else np.int64(0)
        size = np.int64(edge[b]) - start
        if size <= WINDOW:
            found = _compare_few(grouped, start, at)
        else:
            found = _compare_many(buckets, b, start, size, at)
        gene[n_ranked] = gene[m]
        above[n_ranked], tied[n_ranked], before[n_ranked] = start + found[0], found[1], found[2]
        n_ranked += np.uint64(start < last)
    return np.int64(n_ranked)
