"""Blocks of cells under each other, as columns."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp


def stacked_columns(blocks: Iterable[sp.csr_matrix], shape: tuple[int, int]) -> sp.csc_matrix:
    """Row blocks as one CSC matrix, rows in order.

    Each block is let go of when it was copied, so that the whole is held twice
    at most; scipy's way over a stacked CSR matrix holds it three times.
    """
    return joined_columns([block.tocsc() for block in blocks], shape)


def joined_columns(parts: list[sp.csc_matrix], shape: tuple[int, int]) -> sp.csc_matrix:
    """The same of blocks that are CSC; takes them out of the list."""
    starts = np.concatenate([[0], np.cumsum(sum(np.diff(part.indptr) for part in parts))])
    n_values = int(starts[-1])
    fits = max(n_values, shape[0]) <= np.iinfo(np.int32).max
    data = np.empty(n_values, dtype=np.float32)
    rows = np.empty(n_values, dtype=np.int32 if fits else np.int64)
    free, first_row = starts[:-1].astype(np.int64), 0
    parts.reverse()
    while parts:
        part = parts.pop()
        lengths = np.diff(part.indptr)
        place = np.repeat(free - part.indptr[:-1], lengths)
        place += np.arange(len(place))
        data[place], rows[place] = part.data, part.indices + first_row
        free += lengths
        first_row += part.shape[0]
    result = sp.csc_matrix(shape, dtype=np.float32)
    result.data, result.indices = data, rows
    result.indptr = starts.astype(rows.dtype)
    result.has_sorted_indices = True
    return result
