"""The tables that `tl.niches` writes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._stats import wilson_interval
from tmeatlas.cohort import count_cells
from tmeatlas.results import Niches, as_stored
from tmeatlas.spatial import SHARE_OF_NICHE, Tissue, measured_rows


def share_rows(tissue: Tissue, codes: NDArray[np.integer], names: Sequence[str]) -> pd.DataFrame:
    """Share of each niche in each section, niches without a cell there included."""
    shape = len(tissue.sections), len(names)
    counts = count_cells(tissue.section, codes, shape)
    total = np.broadcast_to(counts.sum(axis=1, keepdims=True), shape)
    low, high = wilson_interval(counts, total)
    rows = pd.DataFrame(
        {
            "sample": np.repeat(np.array(tissue.sections, dtype=object), shape[1]),
            "feature": np.tile(np.array(names, dtype=object), shape[0]),
            "value": np.divide(counts, total, out=np.full(shape, np.nan), where=total > 0).ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "cells": counts.ravel(),
            "note": np.where(total > 0, "", "no cell has a neighbour").ravel(),
        }
    )
    return measured_rows(SHARE_OF_NICHE, rows)


def unread_rows(tissue: Tissue, measure: str, why: str) -> pd.DataFrame:
    """One row per section of a measure that cannot be read, and why."""
    rows = pd.DataFrame({"sample": list(tissue.sections), "cells": 0, "note": why})
    return measured_rows(measure, rows)


def measure_table(parts: Sequence[pd.DataFrame], tissue: Tissue) -> pd.DataFrame:
    """All measures, sample by sample, in the types of the stored table."""
    rows = pd.concat([part.astype(object) for part in parts if len(part)], ignore_index=True)
    place = rows["sample"].map({name: i for i, name in enumerate(tissue.sections)})
    rows = rows.iloc[np.argsort(place.to_numpy(int), kind="stable")].reset_index(drop=True)
    return as_stored(rows, Niches.columns, {"sample": list(tissue.sections)})


def cell_columns(
    codes: NDArray[np.integer],
    names: Sequence[str],
    numbers: Sequence[NDArray[np.floating]],
    *,
    index: pd.Index,
    key: str,
) -> pd.DataFrame:
    """Niche, distance to the border and named scores of each cell, as columns of `obs`."""
    niche, *others = keys.niche_columns(key)
    values = dict(zip(others, numbers, strict=True))
    return pd.DataFrame(
        {
            niche: pd.Categorical.from_codes(codes, pd.Index(list(names), dtype=object)),
            **{name: np.asarray(each, dtype=np.float32) for name, each in values.items()},
        },
        index=index,
    )
