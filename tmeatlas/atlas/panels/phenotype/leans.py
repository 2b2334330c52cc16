"""What the values of an unclear sample point at."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd

from tmeatlas.phenotypes import Thresholds, leaning
from tmeatlas.results import Phenotype

OF_CELLS = {"t_cell_share", "fibroblasts_to_cd8", "cytotoxic"}
OF_PROFILES = {"t_inflamed", "cytotoxic", "caf"}
"""Measures that decide a call."""


def limits_of(found: Phenotype) -> Thresholds:
    """The thresholds of the run, as they are on record."""
    given = found.record.facts
    names = [field.name for field in fields(Thresholds)]
    known = {name: given[f"threshold_{name}"] for name in names if f"threshold_{name}" in given}
    return Thresholds(**known)


def lean_of(values: pd.Series, limits: Thresholds) -> str:
    """What the values of a sample point at, where all that decide are among them."""
    known = {str(name): float(value) for name, value in values.items()}
    needed = OF_PROFILES if "t_inflamed" in known else OF_CELLS
    return leaning(known, limits) if needed <= known.keys() else ""
