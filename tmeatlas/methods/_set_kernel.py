"""From the genes of a row to the sets that they are in: the innermost loop of every kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.methods._set_index import SetIndex

Floats = NDArray[np.float64]

ONE = np.uint64(1)


@njit(nogil=True, cache=True)
def add_to_sets(gene: np.integer, amount: float, sets: SetIndex, row_out: Floats) -> None:
    """Add weight × `amount` to every set that the gene is in.

    Indices without a sign spare the check for those that count from the end.
    """
    at = np.uint64(gene)
    for entry in range(np.uint64(sets.start[at]), np.uint64(sets.start[at + ONE])):
        row_out[np.uint64(sets.set_ids[entry])] += sets.weights[entry] * amount
