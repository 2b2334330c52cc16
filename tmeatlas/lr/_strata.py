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
        *,
        parts: int = DEPTH_STRATA,
    ) -> Strata:
        """Equal parts of each sample by the depth of its cells; equal depths stay together."""
        of_sample = np.zeros(len(depth), dtype=np.int64) if samples is None else samples
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


def comparable_groups(sizes: Ints) -> NDArray[np.bool_]:
    """Which groups share a stratum with another one."""
    others = sizes.sum(axis=1, keepdims=True) - sizes
    result: NDArray[np.bool_] = ((sizes > 0) & (others > 0)).any(axis=0)
    return result
