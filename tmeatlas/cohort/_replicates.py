"""Samples of one patient in one condition become one value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmeatlas.cohort._design import Design
from tmeatlas.cohort._estimates import Floats
from tmeatlas.cohort._table import Integers, SampleTable


@dataclass(frozen=True, eq=False)
class Replicates:
    """One value per unit (a patient in a condition) and feature."""

    means: Floats
    cells: Integers
    counts: Floats | None
    """Sums over the samples of a unit: counts add up, unlike their logs."""


def average(table: SampleTable, design: Design) -> Replicates:
    """Means over the samples that have a value; each sample counts alike.

    A patient's biopsies differ more among themselves than cells within one do, so a large
    biopsy is not worth more than a small one.
    """
    given = table.rows_of(design.samples)
    members = np.zeros((len(design.names), len(design.samples)))
    members[design.unit_of, np.arange(len(design.samples))] = 1.0
    known = np.isfinite(given.values)
    with np.errstate(invalid="ignore"):
        values = members @ np.where(known, given.values, 0.0) / (members @ known)
    return Replicates(
        means=values,
        cells=(members @ np.where(known, given.cells, 0)).astype(np.int64),
        counts=None if given.counts is None else members @ given.counts,
    )


def differences(values: Floats, design: Design, condition: int) -> Floats:
    """Within each pair, a condition minus the reference: pairs × features."""
    case, reference = (design.units(number) for number in (condition, 0))
    partner = {design.pairs[unit]: unit for unit in reference}
    both = [(unit, partner[design.pairs[unit]]) for unit in case if design.pairs[unit] in partner]
    rows = np.array(both, dtype=np.intp).reshape(-1, 2)
    return np.asarray(values[rows[:, 0]] - values[rows[:, 1]])


def sample_rows(
    features: pd.DataFrame, replicates: Replicates, design: Design, chosen: np.ndarray
) -> pd.DataFrame:
    """One row per chosen feature and unit that has a value: what figures draw."""
    values, cells = replicates.means[:, chosen].T, replicates.cells[:, chosen].T
    feature, unit = np.nonzero(np.isfinite(values))
    number = chosen[feature]
    conditions = np.array(design.conditions, dtype=object)
    return pd.DataFrame(
        {
            "feature": pd.Categorical(features["feature"].to_numpy(str)[number]),
            "group": pd.Categorical(features["group"].to_numpy(str)[number]),
            "replicate": pd.Categorical(np.array(design.names, dtype=object)[unit]),
            "condition": pd.Categorical(
                conditions[design.condition_of[unit]], categories=list(design.conditions)
            ),
            "pair": pd.Categorical(np.array(design.pairs, dtype=object)[unit]),
            "value": values[feature, unit],
            "cells": cells[feature, unit].astype(np.int32),
        }
    )
