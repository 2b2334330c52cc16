"""Differences between conditions, filtered."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas.get._rows import chosen_rows
from tmeatlas.results import Comparison


def compare(
    adata: AnnData,
    what: str | None = None,
    *,
    feature: str | Sequence[str] | None = None,
    group: str | Sequence[str] | None = None,
    max_padj: float | None = None,
    key: str | None = None,
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.compare` as a tidy table.

    Parameters
    ----------
    adata
        After ``tme.tl.compare(adata, what, ...)``.
    what
        What was compared, such as ``"scores"``; by default the only comparison that there is.
    feature, group
        Only rows of this signature, state or gene, of this group of cells; or of several.
    max_padj
        Only rows with an adjusted p-value of at most this.
    key
        The `key_added` of the call that wrote it, where it was given one.

    Returns
    -------
    DataFrame
        The columns that :func:`tmeatlas.tl.compare` describes, with plain strings in place of
        categories, by rising p-value. P-values stay adjusted over all rows, not over those
        chosen here.

    Raises
    ------
    MissingKeyError
        Nothing was compared, or the table has no such feature or group.
    InputError
        Several comparisons, and none was named; `max_padj` out of range; the result is of
        other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1200)
    >>> tme.tl.score(adata)
    >>> samples = {"condition_key": "condition", "sample_key": "sample"}
    >>> tme.tl.compare(adata, "scores", **samples, reference="excluded")
    >>> table = tme.get.compare(adata, feature="caf_mycaf")
    >>> len(table)
    1
    """
    if key is None and what is not None:
        key = keys.compare(what)
    table = Comparison.read(adata, key).table
    wanted = {"feature": feature, "group": group}
    return chosen_rows(table, wanted, max_padj=max_padj, what="comparison")
