"""Counts as cells of differing depth show them, and what is made of counts."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from anndata import AnnData


def made_counts(n_cells: int = 300, n_genes: int = 400, *, seed: int = 0) -> sp.csr_matrix:
    """Whole numbers, with depth that differs between cells as in a real sample."""
    rng = np.random.default_rng(seed)
    depth = np.exp(rng.normal(0, 0.7, (n_cells, 1)))
    counts = rng.poisson(depth * rng.gamma(0.3, 4.0, n_genes))
    counts[:, 0] += 1  # no cell is empty
    return sp.csr_matrix(counts, dtype=np.float32)


def made_tpm(n_cells: int = 200, n_genes: int = 600) -> sp.csr_matrix:
    """Linear values of reads over lengths of genes, which are multiples of nothing."""
    rng = np.random.default_rng(1)
    levels = rng.gamma(0.4, 1.0, (n_cells, n_genes)) * rng.lognormal(0, 1.5, n_genes)
    levels[rng.random(levels.shape) < 0.4] = 0
    return normalised(sp.csr_matrix(levels), 1e6)


def normalised(counts: sp.csr_matrix, total: float | None = 1e4) -> sp.csr_matrix:
    """Divided by the total of each cell; None: brought to the median of the totals."""
    totals = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    total = float(np.median(totals)) if total is None else total
    return sp.csr_matrix(sp.diags(total / totals) @ counts, dtype=np.float32)


def transformed(values: sp.csr_matrix, function) -> sp.csr_matrix:
    """`function` of the values that are stored."""
    made = values.copy()
    made.data = function(made.data.astype(np.float64)).astype(np.float32)
    return made


def without_ambient(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Counts from which the expected share of ambient RNA was subtracted, as SoupX leaves them."""
    made = sp.csr_matrix(counts, dtype=np.float64, copy=True)
    profile = np.asarray(made.sum(axis=0)).ravel() / made.sum()
    totals = np.asarray(made.sum(axis=1)).ravel()
    rows = np.repeat(np.arange(made.shape[0]), np.diff(made.indptr))
    made.data = np.maximum(made.data - 0.15 * totals[rows] * profile[made.indices], 0)
    made.eliminate_zeros()
    return made.astype(np.float32)


def variable(counts: sp.csr_matrix, share: float = 0.3) -> np.ndarray:
    """The genes that vary most, as a choice of genes after normalisation would be."""
    logs = transformed(normalised(counts), np.log1p).toarray()
    n = int(share * counts.shape[1])
    return np.sort(np.argsort(-logs.std(axis=0), kind="stable")[:n])


def joined(*parts: sp.csr_matrix, order: np.ndarray | None = None) -> AnnData:
    """Samples called s0, s1 ... one after the other, or their cells in another order."""
    adata = AnnData(sp.vstack(parts, format="csr"))
    adata.obs_names = [f"cell{number}" for number in range(adata.n_obs)]
    sizes = [part.shape[0] for part in parts]
    adata.obs["sample"] = np.repeat([f"s{number}" for number in range(len(parts))], sizes)
    return adata if order is None else adata[order].copy()
