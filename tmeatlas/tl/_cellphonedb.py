"""CellPhoneDB's own tables, in a fraction of its time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata, check_in_memory
from tmeatlas._errors import InputError, unknown
from tmeatlas.cellphonedb import (
    Method,
    Options,
    Problem,
    Stored,
    resolve,
    solve,
    solve_with_package,
)
from tmeatlas.interactions import Microenvironments, read_cellphonedb
from tmeatlas.results import CellPhoneDB, versions
from tmeatlas.tl._cellphonedb_inputs import read_problem

BACKENDS = ("tmeatlas", "cellphonedb")


def cellphonedb(
    adata: AnnData,
    groupby: str,
    *,
    database: str | Path = "cellphonedb",
    method: Method | str = "statistical",
    threshold: float = 0.1,
    microenvironments: Microenvironments | None = None,
    score_interactions: bool = False,
    layer: str | None = None,
    use_raw: bool | None = None,
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
    cells of their group. ``"statistical"`` also gives p-values, from shuffled
    labels (:class:`tmeatlas.cellphonedb.Statistical`); ``DEGs(degs)`` keeps
    interactions with a partner that `degs` names in its group
    (:class:`tmeatlas.cellphonedb.DEGs`); ``"simple"`` gives the means alone.

    Sums are those of CellPhoneDB to the last bit (float32, cells in the order of
    their names), because its p-values depend on ties. Any number of threads
    gives the same result. What differs on purpose: a complex receptor can be
    active by `active_tfs`, which it never is in the package; with `DEGs`, only
    relevant interactions can be active.

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
        ``"statistical"``, ``"simple"``, or a method with options from
        :mod:`tmeatlas.cellphonedb`, such as ``Statistical(n_perms=10_000)`` or
        ``DEGs(degs)``.
    threshold
        Share of cells, from 0 to 1.
    microenvironments
        Compare only groups that share one: a dict of lists of groups, or a
        DataFrame or the path to a CSV or TSV file with the columns
        ``cell_type`` and ``microenvironment``.
    score_interactions
        Also score how specific both partners are to their groups, from 0 to 100.
    layer
        Key of `adata.layers`; by default `X`, or `adata.raw` where `X` is scaled.
    use_raw
        ``True`` reads `adata.raw`, which has all genes where `adata` was cut down to the
        variable ones; ``False`` never does.
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
        case; values that are not normalised; a damaged or foreign database; a
        method without what it needs.
    TMEError
        With ``backend="cellphonedb"``: the package failed or cannot be imported; with
        its last lines.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> few = tme.cellphonedb.Statistical(n_perms=100)
    >>> tme.tl.cellphonedb(adata, "cell_type", method=few)  # doctest: +SKIP
    >>> tables = tme.get.cellphonedb(adata)  # doctest: +SKIP
    """
    check_adata(adata)
    if not 0.0 <= threshold < 1.0:
        raise InputError(
            "Expected `threshold` from 0 to below 1 (a share of cells, not per cent), found "
            f"{threshold!r}."
        )
    options = Options(
        method=resolve(method),
        threshold=float(threshold),
        microenvironments=microenvironments,
        score_interactions=bool(score_interactions),
    )
    if backend not in BACKENDS:
        raise unknown("backend", str(backend), BACKENDS)
    CellPhoneDB.check_key(adata, key_added)
    if copy:
        check_in_memory(adata)
    tables = read_cellphonedb(database)
    problem, matrix_name = read_problem(
        adata, groupby, tables, options, layer=layer, use_raw=use_raw
    )
    stored = solve(problem) if backend == "tmeatlas" else solve_with_package(problem)

    result = CellPhoneDB(
        key=key_added,
        stored=stored,
        record=CellPhoneDB.new_record(
            adata,
            groupby=groupby,
            params={
                "groupby": groupby,
                "layer": layer,
                "use_raw": use_raw,
                "backend": backend,
                **_params(problem.options),
            },
            facts=_facts(problem, stored, matrix_name),
        ),
    )
    adata = adata.copy() if copy else adata
    result.write(adata)
    return adata if copy else None


def _params(options: Options) -> dict[str, Any]:
    """The options that hold for all methods and those of the one that was run."""
    method = options.method
    return {
        "method": method.name,
        **method.params(),
        "threshold": options.threshold,
        "score_interactions": options.score_interactions,
        "with_microenvironments": options.microenvironments is not None,
        "with_active_tfs": method.active_tfs is not None,
    }


def _facts(problem: Problem, stored: Stored, matrix_name: str) -> dict[str, Any]:
    """What the tables cannot show."""
    return {
        "cellphonedb": versions(("cellphonedb",))["cellphonedb"],
        "database": problem.tables.name,
        "gene_identifier": problem.mapped.identifier,
        "matrix": matrix_name,
        "n_cells": len(problem.codes),
        "n_groups": len(problem.labels),
        "n_interactions": len(stored.interactions),
        "n_pairs": len(stored.pairs),
    }
