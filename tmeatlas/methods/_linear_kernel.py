"""Weighted sums over gene sets, over bins of genes and over all genes, in one pass of the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import SetIndex
from tmeatlas.methods._set_kernel import ONE, add_to_sets

Values = NDArray[np.float32]
Ints = NDArray[np.integer]
Codes = NDArray[np.uint16]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

LAST_WAY = np.uint64(3)


@njit(nogil=True, cache=True)
def add_gene_sums(values: Values, indices: Ints, sums: Floats) -> None:
    """Add every value to the sum of its gene."""
    for k in range(values.size):
        sums[indices[k]] += values[k]


@njit(nogil=True, cache=True)
def mark_genes(indices: Ints, seen: Flags) -> None:
    """Note every gene that has a value."""
    for k in range(indices.size):
        seen[indices[k]] = True


@njit(nogil=True, cache=True)
def _moments(values: Values) -> tuple[float, float]:
    """Σ x and Σ x², each in four parts that need not wait for each other."""
    a = b = c = d = 0.0
    aa = bb = cc = dd = 0.0
    in_fours = values.size - values.size % 4
    for k in range(0, in_fours, 4):
        x, y = np.float64(values[k]), np.float64(values[k + 1])
        z, w = np.float64(values[k + 2]), np.float64(values[k + 3])
        a += x
        b += y
        c += z
        d += w
        aa += x * x
        bb += y * y
        cc += z * z
        dd += w * w
    for k in range(in_fours, values.size):
        x = np.float64(values[k])
        a += x
        aa += x * x
    return (a + b) + (c + d), (aa + bb) + (cc + dd)


@njit(nogil=True, cache=True)
def add_weighted_sums(rows: SparseRows, sets: SetIndex, sums: Floats, moments: Floats) -> None:
    """Add, for every row, Σ weight × value of each set to `sums`, and Σ x, Σ x² to `moments`."""
    values, indices, indptr = rows.values, rows.indices, rows.indptr
    is_member = sets.is_member
    longest = 0
    for i in range(indptr.size - 1):
        longest = max(longest, indptr[i + 1] - indptr[i])
    members = np.zeros(longest + 1, np.int64)
    for i in range(indptr.size - 1):
        row_values = values[indptr[i] : indptr[i + 1]]
        row_indices = indices[indptr[i] : indptr[i + 1]]
        row_sums = sums[i]
        n_members = np.uint64(0)
        for k in range(np.uint64(row_indices.size)):
            # Without a branch: always write, step on only for genes of a set.
            members[n_members] = k
            n_members += np.uint64(is_member[np.uint64(row_indices[k])])
        for m in range(n_members):
            at = np.uint64(members[m])
            value = np.float64(row_values[at])
            add_to_sets(row_indices[at], value, sets, row_sums)
        total, squares = _moments(row_values)
        moments[i, 0] += total
        moments[i, 1] += squares


@njit(nogil=True, cache=True)
def add_linear_scores(
    rows: SparseRows, sets: SetIndex, gene_code: Codes, bin_weights: Floats, out: Floats
) -> None:
    """Add, for every row and set, Σ weight × value over genes and Σ weight × sum over bins.

    ``gene_code[g]`` is twice the bin of gene `g`, plus 1 if `g` is in a set;
    `bin_weights` is bins × sets. The order of the additions depends on the row
    alone.
    """
    values, indices, indptr = rows.values, rows.indices, rows.indptr
    n_bins = bin_weights.shape[0]
    n_sets = bin_weights.shape[1]
    longest = 0
    for i in range(indptr.size - 1):
        longest = max(longest, indptr[i + 1] - indptr[i])
    members = np.zeros(longest + 1, np.int64)
    # Neighbours often share a bin; four sums spare waiting for one.
    partial_sums = np.zeros((4, n_bins), np.float64)
    for i in range(indptr.size - 1):
        row_values = values[indptr[i] : indptr[i + 1]]
        row_indices = indices[indptr[i] : indptr[i + 1]]
        row_out = out[i]
        partial_sums[:] = 0.0
        n_members = np.uint64(0)
        for k in range(np.uint64(row_values.size)):
            code = np.uint64(gene_code[np.uint64(row_indices[k])])
            partial_sums[k & LAST_WAY, code >> ONE] += row_values[k]
            # Without a branch: always write, step on only for genes of a set.
            members[n_members] = k
            n_members += code & ONE
        for m in range(n_members):
            at = np.uint64(members[m])
            value = np.float64(row_values[at])
            add_to_sets(row_indices[at], value, sets, row_out)
        for b in range(n_bins):
            bin_sum = (partial_sums[0, b] + partial_sums[1, b]) + (
                partial_sums[2, b] + partial_sums[3, b]
            )
            for j in range(n_sets):
                row_out[j] += bin_weights[b, j] * bin_sum
