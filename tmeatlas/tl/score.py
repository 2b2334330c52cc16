"""Signature scores per cell."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError, TMEWarning
from tmeatlas._log import logger
from tmeatlas._matrix import open_matrix
from tmeatlas.methods import ScoreMethod, resolve
from tmeatlas.sig._load import as_signatures
from tmeatlas.sig._match import match_signatures
from tmeatlas.tl._score_coverage import is_covered, low_coverage, no_coverage
from tmeatlas.tl._score_slots import ScoreResult, check_slots, store


def score(
    adata: AnnData,
    signatures: object = "core",
    *,
    method: ScoreMethod | str = "ucell",
    layer: str | None = None,
    min_coverage: float = 0.5,
    obs: bool = True,
    key_added: str = keys.SCORES,
    copy: bool = False,
) -> AnnData | None:
    """Score gene signatures in every cell.

    All signatures are scored in one pass over blocks of cells; sparse data stay
    sparse, backed and dask data are read block by block. A score does not
    depend on which other signatures are scored.

    ``"ucell"`` takes counts, log-normalised or linear values: it ranks genes
    within the cell. ``"score_genes"`` takes log-normalised values: it compares
    mean expression with genes that are expressed alike. A score is comparable
    between cells for the same signature, not between signatures, and means
    something in the lineages that the signature is made for (``scored_in`` in
    the coverage table).

    Parameters
    ----------
    adata
        Cells × genes.
    signatures
        ``"core"`` (the recommended ones), ``"all"``, the id of one, a file
        (.gmt, .yaml), a SignatureSet or ``{name: [genes]}``. Genes are found by
        current symbol, former symbol or Ensembl id.
    method
        A name (``"ucell"``, ``"score_genes"``) or a method with options from
        :mod:`tmeatlas.methods`, which define the formulas.
    layer
        Key of `adata.layers` to score. By default `X`, or `adata.raw` if `X` is
        scaled.
    min_coverage
        Smallest share of a signature's genes that the data must have, from 0
        to 1. Below it the score is NaN; so is that of a signature whose up or
        down genes are all missing.
    obs
        Whether to also write one column of `adata.obs` per signature.
    key_added
        Where to write. Results of several runs are kept apart by different
        keys, of which one can have its columns in `obs`.
    copy
        Return a copy instead of changing `adata`.

    Returns
    -------
    ``None``, or the changed copy if ``copy=True``. Writes

    ``obsm["tme_scores"]`` : DataFrame, cells × signatures, float32
        Scores in the order of the signatures; NaN below `min_coverage`. The key
        is `key_added`.
    ``obs["tme_<id>"]`` : float32
        The same columns, if `obs`. Columns of an earlier run under the same
        `key_added` are removed.
    ``varm["tme_signatures"]`` : DataFrame, genes × signatures, float32
        Weight of each gene that was used: 1, -1 for down genes, or the
        signature's own weight; 0 elsewhere. Not written where `adata.raw` was
        scored and has other genes than `adata`.
    ``uns["tme_coverage"]`` : DataFrame, one row per signature
        ``n_genes``, ``n_found``, ``coverage``, ``missing``, ``renamed``,
        ``scored``, ``compartment``, ``name``, ``tier``, ``citation``, ``genes``
        (comma separated, down genes end in "-"), ``scored_in``.
    ``uns["tmeatlas"]["tme_scores"]`` : dict
        Options of the run, matrix that was read, columns written, versions.

    With another `key_added`, the coverage and the weights go to
    ``uns["<key_added>_coverage"]`` and ``varm["<key_added>_signatures"]``.

    Raises
    ------
    MissingKeyError
        No such method, signature or layer.
    InputError
        Values that the method cannot use (scaled, negative, NaN), gene names
        given twice, or a column in `obs` that a score would overwrite.
    CoverageError
        No signature has enough of its genes in the data.

    Warns
    -----
    TMEWarning
        Names the signatures below `min_coverage`, once.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata, {"my_caf": ["DCN", "LUM", "COL1A1"]})
    >>> adata.obsm["tme_scores"].columns.to_list()
    ['my_caf']
    """
    adata = check_adata(adata)
    _check_options(adata, min_coverage, copy=copy)
    scorer = resolve(method)
    chosen = as_signatures(signatures)
    check_slots(adata, chosen, key_added=key_added, obs=obs)
    matrix = open_matrix(
        adata, layer=layer, accepts=scorer.accepts, needed_by=f"method={scorer.name!r}"
    )
    matched = match_signatures(chosen.values(), matrix.genes)
    scored = [m for m in matched if is_covered(m, min_coverage)]
    if not scored:
        raise no_coverage(adata, matched, matrix.genes, min_coverage)
    values = scorer.score(matrix, scored)
    if len(scored) < len(matched):
        warnings.warn(low_coverage(matched, scored, min_coverage), TMEWarning, stacklevel=2)
    scores = pd.DataFrame(values, index=adata.obs_names, columns=[m.id for m in scored])
    result = ScoreResult(
        scores=scores.reindex(columns=list(chosen)).astype(np.float32),
        signatures=chosen,
        matched=matched,
        matrix_genes=matrix.genes,
        params={
            "method": scorer.name,
            "method_options": repr(scorer),
            "layer": layer,
            "min_coverage": min_coverage,
        },
        facts={"matrix": matrix.name, "values": matrix.kind.value, "n_scored": len(scored)},
    )
    adata = adata.copy() if copy else adata
    store(adata, result, key_added=key_added, obs=obs)
    logger.info(
        "scored %d signatures with %s: obsm[%r]%s",
        len(scored),
        scorer.name,
        key_added,
        f", {len(matched)} columns obs['{keys.OBS_PREFIX}*']" if obs else "",
    )
    return adata if copy else None


def _check_options(adata: AnnData, min_coverage: float, *, copy: bool) -> None:
    if not 0 <= min_coverage <= 1:
        raise InputError(f"min_coverage is a share from 0 to 1, found {min_coverage}.")
    if copy and adata.isbacked:
        raise InputError(
            "A backed AnnData cannot be copied. Leave out `copy=True` (only obs, obsm, varm and "
            "uns are written, in memory), or read the file without `backed`."
        )
