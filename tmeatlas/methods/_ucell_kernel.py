"""UCell: distances of ranks to the largest rank that counts, summed over gene sets."""

from __future__ import annotations

import numpy as np
from numba import njit

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
    longest = longest_row(indptr)
    table = new_table()
    gene = np.zeros(longest + 1, np.int32)
    n_above = np.zeros(longest + 1, np.int32)
    n_tied = np.zeros(longest + 1, np.int32)
    for i in range(indptr.size - 1):
        row = slice(indptr[i], indptr[i + 1])
        n_members = rank_row(bits[row], indices[row], is_member, table, gene, n_above, n_tied)
        for m in range(n_members):
            gain = max_rank - (n_above[m] + (n_tied[m] + 1) * 0.5)
            if gain > 0:
                for entry in range(start[gene[m]], start[gene[m] + 1]):
                    out[i, set_ids[entry]] += weights[entry] * gain
