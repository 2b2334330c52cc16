"""Tables of samples and their designs, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tmeatlas.cohort import Design, SampleTable, read_design


def made_table(values: np.ndarray, *, group: str = "", **parts) -> SampleTable:
    """Features f0, f1 ... of samples s0, s1 ..., ten cells behind each value."""
    values = np.asarray(values, dtype=np.float64)
    n_samples, n_features = values.shape
    names = [f"f{i}" for i in range(n_features)]
    return SampleTable(
        features=pd.DataFrame({"feature": names, "group": group, "unit": "score"}),
        values=values,
        cells=np.full(values.shape, 10),
        samples=tuple(f"s{i}" for i in range(n_samples)),
        **parts,
    )


def made_rows(conditions: Sequence[str], **columns: Sequence[object]) -> pd.DataFrame:
    """One row per sample: its name, its condition and other columns."""
    names = [f"s{i}" for i in range(len(conditions))]
    return pd.DataFrame({"sample": names, "condition": list(conditions), **columns})


def made_design(
    conditions: Sequence[str], *, reference: str = "a", options: dict | None = None, **columns
) -> Design:
    """The design of :func:`made_rows`; `options` name the columns."""
    rows = made_rows(conditions, **columns)
    return read_design(
        rows,
        sample_key="sample",
        condition_key="condition",
        reference=reference,
        **(options or {}),
    )


def waves(n_samples: int, n_features: int) -> np.ndarray:
    """Values that look random and are the same with every version of everything."""
    i, j = np.arange(n_samples)[:, None], np.arange(n_features)
    return np.sin(1.7 * (i + 1) * (j + 2) + j**2) * (0.3 + (j * 7 % 11) / 4)
