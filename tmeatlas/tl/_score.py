"""Signature scores per cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._guard import warn
from tmeatlas._numbers import read_seed
from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.methods import DEFAULT_METHOD, ScoreMethod, dependence, resolve, score_cells
from tmeatlas.results import Scores
from tmeatlas.sig import as_signatures, match_signatures
from tmeatlas.tl._lost_genes import note_changed
from tmeatlas.tl._score_columns import columns_for, say_what_goes
from tmeatlas.tl._score_coverage import covered, lost_genes
from tmeatlas.tl._score_options import (
    check_options,
    note_other_cancers,
    read_cancer_type,
    some,
)
from tmeatlas.tl._score_tables import coverage_table, pvalue_table, score_table, weight_table


def score(
    adata: AnnData,
    signatures: object = "core",
    *,
    method: ScoreMethod | str = DEFAULT_METHOD,
    layer: str | None = None,
    use_raw: bool | None = None,
    min_coverage: float = 0.5,
    cancer_type: str | None = None,
    n_null: int = 0,
    rng: int | np.random.Generator = 0,
    obs: bool | Sequence[str] | None = None,
    key_added: str = keys.SCORES,
    copy: bool = False,
) -> AnnData | None:
    """Score gene signatures in every cell.

    All signatures are scored in one pass over blocks of cells, whatever the
    storage. A score rests on the values of its cell, and on what the table names:

    ==================  ======  =============================
    method              values  depends also on
    ==================  ======  =============================
    ``ucell_detected``  any     nothing
    ``ucell``           any     nothing
    ``score_genes``     log     other cells
    ``aucell``          any     nothing
    ``ssgsea``          any     order of genes
    ``zscore``          log     other cells
    ``ulm``             log     other cells
    ``mlm``             log     other cells, other signatures
    ``mean``            log     nothing
    ==================  ======  =============================

    Methods that equal those of other packages share what these depend on, until
    told otherwise: ``ULM(drop_empty=False)`` (`MLM`, `ZScore`), ``SSGSEA(ties="mean")``.

    The default, ``"ucell_detected"``, ranks genes among those that the cell
    shows, so that shallow and deep cells are judged alike: 0 is what chance
    gives, 1 a standard deviation of chance above it. It found labelled cells of
    five tumours as well as any other method. Those that take any values (counts,
    log-normalised, linear) rank genes within the cell; ``"score_genes"`` compares
    with genes expressed alike, ``"zscore"``, ``"ulm"`` and ``"mlm"`` with all
    genes of the cell, ``"mean"`` with nothing. A score is comparable between
    cells, not between signatures, and means something in the lineages that the
    coverage table names (``scored_in``).

    With `n_null`, every score is compared with those of random signatures of as
    many genes with like mean expression. Per cell, ``p = (r + 1) / (n_null + 1)``
    where `r` of them score as high: whether the programme runs in this cell, as
    far as one cell can tell. Per signature, the same for the variance of the
    scores over all cells: genes of a programme that is at work vary together, so
    its scores vary more than those of random sets. Where they do not
    (``null_padj`` above 0.05), the cells' scores and p-values are noise.

    Parameters
    ----------
    adata
        Cells × genes.
    signatures
        ``"core"`` (the recommended ones), ``"all"``, one id or several, a file
        (.gmt, .grp, .yaml, .json, .csv, .tsv), a SignatureSet, a Signature or
        several, a net of decoupler (DataFrame) or ``{name: [genes]}``. Genes are
        found by current symbol, former symbol or Ensembl id.
    method
        A name from the table, a method with options from :mod:`tmeatlas.methods`,
        which define the formulas, or a :class:`~tmeatlas.methods.RowMethod` of yours.
    layer
        Key of `adata.layers` to score. By default `X`, or `adata.raw` if `X` is
        scaled.
    use_raw
        ``True`` scores `adata.raw`, which has all genes where `adata` was cut down
        to the variable ones; ``False`` never does. Unlike scanpy, `X` is the default.
    min_coverage
        Smallest share of a signature's genes that the data must have, from 0
        to 1. Below it the score is NaN; so is that of a signature whose up or
        down genes are all missing.
    cancer_type
        Type of cancer that the cells are of: an id of `signatures/cancers.yaml`
        ("breast"), a name or abbreviation ("PDAC", "lung adenocarcinoma"), or
        ``"other"``. By default what `adata.obs` says in a column such as
        `cancer_type`, `disease` or `tissue`, if it is one type. The scores do not
        depend on it: the line of the call notes how many of the lists were derived
        in other cancers only, and ``other_cancer`` says which.
    n_null
        Random signatures to compare each signature with; 0 for none, else at
        least 19. Takes the time of as many more signatures. Not for ``"mlm"``.
    rng
        Seed of the random signatures, or a generator from which one is drawn. The
        draws for a signature do not depend on the others.
    obs
        Whose scores to write to `adata.obs` as well, one column each: ``True`` for
        all, ``False`` for none, or ids. By default those of your own ``{name: [genes]}``,
        and of anything else up to 12. Figures and tables find all others in `obsm`.
    key_added
        Where to write. Different keys keep several runs apart.
    copy
        Return a copy instead of changing `adata`.

    Returns
    -------
    ``None``, or the changed copy if ``copy=True``. Writes

    ``obsm["tme_scores"]`` : DataFrame, cells × signatures, float32
        Scores in the order of the signatures; NaN below `min_coverage`. The key
        is `key_added`.
    ``obs["tme_<id>"]`` : float32
        The columns that `obs` names; those of an earlier run under `key_added` go.
    ``varm["tme_signatures"]`` : DataFrame, genes × signatures, float32
        Weight of each gene that was used: 1, -1 for down genes, or the
        signature's own weight; 0 elsewhere. Not written where `adata.raw` was
        scored and has other genes than `adata`.
    ``uns["tme_coverage"]`` : DataFrame, one row per signature
        ``n_genes``, ``n_found``, ``coverage``, ``missing``, ``renamed``,
        ``scored``, ``compartment``, ``purpose``, ``marks`` (what they mark, by
        which :func:`tmeatlas.tl.consensus` combines them), ``name``, ``tier``,
        ``citation``, ``genes`` (comma separated, down genes end in "-"),
        ``scored_in``, ``derived_in`` (cancer and tissue of the study that the
        list is from), ``other_cancer``. With `n_null` also ``null_pval`` and
        ``null_padj`` (Benjamini-Hochberg over the signatures): whether the scores
        vary more than those of random signatures; ``null_cells``: share of cells
        with a p-value up to 0.05.
    ``obsm["tme_scores_pval"]`` : DataFrame, cells × signatures, float32
        P-values of the scores, with `n_null`; never 0, not corrected for the
        number of cells. NaN where the score is.
    ``uns["tmeatlas"]["tme_scores"]`` : dict
        Options, matrix that was read, unit and citation, columns written, versions.

    With another `key_added`, the coverage, the weights and the p-values go to
    ``uns["<key_added>_coverage"]``, ``varm["<key_added>_signatures"]`` and
    ``obsm["<key_added>_pval"]``.

    Raises
    ------
    MissingKeyError
        No such method, signature, layer or type of cancer.
    InputError
        Values that the method cannot use (scaled, negative, NaN), down genes or
        weights that it does not know, a column in `obs` that a score would
        overwrite, a `key_added` that is reserved or holds something else, or
        `n_null` with a method that scores all at once.
    CoverageError
        No signature has enough of its genes in the data.

    Warns
    -----
    TMEWarning
        Names, once, the signatures below `min_coverage`, the genes of lists of
        your own that the data lack, and what of the built-in signatures they
        lack beyond the few that all data do; and where these genes are: in
        `adata.raw`, in a column of `var`, or under names of another species;
        and scores of other signatures under `key_added`, which the run replaces.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata, {"my_caf": ["DCN", "LUM", "COL1A1"]})
    >>> adata.obsm["tme_scores"].columns.to_list()
    ['my_caf']
    """
    adata = check_adata(adata)
    check_options(min_coverage, n_null)
    if copy:
        check_in_memory(adata)
    scorer, chosen = resolve(method), some(as_signatures(signatures))
    cancer = read_cancer_type(adata, cancer_type)
    seed = read_seed(rng) if n_null else None
    in_obs = columns_for(adata, obs, signatures, list(chosen), key_added)
    Scores.check_new(adata, list(chosen), key_added, in_obs=in_obs, pvalues=n_null > 0)
    matrix = _matrix_for(scorer, adata, layer, use_raw)
    matched = match_signatures(chosen.values(), matrix.names)
    scored = covered(adata, matched, matrix, min_coverage)
    values, null = score_cells(scorer, matrix, scored, n_null=int(n_null), seed=seed)
    note_changed(matched)
    note_other_cancers(chosen, cancer, keys.coverage(key_added))
    lost = lost_genes(adata, chosen, matched, matrix, min_coverage)
    if lost:
        warn(lost)
    table = score_table(values, adata.obs_names, scored, list(chosen))
    result = Scores(
        key=key_added,
        table=table,
        coverage=coverage_table(chosen, matched, table, null, cancer.id),
        pvalues=None if null is None else pvalue_table(null, table),
        weights=weight_table(matched, table, adata.var_names, matrix.labels),
        in_obs=tuple(in_obs),
        record=Scores.new_record(
            adata,
            params={
                **{"method": scorer.name, "method_options": repr(scorer)},
                **{"layer": layer, "use_raw": use_raw, "min_coverage": min_coverage},
                **{"cancer_type": cancer_type, "n_null": n_null, "seed": seed},
                **{"obs": obs, "key_added": key_added},
            },
            facts={
                **{"matrix": matrix.name, "values": matrix.kind.value, "n_scored": len(scored)},
                **{"unit": scorer.unit, "citation": scorer.citation, **cancer.facts()},
                **{"depends_on": dependence(scorer), **Scores.columns_written(in_obs)},
            },
        ),
    )
    say_what_goes(None if copy else adata, list(chosen), key_added)
    adata = adata.copy() if copy else adata
    result.write(adata)
    return adata if copy else None


def _matrix_for(
    scorer: ScoreMethod, adata: AnnData, layer: str | None, use_raw: bool | None
) -> ExpressionMatrix:
    """The matrix that was asked for, if the method can use its values."""
    needed_by = f"the method {scorer.name!r}"
    return open_matrix(
        adata, layer=layer, use_raw=use_raw, accepts=scorer.accepts, needed_by=needed_by
    )
