"""Ligands and receptors in every sample, for tests between conditions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr import Tested


def sample_levels(tested: Tested) -> pd.DataFrame:
    """One row per sample, group and partner that some interaction has as a side."""
    matched, labels = tested.overall.matched, tested.overall.cells.labels
    used, first = np.unique(np.concatenate([matched.ligand, matched.receptor]), return_index=True)
    sides = [entry.ligand_complex for entry in matched.interactions]
    sides += [entry.receptor_complex for entry in matched.interactions]
    names, of_partner = np.unique([sides[at] for at in first], return_inverse=True)
    parts: list[dict[str, NDArray]] = [_nothing()]
    for number, sample in enumerate(tested.samples):
        found = sample.analysis.statistics
        n = len(used)
        parts.append(
            {
                "sample": np.full(n * len(sample.groups), number),
                "group": np.repeat(sample.groups, n),
                "partner": np.tile(of_partner, len(sample.groups)),
                "mean": found.means[used].T.ravel().astype(np.float32),
                "fraction": found.fractions[used].T.ravel().astype(np.float32),
                "cells": np.repeat(found.sizes, n).astype(np.int32),
            }
        )
    columns: dict[str, NDArray] = {
        name: np.concatenate([part[name] for part in parts]) for name in _nothing()
    }
    categories = {
        "sample": [sample.name for sample in tested.samples],
        "group": list(labels),
        "partner": names.tolist(),
    }
    named = {
        name: pd.Categorical.from_codes(columns[name].astype(np.int64), pd.Index(found))
        for name, found in categories.items()
    }
    return pd.DataFrame(columns | named)


def _nothing() -> dict[str, NDArray]:
    """The columns without a row, as where no sample could be tested by itself."""
    kinds = {"sample": "i8", "group": "i8", "partner": "i8", "mean": "f4", "fraction": "f4"}
    return {name: np.zeros(0, dtype=kind) for name, kind in (kinds | {"cells": "i4"}).items()}
