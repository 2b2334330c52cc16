"""Variable genes and principal components, in passes over the rows of any storage.

In one process both are the same for every storage, size of blocks and number of threads.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._cluster import is_on_cluster
from tmeatlas._errors import TooFewToEmbedError
from tmeatlas._threads import n_threads, pool_of
from tmeatlas.matrix import (
    ExpressionMatrix,
    RowBlock,
    fold_blocks,
    map_blocks,
)

N_TOP_GENES = 2000
N_PCS = 30
BINS = 20
"""Scanpy's default: genes are compared with those of like mean, in so many steps of it."""
MOST_BYTES = 2**28
"""Of the chosen genes, held for scanpy's PCA; of more, components are those of their covariance.
By the data alone, and no setting, so that all machines find the same."""
ROUNDING = 1e-12
"""Of a mean square: a variance that is no larger is none."""
PARTS = 8
"""Of the covariance, shared among threads."""
Shapes: TypeAlias = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class VariableGenes:
    """The genes that tell cells apart."""

    columns: NDArray[np.intp]
    n_values: int
    """Values that are stored of them."""


def variable_genes(matrix: ExpressionMatrix) -> VariableGenes:
    """The genes that scanpy's `highly_variable_genes` finds, in one pass (Satija et al., 2015).

    By the logarithm of variance over mean of the unlogged values, less its mean and divided by
    its standard deviation among genes of like mean.
    """
    none = partial(_nothing, ((matrix.n_vars,), (matrix.n_vars,)), (matrix.n_vars,))
    sums, squares, stored = fold_blocks(matrix, none, _add_moments, _together)
    if matrix.n_vars <= N_TOP_GENES:
        return VariableGenes(np.arange(matrix.n_vars), int(stored.sum()))
    n = matrix.n_obs
    mean = sums / n
    variance = (squares / n - mean**2) * (n / max(1, n - 1))
    variance[variance <= ROUNDING * squares / n] = 0.0
    score = _score(mean, variance)
    highest = np.sort(score[~np.isnan(score)])[::-1]
    least = highest[min(N_TOP_GENES, len(highest)) - 1] if len(highest) else np.nan
    columns = np.flatnonzero(score >= least)
    return VariableGenes(columns, int(stored[columns].sum()))


def _nothing(sums: Shapes, numbers: tuple[int, ...] = ()) -> list[NDArray[Any]]:
    """Sums of these shapes to begin with, and numbers of values after them."""
    nothing: list[NDArray[Any]] = [np.zeros(shape) for shape in sums]
    return [*nothing, np.zeros(numbers, dtype=np.int64)] if numbers else nothing


def _together(first: list[NDArray[Any]], second: list[NDArray[Any]]) -> list[NDArray[Any]]:
    return [one + other for one, other in zip(first, second, strict=True)]


def _add_moments(gathered: list[NDArray[Any]], block: RowBlock) -> None:
    from tmeatlas.pp._components_kernel import add_moments

    add_moments(np.expm1(block.matrix.data), block.matrix.indices, *gathered)


def _score(mean: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how many standard deviations a gene varies more than those of like mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        dispersion = np.log(np.where(variance > 0, variance / np.where(mean > 0, mean, 1), np.nan))
    genes = pd.DataFrame({"dispersion": dispersion, "bin": pd.cut(np.log1p(mean), BINS)})
    grouped = genes.groupby("bin", observed=True)["dispersion"]
    middle, spread = grouped.transform("mean"), grouped.transform("std")
    # A gene that is alone in its bin is as far from 0 as its own dispersion.
    spread, middle = spread.fillna(middle), middle.where(spread.notna(), 0.0)
    return ((genes["dispersion"] - middle) / spread).to_numpy()


def principal_components(
    matrix: ExpressionMatrix, genes: VariableGenes, *, seed: int
) -> NDArray[np.float32]:
    """Cells × components of log-normalised values, the largest first.

    By scanpy where the values of the genes are few enough to be held. Otherwise by the
    covariance of the genes, summed over the cells, which is exact; components point to where
    their largest weight is positive, as those of scanpy do.
    """
    n_pcs = min(N_PCS, matrix.n_obs - 1, len(genes.columns) - 1)
    if n_pcs < 1:
        raise TooFewToEmbedError(
            f"Expected genes that vary to compute an embedding, found {len(genes.columns)} of "
            f"{matrix.n_vars:,}. Put coordinates into obsm['X_umap'] instead."
        )
    if genes.n_values * 8 > MOST_BYTES:
        return _by_covariance(matrix, genes.columns, n_pcs)
    import scanpy as sc

    work = AnnData(_values_of(matrix, genes))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of defaults of its own
        sc.pp.pca(work, n_comps=n_pcs, random_state=seed)
    return np.asarray(work.obsm[keys.PCA], dtype=np.float32)


def _values_of(matrix: ExpressionMatrix, genes: VariableGenes) -> sp.csr_matrix:
    """Cells × these genes, held once: there are `n_values` of them, which are filled in."""
    data = np.empty(genes.n_values, dtype=np.float32)
    indices = np.empty(genes.n_values, dtype=np.int32)
    indptr = np.zeros(matrix.n_obs + 1, dtype=np.int64)
    for part in map_blocks(matrix, partial(_chosen, genes.columns)):
        rows = part.found
        rows.sort_indices()
        first = int(indptr[part.start])
        last = first + rows.nnz
        data[first:last], indices[first:last] = rows.data, rows.indices
        indptr[part.start + 1 : part.stop + 1] = rows.indptr[1:] + first
    return sp.csr_matrix((data, indices, indptr), shape=(matrix.n_obs, len(genes.columns)))


def _by_covariance(
    matrix: ExpressionMatrix, genes: NDArray[np.intp], n_pcs: int
) -> NDArray[np.float32]:
    from scipy.linalg import eigh

    n = len(genes)
    # A worker of a cluster is given as many tasks as it has threads.
    add = partial(_add_products, genes, 1 if is_on_cluster(matrix.source) else n_threads())
    products, sums = fold_blocks(matrix, partial(_nothing, ((n, n), (n,))), add, _together)
    mean = sums / matrix.n_obs
    covariance = products / matrix.n_obs
    covariance = np.triu(covariance) + np.triu(covariance, 1).T - np.outer(mean, mean)
    _, vectors = eigh(covariance, subset_by_index=(n - n_pcs, n - 1), overwrite_a=True)
    vectors = vectors[:, ::-1]
    largest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[largest, np.arange(n_pcs)])
    found = np.empty((matrix.n_obs, n_pcs), dtype=np.float32)
    for part in map_blocks(matrix, partial(_projected, genes, vectors, mean @ vectors)):
        found[part.start : part.stop] = part.found
    return found


def _chosen(columns: NDArray[np.intp], block: RowBlock) -> sp.csr_matrix:
    return block.matrix[:, columns]


def _add_products(
    columns: NDArray[np.intp], threads: int, gathered: list[NDArray[Any]], block: RowBlock
) -> None:
    from tmeatlas.pp._components_kernel import add_products, add_values

    products, sums = gathered
    rows = _chosen(columns, block)
    stored = (rows.data, rows.indices, rows.indptr.astype(np.int64))
    add_values(*stored[:2], sums)
    edges = np.linspace(0, len(sums), PARTS + 1).astype(np.int64).tolist()
    with pool_of(threads) as pool:
        parts = [
            pool.submit(partial(add_products, *stored, *each, products)) for each in pairwise(edges)
        ]
    for part in parts:
        part.result()


def _projected(
    columns: NDArray[np.intp],
    vectors: NDArray[np.float64],
    centre: NDArray[np.float64],
    block: RowBlock,
) -> NDArray[np.floating]:
    return _chosen(columns, block) @ vectors - centre
