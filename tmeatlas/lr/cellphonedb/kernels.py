"""Compiled loops in CellPhoneDB's arithmetic: float32 sums, in the order of the cells.

Its p-values hang on ties, and ties on the last bit of a sum. So all that is
added up is float32 here; permuted means come from :mod:`tmeatlas.lr._kernels`,
which add in the type that they are given. Without the GIL, for a pool of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tmeatlas.lr._kernel_inputs import Labels

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def sum_groups(
    indptr: Ints,
    rows: NDArray[np.int32],
    values: Floats,
    labels: Labels,
    sums: Floats,
    n_seen: Ints,
) -> None:
    """Sum the values, and count those above 0, of each protein in each group."""
    for protein in range(len(indptr) - 1):
        for at in range(indptr[protein], indptr[protein + 1]):
            group = labels[rows[at]]
            sums[protein, group] += values[at]
            if values[at] > 0:
                n_seen[protein, group] += 1


@njit(cache=True, nogil=True)
def count_above(
    first: Ints,
    second: Ints,
    source: Ints,
    target: Ints,
    observed: Floats,
    means: Floats,
    counts: Ints,
) -> None:
    """Count, per row, the shuffles whose mean is above the observed one (which is above 0).

    `means` of 0 are barred.
    """
    for row in range(len(observed)):
        sent = means[first[row], source[row]]
        received = means[second[row], target[row]]
        # The mean is half of the sum; twice the limit is exact.
        limit = observed[row] + observed[row]
        above = 0
        for b in range(len(sent)):
            above += sent[b] + received[b] > limit
        counts[row] += above
