"""All comparisons in one list: those that stand first, whatever they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from tmeatlas.atlas.panels.compare.comparisons import Compared
from tmeatlas.atlas.tables import column_lists
from tmeatlas.results import Differences, is_weak

T = TypeVar("T")

MAX_STANDING, MAX_OTHERS = 200, 60
"""Differences that a page lists over all comparisons; each comparison has its own."""


@dataclass(frozen=True, eq=False)
class Together:
    """The comparisons of a page, and their best rows as one list."""

    entries: list[Compared]
    words: str
    """How many differences stand."""
    n_tested: int
    best: list[tuple[int, int]]
    """Comparison and row in it, the best first."""


def put_together(entries: Sequence[Compared], found: Differences) -> Together:
    """`entries` are those of `found`, in their order."""
    parts = [
        pd.DataFrame(
            {
                "comparison": i,
                "row": np.arange(len(entry.rows)),
                "level": entry.rows["level"],
                "weak": is_weak(entry.rows),
                **{name: entry.rows[name] for name in ("padj", "pval")},
            }
        )
        for i, entry in enumerate(entries)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["pval"].notna()]
    rows = rows.sort_values(
        ["level", "weak", "padj", "pval"], ascending=[False, True, True, True], kind="stable"
    )
    stand = rows["level"] > 0
    others = rows[~stand].sort_values(["padj", "pval"], kind="stable")
    listed = pd.concat([rows[stand][:MAX_STANDING], others[:MAX_OTHERS]])
    best = list(zip(listed["comparison"].tolist(), listed["row"].tolist(), strict=True))
    return Together(list(entries), str(found), found.n_tested, best)


TEXTS = ("condition", "unit", "test", "note")
WHOLE = (*TEXTS, "place", "level", "n", "n_reference", "cells", "cells_reference")


def as_body(together: Together) -> dict[str, Any]:
    """The list in the form of a comparison; its rows name the comparison and row they are of."""
    places: list[tuple[str, ...]] = []
    names: dict[str, list[str]] = {kind: [] for kind in TEXTS}
    records = []
    for comparison, number in together.best:
        entry = together.entries[comparison]
        row = entry.rows.iloc[number].to_dict()
        coded = {kind: _at(names[kind], entry.names[kind][int(row[kind])]) for kind in TEXTS}
        place = _at(places, entry.places[int(row["place"])])
        records.append(row | coded | {"place": place, "comparison": comparison, "row": number})
    columns = [*together.entries[0].rows.columns, "comparison", "row"]
    rows = pd.DataFrame(records, columns=columns).astype(dict.fromkeys(WHOLE, np.int64))
    return {"places": places, "rows": column_lists(rows), "names": names}


def _at(known: list[T], value: T) -> int:
    """The place of a value among the known ones, which it joins."""
    if value not in known:
        known.append(value)
    return known.index(value)
