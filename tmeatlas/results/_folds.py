"""How many times as high a side is as in other cells: where only the lower end is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

MOST_FOLD = 1_000
"""Upper end of an interval above which only its lower end says something (a convention)."""
FEWEST_CELLS = 3
"""Cells with the gene below which the same holds (a convention)."""


def is_open(row: Mapping[Any, Any] | pd.Series, side: str) -> bool:
    """Whether of the fold of a side, `ligand` or `receptor`, only the lower end is known."""
    low, high = (float(row[f"{side}_specificity_{end}"]) for end in ("low", "high"))
    few = int(row[f"{side}_cells"]) < FEWEST_CELLS and low > 1
    return high > MOST_FOLD or few
