"""An embedding with scanpy, for data that have none."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import TooFewToEmbedError
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.pp._new_x import genes_of

N_TOP_GENES = 2000
N_PCS = 30
N_NEIGHBOURS = 15
MIN_CELLS = 10


def compute_embedding(
    values: Any | None,
    matrix: ExpressionMatrix,
    *,
    pca: NDArray[np.floating] | None,
    only_pca: bool,
    seed: int,
) -> dict[str, NDArray[np.float32]]:
    """PCA and UMAP of `values`, or of `matrix` itself where it needs no transformation.

    Where the user has a PCA, that is what UMAP starts from, and only UMAP is returned. With
    `only_pca` there is none.

    Works on an AnnData of its own, so that the user's gets the embeddings and
    nothing else: no columns in `var`, no graphs in `obsp`.
    """
    import scanpy as sc

    if matrix.n_obs < MIN_CELLS or matrix.n_vars < MIN_CELLS:
        raise TooFewToEmbedError(
            f"Expected at least {MIN_CELLS} cells and genes to compute an embedding, found "
            f"{matrix.n_obs} × {matrix.n_vars}. Put coordinates into obsm['X_umap'] instead."
        )
    work = AnnData(genes_of(matrix.source if values is None else values, matrix))
    with warnings.catch_warnings():
        # scanpy and umap warn about defaults of their own (threads and seeds, small data).
        warnings.simplefilter("ignore")
        if pca is None:
            work = _variable_genes(work)
            n_pcs = min(N_PCS, work.n_obs - 1, work.n_vars - 1)
            sc.pp.pca(work, n_comps=n_pcs, random_state=seed)
        else:
            work.obsm[keys.PCA] = np.asarray(pca)
        if not only_pca:
            n_neighbours = min(N_NEIGHBOURS, work.n_obs - 1)
            sc.pp.neighbors(work, n_neighbors=n_neighbours, use_rep=keys.PCA, random_state=seed)
            sc.tl.umap(work, random_state=seed)
    computed = [*([] if pca is not None else [keys.PCA]), *([] if only_pca else [keys.UMAP])]
    return {name: work.obsm[name].astype(np.float32) for name in computed}


def _variable_genes(adata: AnnData) -> AnnData:
    import scanpy as sc

    if adata.n_vars <= N_TOP_GENES:
        return adata.copy()
    sc.pp.highly_variable_genes(adata, n_top_genes=N_TOP_GENES)
    return adata[:, adata.var[keys.HIGHLY_VARIABLE]].copy()
