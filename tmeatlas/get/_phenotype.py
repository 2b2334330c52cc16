"""Phenotype of samples, one row a sample."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas.results import NOT_A_DIAGNOSTIC, Phenotype


def phenotype(
    adata: AnnData, *, intervals: bool = False, key: str = keys.PHENOTYPE
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.phenotype`, one row per sample.

    Not a diagnostic: for research only, no claim on response to any treatment.

    Parameters
    ----------
    adata
        Cells or samples × genes, after ``tme.tl.phenotype(adata, ...)``.
    intervals
        Whether each measure has its interval beside it, ``<measure>_low`` and
        ``<measure>_high``.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        One row per sample, by name: ``call``, ``margin``, ``reason``, ``cells``, one
        column per measure, and ``use``, which says on every row of every export that it is not
        a diagnostic; so does ``attrs["use"]``. NaN where a measure cannot be read; why is in
        ``adata.uns["tme_phenotype"]``.

    Raises
    ------
    MissingKeyError
        Nothing under `key`.
    InputError
        Something else under `key`, or the result is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.tl.phenotype(adata, sample_key="sample", groupby="cell_type")
    >>> tme.get.phenotype(adata).loc["sample1", "t_cell_share"] > 0.05
    np.True_
    """
    result = Phenotype.read(adata, key)
    value = result.wide()
    parts = [value]
    if intervals:
        for end in ("low", "high"):
            parts.append(result.wide(end).add_suffix(f"_{end}"))
    measures = pd.concat(parts, axis=1)
    if intervals:
        ends = ("", "_low", "_high")
        measures = measures[[f"{name}{end}" for name in value.columns for end in ends]]
    calls = result.calls.astype({"sample": str, "call": str, "reason": str}).set_index("sample")
    about = calls[["call", "margin", "reason", "cells"]]
    table = about.join(measures).assign(use=NOT_A_DIAGNOSTIC)
    table.attrs["use"] = NOT_A_DIAGNOSTIC
    return table
