"""Rows of a result between groups, chosen by axis, sender, receiver and p-value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from tmeatlas._errors import InputError, unknown

REMEDIES = {
    ("axes", "axis"): "An axis of which the database has no core pair is not listed: its pairs are "
    "in tme.get.crosstalk(adata, axis=...).",
    ("axes", "sample"): "tme.tl.axes lists the rows of samples with `by_sample=True`.",
    ("crosstalk", "sample"): "tme.tl.crosstalk lists the rows of samples with `by_sample=True`.",
}
"""Why a table may lack what was asked for."""


def chosen_rows(
    table: pd.DataFrame,
    wanted: Mapping[str, str | Sequence[str] | None],
    *,
    max_padj: float | None,
    what: str,
) -> pd.DataFrame:
    """The rows with these names, with plain strings in place of categories."""
    chosen = pd.Series(True, index=table.index)
    for column, names in wanted.items():
        if names is not None:
            chosen &= table[column].isin(_known(table[column], names, what))
    if max_padj is not None:
        if not 0.0 <= max_padj <= 1.0:
            raise InputError(f"Expected `max_padj` from 0 to 1, found {max_padj!r}.")
        chosen &= table["padj"] <= max_padj
    rows = table[chosen].reset_index(drop=True)
    categorical = rows.select_dtypes("category").columns
    return rows.astype(dict.fromkeys(categorical, object))


def _known(column: pd.Series, wanted: str | Sequence[str], what: str) -> list[str]:
    """`wanted` as a list of names that the column has."""
    several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
    names = [str(name) for name in wanted] if several else [str(wanted)]
    options = list(column.cat.categories) if hasattr(column, "cat") else list(column.unique())
    for name in names:
        if name not in options:
            named = [option for option in options if option]
            remedy = REMEDIES.get((what, str(column.name)), "")
            raise unknown(f"{column.name} in the {what} table called", name, named, remedy=remedy)
    return names
