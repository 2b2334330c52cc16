"""Which cells are alike: coordinates, a graph of neighbours, and clusters of several draws."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas.lineages import Around, around_cells
from tmeatlas.matrix import ExpressionMatrix

N_GENES = 2000
N_COMPONENTS = 30
FEWEST_COMPONENTS = 10
"""A user's PCA with fewer does not tell lineages apart."""
N_NEIGHBOURS = 15
CELLS_A_NEIGHBOUR = 10
"""A cell has fewer neighbours in small data, so that they are of its kind."""
FEWEST_CELLS = 10
"""Fewer cells have no neighbours to be averaged with."""
BINS = 20
BASES = (math.e, 2.0)
"""Of logarithms in use."""
COARSE, FINE = 2.0, 10.0
"""Resolutions of the clusters of a whole data set."""
DRAWS = 2
MANY_CELLS = 20_000
"""More are not clustered until nothing changes any more."""


def coordinates(
    adata: AnnData, matrix: ExpressionMatrix, seed: int
) -> tuple[NDArray[np.float32], str]:
    """The user's PCA, or one of the most variable genes; and where it is from."""
    stored = adata.obsm.get(keys.PCA)
    if isinstance(stored, np.ndarray) and stored.shape[1] >= FEWEST_COMPONENTS:
        first = np.asarray(stored[:, :N_COMPONENTS], dtype=np.float32)
        if np.isfinite(first).all():
            return first, f"obsm[{keys.PCA!r}]"
    return _components(matrix, seed), f"PCA of the {N_GENES:,} most variable genes"


def _components(matrix: ExpressionMatrix, seed: int) -> NDArray[np.float32]:
    import scanpy as sc

    genes = variable_genes(matrix)
    n = min(N_COMPONENTS, matrix.n_obs - 1, len(genes) - 1)
    if n < 1:
        return np.zeros((matrix.n_obs, 1), dtype=np.float32)
    work = AnnData(matrix.columns(genes).tocsr())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sc.pp.pca(work, n_comps=n, random_state=seed)
    return np.asarray(work.obsm[keys.PCA], dtype=np.float32)


def variable_genes(matrix: ExpressionMatrix) -> NDArray[np.intp]:
    """The genes whose dispersion is highest among genes of like mean, read block by block."""
    sums = np.zeros((2, matrix.n_vars))
    for block in matrix.blocks():
        linear = block.matrix.astype(np.float64)
        linear.data = np.expm1(linear.data)
        sums[0] += np.asarray(linear.sum(axis=0)).ravel()
        linear.data **= 2
        sums[1] += np.asarray(linear.sum(axis=0)).ravel()
    mean = sums[0] / matrix.n_obs
    variance = sums[1] / matrix.n_obs - mean**2
    seen = np.flatnonzero((mean > 0) & (variance > 0))
    if len(seen) <= N_GENES:
        return seen
    table = pd.DataFrame({"dispersion": np.log(variance[seen] / mean[seen])})
    bins = pd.cut(np.log1p(mean[seen]), BINS, labels=False)
    grouped = table.groupby(bins)["dispersion"]
    # A gene alone in its bin has nothing to be compared with: its own size counts.
    spread = grouped.transform("std").fillna(1.0).replace(0.0, 1.0)
    middle = grouped.transform("mean").where(grouped.transform("size") > 1, 0.0)
    score = ((table["dispersion"] - middle) / spread).to_numpy()
    return np.sort(seen[np.argsort(-score, kind="stable")[:N_GENES]])


def per_10k(matrix: ExpressionMatrix, values: sp.csc_matrix) -> sp.csc_matrix:
    """`values` of `matrix` as natural logarithms of 1 + counts per 10,000.

    Whether they are logarithms to base e or 2 shows in the totals of the first cells,
    which normalisation made alike; and so does what they were normalised to.
    """
    totals: list[NDArray[np.float64]] = []
    base = 0.0
    for block in matrix.blocks():
        base = base or log_base(block.matrix)
        totals.append(_totals(block.matrix, base))
    factor = 1e4 / max(float(np.median(np.concatenate(totals))), 1e-12)
    scaled = values.astype(np.float64)
    scaled.data = np.log1p(np.expm1(scaled.data * np.log(base)) * factor)
    return scaled.astype(np.float32)


def log_base(logged: sp.csr_matrix) -> float:
    """To which base rows are logarithms: that by which their totals are more alike."""
    tried = {each: _totals(logged, each) for each in BASES}
    return min(tried, key=lambda each: tried[each].std() / max(tried[each].mean(), 1e-12))


def _totals(logged: sp.csr_matrix, base: float) -> NDArray[np.float64]:
    """What each cell sums up to without the logarithm."""
    linear = logged.astype(np.float64)
    np.expm1(linear.data * np.log(base), out=linear.data)
    return np.asarray(linear.sum(axis=1)).ravel()


def alike(points: NDArray[np.float32], resolutions: Sequence[float], *, seed: int) -> Around:
    """Neighbours of each cell, and clusters at each of the resolutions, drawn twice."""
    n = len(points)
    if n < FEWEST_CELLS:
        return around_cells(None, [], n)
    import scanpy as sc

    work = AnnData(np.zeros((n, 1), dtype=np.float32), obsm={keys.PCA: points})
    partitions = []
    with warnings.catch_warnings():
        # scanpy, umap and igraph warn about defaults of their own.
        warnings.simplefilter("ignore")
        k = min(N_NEIGHBOURS, max(2, n // CELLS_A_NEIGHBOUR))
        sc.pp.neighbors(work, n_neighbors=k, use_rep=keys.PCA, random_state=seed)
        for resolution in resolutions:
            for draw in range(DRAWS):
                sc.tl.leiden(
                    work,
                    resolution=resolution,
                    random_state=(DRAWS * seed + draw) % 2**31,
                    flavor="igraph",
                    n_iterations=2 if n > MANY_CELLS else -1,
                    directed=False,
                )
                partitions.append(work.obs[keys.LEIDEN].cat.codes.to_numpy().astype(np.int32))
    return around_cells(work.obsp[keys.CONNECTIVITIES], partitions, n)
