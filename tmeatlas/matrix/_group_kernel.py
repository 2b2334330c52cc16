"""Adding up the rows of groups, each stored value once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit


@njit(nogil=True, cache=True)
def add_rows(
    indptr: NDArray[np.int64],
    genes: NDArray[np.int32],
    values: NDArray[np.float32],
    codes: NDArray[np.int32],
    order: NDArray[np.int64],
    sums: NDArray[np.float64],
    n_seen: NDArray[np.int32],
) -> None:
    """Add each row of a CSR block to the row of its group in `sums`, and count its values.

    With the rows in an `order` by group, one row of the result at a time is in use, which the
    cache of the processor holds.
    """
    for row in order:
        group = codes[row]
        if group < 0:
            continue
        for at in range(indptr[row], indptr[row + 1]):
            gene = genes[at]
            sums[group, gene] += values[at]
            n_seen[group, gene] += 1
