"""Cells of like depth, and of the same sample: those that groups are compared within."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DEPTH_STRATA = 5
"""Parts of equal size into which the cells of a sample are divided by depth."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Strata:
    """The stratum of every cell, numbered from 0 without gaps."""

    codes: NDArray[np.int32]

    @classmethod
    def of(
        cls,
        depth: NDArray[np.int64],
        samples: NDArray[np.integer] | None = None,
        groups: NDArray[np.integer] | None = None,
        *,
        parts: int = DEPTH_STRATA,
    ) -> Strata:
        """Equal parts of each sample by the depth of its cells; equal depths stay together.

        Where `groups` of a sample fall into sets whose depths do not overlap,
        each set is divided by itself: no cell of the other is like its cells.
        """
        of_sample = np.zeros(len(depth), dtype=np.int64) if samples is None else samples
        if groups is not None:
            of_sample = _overlapping(depth, of_sample, groups)
        codes = np.empty(len(depth), dtype=np.int64)
        shares = np.arange(1, parts) / parts
        for sample in np.unique(of_sample):
            cells = of_sample == sample
            edges = np.quantile(depth[cells], shares)
            codes[cells] = sample * parts + np.searchsorted(edges, depth[cells], side="right")
        return cls(np.unique(codes, return_inverse=True)[1].astype(np.int32))

    def sizes(self, groups: NDArray[np.integer], n_groups: int) -> Ints:
        """Strata × groups: cells."""
        n_strata = int(self.codes.max(initial=-1)) + 1
        flat = self.codes.astype(np.int64) * n_groups + groups
        counts = np.bincount(flat, minlength=n_strata * n_groups).reshape(n_strata, n_groups)
        return counts.astype(np.int64)


def _overlapping(
    depth: NDArray[np.int64], samples: NDArray[np.integer], groups: NDArray[np.integer]
) -> Ints:
    """The number of the set of each cell: groups of a sample whose ranges of depth overlap."""
    order = np.lexsort([depth, samples])
    place = np.arange(len(order))
    reach = place.copy()
    for same in (groups, depth):
        alike = (samples.astype(np.int64) * (same.max(initial=0) + 1) + same)[order]
        _, number = np.unique(alike, return_inverse=True)
        last = np.empty(number.max(initial=-1) + 1, dtype=np.int64)
        last[number] = place  # of places given twice, the last one stays
        reach = np.maximum(reach, last[number])
    begins = np.concatenate([[True], np.maximum.accumulate(reach)[:-1] < place[1:]])
    sets = np.empty(len(order), dtype=np.int64)
    sets[order] = np.cumsum(begins[: len(order)])
    return sets


def comparable_groups(sizes: Ints) -> NDArray[np.bool_]:
    """Which groups share a stratum with another one."""
    others = sizes.sum(axis=1, keepdims=True) - sizes
    result: NDArray[np.bool_] = ((sizes > 0) & (others > 0)).any(axis=0)
    return result
