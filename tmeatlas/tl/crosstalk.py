"""Who talks to whom: ligands and receptors between groups of cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import (
    check_adata,
    check_in_memory,
    check_key_added,
    read_groups,
)
from tmeatlas._errors import InputError
from tmeatlas._matrix import open_matrix
from tmeatlas._matrix_kind import MatrixKind
from tmeatlas._provenance import record
from tmeatlas.lr._database import Interactions
from tmeatlas.lr._given import as_interactions
from tmeatlas.lr._match import match_interactions
from tmeatlas.lr._null import Null, read_seed
from tmeatlas.tl._crosstalk_blocks import not_moved, sample_blocks
from tmeatlas.tl._crosstalk_report import log_result, not_movable, too_small, warn_of_gaps


def crosstalk(
    adata: AnnData,
    groupby: str,
    *,
    database: Interactions | pd.DataFrame | str = "tme",
    sample_key: str | None = None,
    n_perms: int = 10_000,
    min_cells: int = 10,
    min_fraction: float = 0.0,
    layer: str | None = None,
    rng: int | np.random.Generator = 0,
    key_added: str = keys.CROSSTALK,
    copy: bool = False,
) -> AnnData | None:
    r"""Test ligand-receptor interactions between all pairs of groups.

    Reads log-normalised expression. For a ligand :math:`l` in source group
    :math:`s` and a receptor :math:`r` in target group :math:`t`, with
    :math:`\bar x` the mean over the cells of a group,

    .. math:: \mathrm{score} = (\bar x_{l,s} + \bar x_{r,t}) / 2,

    and 0 where either mean is 0. A complex is as strong as its weakest
    subunit: its mean and its number of cells are the smallest of its subunits'.
    The null shuffles the group labels of the cells `n_perms` times, with the
    weakest subunit found anew each time, and
    :math:`p = (b + 1) / (n + 1)`, where :math:`b` permutations score at least
    as high as the data: p is never 0. Scores that differ by less than
    :math:`10^{-9}` of themselves count as equal. P-values are adjusted by
    Benjamini and Hochberg over all pairs of groups of all interactions that
    any cell shows, among them those with a score of 0, which the table does not
    list: leaving them out of the count would let the labels choose their tests.

    A small p-value says that the pair of groups stands out from randomly drawn
    cells, not that the cells touch, and, as cells are the replicates, not that
    other patients would show it. The score is a sum: a receptor that is high in
    the target can carry a row whose ligand is everywhere alike, so read both
    means.

    All cores that the process may use work on it, or as many as the environment
    variable ``NUMBA_NUM_THREADS`` says.

    An interaction in cis (such as PD-L1 with CD80) goes from each group to
    itself only.

    Parameters
    ----------
    adata
        Cells × genes, log-normalised.
    groupby
        The `obs` column with the groups. Cells without a group are left out.
    database
        ``"tme"``, the built-in axes; or a DataFrame with LIANA's columns
        ``ligand`` and ``receptor`` (or ``ligand_complex`` and
        ``receptor_complex``; subunits joined by "_") and optionally ``axis``,
        ``role`` and ``interaction`` (a name).
    sample_key
        The `obs` column with the samples: labels are then shuffled within each
        sample, so that differences between samples cannot pass for crosstalk.
        Groups that share no sample with another cannot be moved: rows between
        two of them are listed, but not tested, with a warning.
    n_perms
        Number of permutations; at least 19, as p cannot reach 0.05 with fewer.
        The lowest p is ``1 / (n_perms + 1)``: with 1,000 permutations it may
        not survive the correction over some 100,000 tests, which is warned of.
    min_cells
        Groups with fewer cells are left out, with a warning.
    min_fraction
        Rows where the ligand or the receptor is seen in a smaller share of its
        group are not listed, but still count as tests when p-values are
        adjusted. By default nothing is dropped: read the cell counts and the
        verdict instead.
    layer
        Key of `adata.layers`; by default `X`, or `adata.raw` where `X` is scaled.
    rng
        Seed, or a random generator from which one is drawn. The same seed gives
        the same result on any machine and any number of CPUs.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes

    ``uns[key_added]`` : DataFrame
        One row per interaction, source and target with a score above 0, sorted
        by ``padj``, then by falling ``score``, then by names. Categorical:
        ``source``, ``target``, ``ligand_complex``, ``receptor_complex``
        (subunits joined by "_"), ``axis``, ``interaction``, ``role``,
        ``verdict``, ``sample`` (empty: all cells). float32: ``ligand_mean``,
        ``receptor_mean``, ``score``, ``ligand_fraction``,
        ``receptor_fraction`` (share of cells above 0). int32:
        ``ligand_cells``, ``receptor_cells`` (cells above 0; of a complex, of
        its least seen subunit), ``source_cells``, ``target_cells`` (sizes of
        the groups). float64: ``pval``, ``padj``; NaN where shuffling can move
        neither group, and the verdict is "not testable". Else it is "hardly
        seen" where fewer than 3 cells show the ligand or the receptor, else
        "active" where ``padj`` is at most 0.05, else "detected".
    ``uns["tmeatlas"][key_added]`` : dict
        Options and versions, and what the table cannot show: the number of
        rows with a ligand or receptor that no cell of the group shows
        (``n_rows_not_seen``), the number of interactions with genes that the
        data lack (``n_interactions_untestable``) and these genes
        (``missing_genes``), the groups left out, those that shuffling cannot
        move (``groups_not_movable``), and the seed.

    Raises
    ------
    MissingKeyError
        No such `obs` column, layer or database.
    CoverageError
        No interaction has all its genes in the data.
    InputError
        Fewer than two groups; values that are not log-normalised; a sample
        layout in which shuffling can change nothing; an option out of range;
        a `key_added` that holds something else.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type", n_perms=100)
    >>> bool((adata.uns["tme_crosstalk"]["pval"] > 0).all())
    True
    """
    from tmeatlas.lr import _engine as engine
    from tmeatlas.lr._table import crosstalk_table

    check_adata(adata)
    _check_options(min_cells, min_fraction)
    check_key_added(adata, key_added, slot="uns", default=keys.CROSSTALK, option="database")
    if copy:
        check_in_memory(adata)
    interactions = as_interactions(database)
    groups = read_groups(adata, groupby, min_cells=min_cells)
    null = Null(
        n_perms=n_perms,
        seed=read_seed(rng),
        blocks=None if sample_key is None else sample_blocks(adata, sample_key, groups),
    )
    matrix = open_matrix(
        adata, layer=layer, accepts=(MatrixKind.LOGNORM,), needed_by="tl.crosstalk"
    )
    matched = match_interactions(interactions, matrix.genes)

    kept = groups.codes >= 0
    values, codes = matrix.columns(matched.columns)[kept], groups.codes[kept]
    values.sort_indices()
    statistics = engine.group_statistics(values, codes, groups.sizes, matched.partners)
    fixed = not_moved(groups, null)
    rows = engine.rows_seen(matched, statistics, min_fraction=min_fraction, fixed=fixed)
    exceeding = engine.count_exceeding(values, codes, groups.sizes, matched, rows, null)
    table = crosstalk_table(matched, groups.labels, statistics, rows, exceeding, n_perms)

    params = {
        "groupby": groupby,
        "database": interactions.name,
        "sample_key": sample_key,
        "n_perms": n_perms,
        "min_cells": min_cells,
        "min_fraction": min_fraction,
        "layer": layer,
        "seed": null.seed,
    }
    facts = {
        "matrix": matrix.name,
        "n_cells": int(groups.sizes.sum()),
        "n_groups": len(groups.labels),
        "groups_left_out": too_small(groups),
        "n_interactions": len(interactions),
        "n_interactions_untestable": matched.n_untestable,
        "missing_genes": matched.missing_genes,
        "n_interactions_not_detected": rows.n_not_detected,
        "groups_not_movable": not_movable(groups, fixed),
        "n_rows_tested": rows.n_tests,
        "n_rows_not_testable": rows.n_not_testable,
        "n_rows_not_seen": rows.n_not_seen,
        "n_rows_below_min_fraction": rows.n_below_fraction,
    }
    adata = adata.copy() if copy else adata
    adata.uns[key_added] = table
    record(adata, key_added, params, facts)
    log_result(key_added, groups, matched, rows)
    warn_of_gaps(groups, rows, table, n_perms, fixed)
    return adata if copy else None


def _check_options(min_cells: int, min_fraction: float) -> None:
    if not isinstance(min_cells, (int, np.integer)) or min_cells < 1:
        raise InputError(f"Expected `min_cells` of 1 or more, found {min_cells!r}.")
    if not 0.0 <= min_fraction <= 1.0:
        raise InputError(
            f"Expected `min_fraction` from 0 to 1 (a share, not per cent), found {min_fraction!r}."
        )
