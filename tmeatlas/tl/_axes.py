"""Which axes are at work between which groups."""

from __future__ import annotations

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._log import logger
from tmeatlas._numbers import read_seed
from tmeatlas._values import MatrixKind
from tmeatlas.cells import read_groups
from tmeatlas.lr import (
    DEPTH_STRATA,
    DIRECT,
    Null,
    depth_blocks,
    match_interactions,
    run_axes,
)
from tmeatlas.matrix import open_matrix
from tmeatlas.results import Axes, Crosstalk
from tmeatlas.tl._axes_inputs import interactions_of, read_responses, read_run
from tmeatlas.tl._crosstalk_inputs import detected_genes, not_moved, read_cells, sample_blocks


def axes(
    adata: AnnData,
    *,
    key: str = keys.CROSSTALK,
    scores_key: str = keys.SCORES,
    database: object = None,
    n_perms: int | None = None,
    rng: int | np.random.Generator | None = None,
    key_added: str = keys.AXES,
    copy: bool = False,
) -> AnnData | None:
    r"""Put the interactions of each axis together, and test each axis between all groups.

    Single interactions are rarely seen in shallow data; an axis pools them. Its
    score from group :math:`s` to group :math:`t` is the mean over its direct
    interactions whose both sides some cell shows, of the geometric mean of the two,

    .. math:: T(s, t) = \frac{1}{n} \sum_i \sqrt{\bar z_{L_i}(s)\, \bar z_{R_i}(t)},

    where :math:`\bar z` is the mean over the cells of a group of the expression
    in units of the gene's standard deviation, so that rare genes weigh as much
    as abundant ones, and a complex is as strong as its weakest subunit. The
    labels are shuffled among cells of the same sample and of like depth (fifths
    by the number of detected genes), so that deep groups do not stand out for
    their depth; :math:`p = (r + 1) / (n + 1)`, adjusted by Benjamini-Hochberg
    over all rows. Ligands alone, receptors alone and the response in the target
    have p-values from the same shuffles, to see which evidence is missing.

    Options of the crosstalk (groups, samples, layer, number of permutations,
    seed) are taken over from its record.

    Parameters
    ----------
    adata
        Cells × genes, after :func:`tmeatlas.tl.crosstalk`.
    key
        The `key_added` of the crosstalk.
    scores_key
        The `key_added` of :func:`tmeatlas.tl.score`, where the signatures of
        the responses are looked for; they are left out where they are not.
    database
        The interactions again, if the crosstalk was not run with the built-in
        axes: a DataFrame with the columns `ligand`, `receptor` and `axis`.
    n_perms, rng
        Number of permutations and seed; by default those of the crosstalk.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes:

    ``uns[key_added]`` : DataFrame
        One row per axis, source and target, the best first. Categorical:
        ``axis``, ``source``, ``target``, ``top_interaction`` (the largest part of
        the score), ``response`` (signatures), ``missing`` (which of "ligand",
        "receptor", "response" and "activation" lacks), ``verdict``. float32:
        ``score``; per side, ``ligand_`` and ``receptor_``: ``fraction`` (share of
        cells with any partner of the side), its 95 % interval ``fraction_low``
        and ``fraction_high`` (Wilson), ``lowest_fraction`` (the lowest share that
        a group of this size shows in 3 cells or more in 95 % of cases),
        ``molecules`` (of all genes of the side in the group; NaN without
        ``layers["counts"]``);
        ``<role>_source``, ``<role>_target``: share of cells that show what
        activates the ligand, helps, catches (decoy), cleaves or blocks it, or
        binds it in cis, NaN where the axis has no such role;
        ``response_effect``: mean of the target minus that of all other cells, in
        standard deviations, NaN without a scored signature. float64: ``pval``,
        ``padj``, ``ligand_pval``, ``receptor_pval``, ``response_pval``. int32:
        ``ligand_cells``, ``receptor_cells``, ``source_cells``, ``target_cells``.
        The verdict is "not testable" where shuffling moves neither group, else
        "not detectable" where fewer than 3 cells show a side, else "active"
        where ``padj`` is at most 0.05, else "detected".
    ``uns["tmeatlas"][key_added]`` : dict
        Options, versions, and the axes that no cell shows.

    Raises
    ------
    MissingKeyError
        No crosstalk under `key`.
    CoverageError
        No axis has a direct interaction with a ligand and a receptor in some cell.
    InputError
        A crosstalk of other cells or labels; a database without axes; an option out of
        range.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type", n_perms=100)
    >>> tme.tl.axes(adata)
    >>> adata.uns["tme_axes"]["axis"].nunique() > 20
    True
    """
    check_adata(adata)
    Axes.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    found = Crosstalk.read(adata, key)
    run = read_run(found)
    interactions = interactions_of(run, database)
    groups = read_groups(adata, run.groupby, min_cells=run.min_cells)
    matrix = open_matrix(adata, layer=run.layer, accepts=(MatrixKind.LOGNORM,), needed_by="tl.axes")
    matched = match_interactions(interactions, matrix.genes)
    kept = groups.codes >= 0
    samples = None if run.sample_key is None else sample_blocks(adata, run.sample_key, groups)
    null = Null(
        n_perms=run.n_perms if n_perms is None else n_perms,
        seed=run.seed if rng is None else read_seed(rng),
        blocks=depth_blocks(detected_genes(matrix)[kept], samples),
    )
    tested = run_axes(
        read_cells(adata, matrix, matched, groups),
        matched,
        read_responses(adata, scores_key, kept),
        null,
        fixed=not_moved(groups, null),
    )
    result = Axes(
        key=key_added,
        table=tested.table,
        record=Axes.new_record(
            adata,
            groupby=run.groupby,
            sample_key=run.sample_key,
            params={
                "crosstalk": key,
                "scores": scores_key,
                "n_perms": null.n_perms,
                "seed": null.seed,
            },
            facts={
                "matrix": matrix.name,
                "database": interactions.name,
                "depth_strata": DEPTH_STRATA,
                "roles_in_the_score": [role for role in DIRECT if role],
                "axes_not_detected": tested.pool.not_detected,
            },
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    logger.info("%s: uns[%r]", result.summary(), key_added)
    return adata if copy else None
