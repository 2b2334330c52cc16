"""CellPhoneDB's tables."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas.results import CellPhoneDB

PACKAGE_DECIMALS = 3
"""What the package itself returns is rounded to this."""
MOST_DECIMALS = 9


def cellphonedb(
    adata: AnnData, *, key: str = keys.CELLPHONEDB, result_precision: int = 3
) -> dict[str, pd.DataFrame]:
    """Get the tables that CellPhoneDB returns, by the names that it gives them.

    Columns, order of rows, types and rounding are CellPhoneDB's, so that
    what reads its tables reads these. They are made anew with each call: of 50
    groups, each has 2,500 columns.

    Parameters
    ----------
    adata
        After ``tme.tl.cellphonedb(adata, groupby)``.
    key
        The `key_added` of the call that wrote it.
    result_precision
        Decimals of means and percents. P-values are not rounded, scores and
        ranks always to three.

    Returns
    -------
    dict of DataFrame
        ``"means"`` (``"means_result"`` of method ``"simple"``),
        ``"deconvoluted"`` and ``"deconvoluted_percents"``; of
        ``"statistical"`` also ``"pvalues"`` and ``"significant_means"``, of
        ``"degs"`` ``"relevant_interactions"`` and ``"significant_means"``; of
        both ``"CellSign_active_interactions"`` and
        ``"CellSign_active_interactions_deconvoluted"``, empty without
        `active_tfs`; and ``"interaction_scores"`` if they were asked for.

    Raises
    ------
    MissingKeyError
        CellPhoneDB was not run.
    InputError
        `result_precision` is no number of decimals that the result has, or the
        result is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.cellphonedb(adata, "cell_type")  # doctest: +SKIP
    >>> tables = tme.get.cellphonedb(adata)  # doctest: +SKIP
    >>> significant = tables["significant_means"]  # doctest: +SKIP
    """
    from tmeatlas.cellphonedb import WideTables, tables_of

    found = CellPhoneDB.read(adata, key)
    params = found.record.params
    _check_precision(result_precision, str(params["backend"]))
    pvalue = float(params.get("pvalue", 1.0))  # of the statistical method
    wide = WideTables(found.stored, precision=int(result_precision), pvalue=pvalue)
    return tables_of(wide, str(params["method"]))


def _check_precision(decimals: int, backend: str) -> None:
    if backend == "cellphonedb" and decimals != PACKAGE_DECIMALS:
        raise InputError(
            f"The cellphonedb package rounded this result to {PACKAGE_DECIMALS} decimals; found "
            f"`result_precision={decimals!r}`. Leave it out, or run tme.tl.cellphonedb without "
            "`backend`."
        )
    if isinstance(decimals, bool) or not isinstance(decimals, int):
        raise InputError(f"Expected `result_precision` as a whole number, found {decimals!r}.")
    if not 0 <= decimals <= MOST_DECIMALS:
        raise InputError(
            f"Expected `result_precision` from 0 to {MOST_DECIMALS} decimals, found {decimals}."
        )
