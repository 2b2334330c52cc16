"""From whatever a file holds to log-normalised, embedded cells; only what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import remedy
from tmeatlas._checks import check_adata, check_in_memory, writable
from tmeatlas._errors import InputError
from tmeatlas._log import note, say
from tmeatlas._numbers import PEERS_SEEDS, check_number, read_seed
from tmeatlas._text import counted
from tmeatlas._values import MatrixKind
from tmeatlas.cells import expression_map, read_groups
from tmeatlas.matrix import ExpressionMatrix, open_matrix, record_of_logarithms, wrong_kind
from tmeatlas.pp._embed import MIN_CELLS, compute_embedding
from tmeatlas.pp._harmonise import translate
from tmeatlas.pp._new_x import (
    AS_IT_IS,
    KEPT_IN,
    is_new_x,
    log_values,
    logarithms,
    normalised,
    stays_in_file,
    store_values,
    to_start_from,
)
from tmeatlas.pp._sketch import n_to_learn_from
from tmeatlas.results import Fingerprint, Record, computed_fact, learnt_in_words, map_learnt_from


def prepare(
    adata: AnnData,
    *,
    groupby: str | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    embed: bool | Literal["pca"] = True,
    map_cells: int | None = None,
    rng: int | np.random.Generator = 0,
    copy: bool = False,
) -> AnnData | None:
    """Make `adata` ready for scores, crosstalk and the atlas; add only what is missing.

    Finds out what `X` is from its values and says so:

    - raw counts (whole numbers) are kept in ``layers["counts"]``, then
      normalised to 10,000 per cell and log1p-transformed, to the same bits as by scanpy;
    - counts with decimals (ambient RNA subtracted, fractional alignments) are kept
      in ``layers["fractional_counts"]``, normalised and transformed likewise, with a
      warning: they are no counts for tests that need those;
    - linear TPM or CPM are kept in ``layers["linear"]``, then log1p-transformed, also
      where genes were left out afterwards; shares (totals of 1 or 100) are brought to
      10,000 per cell first;
    - log-normalised values stay as they are;
    - scaled values stay as they are if ``adata.raw`` or a layer holds log-normalised
      ones, and are refused otherwise; so are zeros and ones, square roots, and
      corrected values of which some are negative;
    - cells of different kinds, such as counts of one sample beside logged values of
      another, are refused, and the cells named.

    Columns that ``var["feature_types"]`` says are no genes (antibodies, peaks, guides)
    stay as they are.

    A matrix in a file (backed, or an array of HDF5 or zarr) stays as it is: what reads it
    afterwards gets log-normalised values, made block by block, and the record of this step
    says so, in files that are written of these cells as well. A dask array becomes another
    one, which is computed when it is read. Neither is copied.

    Genes get their current symbols (:func:`harmonise`). UMAP is computed
    only where `obsm` has no embedding of two or three dimensions (spatial
    coordinates do not count), from the user's PCA or, without one, from highly
    variable genes and PCA; with scanpy, but for the genes, which are those that scanpy finds,
    and for components where the variable genes would take more than 256 MB: those are of
    the covariance of the genes, summed over blocks of cells. Nothing that is there already is
    changed, but for `X` in the first three cases, or where another matrix is
    asked for.

    Parameters
    ----------
    adata
        Cells × genes.
    groupby
        Check that this `obs` column names at least two groups, before any work
        is done.
    layer
        Key of `adata.layers` to start from; the result is `X`. By default `X`, or where
        that is empty a layer with the usual name of log-normalised values (``"logcounts"``,
        ``"data"`` ...) or counts (``"counts"`` ...), or `adata.raw`.
    use_raw
        ``True`` starts from `adata.raw`, which must have the genes of `adata`; ``False``
        never does.
    embed
        Compute an embedding where there is none; ``"pca"``: only its principal
        components, from which :func:`tmeatlas.tl.annotate` tells lineages.
    map_cells
        From how many cells, drawn at random, UMAP is learnt; the others are placed on that
        map, among those cells. By default all cells up to 300,000, and 100,000 of more. Where
        it is a part, the line of this step, its record and the atlas say so.
    rng
        Seed of PCA and UMAP, or a random generator from which one is drawn.
    copy
        Work on a copy and return it.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes, where missing,

    ``layers["counts"]``, ``layers["fractional_counts"]`` or ``layers["linear"]``
        The values before normalisation, a matrix like `X`. Where the layer is there
        and holds other values, they go to ``layers["X_counts"]`` and so on.
    ``layers["X_before"]``
        What `X` was, where another matrix was asked for.
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
        ``adata.raw``; fewer than 10 `map_cells`.
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
    if copy:
        check_in_memory(adata)
    seed = read_seed(rng, below=PEERS_SEEDS)
    _check_options(embed, map_cells)
    if groupby is not None:
        read_groups(adata, groupby)
    matrix = to_start_from(open_matrix(adata, layer=layer, use_raw=use_raw))
    _check_usable(adata, matrix)
    embedding, pca = expression_map(adata), adata.obsm.get(keys.PCA)
    needs_map = bool(embed) and embedding is None
    if matrix.is_in_memory or not needs_map or pca is not None:
        _check_values(matrix)  # else they are when variable genes are looked for
    # Everything is computed on the side first: a failure leaves `adata` as it was.
    values = log_values(matrix)
    computed = {}
    n_learnt = n_to_learn_from(matrix.n_obs, map_cells)
    if needs_map:
        only_pca = embed == "pca"
        computed = compute_embedding(
            logarithms(matrix, values), pca=pca, only_pca=only_pca, n_learnt=n_learnt, seed=seed
        )
        embedding = None if only_pca else keys.UMAP

    target = adata.copy() if copy else writable(adata)
    done = store_values(target, matrix, values)
    note(translate(target))
    learnt_from = _write_coordinates(target, computed, n_learnt)
    is_read = stays_in_file(matrix) or matrix.taken is not None
    Record(
        kind=keys.PREPARE,
        cells=Fingerprint.of(target),
        params={
            **{"groupby": groupby, "layer": layer, "use_raw": use_raw},
            **{"embed": embed, "map_cells": map_cells, "seed": seed},
        },
        facts={
            "input": matrix.kind.value,
            "matrix": matrix.name,
            **{keys.DONE: done, keys.NORMALISED: normalised(matrix)},
            "x_is_new": done != AS_IT_IS,
            "embedding": embedding,
            **({keys.MAP_LEARNT_FROM: learnt_from} if learnt_from else {}),
            **computed_fact(target, computed),
            **(record_of_logarithms(matrix) if is_read else {keys.X_IS_LOGGED: False}),
        },
    ).write(target, keys.PREPARE)
    say(f"{matrix.name} {matrix.kind.looks}: {done}")
    return target if copy else None


def _check_options(embed: object, map_cells: object) -> None:
    if embed not in (True, False, "pca"):
        raise InputError(f"Expected embed=True, False or 'pca', found {embed!r}.")
    if map_cells is not None:
        check_number("map_cells", map_cells, low=MIN_CELLS, whole=True)


def _write_coordinates(
    adata: AnnData, computed: Mapping[str, NDArray[np.float32]], n_learnt: int
) -> int:
    """Write what was computed and say so; from how many cells the map was learnt, if not all."""
    learnt_from = map_learnt_from(adata)
    for name, coordinates in computed.items():
        adata.obsm[name] = coordinates
        how = "computed"
        if name == keys.UMAP:
            learnt_from = n_learnt if n_learnt < adata.n_obs else 0
            how = learnt_in_words(learnt_from) if learnt_from else how
        note(f"obsm[{name!r}]: {counted(coordinates.shape[1], 'dimension')}, {how}")
    return learnt_from


def _check_usable(adata: AnnData, matrix: ExpressionMatrix) -> None:
    """Refuse what cannot become X, or need not."""
    if matrix.kind not in (MatrixKind.LOGNORM, *KEPT_IN):
        raise wrong_kind(matrix, (MatrixKind.LOGNORM, *KEPT_IN), "pp.prepare")
    is_x = matrix.name == "X" or not is_new_x(adata, matrix)
    if is_x and matrix.name != "X" and matrix.kind is not MatrixKind.LOGNORM:
        use = f"adata = adata.{matrix.name.removesuffix('.X')}.to_adata()"
        if matrix.layer is not None:
            use = f"tme.pp.prepare(adata, layer={matrix.layer!r})"
        raise InputError(
            f"X looks scaled and {matrix.name.removesuffix('.X')} holds {matrix.kind.label}, so no "
            f"matrix holds log-normalised values. "
            + remedy(python=f"Start from those: {use}.", shell="Start from those.")
        )
    if not is_x and matrix.source.shape[1] != adata.n_vars:
        raise InputError(
            f"raw has {counted(matrix.source.shape[1], 'gene')} and X {adata.n_vars:,}, so it "
            "cannot become X. "
            + remedy(python="Take all of raw: adata = adata.raw.to_adata().", shell="Leave it out.")
        )
    if adata.isbacked and matrix.name != "X" and is_new_x(adata, matrix):
        raise InputError(
            f"X is in a file that was opened backed, and {matrix.name} cannot take its place "
            "there. Load it first: adata = adata.to_memory()."
        )


def _check_values(matrix: ExpressionMatrix) -> None:
    """Read every value once, so that bad ones are found before any work is done."""
    for _ in matrix.blocks():
        pass
