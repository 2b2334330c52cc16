"""Which rows of a large table a page lists: something of every route before more of any."""

from __future__ import annotations

import numpy as np
import pandas as pd

ACTIVE, DETECTED = 0, 1
"""The verdicts that count, as numbers; all others come after them."""
ROUTE = ["axis", "source", "target"]
MAX_OTHERS_PER_AXIS = 20
"""Rows of an axis that are neither active nor detected: a few show what was looked for."""


def listed_rows(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most `most` of the active and detected rows, and a few others; `rows` are best first.

    A single limit on the sorted table would fill up with a few strong routes.
    So the best active row of every route comes first, then the second of each,
    and so on; then the detected rows likewise, those of routes without an
    active one first.
    """
    counts = (rows["verdict"] <= DETECTED).to_numpy()
    known = rows[counts]
    place = known.groupby(ROUTE, sort=False).cumcount().to_numpy()
    is_detected = known["verdict"].to_numpy() == DETECTED
    # np.lexsort sorts by its last key first, and keeps the order of what is equal.
    chosen = np.lexsort([place, is_detected])[:most]
    others = rows[~counts].groupby("axis", sort=False).head(MAX_OTHERS_PER_AXIS)
    labels = known.index[np.sort(chosen)].append(others.index)
    return rows[rows.index.isin(labels)].reset_index(drop=True)


def counted_rows(rows: pd.DataFrame) -> tuple[int, int]:
    """How many rows are active, and how many are detected."""
    verdict = rows["verdict"]
    return int((verdict == ACTIVE).sum()), int((verdict == DETECTED).sum())
