"""Measures of samples that are one profile each: ranks among reference genes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.phenotypes._intervals import Values, nothing
from tmeatlas.phenotypes._measures import measures_of_profiles

LEAST_REFERENCE = 0.8
"""Share of the reference genes that the data must have."""
LEAST_SHOWN = 0.5
"""Share of the reference genes that a profile must show, to have ranks."""


@dataclass(frozen=True, eq=False)
class Profiles:
    """Samples × genes, and which genes are meant."""

    values: NDArray[np.float64]
    reference: NDArray[np.integer]
    """Columns of the reference genes."""
    columns: Mapping[str, NDArray[np.integer]]
    """By list of genes, their columns; those that the data do not cover are in `unread`."""
    unread: Mapping[str, str]

    def shown(self) -> NDArray[np.float64]:
        """Share of the reference genes above 0 in each sample."""
        return (self.values[:, self.reference] > 0).mean(axis=1)


def measure_profiles(profiles: Profiles) -> dict[str, Values]:
    """Every measure of every sample, by its id."""
    n = len(profiles.values)
    shallow = too_shallow(profiles)
    found = {}
    for measure in measures_of_profiles():
        why = next(
            (profiles.unread[name] for name in measure.scores if name in profiles.unread), ""
        )
        if why:
            found[measure.id] = nothing(n, why)
            continue
        first, *others = (
            ranks_among(profiles.values, profiles.columns[name], profiles.reference).mean(axis=1)
            for name in measure.scores
        )
        value = first - others[0] if others else first
        nan = np.full(n, np.nan)
        read = Values(value, nan, nan, np.zeros(n, np.int64), ("",) * n)
        found[measure.id] = read.unless(shallow)
    return found


def too_shallow(profiles: Profiles) -> list[str]:
    """Why a sample has no ranks; empty where it has."""
    return [
        ""
        if share >= LEAST_SHOWN
        else f"shows {share:.0%} of the reference genes, {LEAST_SHOWN:.0%} are needed"
        for share in profiles.shown()
    ]


def ranks_among(
    values: NDArray[np.float64], columns: NDArray[np.integer], reference: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Share of the reference genes below each gene of a sample; equal values count half."""
    ranks = np.empty((len(values), len(columns)))
    for row, of_sample in enumerate(values):
        order = np.sort(of_sample[reference])
        genes = of_sample[columns]
        below = np.searchsorted(order, genes, "left") + np.searchsorted(order, genes, "right")
        ranks[row] = below / (2 * len(order))
    return ranks
