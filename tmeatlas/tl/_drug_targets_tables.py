"""The tables that `tl.drug_targets` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tmeatlas.results import DrugTargets, as_stored
from tmeatlas.targets import KINDS, LEVELS, RESEARCH_ONLY, DrugTable, Support

ORDERS: Mapping[str, Sequence[str]] = {
    "support": [word.value for word in Support],
    "level": LEVELS,
    "kind": KINDS,
}


def drug_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows in the types that are kept."""
    return as_stored(pd.DataFrame(rows), DrugTargets.columns, ORDERS)


def conflicting_table(table: DrugTable) -> pd.DataFrame:
    """The drugs that are left out, with what speaks against each."""
    columns = DrugTargets.conflicting_columns
    rows = [(c.drug, c.drug_target, c.conflict, RESEARCH_ONLY) for c in table.conflicting]
    return as_stored(pd.DataFrame(rows, columns=[column.name for column in columns]), columns)
