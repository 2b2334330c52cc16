"""Ligands and receptors in every sample, for tests between conditions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr import Cells, MatchedInteractions, group_statistics


def sample_levels(
    cells: Cells,
    matched: MatchedInteractions,
    samples: NDArray[np.int32],
    sample_names: Sequence[str],
) -> pd.DataFrame:
    """One row per sample, group that it has cells of, and ligand or receptor.

    Of all samples and groups, however small: how many cells a level rests on stands beside it.
    """
    n_groups = len(cells.labels)
    place, codes, sizes = np.unique(
        samples.astype(np.int64) * n_groups + cells.codes,
        return_inverse=True,
        return_counts=True,
    )
    found = group_statistics(cells.expression, codes.astype(np.int32), sizes, matched.partners)
    used, names = _partners(matched)
    n_partners, n_places = len(used), len(place)
    order = np.argsort(names, kind="stable")
    used = used[order]
    columns = {
        "sample": np.repeat(place // n_groups, n_partners),
        "group": np.repeat(place % n_groups, n_partners),
        "partner": np.tile(np.arange(n_partners), n_places),
        "mean": found.means[used].T.ravel().astype(np.float32),
        "fraction": found.fractions[used].T.ravel().astype(np.float32),
        "cells": np.repeat(sizes, n_partners).astype(np.int32),
    }
    categories = {
        "sample": list(sample_names),
        "group": list(cells.labels),
        "partner": names[order].tolist(),
    }
    named = {
        name: pd.Categorical.from_codes(columns[name], pd.Index(of))
        for name, of in categories.items()
    }
    return pd.DataFrame(columns | named)


def _partners(matched: MatchedInteractions) -> tuple[np.ndarray, np.ndarray]:
    """The ligands and receptors that some interaction has, and their names."""
    ends = np.concatenate([matched.ligand, matched.receptor])
    used, first = np.unique(ends, return_index=True)
    sides = [entry.ligand_complex for entry in matched.interactions]
    sides += [entry.receptor_complex for entry in matched.interactions]
    return used, np.array([sides[at] for at in first], dtype=object)
