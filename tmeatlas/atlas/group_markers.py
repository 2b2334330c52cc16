"""Genes that set a group apart from the others, by what groups show of every gene."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas.matrix import GroupSums

LIKE_ALL = 10
"""Cells that every group is given beside its own, which show the average of all: what a handful
of cells happens to show makes no marker. A convention."""
FEWEST_CELLS = 3
"""Smaller groups have no markers."""


def group_markers(sums: GroupSums, most: int) -> list[list[int]]:
    """Per group the columns of at most `most` genes, those that set it apart most first.

    Of the genes whose mean is highest in the group, those whose mean lies furthest above the
    average of the other groups, times the share that it has of the sum of both: what all cells
    show in plenty makes no marker, however much more of it a group shows. No test: groups may be
    of one patient, and names of cells may come from these very genes.
    """
    counted = np.flatnonzero(sums.sizes >= FEWEST_CELLS)
    found: list[list[int]] = [[] for _ in sums.sizes]
    if len(counted) < 2:
        return found
    means = _means(sums, counted)
    highest, all_groups = means.argmax(axis=0), means.sum(axis=0)
    for place, group in enumerate(counted.tolist()):
        own = np.flatnonzero((highest == place) & (means[place] > 0))
        mean = means[place, own]
        others = (all_groups[own] - mean) / (len(counted) - 1)
        order = np.argsort(-(mean - others) * mean / (mean + others), kind="stable")[:most]
        found[group] = own[order].tolist()
    return found


def _means(sums: GroupSums, counted: NDArray[np.intp]) -> NDArray[np.float64]:
    """The means of the `counted` groups, small ones drawn towards that of all cells."""
    own, sizes = sums.sums[counted], sums.sizes[counted, None]
    average = own.sum(axis=0) / sizes.sum()
    found: NDArray[np.float64] = (own + LIKE_ALL * average) / (sizes + LIKE_ALL)
    return found
