"""The compiled loop that counts as CellPhoneDB does: without the GIL, for a pool of threads.

Its p-values hang on ties, and ties on the last bit of a sum. So its sums are
float32: :mod:`tmeatlas.lr._kernels` add in the type that they are given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


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
