"""From whatever a file holds to log-normalised, embedded cells; only what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError
from tmeatlas._log import note, say
from tmeatlas._numbers import PEERS_SEEDS, read_seed
from tmeatlas._text import counted
from tmeatlas._values import MatrixKind
from tmeatlas.cells import expression_map, read_groups
from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.pp._embed import compute_embedding
from tmeatlas.pp._harmonise import translate
from tmeatlas.results import Fingerprint, Record

if TYPE_CHECKING:
    from typing import TypeAlias

    Matrix: TypeAlias = np.ndarray | sp.csr_matrix | sp.csc_matrix

TARGET_SUM = 1e4


def prepare(
    adata: AnnData,
    *,
    groupby: str | None = None,
    embed: bool = True,
    rng: int | np.random.Generator = 0,
    copy: bool = False,
) -> AnnData | None:
    """Make `adata` ready for scores, crosstalk and the atlas; add only what is missing.

    Finds out what `X` is from its values and says so:

    - raw counts (whole numbers) are kept in ``layers["counts"]``, then
      normalised to 10,000 per cell and log1p-transformed with scanpy;
    - linear TPM or CPM are kept in ``layers["linear"]``, then log1p-transformed;
    - log-normalised values stay as they are;
    - scaled values stay as they are if ``adata.raw`` holds the unscaled ones,
      and are refused otherwise.

    Genes get their current symbols (:func:`harmonise`). UMAP is computed
    only where `obsm` has no embedding of two or three dimensions (spatial
    coordinates do not count), from the user's PCA or, without one, from highly
    variable genes and PCA; all with scanpy. Nothing that is there already is
    changed, but for `X` in the first two cases.

    Parameters
    ----------
    adata
        Cells × genes.
    groupby
        Check that this `obs` column names at least two groups, before any work
        is done.
    embed
        Compute an embedding where there is none.
    rng
        Seed of PCA and UMAP, or a random generator from which one is drawn.
    copy
        Work on a copy and return it.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes, where missing,

    ``layers["counts"]`` or ``layers["linear"]`` : matrix like `X`
        The values of `X` before normalisation. Where the layer is there and
        holds other values, they go to ``layers["X_counts"]`` or
        ``layers["X_linear"]``.
    ``var["tme_symbol"]`` : str
        Current gene symbols, written anew on every run.
    ``obsm["X_pca"]``, ``obsm["X_umap"]`` : float32
        Embeddings, cells × up to 30 and cells × 2.
    ``uns["tmeatlas"]["prepare"]``
        What `X` was and what was done.

    Raises
    ------
    InputError
        Empty data, NaN, infinite or negative values, scaled values without
        ``adata.raw``.
    MissingKeyError
        No `obs` column `groupby`.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.pp.prepare(adata)
    >>> sorted(adata.obsm)
    ['X_pca', 'X_umap']
    """
    check_adata(adata)
    seed = read_seed(rng, below=PEERS_SEEDS)
    if groupby is not None:
        read_groups(adata, groupby)
    matrix = open_matrix(adata)
    _check_usable(adata, matrix)
    # Everything is computed on the side first: a failure leaves `adata` as it was.
    values = _log_values(adata, matrix.kind)
    embedding = expression_map(adata)
    computed = {}
    if embed and embedding is None:
        computed = compute_embedding(values, matrix, pca=adata.obsm.get(keys.PCA), seed=seed)
        embedding = keys.UMAP

    target = adata.copy() if copy else adata
    if target.is_view:
        # Writing X of a view reaches the cells of its parent. Setting obs makes it a copy.
        target.obs = target.obs.copy()
    done = _store_values(target, matrix, values)
    note(translate(target))
    for name, coordinates in computed.items():
        target.obsm[name] = coordinates
        note(f"obsm[{name!r}]: {counted(coordinates.shape[1], 'dimension')}, computed with scanpy")
    Record(
        kind=keys.PREPARE,
        cells=Fingerprint.of(target),
        params={"groupby": groupby, "embed": embed, "seed": seed},
        facts={
            "input": matrix.kind.value,
            "matrix": matrix.name,
            "done": done,
            "embedding": embedding,
        },
    ).write(target, keys.PREPARE)
    say(f"{matrix.name} looks like {matrix.kind.label}: {done}")
    return target if copy else None


def _check_usable(adata: AnnData, matrix: ExpressionMatrix) -> None:
    """Read every value once, so that bad ones are found before any work is done."""
    if matrix.kind is MatrixKind.SCALED:
        raise InputError(
            f"{matrix.name} holds negative values, so it looks scaled, and `adata.raw` does not "
            "hold the values from before scaling. Start again from counts or log-normalised "
            "values, or put them into adata.raw."
        )
    if matrix.name == "raw.X" and matrix.kind is not MatrixKind.LOGNORM:
        raise InputError(
            f"X looks scaled and adata.raw holds {matrix.kind.label}, so no matrix holds "
            "log-normalised values. Start from those in raw: adata = adata.raw.to_adata()."
        )
    if adata.isbacked:
        raise InputError(
            "pp.prepare changes X and cannot do so in a backed file. "
            "Load it first: adata = adata.to_memory()."
        )
    for _ in matrix.blocks():
        pass


def _log_values(adata: AnnData, kind: MatrixKind) -> Matrix | None:
    """Log-normalised values in a matrix of their own; None where X is to stay as it is."""
    import scanpy as sc

    if kind not in (MatrixKind.COUNTS, MatrixKind.LINEAR):
        return None
    side = AnnData(adata.X.astype(np.float32, copy=True))
    if kind is MatrixKind.COUNTS:
        sc.pp.normalize_total(side, target_sum=TARGET_SUM)
    sc.pp.log1p(side)
    return side.X


def _store_values(adata: AnnData, matrix: ExpressionMatrix, values: Matrix | None) -> str:
    """Put the new X in place, the old one into a layer; say what was done."""
    if values is None:
        done = "used as it is"
    else:
        is_counts = matrix.kind is MatrixKind.COUNTS
        layer = _keep(adata, keys.COUNTS if is_counts else keys.LINEAR)
        adata.X = values
        # Where scanpy looks before it transforms values a second time.
        adata.uns.setdefault(keys.LOG1P, {})
        scale = f"log1p of {TARGET_SUM:,.0f} per cell" if is_counts else "log1p of it"
        done = f"kept in layers[{layer!r}], X is now {scale}"
    return done


def _keep(adata: AnnData, layer: str) -> str:
    """Put X into `layer`, or beside it where that holds other values; say where it is."""
    if layer in adata.layers:
        if _equal(adata.layers[layer], adata.X):
            return layer
        layer = f"X_{layer}"
    adata.layers[layer] = adata.X
    return layer


def _equal(first: Matrix, second: Matrix) -> bool:
    if sp.issparse(first) or sp.issparse(second):
        return (sp.csr_matrix(first) != sp.csr_matrix(second)).nnz == 0
    return bool(np.array_equal(first, second))
