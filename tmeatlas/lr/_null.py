"""The null hypothesis: how often, from which seed and within which cells labels are shuffled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import InputError, unknown

FEWEST_PERMUTATIONS = 19
"""With fewer, no p-value can be as small as 0.05."""
DEPTH_STRATA = 5
"""Parts of equal size into which the cells of a sample are divided by depth."""
PERMUTATION, ANALYTIC = "permutation", "analytic"
KINDS = (PERMUTATION, ANALYTIC)


@dataclass(frozen=True, eq=False)
class Null:
    """`n_perms` shuffles of the labels from `seed`, within `blocks` of cells where given.

    The `kind` ``"analytic"`` computes what all shuffles would give where that is
    known to be exact enough, and shuffles for the rest.
    """

    n_perms: int
    seed: int
    blocks: NDArray[np.integer] | None = None
    kind: str = PERMUTATION

    def __post_init__(self) -> None:
        """Refuse an unknown kind, and a number of permutations that cannot show anything."""
        if self.kind not in KINDS:
            raise unknown("null", self.kind, KINDS)
        if not isinstance(self.n_perms, (int, np.integer)) or self.n_perms < FEWEST_PERMUTATIONS:
            raise InputError(
                f"Expected `n_perms` of {FEWEST_PERMUTATIONS} or more, found {self.n_perms!r}: the "
                "smallest p-value is 1 / (n_perms + 1), which could not reach 0.05. Leave "
                "`n_perms` out for the default."
            )

    def cells_by_block(self, n_cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Cells ordered by block, and where each block starts (and the last one ends) in it."""
        if self.blocks is None:
            return np.arange(n_cells, dtype=np.int64), np.array([0, n_cells], dtype=np.int64)
        order = np.argsort(self.blocks, kind="stable").astype(np.int64)
        sizes = np.unique(self.blocks, return_counts=True)[1]
        return order, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def fixed_groups(
    codes: NDArray[np.integer], blocks: NDArray[np.integer], n_groups: int
) -> NDArray[np.bool_]:
    """Per group, whether shuffling never moves its label: it shares no block with another."""
    pairs = np.unique(np.stack([blocks, codes]), axis=1)
    n_groups_in = np.bincount(pairs[0])
    fixed = np.ones(n_groups, dtype=np.bool_)
    fixed[pairs[1][n_groups_in[pairs[0]] > 1]] = False
    return fixed


def depth_blocks(depth: NDArray[np.int64], samples: NDArray[np.int32] | None) -> NDArray[np.int64]:
    """Cells of like depth, as equal parts of each sample; equal depths stay together."""
    groups = np.zeros(len(depth), dtype=np.int64) if samples is None else samples.astype(np.int64)
    blocks = np.empty(len(depth), dtype=np.int64)
    shares = np.arange(1, DEPTH_STRATA) / DEPTH_STRATA
    for sample in np.unique(groups):
        cells = groups == sample
        edges = np.quantile(depth[cells], shares)
        blocks[cells] = sample * DEPTH_STRATA + np.searchsorted(edges, depth[cells], side="right")
    return blocks
