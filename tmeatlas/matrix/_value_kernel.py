"""A look at every stored value, as fast as memory can be read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

INFINITY = np.uint32(0x7F800000)
"""Bit pattern of the lowest float32 that is no positive number: infinity; NaN, -0 and negatives
lie above."""


@njit(nogil=True, cache=True)
def all_positive(bits: NDArray[np.uint32]) -> bool:
    """Whether the float32 values with these bit patterns are all above 0 and finite."""
    n_others = np.uint32(0)
    for k in range(bits.size):
        # One less: 0 becomes the highest, so that one comparison tells.
        n_others |= np.uint32(np.uint32(bits[k] - np.uint32(1)) >= INFINITY - np.uint32(1))
    return n_others == 0


@njit(nogil=True, cache=True)
def all_whole(values: NDArray[np.float32]) -> bool:
    """Whether all are whole numbers."""
    n_others = 0
    for k in range(values.size):
        n_others += values[k] != np.floor(values[k])
    return n_others == 0
