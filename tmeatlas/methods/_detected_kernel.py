"""How many genes of each set a cell shows, in one pass over the rows."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.integer]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@njit(nogil=True, cache=True)
def add_detected_weights(
    indices: Ints,
    indptr: Ints,
    is_member: Flags,
    start: Ints,
    set_ids: Ints,
    weights: Floats,
    out: Floats,
) -> None:
    """Add, for every row and set, the weights of the genes that have a value in the row."""
    for i in range(indptr.size - 1):
        row_out = out[i]
        for k in range(indptr[i], indptr[i + 1]):
            gene = indices[k]
            if is_member[gene]:
                for entry in range(start[gene], start[gene + 1]):
                    row_out[set_ids[entry]] += weights[entry]
