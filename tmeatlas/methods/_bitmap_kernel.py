"""Marks of positions, and how many marks come before one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

WORD_BITS = np.uint64(6)
LAST_BIT = np.uint64(63)
ONE = np.uint64(1)

Ints = NDArray[np.integer]
Words = NDArray[np.uint64]


class Bitmap(NamedTuple):
    """Marks of positions, and the number of marks before each word of them."""

    words: Words
    before: Ints


@njit(nogil=True, cache=True)
def popcount(word: np.uint64) -> np.int64:
    """Number of bits that are set: of pairs, of fours, of bytes, of all."""
    word -= (word >> ONE) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(nogil=True, cache=True)
def new_bitmap(n_positions: int) -> Bitmap:
    """A bitmap without a mark."""
    n_words = (n_positions >> 6) + 1
    return Bitmap(np.zeros(n_words, np.uint64), np.zeros(n_words + 1, np.int32))


@njit(nogil=True, cache=True)
def mark(places: Ints, bitmap: Bitmap) -> None:
    """Mark the positions, and none but these."""
    words, before = bitmap
    words[:] = 0
    for k in range(places.size):
        place = np.uint64(places[k])
        words[place >> WORD_BITS] |= ONE << (place & LAST_BIT)
    for w in range(words.size):
        before[w + 1] = before[w] + popcount(words[w])


@njit(nogil=True, cache=True)
def look_up(place: np.integer, bitmap: Bitmap) -> tuple[np.int64, bool]:
    """How many marks come before a position, and whether it is marked."""
    words, before = bitmap
    at = np.uint64(place)
    word = words[at >> WORD_BITS]
    bit = ONE << (at & LAST_BIT)
    return before[at >> WORD_BITS] + popcount(word & (bit - ONE)), (word & bit) != 0
