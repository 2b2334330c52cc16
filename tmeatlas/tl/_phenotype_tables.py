"""The tables that `tl.phenotype` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.phenotypes import Call, Measure, Values
from tmeatlas.results import NOT_A_DIAGNOSTIC


def measure_table(
    samples: tuple[str, ...], measures: tuple[Measure, ...], found: Mapping[str, Values]
) -> pd.DataFrame:
    """One row per sample and measure."""
    parts = [
        pd.DataFrame(
            {
                **{"sample": samples, "measure": measure.id},
                **{"value": values.value, "low": values.low, "high": values.high},
                **{"cells": values.cells.astype(np.int32), "unit": measure.unit},
                **{"lineage": values.lineage, "note": values.note, "name": measure.name},
                "scale_low": float(measure.scale[0]),
                "scale_high": float(measure.scale[1]),
            }
        )
        for measure, values in ((m, found[m.id]) for m in measures)
    ]
    table = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    orders = {
        "sample": list(samples),
        "measure": [m.id for m in measures],
        "name": [m.name for m in measures],
    }
    for name in ("sample", "measure", "unit", "lineage", "note", "name"):
        table[name] = pd.Categorical(table[name], orders.get(name))
    return table


def call_table(
    samples: tuple[str, ...], calls: Sequence[Call], cells: NDArray[np.int64]
) -> pd.DataFrame:
    """One row per sample."""
    return pd.DataFrame(
        {
            "sample": pd.Categorical(samples, samples),
            "call": pd.Categorical([c.call for c in calls]),
            "margin": np.array([c.margin for c in calls], dtype=np.float64),
            "reason": pd.Categorical([c.reason for c in calls]),
            "cells": cells.astype(np.int32),
            "use": pd.Categorical([NOT_A_DIAGNOSTIC] * len(calls)),
        }
    )
