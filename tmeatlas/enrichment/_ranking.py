"""Genes ranked by how much higher a group has them than the other cells; on bare arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError

if TYPE_CHECKING:
    from tmeatlas.matrix import Bulks


@dataclass(frozen=True, eq=False)
class Ranking:
    """A number for every gene in every group, high where the gene marks the group."""

    groups: list[str]
    genes: pd.Index
    metric: NDArray[np.float64]
    """Groups × genes."""

    def over(self, columns: NDArray[np.intp]) -> Ranking:
        """The same over some of the genes, in their order."""
        return Ranking(self.groups, self.genes[columns], self.metric[:, columns])


def mean_differences(sums: NDArray[np.float64], bulks: Bulks) -> NDArray[np.float64]:
    """Groups × genes: mean of the group minus mean of the rest, within sample.

    Over samples, the differences are averaged with the weights
    ``n_group * n_rest / (n_group + n_rest)``: what least squares gives for a
    group effect beside one effect per sample. A sample without the group, or
    with nothing else, has no weight.
    """
    groups, samples = (list(dict.fromkeys(names)) for names in (bulks.groups, bulks.samples))
    n = np.zeros((len(groups), len(samples)))
    cube = np.zeros((*n.shape, sums.shape[1]))
    for bulk, (group, sample) in enumerate(zip(bulks.groups, bulks.samples, strict=True)):
        at = groups.index(group), samples.index(sample)
        n[at], cube[at] = bulks.n_cells[bulk], sums[bulk]
    n_all, all_cells = n.sum(axis=0), cube.sum(axis=0)
    differences = np.empty((len(groups), sums.shape[1]))
    for i, group in enumerate(groups):
        n_rest = n_all - n[i]
        used = np.flatnonzero((n[i] > 0) & (n_rest > 0))
        if len(used) == 0:
            raise InputError(
                f"No sample has {group!r} beside another group, so they cannot be compared within "
                "samples. Pass `sample_key=None`, or leave the group out."
            )
        weights = n[i, used] * n_rest[used] / n_all[used]
        inside = cube[i, used] / n[i, used, None]
        outside = (all_cells[used] - cube[i, used]) / n_rest[used, None]
        differences[i] = np.average(inside - outside, axis=0, weights=weights)
    return differences


def without_ties(values: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The order from high to low, and the values in it, strictly falling.

    Equal values keep their order and are set apart by the smallest step of
    float32, so that every tool that sorts them finds the same order.
    """
    order = np.argsort(-values, kind="stable")
    falling = values[order].astype(np.float32)
    for i in np.flatnonzero(falling[1:] >= falling[:-1]) + 1:
        for j in range(i, len(falling)):  # a step may reach the next value, and so on
            if falling[j] < falling[j - 1]:
                break
            falling[j] = np.nextafter(falling[j - 1], np.float32(-np.inf))
    return order, falling
