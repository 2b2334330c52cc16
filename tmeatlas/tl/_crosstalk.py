"""Who talks to whom: ligands and receptors between groups of cells."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError
from tmeatlas._numbers import read_seed
from tmeatlas._values import MatrixKind
from tmeatlas.cells import read_groups
from tmeatlas.interactions import Interactions, as_interactions
from tmeatlas.lr import Null, add_samples, match_interactions, run_crosstalk
from tmeatlas.lr import by_sample as run_by_sample
from tmeatlas.matrix import open_matrix
from tmeatlas.results import Crosstalk
from tmeatlas.tl._crosstalk_inputs import named_samples, not_moved, read_cells, sample_blocks
from tmeatlas.tl._crosstalk_report import facts, log_result, sample_facts, warn_of_gaps


def crosstalk(
    adata: AnnData,
    groupby: str,
    *,
    database: Interactions | pd.DataFrame | str | os.PathLike[str] = "tme",
    sample_key: str | None = None,
    by_sample: bool = False,
    null: str = "permutation",
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
        What :func:`tmeatlas.sig.interactions` takes: ``"tme"``, the built-in
        axes; ``"cellphonedb"``, or the path of a CellPhoneDB release; the name
        of a resource of LIANA, such as ``"consensus"``; or a DataFrame with the
        columns ``ligand`` and ``receptor``.
    sample_key
        The `obs` column with the samples: labels are then shuffled within each
        sample, so that differences between samples cannot pass for crosstalk.
        Groups that share no sample with another cannot be moved: rows between
        two of them are listed, but not tested, with a warning.
    by_sample
        Also test every sample by itself: how many samples show a row, and what
        they say together. Needs `sample_key`.
    null
        ``"permutation"``, or ``"analytic"``: p-values from the moments of the
        group means under all shuffles (finite-population formulas, Pearson III
        tails), without shuffling. Where that is known to be weak, because fewer
        than 5 cells are expected to show a gene in a group, or outside of it, or
        because three or more subunits of a complex go together, rows are
        permuted all the same.
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
        ``verdict``, ``sample`` (empty: all cells). float32: ``score``, and of
        the ligand in the source and the receptor in the target (``ligand_mean``,
        ``receptor_mean`` and so on): ``_mean``; ``_fraction``, the share of
        cells above 0, with its 95 % interval (Wilson), ``_fraction_low`` and
        ``_fraction_high``; ``_lowest_fraction``, the lowest share that a group
        of this size shows in 3 cells, 19 times out of 20; ``_molecules``
        counted, NaN without ``layers["counts"]``. int32: ``_cells`` above 0,
        and ``source_cells``, ``target_cells``, the sizes of the groups. Of a
        complex, the cells of its least seen subunit, and the molecules of that
        with the fewest.
        float64: ``pval``, ``padj``; NaN where shuffling can move neither group,
        and the verdict is "not testable". Else it is "not detectable" where
        fewer than 3 cells show the ligand or the receptor, too few to say
        anything at this depth, else "active" where ``padj`` is at most 0.05,
        else "detected", but not specific.

        With `by_sample`, int32: ``n_samples`` in which both groups have
        `min_cells` cells, and any other group to shuffle them with,
        ``n_samples_seen`` of them that show the row,
        ``n_samples_active``, by the p-values of each; float64:
        ``pval_samples``, these p-values combined (Fisher, 1925; a sample that
        does not show the row has p = 1), and ``padj_samples``, corrected over
        as many tests as ``padj``. It is small
        where the row is specific in some sample; in how many, the counts say.
        Then come the rows of each sample, with its name in ``sample``, p-values
        adjusted within it, and 0 or NaN in these columns.
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
    check_adata(adata)
    _check_options(min_cells, min_fraction, by_sample=by_sample, sample_key=sample_key)
    Crosstalk.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    interactions = as_interactions(database)
    groups = read_groups(adata, groupby, min_cells=min_cells)
    shuffles = Null(
        n_perms=n_perms,
        seed=read_seed(rng),
        blocks=None if sample_key is None else sample_blocks(adata, sample_key, groups),
        kind=null,
    )
    matrix = open_matrix(
        adata, layer=layer, accepts=(MatrixKind.LOGNORM,), needed_by="tl.crosstalk"
    )
    matched = match_interactions(interactions, matrix.genes)

    cells, fixed = read_cells(adata, matrix, matched, groups), not_moved(groups, shuffles)
    tested = run_crosstalk(cells, matched, shuffles, fixed=fixed, min_fraction=min_fraction)
    table, groups_of = tested.table, {}
    if by_sample and sample_key is not None:
        samples = named_samples(adata, sample_key)
        results = run_by_sample(cells, matched, shuffles, list(samples), min_cells=min_cells)
        table = add_samples(table, results, n_tests=tested.rows.n_tests, min_fraction=min_fraction)
        groups_of = results.groups_of

    params = {
        "groupby": groupby,
        "database": interactions.name,
        "sample_key": sample_key,
        "by_sample": by_sample,
        "null": null,
        "n_perms": n_perms,
        "min_cells": min_cells,
        "min_fraction": min_fraction,
        "layer": layer,
        "seed": shuffles.seed,
    }
    found = facts(matrix, groups, interactions, matched, tested, fixed)
    result = Crosstalk(
        key=key_added,
        table=table,
        record=Crosstalk.new_record(
            adata,
            groupby=groupby,
            sample_key=sample_key,
            params=params,
            facts={**found, **sample_facts(groups, groups_of)},
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    log_result(result, groups, matched)
    warn_of_gaps(groups, tested.rows, tested.table, n_perms, fixed)
    return adata if copy else None


def _check_options(
    min_cells: int, min_fraction: float, *, by_sample: bool, sample_key: str | None
) -> None:
    if by_sample and sample_key is None:
        raise InputError(
            "`by_sample=True` needs to know the samples: pass `sample_key=`, the `obs` column "
            "with the patients or biopsies."
        )
    if not isinstance(min_cells, (int, np.integer)) or min_cells < 1:
        raise InputError(f"Expected `min_cells` of 1 or more, found {min_cells!r}.")
    if not 0.0 <= min_fraction <= 1.0:
        raise InputError(
            f"Expected `min_fraction` from 0 to 1 (a share, not per cent), found {min_fraction!r}."
        )
