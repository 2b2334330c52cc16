"""The crosstalk table, filtered."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError, MissingKeyError, listing, unknown

COLUMNS = ("axis", "source", "target", "padj")
"""What rows are chosen by."""


def crosstalk(
    adata: AnnData,
    *,
    axis: str | Sequence[str] | None = None,
    source: str | Sequence[str] | None = None,
    target: str | Sequence[str] | None = None,
    max_padj: float | None = None,
    key: str = keys.CROSSTALK,
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.crosstalk` as a tidy table.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.crosstalk(adata, groupby)``.
    axis, source, target
        Only rows of this axis (its id), from this group, to this group; or of
        several.
    max_padj
        Only rows with an adjusted p-value of at most this.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        The columns that :func:`tmeatlas.tl.crosstalk` describes, with plain
        strings in place of categories, in the stored order: best first.
        P-values stay adjusted over all rows, not over those chosen here.

    Raises
    ------
    MissingKeyError
        Crosstalk was not computed, or the table has no such axis or group.
    InputError
        `max_padj` out of range, or `adata.uns` has something else under `key`.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type", n_perms=100)
    >>> table = tme.get.crosstalk(adata, axis="cxcl12", max_padj=0.05)
    """
    table = _stored(check_adata(adata), key)
    chosen = pd.Series(True, index=table.index)
    for column, wanted in (("axis", axis), ("source", source), ("target", target)):
        if wanted is not None:
            chosen &= table[column].isin(_known(table[column], wanted))
    if max_padj is not None:
        if not 0.0 <= max_padj <= 1.0:
            raise InputError(f"Expected `max_padj` from 0 to 1, found {max_padj!r}.")
        chosen &= table["padj"] <= max_padj
    rows = table[chosen].reset_index(drop=True)
    categorical = rows.select_dtypes("category").columns
    return rows.astype(dict.fromkeys(categorical, object))


def _stored(adata: AnnData, key: str) -> pd.DataFrame:
    """The table that `tl.crosstalk` wrote under `key`."""
    option = "" if key == keys.CROSSTALK else f", key_added={key!r}"
    call = f"tme.tl.crosstalk(adata, groupby{option})"
    if key not in adata.uns:
        raise MissingKeyError(f"No crosstalk in adata.uns[{key!r}]. Run {call} first.")
    found = adata.uns[key]
    if not isinstance(found, pd.DataFrame):
        raise InputError(
            f"Expected the table of crosstalk in adata.uns[{key!r}], found "
            f"{type(found).__name__}. {call} makes it."
        )
    lacking = [name for name in COLUMNS if name not in found]
    if lacking:
        raise InputError(
            f"adata.uns[{key!r}] is no table of crosstalk: it has no column {listing(lacking)}. "
            f"{call} makes it."
        )
    return found


def _known(column: pd.Series, wanted: str | Sequence[str]) -> list[str]:
    """`wanted` as a list of names that the column has."""
    names = [wanted] if isinstance(wanted, str) else [str(name) for name in wanted]
    options = list(column.cat.categories) if hasattr(column, "cat") else list(column.unique())
    for name in names:
        if name not in options:
            raise unknown(f"{column.name} in the crosstalk table called", name, options)
    return names
