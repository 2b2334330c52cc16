"""The rows of a result in the types in which its table is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from tmeatlas.results._base import Column

AS_THEY_COME: Mapping[str, Sequence[str]] = MappingProxyType({})


def as_stored(
    rows: pd.DataFrame,
    columns: Iterable[Column],
    orders: Mapping[str, Sequence[str]] = AS_THEY_COME,
) -> pd.DataFrame:
    """`columns` in their order and types; categories in `orders`, else as they come in `rows`."""
    table: dict[str, Any] = {}
    for column in columns:
        values = rows[column.name] if len(rows) else pd.Series([], dtype=object)
        if column.dtype == "category":
            texts = values.astype(object).fillna("").map(str)
            order = pd.Index(list(orders.get(column.name) or dict.fromkeys(texts)), dtype=object)
            table[column.name] = pd.Categorical(texts.to_numpy(dtype=object), order)
        else:
            table[column.name] = values.to_numpy().astype(column.dtype)
    return pd.DataFrame(table)
