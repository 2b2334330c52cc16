"""The table of axes, filtered."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas.get._rows import chosen_rows
from tmeatlas.results import Axes


def axes(
    adata: AnnData,
    *,
    axis: str | Sequence[str] | None = None,
    source: str | Sequence[str] | None = None,
    target: str | Sequence[str] | None = None,
    sample: str | Sequence[str] | None = "",
    max_padj: float | None = None,
    key: str = keys.AXES,
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.axes` as a tidy table.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.axes(adata)``.
    axis, source, target
        Only rows of this axis (its id), from this group, to this group; or of
        several.
    sample
        Rows of these samples, where the axes were put together with
        ``by_sample=True``. By default those over all samples; with ``None`` all
        rows.
    max_padj
        Only rows with an adjusted p-value of at most this.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        The columns that :func:`tmeatlas.tl.axes` describes, with plain strings
        in place of categories, in the stored order: best first. P-values stay
        adjusted over all rows, not over those chosen here.

    Raises
    ------
    MissingKeyError
        Axes were not computed, or the table has no such axis, group or sample.
    InputError
        `max_padj` out of range, `adata.uns` has something else under `key`, or the
        result is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> tme.tl.axes(adata)
    >>> table = tme.get.axes(adata, axis="tgfb", max_padj=0.05)
    """
    table = Axes.read(adata, key).table
    wanted = {"axis": axis, "source": source, "target": target, "sample": sample}
    return chosen_rows(table, wanted, max_padj=max_padj, what="axes")
