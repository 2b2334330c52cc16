"""CellPhoneDB's own tables, in a fraction of its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._log import logger
from tmeatlas.interactions import read_cellphonedb
from tmeatlas.results import CellPhoneDB
from tmeatlas.tl._cellphonedb_options import BACKENDS, one_of, read_options
from tmeatlas.tl._cellphonedb_problem import read_problem
from tmeatlas.tl._cellphonedb_record import facts, options_on_record

if TYPE_CHECKING:
    from tmeatlas.cellphonedb import Problem, Stored


def cellphonedb(
    adata: AnnData,
    groupby: str,
    *,
    database: str | Path = "cellphonedb",
    method: Literal["statistical", "simple", "degs"] = "statistical",
    n_perms: int = 1000,
    threshold: float = 0.1,
    pvalue: float = 0.05,
    degs: pd.DataFrame | None = None,
    microenvironments: pd.DataFrame | Mapping[str, Sequence[str]] | None = None,
    active_tfs: pd.DataFrame | None = None,
    score_interactions: bool = False,
    layer: str | None = None,
    rng: int | np.random.Generator = 0,
    debug_seed: int | None = None,
    backend: Literal["tmeatlas", "cellphonedb"] = "tmeatlas",
    key_added: str = keys.CELLPHONEDB,
    copy: bool = False,
) -> AnnData | None:
    r"""Run one of the three methods of CellPhoneDB 5, with its numbers.

    For interactions to be compared with results of CellPhoneDB, or shown with
    tools made for it; :func:`tmeatlas.tl.crosstalk` has the statistics that we
    recommend. For partner :math:`a` in group :math:`s` and :math:`b` in :math:`t`,
    with :math:`\bar x` the mean over the cells of a group and a complex as strong
    as its weakest subunit,

    .. math:: \mathrm{mean} = (\bar x_{a,s} + \bar x_{b,t}) / 2,

    and 0 where either is 0. Both must be above 0 in more than `threshold` of the
    cells of their group. ``"statistical"`` then shuffles the labels of the cells
    :math:`n` times and gives :math:`p = r / n`, where :math:`r` shuffles have a
    higher mean: p can be 0, and is not corrected for the number of tests. It is
    1 where the mean is 0 or a percent fails. ``"degs"`` keeps interactions with
    a partner that `degs` names in its group; ``"simple"`` gives the means alone.

    Sums are those of CellPhoneDB to the last bit (float32, cells in the order of
    their names), because its p-values depend on ties. Any number of threads
    gives the same result. What differs on purpose: a complex receptor can be
    active by `active_tfs`, which it never is in the package; after
    ``"degs"``, only relevant interactions can be active.

    Parameters
    ----------
    adata
        Cells × genes, log-normalised (or linear, normalised to the same depth).
        Genes by human symbol or Ensembl id, whichever most of the database's
        genes are found by.
    groupby
        The `obs` column with the groups. Cells without one are left out, with a
        warning; groups of a single cell count, as they do in CellPhoneDB.
    database
        ``"cellphonedb"``, the release 5.0.0, which is downloaded once; or the
        path to a `cellphonedb.zip`, or to a folder with its tables.
    method
        ``"statistical"``, ``"simple"`` or ``"degs"``.
    n_perms
        Number of shuffles; at least ``1 / pvalue``.
    threshold
        Share of cells, from 0 to 1.
    pvalue
        What `significant_means` keeps: p of at most this.
    degs
        For ``"degs"``: DataFrame with the columns ``cluster`` and ``gene``.
    microenvironments
        Compare only groups that share one: a DataFrame with the columns
        ``cell_type`` and ``microenvironment``, or a dict of lists of groups.
    active_tfs
        CellSign: DataFrame with the group in its first column, a transcription
        factor that is active in it in the second. Marks interactions with a
        receptor upstream of the factor.
    score_interactions
        Also score how specific both partners are to their groups, from 0 to 100.
    layer
        Key of `adata.layers`; by default `X`, or `adata.raw` where `X` is scaled.
    rng
        Seed of the shuffles, or a random generator from which one is drawn.
    debug_seed
        Instead of `rng`: shuffle exactly as the package does with this
        `debug_seed` and ``threads=1``, so that every p-value is the same. Drawn
        one after another, which takes longer for many cells.
    backend
        ``"cellphonedb"`` runs the package itself, in a process of its own and
        with one thread: slow, to check ours against.
    key_added
        Where to write in `uns`.
    copy
        Return a changed copy instead of changing `adata`.

    Returns
    -------
    ``None``, or a copy of `adata` if ``copy=True``. Writes long tables, out of
    which :func:`tmeatlas.get.cellphonedb` makes the wide ones of CellPhoneDB:

    ``uns[key_added]`` : DataFrame
        One row per interaction, source and target with a mean above 0 (all
        others have p = 1). Categorical ``interaction`` (CellPhoneDB's id),
        ``source``, ``target``; float32 ``mean``; by method and options float64
        ``pval``, bool ``relevant``, float64 ``score``, and categorical
        ``active_tf`` and ``active_in`` ("source", "target" or "both").
    ``uns[f"{key_added}_interactions"]`` : DataFrame
        One row per interaction whose partners the data show: names, genes and
        kinds of its partners, as in CellPhoneDB's tables.
    ``uns[f"{key_added}_genes"]`` : DataFrame
        One row per partner (its number in the database) and ``group``: float32
        ``mean`` and float64 ``percent`` (from 0 to 1).
    ``uns[f"{key_added}_subunits"]`` : DataFrame
        One row per interaction, side and gene.
    ``uns[f"{key_added}_pairs"]`` : DataFrame
        The pairs of groups compared, in CellPhoneDB's order.
    ``uns["tmeatlas"][key_added]`` : dict
        Options, versions, the database and the seed.

    Raises
    ------
    MissingKeyError
        No such `obs` column, layer, or group of cells in one of the tables.
    CoverageError
        No interaction has both partners in the data.
    InputError
        A group with "|" in its name; names of cells given twice; genes in mouse
        case; values that are not normalised; too few permutations for `pvalue`;
        a damaged or foreign database; an option that the method has no use for.
    TMEError
        With ``backend="cellphonedb"``: the package failed; with its last lines.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.cellphonedb(adata, "cell_type", n_perms=100)  # doctest: +SKIP
    >>> tables = tme.get.cellphonedb(adata)  # doctest: +SKIP
    """
    check_adata(adata)
    options = read_options(
        method=method,
        n_perms=n_perms,
        threshold=threshold,
        pvalue=pvalue,
        degs=degs,
        microenvironments=microenvironments,
        active_tfs=active_tfs,
        score_interactions=score_interactions,
        rng=rng,
        debug_seed=debug_seed,
    )
    one_of("backend", backend, BACKENDS)
    CellPhoneDB.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    tables = read_cellphonedb(database)
    problem, matrix_name = read_problem(adata, groupby, tables, options, layer=layer)
    stored = _solve(problem, backend)

    result = CellPhoneDB(
        key=key_added,
        stored=stored,
        record=CellPhoneDB.new_record(
            adata,
            groupby=groupby,
            params={
                "groupby": groupby,
                "layer": layer,
                "backend": backend,
                **options_on_record(problem.options),
            },
            facts=facts(problem, stored, matrix_name),
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    logger.info("%s: uns[%r]", result.summary(), key_added)
    return adata if copy else None


def _solve(problem: Problem, backend: str) -> Stored:
    if backend == "cellphonedb":
        from tmeatlas.cellphonedb import solve_with_package

        return solve_with_package(problem)
    from tmeatlas.cellphonedb import solve

    return solve(problem)
