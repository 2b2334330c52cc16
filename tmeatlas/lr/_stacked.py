"""Tables of samples under the table of all cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables with the same columns under each other; names are categories of all."""
    if len(tables) == 1:
        return tables[0]
    columns = {}
    for name, column in tables[0].items():
        parts = [table[name] for table in tables]
        is_name = isinstance(column.dtype, pd.CategoricalDtype)
        columns[name] = union_categoricals(parts) if is_name else np.concatenate(parts)
    return pd.DataFrame(columns)
