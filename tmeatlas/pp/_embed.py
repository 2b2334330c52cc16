"""An embedding with scanpy, for data that have none."""

from __future__ import annotations

import warnings

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import TooFewToEmbedError
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.pp._compiled import compiled_code_kept
from tmeatlas.pp._components import principal_components, variable_genes
from tmeatlas.pp._sketch import map_by_part

N_NEIGHBOURS = 15
MIN_CELLS = 10


def compute_embedding(
    matrix: ExpressionMatrix,
    *,
    pca: NDArray[np.floating] | None,
    only_pca: bool,
    n_learnt: int,
    seed: int,
) -> dict[str, NDArray[np.float32]]:
    """PCA and UMAP of log-normalised values.

    Where the user has a PCA, that is what UMAP starts from, and only UMAP is returned. With
    `only_pca` there is none. With fewer cells to learn from than there are (`n_learnt`), the
    others are placed on the map of those.

    Works on an AnnData of its own, so that the user's gets the embeddings and
    nothing else: no columns in `var`, no graphs in `obsp`.
    """
    import scanpy as sc

    if matrix.n_obs < MIN_CELLS or matrix.n_vars < MIN_CELLS:
        raise TooFewToEmbedError(
            f"Expected at least {MIN_CELLS} cells and genes to compute an embedding, found "
            f"{matrix.n_obs} × {matrix.n_vars}. Put coordinates into obsm['X_umap'] instead."
        )
    computed = {}
    if pca is None:
        pca = principal_components(matrix, variable_genes(matrix), seed=seed)
        computed[keys.PCA] = pca
    if only_pca:
        return computed
    n_neighbours = min(N_NEIGHBOURS, matrix.n_obs - 1)
    if n_learnt < matrix.n_obs:
        computed[keys.UMAP] = map_by_part(
            np.asarray(pca), n_learnt, n_neighbours=n_neighbours, seed=seed
        )
        return computed
    work = AnnData(np.zeros((matrix.n_obs, 1), dtype=np.float32))
    work.obsm[keys.PCA] = np.asarray(pca)
    with compiled_code_kept(), warnings.catch_warnings():
        # scanpy and umap warn about defaults of their own (threads and seeds, small data).
        warnings.simplefilter("ignore")
        sc.pp.neighbors(work, n_neighbors=n_neighbours, use_rep=keys.PCA, random_state=seed)
        sc.tl.umap(work, random_state=seed)
    computed[keys.UMAP] = work.obsm[keys.UMAP].astype(np.float32)
    return computed
