"""Compiled loops that count cells: serial and without the GIL, for a pool of threads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

AnyFloats = NDArray[np.float64] | NDArray[np.float32]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def sum_groups(
    indptr: Ints,
    rows: NDArray[np.int32],
    values: NDArray[np.float32],
    codes: NDArray[np.integer],
    sums: AnyFloats,
    n_seen: Ints,
) -> None:
    """Sum the values, and count those above 0, of each column (gene) in each group."""
    for gene in range(len(indptr) - 1):
        for at in range(indptr[gene], indptr[gene + 1]):
            group = codes[rows[at]]
            sums[gene, group] += values[at]
            if values[at] > 0:
                n_seen[gene, group] += 1


@njit(cache=True, nogil=True)
def cells_with_any(
    indptr: Ints,
    rows: NDArray[np.int32],
    complex_starts: Ints,
    complex_members: Ints,
    partners: Ints,
    codes: NDArray[np.int32],
    counts: Ints,
) -> None:
    """Count, per group, the cells that show any of `partners`, all subunits of a complex."""
    n_genes = len(indptr) - 1
    shows = np.zeros(len(codes), dtype=np.bool_)
    n_subunits = np.zeros(len(codes), dtype=np.int16)
    for partner in partners:
        if partner < n_genes:
            for at in range(indptr[partner], indptr[partner + 1]):
                shows[rows[at]] = True
            continue
        first = complex_starts[partner - n_genes]
        last = complex_starts[partner - n_genes + 1]
        n_subunits[:] = 0
        for member in range(first, last):
            gene = complex_members[member]
            for at in range(indptr[gene], indptr[gene + 1]):
                n_subunits[rows[at]] += 1
        for cell in range(len(codes)):
            if n_subunits[cell] == last - first:
                shows[cell] = True
    for cell in range(len(codes)):
        if shows[cell]:
            counts[codes[cell]] += 1
